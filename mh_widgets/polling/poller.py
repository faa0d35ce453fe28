"""Asks the API about one project, and notifies its observers.

An ``Observer`` is in practice a card's ``Subscription``. A poller runs while at least one observer wants it
to and the answer can still change.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable

from mh_widgets import _loops
from mh_widgets.api.projects import ProjectsApi
from mh_widgets.errors import ApiError, MagicHourError, ProjectDeleted
from mh_widgets.models import ProjectDetails, Status
from mh_widgets.polling import intervals
from mh_widgets.polling.presence import Observer
from mh_widgets.polling.rate_limiter import RateLimiter
from mh_widgets.polling.scheduler import Clock, PollScheduler
from mh_widgets.project_ids import AnyKind

#: Behind every page of a gallery.
_LAST = 1_000_000


class Poller:
    """Asks about one project on one loop and tells its observers when something changed."""

    def __init__(
        self,
        api: ProjectsApi,
        project_id: str,
        clock: Clock,
        rate_limiter: RateLimiter,
        on_idle: Callable[[Poller], None],
        *,
        kind: AnyKind = "video",
    ) -> None:
        self.project_id = project_id
        self.asked_kind = kind
        self.kind = kind  # what was found, once something was
        self.details: ProjectDetails | None = None
        self.deleted = False
        self.error: MagicHourError | None = None  # what ended the asking, None while it may go on
        self.transient_error: MagicHourError | None = None  # what is being retried, or why it may not ask yet
        self.next_attempt_at: float | None = None
        self._loop = asyncio.get_running_loop()
        self._api = api
        self._on_idle = on_idle
        self._clock = clock
        self._scheduler = PollScheduler(api, rate_limiter, clock)
        self._observers: dict[Observer, None] = {}
        self._task: asyncio.Task[None] | None = None
        self._deletion: asyncio.Task[None] | None = None
        self._asked = 0
        self._answered = 0
        self._delete_sent = False
        self._news = False  # an answer came since the task last slept

    @property
    def status(self) -> str:
        """The API's word, ``deleted``, or "" before the first answer."""
        if self.deleted:
            return Status.DELETED
        return self.details.status if self.details else ""

    @property
    def running(self) -> bool:
        """Whether the API is being asked from time to time."""
        return self._task is not None

    @property
    def ended(self) -> bool:
        """Whether the answer can't change any more, or asking again makes no sense by itself."""
        if self.status == Status.COMPLETE and self._scheduler.awaits_outputs:
            return self.error is not None  # its outputs may be listed some seconds later
        return self.error is not None or self.status in Status.TERMINAL

    @property
    def usual(self) -> intervals.DurationEstimate:
        """How long renders like this one usually take."""
        return self._scheduler.usual(self.details)

    def join(self, observer: Observer) -> None:
        """Tell ``observer`` about changes from now on."""
        self._observers[observer] = None

    def leave(self, observer: Observer) -> None:
        """Forget ``observer``; the last one ends the watch."""
        self._observers.pop(observer, None)
        self.sync_task()
        if not self._observers:
            self._on_idle(self)

    def sync_task(self, *, ask_again: bool = False, ask_first: bool = True) -> None:
        """Run while somebody wants it and the answer can change; stop when nobody does.

        ``ask_again`` starts a watch that had ended once more; ``ask_first=False`` waits before the first
        question.
        """
        wanted = any(observer.wants_polling for observer in self._observers) and not self.deleted
        if not wanted or (self.ended and not ask_again):
            self._stop()
        elif self._task is None:
            self.error = None
            self._task = self._loop.create_task(
                self._run(ask_first), name=f"mh_widgets watch {self.project_id}"
            )
        self.see()

    def see(self) -> None:
        """Go at the pace of the most attentive observer; to be called when one of them begins to look, or ceases."""
        self._scheduler.see(any(observer.attentive for observer in self._observers if observer.wants_polling))

    async def refresh(self) -> ProjectDetails:
        """One GET now, whatever the budget says. Raises what the request raises, and ``ProjectDeleted``."""
        try:
            return await self._ask()
        except ApiError as error:
            self._scheduler.note_rate_limit(error)
            raise

    async def _ask(self) -> ProjectDetails:
        self._asked += 1
        turn = self._asked
        try:
            details = await self._api.get(self.project_id, self.kind)
        except ApiError as error:
            if turn < self._answered and self.details is not None and not self.deleted:
                return self.details  # older news than what is known by now
            if error.status_code == 404 and self.details is not None:
                self._mark_deleted()
            if self.deleted:
                raise deleted_error() from None
            raise
        if not self.deleted and turn > self._answered:
            self._answered = turn
            self.kind = details.kind
            self._accept(details)
        if self.deleted:
            raise deleted_error()
        return details

    async def delete(self) -> None:
        """Delete the project, once, however many ask. Raises what the API raises, where it still stands."""
        if self.deleted:
            return
        if self._deletion is None:
            self._deletion = asyncio.create_task(self._delete(), name=f"mh_widgets delete {self.project_id}")
            self._deletion.add_done_callback(self._deletion_ended)
        # Shielded: whoever asked may be cancelled, the request that has left can't be called back.
        await asyncio.shield(self._deletion)

    async def _delete(self) -> None:
        known = self.details is not None or self._delete_sent
        self._delete_sent = True
        try:
            await self._api.delete(self.project_id, self.kind)
        except MagicHourError as error:
            self._scheduler.note_rate_limit(error)
            gone = getattr(error, "status_code", None) == 404 and known
            # A lost answer may have been a yes: ask before claiming anything.
            if not gone and not (error.transient and await self._is_gone()):
                raise
        self._mark_deleted()

    async def _is_gone(self) -> bool:
        try:
            await self.refresh()
        except ProjectDeleted:
            return True
        except MagicHourError:
            pass
        return False

    def _deletion_ended(self, task: asyncio.Task[None]) -> None:
        self._deletion = None
        _loops.retrieve_exception(task)

    async def _run(self, ask: bool) -> None:
        me = asyncio.current_task()
        first, self._news = True, False
        self._scheduler.begin()
        try:
            while self._task is me:
                transient_error: MagicHourError | None = None
                try:
                    if ask:
                        await self._turn(first)
                        # While it waited for its turn somebody else may have had an answer, or it was
                        # stopped.
                        if self._task is me and not self._news:
                            await self._ask()
                except ProjectDeleted:
                    return
                except MagicHourError as error:
                    transient_error = error
                if self._task is not me:
                    return
                self._news = False
                if transient_error is None:
                    delay_s, first = (
                        self._scheduler.after_answer(self.details, self._poll_interval_s()),
                        False,
                    )
                    ask = not await self._scheduler.sleep_for(delay_s)
                elif transient_error.transient:
                    delay_s = self._scheduler.after_failure(transient_error)
                    ask = not await self._scheduler.sleep_for(
                        delay_s, functools.partial(self._retry, transient_error)
                    )
                else:
                    self.error = transient_error
                    return
        except Exception as error:  # noqa: BLE001 - a bug of ours belongs on the card, not in a log nobody reads
            self.error = MagicHourError(f"Watching failed ({type(error).__name__}).", code="internal")
        finally:
            if self._task is me:
                self._task = None
                self._scheduler.end()
                self.transient_error = self.next_attempt_at = None
                self.notify()

    async def _turn(self, first: bool) -> None:
        """Wait until it may ask. What knows its project and has no trouble just goes slower in a crowd."""
        await self._scheduler.acquire(
            self._poll_interval_s(),
            first=first,
            # Whom nobody looks at gets what the others leave.
            rank=min(
                (each.rank for each in self._observers if each.wants_polling and each.attentive),
                default=_LAST,
            ),
            tell=lambda wait_s, why: self._retry(MagicHourError(why, code="waiting"), wait_s),
            patient=not first and self.transient_error is None,
        )

    def _retry(self, transient_error: MagicHourError, in_s: float) -> None:
        self.transient_error, self.next_attempt_at = transient_error, round(self._clock.now() + in_s, 1)
        self.notify()

    def _poll_interval_s(self) -> float | None:
        wishes = [
            o.poll_interval_s for o in self._observers if o.wants_polling and o.poll_interval_s is not None
        ]
        return min(wishes, default=None)

    def _accept(self, details: ProjectDetails) -> None:
        self.details = details
        self._scheduler.learn(details)
        self.error = self.transient_error = self.next_attempt_at = None
        self.deleted = not details.enabled
        self._news = True
        self._scheduler.wake()
        # An answer that somebody asked for brings a watch back that an error had ended.
        self.sync_task(ask_first=False)
        self.notify()

    def _mark_deleted(self) -> None:
        self.deleted = True
        self.error = None
        self._stop()
        self.notify()

    def _stop(self) -> None:
        task, self._task = self._task, None
        self._scheduler.end()
        self.transient_error = self.next_attempt_at = None
        # The task itself may be the one that learned of the end; it returns by itself.
        if task is not None and task is not asyncio.current_task(self._loop):
            task.cancel()

    def notify(self) -> None:
        """Let every observer look again."""
        for observer in list(self._observers):
            try:
                observer.changed()
            except Exception as error:  # noqa: BLE001 - a bug on one card: the others hear all the same
                context = {"message": "A card failed", "exception": error}
                self._loop.call_exception_handler(context)


def deleted_error() -> ProjectDeleted:
    """What everybody gets who asks for a project that is gone."""
    return ProjectDeleted("This project was deleted.", hint="Files that were saved before are still there.")
