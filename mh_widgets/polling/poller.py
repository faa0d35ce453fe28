"""Polls the API about one project, and notifies its observers, in practice the ``Subscription`` of each card.

A poller runs while at least one observer wants it to and the answer can still change.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable

from mh_widgets.api.projects import ProjectsApi
from mh_widgets.errors import ApiError, MagicHourError, ProjectDeleted
from mh_widgets.models import ProjectDetails, Status
from mh_widgets.polling import intervals
from mh_widgets.polling.deletion import Deletion, deleted_error
from mh_widgets.polling.observers import Observers
from mh_widgets.polling.presence import Observer
from mh_widgets.polling.project_state import ProjectState
from mh_widgets.polling.rate_limiter import RateLimiter
from mh_widgets.polling.scheduler import Clock, PollScheduler
from mh_widgets.polling.shared_project import SharedProject, unknown
from mh_widgets.polling.sharing import Sharing
from mh_widgets.project_ids import AnyKind
from mh_widgets.store.base import Record


class Poller(ProjectState):
    """Polls one project on one loop, and notifies its observers of changes."""

    def __init__(
        self,
        api: ProjectsApi,
        project_id: str,
        clock: Clock,
        *,
        rate_limiter: RateLimiter,
        sharing: Sharing,
        on_idle: Callable[[Poller], None],
        kind: AnyKind = "video",
    ) -> None:
        super().__init__(project_id, SharedProject(sharing, project_id, clock.now, kind))
        self.asked_kind = kind
        self._loop = asyncio.get_running_loop()
        self._api = api
        self._on_idle = on_idle
        self.clock = clock
        self._rate_limiter = rate_limiter
        self._scheduler = PollScheduler(api, rate_limiter, clock, lambda: sharing.history)
        self._observers = Observers()
        self._task: asyncio.Task[None] | None = None
        self._deletion = Deletion(api, self)
        # Numbers of requests: the last one, the newest that was answered, the last before a record.
        self._asked = self._answered = self._heard = 0
        self._news = False  # whether an answer has arrived since the task last slept
        self._checking = False  # whether a remembered end is being checked with the API

    @property
    def running(self) -> bool:
        """Whether the API is being polled."""
        return self._task is not None

    @property
    def ended(self) -> bool:
        """Whether the answer can't change any more, or an error has stopped polling."""
        # The API may list the outputs some seconds after the end.
        may_change = self._checking or (self.status == Status.COMPLETE and self._scheduler.awaits_outputs)
        return self.error is not None or (self.status in Status.TERMINAL and not may_change)

    @property
    def estimate(self) -> intervals.DurationEstimate:
        """How long renders like this one usually take."""
        return self._scheduler.estimate(self.details)

    def join(self, observer: Observer) -> None:
        """Notify ``observer`` of changes from now on."""
        self._observers.join(observer)

    def leave(self, observer: Observer) -> None:
        """Stop notifying ``observer``. Without observers, polling ends."""
        self._observers.leave(observer)
        self.sync_task()
        if not self._observers:
            self._on_idle(self)

    def sync_task(self, *, ask_again: bool = False, ask_first: bool = True) -> None:
        """Run the task if an observer wants it and the answer can change; otherwise stop it.

        ``ask_again`` resumes polling that has ended. ``ask_first=False`` waits before the first request.
        """
        wanted = self._observers.want_polling and not self.deleted
        if not wanted or (self.ended and not ask_again):
            self._stop()
        elif self._task is None:
            self.error = None
            name = f"mh_widgets watch {self.project_id}"
            self._task = self._loop.create_task(self._run(ask_first), name=name)
        self.update_pace()

    def update_pace(self) -> None:
        """Poll at the pace of the most attentive observer. Call this when an observer's attention changes."""
        self._scheduler.set_attentive(self._observers.attentive)

    def check(self) -> bool:
        """Ask about a remembered end once, in turn with the other pollers. Return whether it is one."""
        self._checking = self.remembers_end
        self.sync_task()
        return self._checking

    async def refresh(self) -> ProjectDetails:
        """Send one GET now, without the rate limiter. Raises its errors and ``ProjectDeleted``."""
        try:
            return await self._ask()
        except ApiError as error:
            self._scheduler.note_rate_limit(error)
            raise

    async def _ask(self) -> ProjectDetails:
        self._asked += 1
        number, known = self._asked, self._shared.asked()
        try:
            details = await self._api.get(self.project_id, self.kind, self._rate_limiter.count)
        except ApiError as error:
            if number < self._answered and self.details is not None and not self.deleted:
                return self.details  # a later request has already been answered
            if error.status_code == 404 and self.details is not None:
                self.mark_deleted(known)
            if self.deleted:
                raise deleted_error() from None
            raise
        if number > self._answered and not self.outdates(details, asked_before=number <= self._heard):
            self._answered, deleted = number, not details.enabled
            self._shared.answered(details, known, deleted=deleted, due_s=lambda: self._scheduler.sleeps_s)
            self._scheduler.learn(details)
            self._accept(details, deleted=deleted)
        if self.deleted:
            raise deleted_error()
        return details

    async def delete(self) -> None:
        """Delete the project, once for all callers. Raises the API's error if the project still exists."""
        if not self.deleted:
            await self._deletion.run()

    def note_rate_limit(self, error: MagicHourError) -> None:
        """Slow down every poller of the client after a 429 to an extra request."""
        self._scheduler.note_rate_limit(error)

    def apply_record(self, record: Record, *, claimed: bool = False) -> bool:
        """Take over what another kernel or a webhook recorded. Return whether it was accepted."""
        outdated = self.outdates_status(record.status)
        if (details := self._shared.accept_record(record, claimed=claimed, outdated=outdated)) is None:
            return False
        self._heard = self._asked  # requests still under way were sent before this record
        self._scheduler.learn(details, own=False, age_s=record.age_s)
        deleted = record.status == Status.DELETED
        if self.details is not None:
            details = self.details if deleted else details.with_links_of(self.details)
        self._accept(details, deleted=deleted)
        return True

    async def _run(self, ask: bool) -> None:
        me = asyncio.current_task()
        first, self._news = True, False
        self._scheduler.begin()
        try:
            if self._shared.on and self.details is None:
                ask = await self._recall() and ask
            while self._task is me:
                transient_error: MagicHourError | None = None
                held_s = 0.0
                try:
                    if ask:
                        held_s = await self._ask_in_turn(first)
                except ProjectDeleted:
                    return
                except MagicHourError as error:
                    if not error.transient and self._task is me:
                        self.error = error
                        return
                    transient_error = error
                if self._task is not me:
                    return
                self._news = False
                first = first and (transient_error is not None or held_s > 0)
                ask = not await self._rest(transient_error, held_s)
        except Exception as error:  # noqa: BLE001 - a user sees our bug on the card, but seldom in a log
            self.error = MagicHourError(f"Polling failed ({type(error).__name__}).", code="internal")
        finally:
            if self._task is me:
                self._task = None
                self._checking = False
                self._scheduler.end()
                self.transient_error = self.next_attempt_at = None
                self.notify()

    async def _rest(self, error: MagicHourError | None, held_s: float) -> bool:
        """Sleep after an error, for another kernel, or at the usual pace. Return whether it was woken."""
        if error is not None:
            delay_s = self._scheduler.after_failure(error)
            self._shared.failed(delay_s)
            return await self._scheduler.sleep_for(delay_s, functools.partial(self._retry, error))
        if held_s:
            return await self._scheduler.sleep_for(held_s)
        delay_s = self._scheduler.after_answer(self.details, self._observers.poll_interval_s)
        return await self._scheduler.sleep_for(self._shared.next_s(delay_s))

    async def _recall(self) -> bool:
        """Show what the store remembers. Return whether to send a request at once."""
        record = await self._shared.recall()
        if record is None or self.details is not None:
            return True
        # A remembered end is checked once if a page shows it. Anything else waits until its answer is due.
        self._checking = record.status in Status.TERMINAL and self._observers.recheck
        accepted = self.apply_record(record)
        self._checking = self._checking and accepted
        self._news = False
        return self._checking or not accepted or record.due_s is None or record.due_s <= 0

    async def _ask_in_turn(self, first: bool) -> float:
        """Send a request, unless another kernel does: then return the seconds until this one may retry."""
        me = asyncio.current_task()
        while True:
            await self._shared.prepare(self._api)
            await self._acquire(first)
            # While this task waited, another request may have been answered, or the task was stopped.
            if self._task is not me or self._news:
                return 0.0
            in_budget = self._observers.poll_interval_s is None
            claim = await self._shared.claim(self._rate_limiter, in_budget=in_budget)
            if self._task is not me or self._news:
                self._shared.give_back(claim)
                return 0.0
            if claim.outcome == "granted":
                with self._shared.asking():
                    await self._ask()
                return 0.0
            if claim.record is not None:
                if self.apply_record(claim.record, claimed=True):
                    return 0.0
            elif claim.outcome != "quiet":
                return claim.wait_s + 0.3 * self.clock.random()

    async def _acquire(self, first: bool) -> None:
        """Wait until a request may be sent. A healthy poller of a known project waits silently in a crowd."""
        await self._scheduler.acquire(
            self._observers.poll_interval_s,
            first=first,
            rank=self._observers.rank,
            on_wait=lambda wait_s, why: self._retry(MagicHourError(why, code="waiting"), wait_s),
            patient=not first and self.transient_error is None,
        )

    def _retry(self, transient_error: MagicHourError, in_s: float) -> None:
        self.transient_error, self.next_attempt_at = transient_error, round(self.clock.now() + in_s, 1)
        self.notify()

    def _accept(self, details: ProjectDetails, *, deleted: bool) -> None:
        self.details = details
        self._shared.kind = details.kind
        self.error = self.transient_error = self.next_attempt_at = None
        self.deleted = deleted
        self._checking = self._checking and self.known_at is not None
        self._news = True
        self._scheduler.wake()
        # The answer to an extra request resumes polling that an error had stopped.
        self.sync_task(ask_first=False)
        self.notify()

    def mark_deleted(self, known: int | None = None) -> None:
        """Record the deletion, learned by a request sent at version ``known``; None is the present one."""
        self.deleted = True
        self.error = None
        details = self.details or unknown(self.project_id, self.kind)
        known = self._shared.asked() if known is None else known
        self._shared.answered(details, known, deleted=True, due_s=lambda: None)
        self._stop()
        self.notify()

    def _stop(self) -> None:
        task, self._task = self._task, None
        self._scheduler.end()
        self.transient_error = self.next_attempt_at = None
        # The task itself may have learned of the end. It then returns without being cancelled.
        if task is not None and task is not asyncio.current_task(self._loop):
            task.cancel()

    def notify(self) -> None:
        """Notify every observer of a change."""
        self._observers.notify()
