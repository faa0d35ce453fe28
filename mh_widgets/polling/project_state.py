"""What is known of one project, and of the asking about it."""

from __future__ import annotations

from mh_widgets.errors import MagicHourError
from mh_widgets.models import ProjectDetails, Status
from mh_widgets.polling.shared_project import SharedProject
from mh_widgets.project_ids import AnyKind


class ProjectState:
    """The part of a ``Poller`` that cards read."""

    def __init__(self, project_id: str, shared: SharedProject) -> None:
        self.project_id = project_id
        self._shared = shared
        self.details: ProjectDetails | None = None
        self.deleted = False
        self.error: MagicHourError | None = None  # what ended the asking, None while it may go on
        self.transient_error: MagicHourError | None = None  # what is being retried, or why it may not ask yet
        self.next_attempt_at: float | None = None

    @property
    def kind(self) -> AnyKind:
        """What the project makes; ``any`` until that is known."""
        return self._shared.kind

    @property
    def status(self) -> str:
        """The API's word, ``deleted``, or "" before the first answer."""
        if self.deleted:
            return Status.DELETED
        return self.details.status if self.details else ""

    @property
    def known_at(self) -> float | None:
        """When the API said what is known, where that is only remembered; Unix seconds, else None."""
        return self._shared.known_at

    def outdates(self, details: ProjectDetails, *, asked_before: bool) -> bool:
        """Whether what is known is newer than an answer: it is gone, or another kernel has seen the end meanwhile."""
        if self.deleted:
            return self.known_at is None  # what is only remembered, the API may contradict
        ended = self.status in Status.TERMINAL and details.status not in Status.TERMINAL
        return asked_before and ended
