"""The deletion of one project: sent once, and checked where its answer was lost."""

from __future__ import annotations

import asyncio
from typing import Protocol

from mh_widgets import _loops
from mh_widgets.api.projects import ProjectsApi
from mh_widgets.errors import MagicHourError, ProjectDeleted
from mh_widgets.models import ProjectDetails
from mh_widgets.project_ids import AnyKind


class DeletionTarget(Protocol):
    """The part of a poller that a deletion needs."""

    project_id: str

    @property
    def kind(self) -> AnyKind:
        """What the project makes; ``any`` until that is known."""

    details: ProjectDetails | None

    async def refresh(self) -> ProjectDetails:
        """Send one GET now."""

    def note_rate_limit(self, error: MagicHourError) -> None:
        """Slow down every poller of the client after a 429."""

    def mark_deleted(self) -> None:
        """Record that the project is deleted."""


class Deletion:
    """The deletion of one project.

    Args:
        poller: Is told how the deletion ended.
    """

    def __init__(self, api: ProjectsApi, poller: DeletionTarget) -> None:
        self._api = api
        self._poller = poller
        self._task: asyncio.Task[None] | None = None
        self._sent = False

    async def run(self) -> None:
        """Delete the project, or join the deletion under way.

        Raises:
            MagicHourError: The API refused, and the project still exists.
        """
        if self._task is None:
            name = f"mh_widgets delete {self._poller.project_id}"
            self._task = asyncio.create_task(self._delete(), name=name)
            self._task.add_done_callback(self._ended)
        # Shielded: the caller may be cancelled, but a request that was sent can't be called back.
        await asyncio.shield(self._task)

    async def _delete(self) -> None:
        if self._poller.kind == "any":
            await self._poller.refresh()  # finds the kind out, and only what was found can be deleted
        known = self._poller.details is not None or self._sent
        self._sent = True
        try:
            await self._api.delete(self._poller.project_id, self._poller.kind)
        except MagicHourError as error:
            self._poller.note_rate_limit(error)
            gone = getattr(error, "status_code", None) == 404 and known
            # The lost answer may have been a success, so ask the API before reporting anything.
            if not gone and not (error.transient and await self._is_gone()):
                raise
        self._poller.mark_deleted()

    async def _is_gone(self) -> bool:
        try:
            await self._poller.refresh()
        except ProjectDeleted:
            return True
        except MagicHourError:
            pass
        return False

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._task = None
        _loops.retrieve_exception(task)


def deleted_error() -> ProjectDeleted:
    """Return the error for every request about a deleted project."""
    return ProjectDeleted("This project was deleted.", hint="Files that were saved before are still there.")
