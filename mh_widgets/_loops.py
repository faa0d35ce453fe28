"""Event loops: which one to use, how to reach it, and how to block on it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import math
import os
import threading
import time
import weakref
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from mh_widgets import _nested
from mh_widgets._fork import keep, on_fork

T = TypeVar("T")

#: Seconds between checks for an interrupt or a stopped loop. People feel no delay; a check takes 20 µs.
_TICK_S = 0.2
#: Shortest time-out of a loop of another thread, in seconds, so that it can ask at least once.
_LOOK_S = 0.5

_of_thread = threading.local()


class _ThreadExitHook:
    """An object that is collected when its thread ends."""


def running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the loop that runs in this thread, or None. In a notebook cell it is the kernel's loop."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def script_loop() -> asyncio.AbstractEventLoop:
    """Return this thread's loop for blocking calls in scripts. They share it, so connections stay open."""
    loop: asyncio.AbstractEventLoop | None = getattr(_of_thread, "loop", None)
    if loop is None or loop.is_closed():
        loop = _of_thread.loop = asyncio.new_event_loop()
        # Closed when its thread ends, as each loop holds three files open.
        end = _of_thread.end = _ThreadExitHook()
        weakref.finalize(end, _close, loop, os.getpid())
    return loop


@on_fork
def _let_go() -> object:
    """Forget the script loop in a child process, and return it, so that the child makes its own."""
    inherited = getattr(_of_thread, "loop", None)
    _of_thread.__dict__.clear()
    return inherited


def call_on(loop: asyncio.AbstractEventLoop, function: Callable[..., object], *args: Any) -> None:
    """Run ``function(*args)`` on ``loop``: at once if it runs in this thread, else soon.

    Every message handler calls this, as ipykernel 7.0-7.3 may run it on another thread with another loop.

    Args:
        loop: Where to run the function. If it is closed, nothing happens.
        function: What to run.
        *args: The function's arguments.
    """
    if running_loop() is loop:
        function(*args)
        return
    with contextlib.suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(function, *args)


async def await_on(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]) -> T:
    """Await ``coroutine`` on ``loop``, which may be the loop of another thread.

    Args:
        loop: Where to run the coroutine.
        coroutine: What to run.

    Returns:
        The coroutine's result.

    Raises:
        LoopStopped: The loop of another thread stopped before the coroutine ended.
    """
    if running_loop() is loop:
        with _wake_for_interrupts(loop):
            return await coroutine
    with _scheduled_on(loop, coroutine) as future:
        answer = asyncio.wrap_future(future)
        answer.add_done_callback(retrieve_exception)
        has_stopped = _stop_detector(loop)
        while not answer.done() and not has_stopped():
            await asyncio.wait({answer}, timeout=_TICK_S)
        # Not our own cancellation: ``asyncio.wait`` has raised that.
        if answer.cancelled() or not answer.done():
            raise _nested.LoopStopped
        return answer.result()


