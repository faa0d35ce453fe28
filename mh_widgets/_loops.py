"""Which event loop, how to get onto it, and how to block on it."""

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

#: How late an interrupt may be heard, in seconds: soon enough to feel at once, and no load (20 µs a tick). So
#: often a thread that waits for another one's loop looks whether that still runs.
_TICK_S = 0.2
#: Seconds that another thread's loop gets to look once, however short the time-out is.
_LOOK_S = 0.5

_of_thread = threading.local()


class _ThreadExitHook:
    """Goes when its thread ends."""


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The loop that runs in this thread, or None. In a notebook cell, also a synchronous one, it is the kernel's."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def script_loop() -> asyncio.AbstractEventLoop:
    """This thread's own loop for blocking calls in plain scripts: one for all of them, so that connections live on."""
    loop: asyncio.AbstractEventLoop | None = getattr(_of_thread, "loop", None)
    if loop is None or loop.is_closed():
        loop = _of_thread.loop = asyncio.new_event_loop()
        # Closed with its thread, as each holds three files open; at the latest with the interpreter.
        end = _of_thread.end = _ThreadExitHook()
        weakref.finalize(end, _close, loop, os.getpid())
    return loop


@on_fork
def _let_go() -> object:
    """Let this thread have a loop of its own in a child process."""
    inherited = getattr(_of_thread, "loop", None)
    _of_thread.__dict__.clear()
    return inherited


def call_on(loop: asyncio.AbstractEventLoop, function: Callable[..., object], *args: Any) -> None:
    """Run ``function(*args)`` on ``loop``: at once when we are on it, else as soon as it gets to it.

    ipykernel 7.0-7.3 may run a message handler on another thread with another loop, so a handler never
    assumes.
    """
    if running_loop() is loop:
        function(*args)
        return
    with contextlib.suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(function, *args)


async def await_on(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]) -> T:
    """Await ``coroutine`` on ``loop``, from whatever loop this is; ``LoopStopped`` when another one stops meanwhile."""
    if running_loop() is loop:
        with _hearing_interrupts(loop):
            return await coroutine
    with _handed_over(loop, coroutine) as future:
        answer = asyncio.wrap_future(future)
        answer.add_done_callback(retrieve_exception)
        has_stopped = _stop_detector(loop)
        while not answer.done() and not has_stopped():
            await asyncio.wait({answer}, timeout=_TICK_S)
        # Told apart from our own cancellation, which ``asyncio.wait`` has raised.
        if answer.cancelled() or not answer.done():
            raise _nested.LoopStopped
        return answer.result()


@contextlib.contextmanager
def _hearing_interrupts(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Wake ``loop`` now and then while a cell awaits.

    The kernel's handler of an interrupt cancels the cell by a callback that doesn't wake its loop (tornado's
    ``add_callback``; so ipykernel 6.31 to 7.4): it would be heard at the next poll, half a minute later.
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
def _handed_over(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]
) -> Iterator[concurrent.futures.Future[T]]:
    """``coroutine`` on another thread's ``loop``, and what will come of it; whatever isn't done at the end is canceled.

    Raises ``LoopStopped`` for a closed loop.
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
    """A function that is True when ``loop`` doesn't run, this time and the time before: a script's loop has pauses."""
    ran = True

    def has_stopped() -> bool:
        nonlocal ran
        ran, before = loop.is_running(), ran
        return not (ran or before)

    return has_stopped


def _in_this_thread(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T], give_up: Callable[[], object]
) -> concurrent.futures.Future[T]:
    """Wait in this thread for ``coroutine`` on another one's ``loop``; the future is done, or canceled.

    It is canceled when ``give_up()`` became true or the loop has stopped. In steps: a loop that has stopped
    never answers, and on Windows an interrupt is heard between them.
    """
    with _handed_over(loop, coroutine) as future:
        has_stopped = _stop_detector(loop)
        while not (future.done() or give_up() or has_stopped()):
            concurrent.futures.wait({future}, _TICK_S)
    return future


def from_thread(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T], give_up: Callable[[], object]
) -> T | None:
    """Wait in this worker thread for ``coroutine`` on ``loop``; None when ``give_up()`` or the loop's end is first."""
    try:
        future = _in_this_thread(loop, coroutine, give_up)
    except _nested.LoopStopped:
        return None
    return None if future.cancelled() else future.result()


async def run_with_timeout(
    timeout_s: float | None, coroutine: Coroutine[Any, Any, T], message: str = ""
) -> T:
    """Await ``coroutine``; raises ``TimeoutError(message)`` after ``timeout_s`` seconds, None means never.

    Not ``asyncio.wait_for``: before Python 3.12 that swallows a cancellation that meets the result, and
    whoever was to be stopped goes on for ever; and with a timeout of 0 it doesn't even look.
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
            await asyncio.wait({task})  # what it holds, as a connection, is given back before anybody goes on


def retrieve_exception(task: asyncio.Future[Any]) -> None:
    """A done-callback: its exception was raised where somebody waited, or nobody waits any more; asyncio is content."""
    if not task.cancelled():
        task.exception()


def block_on(
    coroutine: Coroutine[Any, Any, T],
    loop: asyncio.AbstractEventLoop | None = None,
    *,
    timeout_s: float | None = None,
    message: str = "",
) -> T:
    """Run ``coroutine`` to its end and return its result, in a script or in a synchronous cell.

    ``loop`` is where it has to run; by default the running loop of this thread, else the thread's script
    loop. When that loop already runs here, it is entered again, so that everything else on it goes on.

    The coroutine keeps its time itself. ``timeout_s`` is for a loop on another thread, which can't keep any
    while it is blocked: then ``TimeoutError(message)`` is raised here. Raises ``LoopStopped`` when the loop
    stops before the end, and ``RuntimeError`` for a running loop that can't be entered again, as uvloop's.
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
    """Cancel what is left before the interpreter ends: a task destroyed while pending would complain on stderr."""
    if os.getpid() != process:
        keep(loop)  # of a thread that only the parent has
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
