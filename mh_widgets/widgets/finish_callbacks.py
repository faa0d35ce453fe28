"""The callbacks of ``on_finished``, which wait on the loop that owns a widget."""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
from collections.abc import Callable, Coroutine
from typing import Any

from mh_widgets.errors import MagicHourError
from mh_widgets.widgets.observers import show_exception

Finished = Callable[[], Coroutine[Any, Any, object]]


@dataclasses.dataclass(eq=False)
class _Waiting:
    """A callback that was not called yet.

    Attributes:
        key: The project that it is about, or "" for all projects of a gallery.
        finished: Waits for the outcome. It may raise ``MagicHourError``, which is an outcome as well.
        callback: What to call with the outcome.
        task: The task that waits, once there is a loop.
    """

    key: str
    finished: Finished
    callback: Callable[[Any], object]
    task: asyncio.Task[None] | None = None


class FinishCallbacks:
    """The callbacks of one widget. Each is called once, also if another loop takes over meanwhile."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    def add(self, key: str, finished: Finished, callback: Callable[[Any], object]) -> None:
        """Add a callback. ``start`` has to be called after it, on the loop.

        Raises:
            TypeError: ``callback`` can't be called.
        """
        if not callable(callback):
            raise TypeError(f"on_finished needs a function, got {callback!r}.")
        self._waiting.append(_Waiting(key, finished, callback))

    def start(self) -> None:
        """Wait for the outcomes on the running loop, if that is not done yet."""
        loop = asyncio.get_running_loop()
        for each in self._waiting:
            # A task of a former loop doesn't run any more.
            if each.task is None or each.task.get_loop() is not loop:
                each.task = loop.create_task(self._call(each), name=f"mh_widgets on_finished {each.key}")

    async def called(self, key: str | None = None) -> None:
        """Wait until the callbacks of one project were called, or those of all projects.

        Args:
            key: The project, which has ended; None is all of them.
        """
        due = [each.task for each in self._waiting if each.task and key in (None, each.key)]
        if due:
            await asyncio.wait(due)

    async def _call(self, waiting: _Waiting) -> None:
        outcome: object
        try:
            outcome = await waiting.finished()
        except MagicHourError as error:
            outcome = error.with_traceback(None)  # its frames may hold links
        if waiting.task is not asyncio.current_task():
            return  # another loop has taken over
        try:
            result = waiting.callback(outcome)
            if inspect.isawaitable(result):
                await result
        except Exception as error:  # noqa: BLE001 - no code of the user could catch it
            show_exception("A callback of on_finished failed", error)
        finally:
            self._waiting.remove(waiting)
