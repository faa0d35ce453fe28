"""``RedisStore``, imported in a thread at first use because the import takes 0.1 s."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from mh_widgets._fork import importing
from mh_widgets.store.base import Store, StoreError


class LateRedis:
    """A ``Store`` at ``url``. Its methods are those of ``RedisStore``, with positional arguments."""

    carries_links = True
    of_one_loop = True
    remembers = True

    def __init__(self, url: str) -> None:
        self._url = url
        self._made: asyncio.Future[Store] | None = None

    @property
    def loading(self) -> bool:
        """Whether the import is under way."""
        return self._made is not None and not self._made.done()

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        if name.startswith("_"):
            raise AttributeError(name)

        async def call(*arguments: Any) -> Any:
            if self._made is None or (self._made.done() and self._made.exception()):
                self._made = asyncio.get_running_loop().run_in_executor(None, _make, self._url)
            return await getattr(await asyncio.shield(self._made), name)(*arguments)

        return call


def _make(url: str) -> Store:
    try:
        with importing():
            from mh_widgets.store.redis import RedisStore
    except ImportError:
        raise StoreError("pip install 'mh_widgets[redis]'") from None
    try:
        return RedisStore(url)
    except ValueError:  # its text may contain the password
        raise StoreError("not the address of a Redis") from None
