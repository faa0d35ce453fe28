"""The loop that owns a widget, and what runs on it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from mh_widgets import _loops
from mh_widgets._nested import LoopStopped
from mh_widgets.errors import MagicHourError, WatchClosed
from mh_widgets.widgets.coroutines import Call

if TYPE_CHECKING:
    from mh_widgets.widgets.finish_callbacks import FinishCallbacks, Finished

T = TypeVar("T")


class OwnerLoop:
    """The loop that a widget was made on. A script has none, so the first waiting call provides it.

    Args:
        on_rebind: Called before another loop takes over, as the former one doesn't run any more.
    """

    def __init__(self, on_rebind: Callable[[], None]) -> None:
        self.loop = _loops.running_loop()
        self._process = os.getpid()
        self._on_rebind = on_rebind
        self._callbacks: FinishCallbacks | None = None

    def call(self, function: Callable[..., object], *args: Any) -> None:
        """Run ``function(*args)`` on the owner loop, at once if it runs here. Without one, do nothing."""
        if self.loop is not None:
            _loops.call_on(self.loop, function, *args)

    async def run(self, action: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Await ``action()`` on the owner loop, from any loop.

        Raises:
            WatchClosed: The owner loop stopped meanwhile.
        """
        try:
            return await _loops.await_on(self._rebind(asyncio.get_running_loop()), action())
        except LoopStopped:
            raise _loop_stopped_error() from None
        except MagicHourError as error:
            # Tracebacks may print the variables of every frame (%xmode Verbose), which include links and
            # answers.
            raise error.with_traceback(None) from None

    def named(
        self, owner: object, name: str, action: Callable[[], Coroutine[Any, Any, T]]
    ) -> Coroutine[Any, Any, T]:
        """Return ``run`` as a coroutine whose name is ``name`` of ``owner``."""
        return Call(f"{type(owner).__name__}.{name}", self.run(action))

    def when_finished(self, key: str, finished: Finished, callback: Callable[[Any], object]) -> None:
        """Call ``callback`` once with the outcome of ``finished``, on the owner loop.

        Without a loop, that begins with the first waiting call.

        Args:
            key: The project, or "" for all projects of a gallery.
            finished: Waits for the outcome.
            callback: What to call with the result or the ``MagicHourError``. It may return an awaitable.

        Raises:
            TypeError: ``callback`` can't be called.
        """
        if self._callbacks is None:
            # Loaded late, as most cards have no callbacks.
            from mh_widgets.widgets.finish_callbacks import FinishCallbacks

            self._callbacks = FinishCallbacks()
        self._callbacks.add(key, finished, callback)
        self.call(self._callbacks.start)

    def block(
        self, action: Callable[[], Coroutine[Any, Any, T]], timeout_s: float | None, key: str | None
    ) -> T:
        """Run ``action``, which waits for the end of a project, in a synchronous cell or a script.

        Args:
            action: The action, which ends by itself after ``timeout_s``.
            timeout_s: The time-out in seconds. It also holds if the owner loop is blocked, as by a waiting
                cell.
            key: The project, or None for all projects of a gallery.
        """
        here = _loops.running_loop() or _loops.script_loop()
        owner_loop = self._rebind(here)
        # The loop of a script stops after this, so its callbacks have to be called before.
        callbacks = None if owner_loop.is_running() else self._callbacks
        waiting = self.run(action) if callbacks is None else self._with_callbacks(action, callbacks, key)
        try:
            return _loops.block_on(
                waiting, owner_loop, timeout_s=timeout_s, message=_timeout_message(timeout_s)
            )
        except LoopStopped:
            raise _loop_stopped_error() from None

    async def _with_callbacks(
        self, action: Callable[[], Coroutine[Any, Any, T]], callbacks: FinishCallbacks, key: str | None
    ) -> T:
        try:
            result = await self.run(action)
        except MagicHourError:
            await callbacks.called(key)
            raise
        await callbacks.called(key)
        return result

    def _rebind(self, here: asyncio.AbstractEventLoop) -> asyncio.AbstractEventLoop:
        """Return the owner loop, which becomes ``here`` if there is none or it doesn't run any more."""
        inherited = (
            self._process != os.getpid()
        )  # in a forked child, the loop's copy claims to run but never does
        if self.loop is None or inherited or (self.loop is not here and not self.loop.is_running()):
            self._on_rebind()
            self.loop, self._process = here, os.getpid()
            if self._callbacks is not None:
                here.call_soon(self._callbacks.start)
        return self.loop


async def wait_with_timeout(waiting: Coroutine[Any, Any, T], timeout_s: float | None) -> T:
    """Await ``waiting`` for ``timeout_s`` seconds at most. Its error says that polling continues."""
    return await _loops.run_with_timeout(timeout_s, waiting, _timeout_message(timeout_s))


def _timeout_message(timeout_s: float | None) -> str:
    return "" if timeout_s is None else f"Not finished after {timeout_s:g} s. Polling continues."


def _loop_stopped_error() -> WatchClosed:
    return WatchClosed(
        "The event loop of this widget has stopped.",
        code="loop_stopped",
        hint="Call it again: it continues in the calling thread.",
    )