@contextlib.contextmanager
def _wake_for_interrupts(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Wake ``loop`` every ``_TICK_S`` while a cell awaits, so that an interrupt takes effect soon.

    ipykernel 6.31 to 7.4 cancels the cell by tornado's ``add_callback``, which doesn't wake the loop. Without
    this, the interrupt would wait for the next request, up to half a minute.
    """
    timers: list[asyncio.TimerHandle] = []

    def tick() -> None:
        timers[:] = [loop.call_later(_TICK_S, tick)]

    tick()
    try:
        yield
    finally:
        timers[0].cancel()


@contextlib.contextmanager
def _scheduled_on(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]
) -> Iterator[concurrent.futures.Future[T]]:
    """Schedule ``coroutine`` on the ``loop`` of another thread; yield its future and cancel it at the end.

    Raises:
        LoopStopped: The loop is closed.
    """
    try:
        future = asyncio.run_coroutine_threadsafe(coroutine, loop)
    except RuntimeError:
        coroutine.close()
        raise _nested.LoopStopped from None
    try:
        yield future
    finally:
        future.cancel()


def _stop_detector(loop: asyncio.AbstractEventLoop) -> Callable[[], bool]:
    """Return a function that tells whether ``loop`` has stopped.

    It is true if two calls in a row see that the loop doesn't run. The loop of a script has pauses.
    """
    ran = True

    def has_stopped() -> bool:
        nonlocal ran
        ran, before = loop.is_running(), ran
        return not (ran or before)

    return has_stopped


def _in_this_thread(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T], give_up: Callable[[], object]
) -> concurrent.futures.Future[T]:
    """Block this thread until ``coroutine`` ends on the ``loop`` of another one; return its future.

    The future is canceled when ``give_up()`` is true or the loop has stopped. The wait goes in steps, as a
    stopped loop never answers. On Windows, an interrupt takes effect only between them.
    """
    with _scheduled_on(loop, coroutine) as future:
        has_stopped = _stop_detector(loop)
        while not (future.done() or give_up() or has_stopped()):
            concurrent.futures.wait({future}, _TICK_S)
    return future


def from_thread(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T], give_up: Callable[[], object]
) -> T | None:
    """Wait in this worker thread for ``coroutine`` on ``loop``.

    Args:
        loop: Where to run the coroutine.
        coroutine: What to run.
        give_up: Ends the wait when it returns true.

    Returns:
        The coroutine's result, or None if ``give_up()`` became true or the loop stopped.
    """
    try:
        future = _in_this_thread(loop, coroutine, give_up)
    except _nested.LoopStopped:
        return None
    return None if future.cancelled() else future.result()


async def run_with_timeout(
    timeout_s: float | None, coroutine: Coroutine[Any, Any, T], message: str = ""
) -> T:
    """Await ``coroutine`` for at most ``timeout_s`` seconds.

    Unlike ``asyncio.wait_for``, this also starts the coroutine with a timeout of 0. And it loses no
    cancellation that meets the result, as ``wait_for`` may before Python 3.12: the task would never end.

    Args:
        timeout_s: How long to wait; None is without limit.
        coroutine: What to run. It is cancelled after the timeout.
        message: The text of the ``TimeoutError``.

    Returns:
        The coroutine's result.

    Raises:
        TimeoutError: The coroutine did not end in time.
    """
    task = asyncio.ensure_future(coroutine)
    task.add_done_callback(retrieve_exception)
    try:
        await asyncio.wait({task}, timeout=timeout_s)
        if not task.done():
            raise TimeoutError(message)
        return task.result()
    finally:
        if task.cancel():
            await asyncio.wait({task})  # so that it gives back what it holds, as a connection


def retrieve_exception(task: asyncio.Future[Any]) -> None:
    """Read the exception of a task, as a done-callback, so that asyncio doesn't log it a second time."""
    if not task.cancelled():
        task.exception()


def block_on(
    coroutine: Coroutine[Any, Any, T],
    loop: asyncio.AbstractEventLoop | None = None,
    *,
    timeout_s: float | None = None,
    message: str = "",
) -> T:
    """Run ``coroutine`` to its end, in a script or in a synchronous cell.

    A loop that runs in this thread is entered again, so that its other tasks go on.

    Args:
        coroutine: What to run. It has its own time-out.
        loop: Where to run it; by default this thread's running loop, else its script loop.
        timeout_s: A time-out for the loop of another thread, which keeps no time while it is blocked.
        message: The text of that ``TimeoutError``.

    Returns:
        The coroutine's result.

    Raises:
        TimeoutError: The loop of another thread did not answer in time.
        LoopStopped: The loop stopped before the coroutine ended.
        RuntimeError: The running loop can't be entered again, as uvloop's.
    """
    here = running_loop()
    loop = loop or here or script_loop()
    if here is loop:
        _nested.make_reentrant(loop, coroutine)
    elif loop.is_running():
        return _block_on_other_thread(loop, coroutine, timeout_s, message)
    return _nested.run(loop, coroutine)


def _block_on_other_thread(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T], timeout_s: float | None, message: str
) -> T:
    until = math.inf if timeout_s is None else time.monotonic() + max(timeout_s, _LOOK_S)
    future = _in_this_thread(loop, coroutine, lambda: time.monotonic() >= until)
    if not future.cancelled():
        return future.result()
    if time.monotonic() >= until:
        raise TimeoutError(message)
    raise _nested.LoopStopped


def _close(loop: asyncio.AbstractEventLoop, process: int) -> None:
    """Cancel the tasks of a script loop and close it. Destroying a pending task prints a warning."""
    if os.getpid() != process:
        keep(loop)  # its thread exists in the parent process only
        return
    if loop.is_closed() or loop.is_running():
        return
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
