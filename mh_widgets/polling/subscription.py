"""One card's subscription to a poller, with its own deadline, pause and outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from mh_widgets.api import retry
from mh_widgets.errors import MagicHourError, RenderCanceled, RenderFailed, WatchClosed, WatchDeadline
from mh_widgets.models import ProjectDetails, Status
from mh_widgets.polling.deletion import deleted_error
from mh_widgets.polling.poller import Poller
from mh_widgets.polling.presence import Presence


class Subscription:
    """One card's view of a poller.

    Args:
        poller: The poller of the card's project.
        on_change: Called on the loop when something that the card shows may have changed.
        deadline_s: Seconds after each start when polling stops; None is never.
        poll_interval_s: A fixed interval in seconds, or None.
        presence: Whether a page shows the card.
        rank: The card's page in a gallery.
        rechecks: As for ``Observer``.
    """

    def __init__(
        self,
        poller: Poller,
        on_change: Callable[[], None],
        *,
        deadline_s: float | None = None,
        poll_interval_s: float | None = None,
        presence: Presence | None = None,
        rank: int = 0,
        rechecks: bool = True,
    ) -> None:
        self.poller = poller
        self.poll_interval_s = poll_interval_s
        self.rank = rank
        self.rechecks = rechecks
        self._presence = presence or Presence()
        self._on_change = on_change
        self._deadline_s = deadline_s
        self._deadline: WatchDeadline | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._started = self._paused = self._closed = False
        self._closed_error = WatchClosed(
            "The card was closed.", hint="Make a new one with the same project ID."
        )
        self._callers = 0  # callers that wait in ``finished``
        #: Why ``refresh`` sends its request again; None if it doesn't.
        self.refresh_error: MagicHourError | None = None
        self._waiting: set[asyncio.Future[None]] = set()
        poller.join(self)

    @property
    def wants_polling(self) -> bool:
        """Whether this card wants the poller to run."""
        return self._started and not self._paused and not self._closed and self._deadline is None

    @property
    def attentive(self) -> bool:
        """Whether a page shows this card, or code waits for it."""
        return self._callers > 0 or self._presence.attentive

    @property
    def error(self) -> MagicHourError | None:
        """The error that stopped polling for this card: the poller's own, or the deadline."""
        return self.poller.error or self._deadline

    @property
    def state(self) -> str:
        """The state of polling: ``watching``, ``retrying``, ``paused`` or ``stopped``."""
        if self._paused and not self._closed:
            return "paused"
        if not self.wants_polling or not self.poller.running:
            return "stopped"
        return "retrying" if self.poller.transient_error else "watching"

    @property
    def reason(self) -> str:
        """One sentence that says why it retries, waits or has stopped; else ""."""
        transient_error = (
            self.poller.transient_error
            if self.state == "retrying"
            else self.error
            if self.state == "stopped"
            else None
        )
        return str(transient_error) if transient_error else ""

    def start(self) -> None:
        """Start or resume polling, with a new deadline."""
        if self._closed:
            return
        self._started, self._paused, self._deadline = True, False, None
        self._disarm()
        self.poller.sync_task(ask_again=True)
        self.poller.notify()  # the other cards, too, as polling resumes for all of them

    def pause(self) -> None:
        """Stop polling until ``start``. Answers that other cards ask for still arrive.

        It has no effect once polling has ended.
        """
        if self.wants_polling and self.poller.running:
            self._paused = True
            self.poller.sync_task()
            self.changed()

    def close(self, error: WatchClosed | None = None) -> None:
        """End the subscription. Callers that wait get ``error``, by default that the card was closed."""
        if not self._closed:
            self._closed = True
            self._closed_error = error or self._closed_error
            self._disarm()
            self.poller.leave(self)
            self._wake()

    def changed(self) -> None:
        """Handle a change that the poller reports."""
        if self.poller.status in Status.TERMINAL:
            self._paused, self._deadline = False, None
        if not self.wants_polling or not self.poller.running:
            self._disarm()
        elif self._timer is None and self._deadline_s is not None:
            self._timer = asyncio.get_running_loop().call_later(self._deadline_s, self._expire)
        self._on_change()
        self._wake()

    async def finished(self) -> ProjectDetails:
        """Wait for the outcome.

        Returns:
            The finished project.

        Raises:
            MagicHourError: There is no finished project; see ``ProjectActions.finished``.
        """
        self._callers += 1
        self.poller.update_pace()
        try:
            return await self._outcome()
        finally:
            self._callers -= 1
            self.poller.update_pace()

    async def _outcome(self) -> ProjectDetails:
        while True:
            outcome = self.outcome()
            if self.poller.known_at is not None and self.poller.running:
                outcome = None  # a remembered end is being checked with the API
            if isinstance(outcome, MagicHourError):
                raise outcome
            if outcome is not None:
                # Another kernel saw the end, and the store keeps no links. This kernel asks for its own.
                return await self.refresh() if outcome.lacks_links else outcome
            await self._next_change()

    async def refresh(self) -> ProjectDetails:
        """Send a GET now, and again after each failure that may pass, with ever longer waits.

        Returns:
            The project.

        Raises:
            MagicHourError: Waiting can't help, ``deadline_s`` has passed, or the card was closed.
        """
        loop = asyncio.get_running_loop()
        began_at, failures = loop.time(), 0
        while True:
            try:
                details = await self.poller.refresh()
            except MagicHourError as error:
                late = self._deadline_s is not None and loop.time() - began_at >= self._deadline_s
                if not error.transient or late or self._closed:
                    raise
                self.refresh_error = error
            else:
                self.refresh_error = None
                return details
            failures += 1
            await self._sleep(
                retry.backoff_s(
                    failures,
                    self.poller.clock.random,
                    status_code=getattr(self.refresh_error, "status_code", None),
                    retry_after_s=getattr(self.refresh_error, "retry_after_s", None),
                )
            )

    async def _sleep(self, seconds: float) -> None:
        """Sleep until the time is over or the card is closed."""
        loop = asyncio.get_running_loop()
        end_at = loop.time() + seconds
        while not self._closed and (left_s := end_at - loop.time()) > 0:
            await self._next_change(left_s)

    async def _next_change(self, timeout_s: float | None = None) -> None:
        """Wait until something has changed, for at most ``timeout_s`` seconds."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait({future}, timeout=timeout_s)
        finally:
            self._waiting.discard(future)

    def outcome(self) -> ProjectDetails | MagicHourError | None:
        """Return the finished project, or the error that took its place; None while it may continue."""
        details, status = self.poller.details, self.poller.status
        if status == Status.DELETED:
            return deleted_error()
        if details and status == Status.COMPLETE:
            return details
        if details and status == Status.ERROR:
            return failed_error(details)
        if details and status == Status.CANCELED:
            return RenderCanceled("The render was canceled.", details=details)
        if self._closed:
            return self._closed_error.with_traceback(None)
        # The same error is raised for each caller, so it must not keep the frames of earlier ones.
        return self.error.with_traceback(None) if self.error is not None else None

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _expire(self) -> None:
        minutes = (self._deadline_s or 0) / 60
        span = f"{minutes:.0f} min" if minutes >= 1 else f"{self._deadline_s:g} s"
        what = "Not finished" if self.poller.details else "No answer"
        trouble = self.poller.transient_error
        why = f"{trouble.message} Polling has stopped." if trouble else "Polling has stopped."
        if self.poller.details and not trouble:
            why = "Polling has stopped; the render continues."
        self._deadline = WatchDeadline(f"{what} after {span}. {why}", hint="Resume to continue polling.")
        self.poller.sync_task()
        self.changed()

    def _wake(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)


def failed_error(details: ProjectDetails) -> RenderFailed:
    """Return the API's own reason for a failed render as an exception."""
    error = details.error
    return RenderFailed(
        (error and error.message) or "The render failed, and the API gave no reason.",
        code=(error and error.code) or None,
        details=details,
    )
