"""Running a loop that may be running already, without harm to whoever runs it. The only user of nest-asyncio2."""

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
    """The loop has stopped, or canceled what was asked of it, before there was an answer."""


def run(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]) -> T:
    """Run ``coroutine`` to its end on ``loop``, which runs in this thread or nowhere.

    Ctrl-C cancels the coroutine and is raised. Raises ``LoopStopped`` when somebody stops the loop.
    """
    refill = _refill(loop)
    task = loop.create_task(coroutine, name="mh_widgets wait")
    # Whoever is interrupted asks for no outcome.
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
    if interrupts:  # it ended before it heard of them
        raise KeyboardInterrupt
    return result


def _refill(loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
    """A function that leaves as many callbacks ready on ``loop`` as there are now; for after a nested run.

    asyncio counts the callbacks that are ready and then takes so many from the queue. A nested run from one
    of them takes the others, and before nest-asyncio2 has put its own count in place, which happens in that
    very turn, the loop would end there with "pop from an empty deque": a kernel with all that is in it. It
    drops canceled ones.
    """
    ready: Sized = getattr(loop, "_ready", ())
    counted = len(ready) if loop.is_running() else 0

    def refill() -> None:
        while len(ready) < counted:
            loop.call_soon(refill).cancel()

    return refill


@contextlib.contextmanager
def _interrupt_cancels(task: asyncio.Task[Any], refill: Callable[[], None]) -> Iterator[list[int]]:
    """Let Ctrl-C (the kernel's interrupt) cancel ``task`` and nothing else; yields the signals that came.

    A KeyboardInterrupt raised inside a nested loop hits whichever task is running just then and kills it: a
    watch, or a handler of the kernel itself. A second Ctrl-C is raised as ever, should the first not be
    enough: ``refill`` is called before, as it may come out of anything that would do it after.
    """
    came: list[int] = []
    before, process = signal.getsignal(signal.SIGINT), os.getpid()
    # Ignored, as under nohup and between a kernel's cells; or not ours to replace.
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield came
        return

    def cancel(number: int, frame: FrameType | None) -> None:
        # Also when the task is done: a kernel puts back the handler that it found, and that may be this one.
        # And a child that was forked meanwhile is not waiting.
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
        # Unless somebody has set another meanwhile.
        if signal.getsignal(signal.SIGINT) is cancel:
            signal.signal(signal.SIGINT, before)


def make_reentrant(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any]) -> None:
    """Have ``loop``, which runs, run again for ``coroutine``. Raises ``RuntimeError`` where that can't be done."""
    if not isinstance(loop, asyncio.BaseEventLoop):
        coroutine.close()
        raise RuntimeError(
            f"A running {type(loop).__module__.partition('.')[0]} loop can't be waited on from a synchronous cell. "
            "Use `await`: of the widget, or of AsyncClient's methods."
        )
    # Not at import: only who blocks should pay for it.
    import nest_asyncio2

    for each in type(loop).__mro__:
        # nest_asyncio, which was archived and which somebody has applied, loses messages of ipykernel 7.1 and
        # later.
        if "_nest_patched" in vars(each) and not hasattr(each, "_nest_asyncio2"):
            del each._nest_patched  # type: ignore[attr-defined]
    # Not `apply`, which changes asyncio for the whole process: its `run` leaves tasks and loops behind in
    # threads, and tasks and futures are then of another class than those that there are.
    nest_asyncio2._patch_loop(loop)
