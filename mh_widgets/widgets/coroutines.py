"""A coroutine that says what it is, to people who have forgotten its ``await``."""

from __future__ import annotations

import inspect
from collections.abc import Coroutine, Generator
from types import CoroutineType
from typing import Any, TypeVar

T = TypeVar("T")


class Call(Coroutine[Any, Any, T]):
    """``coroutine`` under the name of what was called, as ``VideoProject.save``.

    A notebook shows a cell's last value and keeps it, so that Python's own warning about a coroutine that was
    never awaited doesn't come: the repr says it there. Everywhere else the warning comes, and names what was
    called.
    """

    def __init__(self, name: str, coroutine: Coroutine[Any, Any, T]) -> None:
        self.__name__, self.__qualname__ = name.rpartition(".")[2], name
        self._coroutine = coroutine
        if isinstance(coroutine, CoroutineType):
            coroutine.__name__, coroutine.__qualname__ = self.__name__, self.__qualname__

    def __repr__(self) -> str:
        begun = inspect.getcoroutinestate(self._coroutine) != inspect.CORO_CREATED
        return f"<{self.__qualname__}(){'' if begun else ' has not begun: write await in front of it'}>"

    def __await__(self) -> Generator[Any, Any, T]:
        return self._coroutine.__await__()

    def send(self, value: Any) -> Any:
        """Run to the next point at which it waits."""
        return self._coroutine.send(value)

    def throw(self, *error: Any) -> Any:
        """Raise an exception at the point at which it waits."""
        return self._coroutine.throw(*error)

    def close(self) -> None:
        """End it; what was never begun is content."""
        self._coroutine.close()
