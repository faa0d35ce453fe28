"""Coroutines whose repr says that their ``await`` is missing."""

from __future__ import annotations

import inspect
from collections.abc import Coroutine, Generator
from types import CoroutineType
from typing import Any, TypeVar

T = TypeVar("T")


class Call(Coroutine[Any, Any, T]):
    """A coroutine with the name of the method that was called, as ``VideoProject.save``.

    A notebook shows the last value of a cell and keeps it. So Python's warning about a coroutine that was
    never awaited doesn't appear there, and the repr says it instead. Elsewhere the warning appears with this
    name.

    Args:
        name: The name of the method.
        coroutine: What it returned.
    """

    def __init__(self, name: str, coroutine: Coroutine[Any, Any, T]) -> None:
        self.__name__, self.__qualname__ = name.rpartition(".")[2], name
        self._coroutine = coroutine
        if isinstance(coroutine, CoroutineType):
            coroutine.__name__, coroutine.__qualname__ = self.__name__, self.__qualname__

    def __repr__(self) -> str:
        started = inspect.getcoroutinestate(self._coroutine) != inspect.CORO_CREATED
        return f"<{self.__qualname__}(){'' if started else ' has not started: write await in front of it'}>"

    def __await__(self) -> Generator[Any, Any, T]:
        return self._coroutine.__await__()

    def send(self, value: Any) -> Any:
        """Run the coroutine until it waits again."""
        return self._coroutine.send(value)

    def throw(self, *error: Any) -> Any:
        """Raise an exception where the coroutine waits."""
        return self._coroutine.throw(*error)

    def close(self) -> None:
        """End the coroutine, without a warning if it was never awaited."""
        self._coroutine.close()
