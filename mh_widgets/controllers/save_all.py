"""The saving of many projects' outputs, a few at a time. One failure doesn't stop the others."""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import Callable
from typing import Any

from mh_widgets.controllers.project import ProjectController
from mh_widgets.controllers.state import BatchTransfer, Notice, notice
from mh_widgets.errors import MagicHourError, NotAllowed, TransferError

#: Projects that are saved at the same time.
PARALLEL = 4

Saved = dict[str, "list[pathlib.Path] | MagicHourError"]


class BatchSave:
    """The saving of many projects, on the running loop.

    Args:
        controller: Returns the controller of a project.
        on_change: Called when ``state`` or ``notice`` has changed.
        noun: What the projects are called in sentences.
    """

    def __init__(
        self,
        controller: Callable[[str], ProjectController],
        on_change: Callable[[], None],
        noun: str = "project",
    ) -> None:
        self._noun = noun
        #: ``{kind, done, failed, total}`` while outputs are saved, else None.
        self.state: BatchTransfer | None = None
        #: ``{tone, code, message, hint}``: how the page's last save ended, or None.
        self.notice: Notice | None = None
        self._button: asyncio.Task[None] | None = None
        self._controller_of = controller
        self._on_change = on_change
        self._tasks: set[asyncio.Task[list[pathlib.Path]]] = set()
        self._turn = asyncio.Lock()
        #: How often all saving was canceled, for what still waits for its turn.
        self._cancels = 0

    async def run(self, project_ids: list[str], directory: pathlib.Path | None) -> Saved:
        """Save the outputs of these projects.

        Args:
            project_ids: The projects.
            directory: The target directory; None is each card's own.

        Returns:
            For each project the saved paths, or the error.
        """
        cancels = self._cancels
        async with self._turn:
            if cancels != self._cancels:
                return {each: _saved(asyncio.CancelledError()) for each in project_ids}
            slots = asyncio.Semaphore(PARALLEL)
            tally: BatchTransfer = {"kind": "save", "done": 0, "failed": 0, "total": len(project_ids)}

            async def save(project_id: str) -> list[pathlib.Path]:
                async with slots:
                    return await self._controller_of(project_id).save(directory)

            def count(task: asyncio.Task[Any]) -> None:
                self._tasks.discard(task)
                tally["done" if not task.cancelled() and task.exception() is None else "failed"] += 1
                show()

            def show() -> None:
                self._show(tally.copy())

            tasks = [asyncio.create_task(save(each), name=f"mh_widgets save {each}") for each in project_ids]
            self._tasks.update(tasks)
            for task in tasks:
                task.add_done_callback(count)
            try:
                if tasks:
                    show()
                results = await asyncio.gather(*tasks, return_exceptions=True)
            finally:
                self._show(None)
        return {each: _saved(result) for each, result in zip(project_ids, results, strict=True)}

    def start_for_view(self, project_ids: Callable[[], list[str]], allowed: bool) -> None:
        """Save for a page's "Save all finished", and report the end in ``notice``.

        A second click changes nothing.

        Args:
            project_ids: Returns the projects to save.
            allowed: Whether the page may save.
        """
        if self._button is not None:
            return
        self._set_notice(None)
        if allowed:
            self._button = asyncio.create_task(self._run_for_view(project_ids), name="mh_widgets save all")
        else:
            refusal = NotAllowed(
                "This gallery doesn't allow saving.", hint="It was made with allow_save=False."
            )
            self._set_notice({"tone": "error", **refusal.as_dict()})

    async def _run_for_view(self, project_ids: Callable[[], list[str]]) -> None:
        try:
            self._set_notice(_summary(await self.run(project_ids(), None), self._noun))
        finally:
            self._button = None

    def cancel(self) -> None:
        """Stop all saving, under way or waiting for its turn. Saved files stay."""
        self._cancels += 1
        for task in self._tasks:
            task.cancel()

    def _set_notice(self, notice: Notice | None) -> None:
        self.notice = notice
        self._on_change()

    def _show(self, state: BatchTransfer | None) -> None:
        self.state = state
        self._on_change()


def _summary(saved: Saved, noun: str) -> Notice:
    """Return a notice that describes the outcome in one sentence."""
    errors = {each: result for each, result in saved.items() if isinstance(result, MagicHourError)}
    failed = {each: error for each, error in errors.items() if error.code != "canceled"}
    number = len(saved) - len(errors)
    message = f"Saved {number} {noun}{'' if number == 1 else 's'}"
    if not saved:
        return notice("info", "nothing", f"There is no finished {noun} to save.")
    if failed:
        project_id, first = next(iter(failed.items()))
        return notice(
            "error", "save", f"{message}; {len(failed)} failed: {first.message} ({project_id})", first.hint
        )
    if errors:
        return notice("info", "canceled", f"{message}; {len(errors)} canceled.")
    return notice("info", "saved", f"{message}.")


def _saved(result: list[pathlib.Path] | BaseException) -> list[pathlib.Path] | MagicHourError:
    if isinstance(result, asyncio.CancelledError):
        return TransferError("Saving was canceled.", code="canceled")
    if isinstance(result, MagicHourError):
        return result.with_traceback(None)
    if isinstance(result, BaseException):
        return MagicHourError(f"Saving failed ({type(result).__name__}).", code="internal")
    return result
