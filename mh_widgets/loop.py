"""Which event loop, how to get onto it, and how to block on it. The only user of nest-asyncio2."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import os
import signal
import threading
import weakref
from collections.abc import Callable, Coroutine, Iterator
from types import FrameType
from typing import Any, TypeVar

from mh_widgets.fork import keep, on_fork

T = TypeVar("T")

#: How late an interrupt may be heard, in seconds: soon enough to feel at once, and no load (20 µs a tick).
_TICK_S = 0.2

_of_thread = threading.local()


class _End:
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
        end = _of_thread.end = _End()
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

    ipykernel 7.0-7.3 may run a message handler on another thread with another loop, so a handler never assumes.
    """
    if running_loop() is loop:
        function(*args)
    elif not loop.is_closed():
        loop.call_soon_threadsafe(function, *args)


async def await_on(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]) -> T:
    """Await ``coroutine`` on ``loop``, from whatever loop this is."""
    if running_loop() is loop:
        with _hearing_interrupts(loop):
            return await coroutine
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, loop))


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


def from_thread(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T], give_up: Callable[[], object]
) -> T | None:
    """Wait in this worker thread for ``coroutine`` on ``loop``; None when ``give_up()`` became true first."""
    future = asyncio.run_coroutine_threadsafe(coroutine, loop)
    while True:
        try:
            # In steps: a loop that has stopped never answers, and its threads are waited for at exit.
            return future.result(0.2)
        except concurrent.futures.TimeoutError:
            if future.done():
                raise  # its own
            if give_up() or not loop.is_running():
                future.cancel()
                return None


async def within(timeout_s: float | None, coroutine: Coroutine[Any, Any, T], message: str = "") -> T:
    """Await ``coroutine``; raises ``TimeoutError(message)`` after ``timeout_s`` seconds, None means never.

    Not ``asyncio.wait_for``: before Python 3.12 that swallows a cancellation that meets the result, and whoever was to
    be stopped goes on for ever; and with a timeout of 0 it doesn't even look.
    """
    task = asyncio.ensure_future(coroutine)
    task.add_done_callback(mark_seen)
    try:
        await asyncio.wait({task}, timeout=timeout_s)
        if not task.done():
            raise TimeoutError(message)
        return task.result()
    finally:
        if task.cancel():
            await asyncio.wait({task})  # what it holds, as a connection, is given back before anybody goes on


def mark_seen(task: asyncio.Future[Any]) -> None:
    """A done-callback: its exception was raised where somebody waited, or nobody waits any more; asyncio is content."""
    if not task.cancelled():
        task.exception()


def block_on(coroutine: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop | None = None) -> T:
    """Run ``coroutine`` to its end and return its result, in a script or in a synchronous cell.

    ``loop`` is where it has to run; by default the running loop of this thread, else the thread's script loop. When
    that loop already runs here, nest-asyncio2 makes it re-entrant, so that everything else on it goes on. Raises
    ``RuntimeError`` for a running loop that can't be re-entered, as uvloop's.
    """
    here = running_loop()
    loop = loop or here or script_loop()
    if here is loop:
        _make_reentrant(loop, coroutine)
        return _run(loop, coroutine)
    if loop.is_running():  # on another thread
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result()
    return _run(loop, coroutine)


def _run(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]) -> T:
    task = loop.create_task(coroutine, name="mh_widgets wait")
    with _interrupt_cancels(task) as interrupted:
        try:
            return loop.run_until_complete(task)
        except asyncio.CancelledError:
            if interrupted:
                raise KeyboardInterrupt from None
            raise


@contextlib.contextmanager
def _interrupt_cancels(task: asyncio.Task[Any]) -> Iterator[list[int]]:
    """Let Ctrl-C (the kernel's interrupt) cancel ``task`` and nothing else; yields the signals that came.

    A KeyboardInterrupt raised inside a nested loop hits whichever task is running just then and kills it: a watch,
    or a handler of the kernel itself. A second Ctrl-C is raised as ever, should the first not be enough.
    """
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    before, process = signal.getsignal(signal.SIGINT), os.getpid()

    def cancel(number: int, frame: FrameType | None) -> None:
        if (came or os.getpid() != process) and callable(before):  # a child that was forked meanwhile isn't waiting
            before(number, frame)
            return
        came.append(number)
        task.get_loop().call_soon_threadsafe(task.cancel)

    if not callable(before):  # ignored, or not ours to replace
        yield came
        return
    signal.signal(signal.SIGINT, cancel)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)


def _make_reentrant(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any]) -> None:
    # Asked before it is tried: nest-asyncio2 would have patched asyncio itself by the time it refuses the loop.
    if not isinstance(loop, asyncio.BaseEventLoop):
        coroutine.close()
        raise RuntimeError(
            f"A running {type(loop).__module__.partition('.')[0]} loop can't be waited on from a synchronous cell. "
            "Use `await`: of the widget, or of AsyncClient's methods."
        )
    # Not at import: it patches asyncio for the whole process, which only somebody who blocks should pay for.
    import nest_asyncio2

    nest_asyncio2.apply(loop)


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
