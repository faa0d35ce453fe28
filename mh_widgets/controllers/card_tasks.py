"""The tasks of one card: one of each name, which say on the card how they ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from mh_widgets.controllers.state import Notice, notice
from mh_widgets.errors import MagicHourError, ProjectDeleted, TransferError

Action = Callable[[], Coroutine[Any, Any, object]]


class CardTasks:
    """The tasks that a card has started, on the running loop.

    Args:
        project_id: The card's project, for the names of the tasks.
        show: Shows a notice, or removes it with None.
    """

    def __init__(self, project_id: str, show: Callable[[Notice | None], None]) -> None:
        self._project_id = project_id
        self._show = show
        # By name, so that a second click changes nothing. The loop itself holds its tasks only weakly.
        self._tasks: dict[str, asyncio.Task[object]] = {}

    def start(self, name: str, action: Action) -> bool:
        """Run ``action`` as a task, and return False if one of this name is running."""
        if name in self._tasks:
            return False
        task = self._tasks[name] = asyncio.create_task(action(), name=f"mh_widgets {name} {self._project_id}")
        task.add_done_callback(lambda _task: self._tasks.pop(name))
        return True

    def start_for_view(self, name: str, action: Action) -> bool:
        """Do as ``start`` does. The notice of an earlier action goes, and a failure becomes one."""
        if name in self._tasks:
            return False
        self._show(None)
        return self.start(name, lambda: self._report(action))

    def cancel_all(self) -> None:
        """Cancel all tasks."""
        for task in self._tasks.values():
            task.cancel()

    async def _report(self, action: Action) -> None:
        try:
            await action()
        except ProjectDeleted:
            pass  # the card already shows it
        except MagicHourError as error:
            # A user who pressed Cancel needs no notice, and every other reason has its own sentence.
            if not (isinstance(error, TransferError) and error.code == "canceled"):
                hint = error.hint or ("Try again in a moment." if error.transient else "")
                self._show(notice("error", error.code, error.message, hint))
        except Exception as error:  # noqa: BLE001 - a user sees our bug on the card, but seldom in a log
            self._show(notice("error", "internal", f"That failed ({type(error).__name__})."))
