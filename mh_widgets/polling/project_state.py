"""The known state of one project, and of its polling."""

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
        self.error: MagicHourError | None = None  # what ended polling, None while it may continue
        self.transient_error: MagicHourError | None = (
            None  # why it retries, or why it may not send a request yet
        )
        self.next_attempt_at: float | None = None

    @property
    def kind(self) -> AnyKind:
        """What the project makes; ``any`` until that is known."""
        return self._shared.kind

    @property
    def status(self) -> str:
        """The API's own status, ``deleted``, or "" before the first answer."""
        if self.deleted:
            return Status.DELETED
        return self.details.status if self.details else ""

    @property
    def known_at(self) -> float | None:
        """The Unix time of a remembered answer; None if the answer is current."""
        return self._shared.known_at

    @property
    def remembers_end(self) -> bool:
        """Whether an end is remembered that the API hasn't been asked about since."""
        return self.known_at is not None and self.status in Status.TERMINAL and not self.deleted

    def outdates(self, details: ProjectDetails, *, asked_before: bool) -> bool:
        """Return whether the known state is newer than an answer.

        That is so for a deleted project, and for an end that another kernel has seen meanwhile.
        """
        if self.deleted:
            return self.known_at is None  # the API may contradict a remembered state
        ended = self.status in Status.TERMINAL and details.status not in Status.TERMINAL
        return asked_before and ended

    def outdates_status(self, status: str) -> bool:
        """Return whether a status that another kernel recorded is older than the known state, as ends are final.

        A remembered state is no reason: the API may contradict it.
        """
        if self.known_at is not None or self.status not in Status.TERMINAL:
            return False
        return status != Status.DELETED if self.deleted else status not in Status.TERMINAL
