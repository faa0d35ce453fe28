"""One project as all kernels of the account share it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from mh_widgets.api.projects import ProjectsApi
from mh_widgets.models import ProjectDetails, Status, details_type
from mh_widgets.polling.rate_limiter import RateLimiter
from mh_widgets.polling.sharing import Sharing, follow_s
from mh_widgets.project_ids import AnyKind
from mh_widgets.store import records
from mh_widgets.store.base import Claim, Record

#: The interval in seconds where webhooks report the end. Polling then only notices a canceled render.
WEBHOOK_S = 60.0
#: An older state, in seconds, that no kernel polls is marked with its age.
FRESH_S = 10.0


class SharedProject:
    """The link between one poller and the store."""

    def __init__(
        self, sharing: Sharing, project_id: str, now: Callable[[], float], kind: AnyKind = "video"
    ) -> None:
        #: What the project makes; ``any`` until that is known.
        self.kind = kind
        #: The Unix time of a remembered answer; None if the answer is current.
        self.known_at: float | None = None
        self._now = now
        self._sharing = sharing
        self._project_id = project_id
        self._loop = asyncio.get_running_loop()
        self._version = 0
        # On the loop's clock: the last answer, and the next request of the kernel that asked last.
        self._answered_at = 0.0
        self._due_at: float | None = None
        self._webhooks = False

    @property
    def on(self) -> bool:
        """Whether there is a store."""
        return self._sharing.on

    async def recall(self) -> Record | None:
        """Return the store's record, if it is newer than the known state."""
        record = await self._sharing.recall(self._project_id)
        if record is None or record.version <= self._version or self._is_other_kind(record):
            return None
        return record

    async def prepare(self, api: ProjectsApi) -> None:
        """Load the HTTP client before a claim: a claim that waits for an import delays all other kernels."""
        if self._sharing.on:
            await api.prepare()

    def give_back(self, claim: Claim) -> None:
        """End a claim without a request."""
        if claim.outcome == "granted":
            self._sharing.postpone(self._project_id, 0.0)

    async def claim(self, rate_limiter: RateLimiter, *, in_budget: bool) -> Claim:
        """Claim the next request for this kernel, within the account's budget.

        A pause that another kernel's 429 caused applies to ``rate_limiter``, too.
        """
        per_s = rate_limiter.per_s if in_budget else None
        claim = await self._sharing.claim(self._project_id, self._version, per_s)
        while claim.record is not None and self._is_other_kind(claim.record):
            # Only the API knows whether there is a project of this kind as well.
            self._version = claim.record.version
            claim = await self._sharing.claim(self._project_id, self._version, per_s)
        if claim.outcome == "granted" and claim.wait_s:
            await asyncio.sleep(claim.wait_s)
        elif claim.outcome == "quiet":
            rate_limiter.pause(claim.wait_s)
        return claim

    def asking(self) -> contextlib.AbstractContextManager[None]:
        """Keep the claim while the request is under way."""
        return self._sharing.asking(self._project_id)

    def accept_record(
        self, record: Record, *, claimed: bool = False, outdated: bool = False
    ) -> ProjectDetails | None:
        """Take over a record.

        Args:
            record: What another kernel or a webhook recorded.
            claimed: Whether a claim returned it. Its version may be lower then, if the store was replaced.
            outdated: Whether the known state is newer.

        Returns:
            Its details, or None if it is not new, of another kind, or can't be read.
        """
        if record.version <= self._version and not claimed:
            return None
        self._version = record.version  # also of a refused one, so that the next claim doesn't return it
        if outdated or (details := self._sharing.unpack(record)) is None:
            return None
        if self.kind not in ("any", details.kind):
            return None
        self._answered_at = self._loop.time() - record.age_s
        self._due_at = None if record.due_s is None else self._loop.time() + record.due_s
        self._webhooks = records.hears_webhooks(record)
        polled = record.due_s is not None and record.due_s > 0
        self.known_at = None if polled or record.age_s < FRESH_S else round(self._now() - record.age_s)
        return details

    def _is_other_kind(self, record: Record) -> bool:
        return self.kind != "any" and records.kind_of(record) not in ("", self.kind)

    def asked(self) -> int:
        """Return the version known when a request is sent, for ``answered``."""
        self._answered_at = self._loop.time()  # an answer that changes nothing isn't asked for again at once
        return self._version

    def answered(
        self, details: ProjectDetails, known: int, *, deleted: bool, due_s: Callable[[], float | None]
    ) -> None:
        """Record the API's answer for the other kernels."""
        self.known_at = self._due_at = None
        self._answered_at = self._loop.time()
        if self._sharing.on:
            # On the loop's next iteration, when the polling task has set the time of its next request.
            self._loop.call_soon(lambda: self._share(details, known, deleted, due_s()))

    def _share(self, details: ProjectDetails, known: int, deleted: bool, due_s: float | None) -> None:
        self._sharing.record(
            details,
            deleted=deleted,
            known=known,
            due_s=due_s,
            webhooks=self._webhooks,
            on_version=self._written,
        )

    def _written(self, version: int) -> None:
        self._version = max(self._version, version)

    def failed(self, delay_s: float) -> None:
        """Keep the claim after a failure, until this kernel tries again in ``delay_s``."""
        self._sharing.postpone(self._project_id, delay_s)

    def next_s(self, own_s: float) -> float:
        """Return the seconds until this kernel asks, given its own interval ``own_s``."""
        if self._webhooks:
            own_s = max(own_s, WEBHOOK_S)
        now = self._loop.time()
        # Counted from the answer: a kernel that hears of it late must not wait a whole interval.
        own_s = max(0.0, own_s - (now - self._answered_at))
        return follow_s(own_s, None if self._due_at is None else self._due_at - now)


def unknown(project_id: str, kind: AnyKind) -> ProjectDetails:
    """Return the details of a project that was deleted before its first answer."""
    return details_type(kind)(project_id, Status.UNKNOWN)
