"""Nested runs of an event loop that runs already. The only module that uses nest-asyncio2."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator, Sized
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")


class LoopStopped(RuntimeError):
    """The loop stopped, or cancelled the coroutine, before there was a result."""


def run(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]) -> T:
    """Run ``coroutine`` to its end on ``loop``. Ctrl-C cancels it.

    Args:
        loop: Where to run it. The loop runs in this thread, or it doesn't run at all.
        coroutine: What to run.

    Returns:
        The coroutine's result.

    Raises:
        LoopStopped: The loop was stopped before the coroutine ended.
        KeyboardInterrupt: Ctrl-C was pressed.
    """
    refill = _refill(loop)
    task = loop.create_task(coroutine, name="mh_widgets wait")
    # After an interrupt the outcome is read here, so that asyncio doesn't log it.
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    with _interrupt_cancels(task, refill) as interrupts:
        try:
            result = loop.run_until_complete(task)
        except BaseException as error:
            if interrupts:
                raise KeyboardInterrupt from None
            if isinstance(error, RuntimeError) and not task.done():
                raise LoopStopped from None
            raise
        finally:
            refill()
            task.cancel()
    if interrupts:  # the coroutine ended before it was cancelled
        raise KeyboardInterrupt
    return result


def _refill(loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
    """Return a function that fills the ready queue of ``loop`` to its present length, after a nested run.

    asyncio counts the ready callbacks and then takes that many from the queue. A nested run from one of them
    takes the others as well. The outer run would then end with "pop from an empty deque", and the kernel with
    it. In later turns of the loop, nest-asyncio2 prevents that itself. asyncio skips the cancelled callbacks
    that fill the queue.
    """
    ready: Sized = getattr(loop, "_ready", ())
    counted = len(ready) if loop.is_running() else 0

    def refill() -> None:
        while len(ready) < counted:
            loop.call_soon(refill).cancel()

    return refill


@contextlib.contextmanager
def _interrupt_cancels(task: asyncio.Task[Any], refill: Callable[[], None]) -> Iterator[list[int]]:
    """Let Ctrl-C, the kernel's interrupt, cancel ``task`` and nothing else; yield the signals that came.

    A KeyboardInterrupt inside a nested loop would end the task that runs just then. That may be a poller or a
    handler of the kernel. A second Ctrl-C is raised as usual, in case the first had no effect. ``refill`` is
    called before that, as the exception may pass the code that would call it later.
    """
    came: list[int] = []
    before, process = signal.getsignal(signal.SIGINT), os.getpid()
    # Python lets only the main thread set a handler. One that isn't callable is kept: the signal is ignored,
    # as under nohup and between a kernel's cells.
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield came
        return

    def cancel(number: int, frame: FrameType | None) -> None:
        # The task may be done, as a kernel may put this handler back later. A forked child does not wait.
        if came or task.done() or os.getpid() != process:
            refill()
            before(number, frame)
            return
        came.append(number)
        task.get_loop().call_soon_threadsafe(task.cancel)

    signal.signal(signal.SIGINT, cancel)
    try:
        yield came
    finally:
        # Unless another handler was set meanwhile.
        if signal.getsignal(signal.SIGINT) is cancel:
            signal.signal(signal.SIGINT, before)


def make_reentrant(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any]) -> None:
    """Prepare a running loop for a nested run.

    Args:
        loop: The loop that runs in this thread.
        coroutine: What is to run. It is closed if that can't be.

    Raises:
        RuntimeError: The loop can't be entered again, as uvloop's.
    """
    if not isinstance(loop, asyncio.BaseEventLoop):
        coroutine.close()
        raise RuntimeError(
            f"A running {type(loop).__module__.partition('.')[0]} loop can't be waited on "
            "from a synchronous cell. Use `await` with the widget or with AsyncClient's methods."
        )
    # Imported late, as only blocking calls need it.
    import nest_asyncio2

    for each in type(loop).__mro__:
        # The archived nest_asyncio, if the notebook applied it, loses messages of ipykernel 7.1 and later.
        if "_nest_patched" in vars(each) and not hasattr(each, "_nest_asyncio2"):
            del each._nest_patched  # type: ignore[attr-defined]
    # Not `apply`, which changes asyncio for the whole process. Its `run` leaves tasks and loops behind in
    # threads, and it replaces the classes of tasks and futures.
    nest_asyncio2._patch_loop(loop)
