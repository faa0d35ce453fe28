"""HTTP clients that close themselves when they are not used any more, or when their loop ends."""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from collections.abc import AsyncGenerator, Coroutine, Generator, Iterator
from typing import Any

import httpx

from mh_widgets._fork import on_fork


class Connections:
    """One HTTP client of the running loop.

    Dropping the last reference to this closes the client, once no request uses it.
    """

    def __init__(self, http: httpx.AsyncClient, closer: _Closer, *, shared: bool) -> None:
        self.http = http
        self._closer = closer
        self._shared = shared
        self._users = 0
        closer.open.add(http)
        self._end = weakref.finalize(self, closer.forget if shared else closer.close_soon, http)
        self._end.atexit = False  # the end of the loop closes it

    @classmethod
    async def of(cls, http: httpx.AsyncClient, *, shared: bool = False) -> Connections:
        """Manage ``http``, which belongs to the running loop from now on.

        Args:
            http: The client.
            shared: Whether its transport may be in use elsewhere. The client is then not closed
                automatically.
        """
        loop = asyncio.get_running_loop()
        for other in list(_closers):  # a copy, as other threads add and remove loops
            if other.is_closed():
                _closers.pop(other, None)
        closer = _closers.get(loop)
        if closer is None:
            closer = _closers[loop] = _Closer(loop)
            await closer.begin()
        return cls(http, closer, shared=shared)

    @contextlib.contextmanager
    def in_use(self) -> Iterator[httpx.AsyncClient]:
        """Provide the client for one request."""
        self._users += 1
        try:
            yield self.http
        finally:
            self._users -= 1

    async def aclose(self) -> None:
        """Close the client now, or after the requests under way.

        A pool that is closed earlier would forget connections in the making.
        """
        if self._shared or not self._users:
            self._end.detach()
            await self._closer.close(self.http)


class _Closer:
    """The open HTTP clients of one loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.open: set[httpx.AsyncClient] = set()
        self._loop = loop
        self._closing: set[asyncio.Task[None]] = set()
        # ``asyncio.run`` and other orderly ends of a loop first close its asynchronous generators. This is
        # the only hook that a loop has for its end.
        self._end = self._until_the_end()

    async def begin(self) -> None:
        await anext(self._end)

    async def _until_the_end(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            _closers.pop(self._loop, None)
            for http in list(self.open):
                await self.close(http)

    async def close(self, http: httpx.AsyncClient) -> None:
        await _Uninterrupted(http.aclose())
        self.open.discard(http)

    def forget(self, http: httpx.AsyncClient) -> None:
        self.open.discard(http)

    def close_soon(self, http: httpx.AsyncClient) -> None:
        """Close ``http`` on its loop. The garbage collector may call this from any thread."""
        with contextlib.suppress(RuntimeError):  # the loop was closed, and its sockets with it
            self._loop.call_soon_threadsafe(self._close_in_task, http)

    def _close_in_task(self, http: httpx.AsyncClient) -> None:
        task = self._loop.create_task(self.close(http), name="mh_widgets close connections")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


class _Uninterrupted:
    """An awaitable that runs ``coroutine`` to its end before it lets a cancellation through.

    The end of a loop cancels all tasks. An interrupted pool would forget the connections that it has not
    closed.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, None]) -> None:
        self._coroutine = coroutine

    def __await__(self) -> Generator[Any, None, None]:
        cancellation: asyncio.CancelledError | None = None
        for step in self._coroutine.__await__():
            try:
                yield step
            except asyncio.CancelledError as error:
                cancellation = error
        if cancellation is not None:
            raise cancellation


_closers: dict[asyncio.AbstractEventLoop, _Closer] = {}


@on_fork
def _let_go() -> object:
    inherited = dict(_closers)
    _closers.clear()
    return inherited
