"""The time of a poller's next request, from its interval, the rate limiter and the back-off."""

from __future__ import annotations

import asyncio
import dataclasses
import math
import random
import time
from collections.abc import Callable

from mh_widgets.api import retry
from mh_widgets.api.projects import ProjectsApi
from mh_widgets.errors import MagicHourError
from mh_widgets.models import ProjectDetails, Status
from mh_widgets.polling import intervals
from mh_widgets.polling.history import RenderHistory
from mh_widgets.polling.rate_limiter import OnWait, RateLimiter


@dataclasses.dataclass(frozen=True)
class Clock:
    """The source of time and randomness.

    ``now`` returns Unix time in seconds, and ``random`` returns 0 <= x < 1.
    """

    now: Callable[[], float] = time.time
    random: Callable[[], float] = random.random


#: The system's time and randomness.
CLOCK = Clock()

#: A duration is learned only if its end is known well enough. The answers around it are at most so many
#: seconds apart, or less than this share of the duration.
_SHARP_S = 5.0
_SHARP_SHARE = 0.25
#: Answers without outputs after which polling a complete project ends. With the back-off it takes 1 to 2 min.
_MAX_UNLISTED = 6


@dataclasses.dataclass
class _Sleep:
    """The sleep between two requests.

    ``since`` is its begin on the loop's clock, ``usual_s`` its length at the usual pace.
    """

    since: float
    usual_s: float
    on_delay: Callable[[float], None] | None
    timer: asyncio.TimerHandle | None = None


class PollScheduler:
    """Decides when one poller asks, and learns how long its kind of render takes."""

    def __init__(
        self,
        api: ProjectsApi,
        rate_limiter: RateLimiter,
        clock: Clock,
        history: Callable[[], RenderHistory] = RenderHistory,
    ) -> None:
        self._api = api
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._history = history
        self._loop = asyncio.get_running_loop()
        self._began_at: float | None = None
        self._unfinished_at: float | None = None
        self._failures = 0
        self._unlisted = 0  # answers in a row that say "complete" and list no outputs
        self._desired_rate = 0.0
        self._unseen = False
        self._sleep: _Sleep | None = None
        self._woken: asyncio.Future[bool] | None = None

    @property
    def awaits_outputs(self) -> bool:
        """Whether a complete project has no outputs yet, and they are still expected."""
        return 0 < self._unlisted <= _MAX_UNLISTED

    def estimate(self, details: ProjectDetails | None) -> intervals.DurationEstimate:
        """Return how long renders like this one usually take."""
        kind = details.estimated_as if details else None
        return intervals.estimate_duration(kind, self._history().of(self._api.address, kind))

    def begin(self) -> None:
        """Count this poller in, as it begins to send requests."""
        self._failures = 0
        self._set_desired_rate(1 / intervals.CEILING_S)

    def end(self) -> None:
        """Count this poller out, as it sends no more requests."""
        self._sleep = None
        self._set_desired_rate(0.0)

    async def acquire(
        self,
        fixed_s: float | None,
        *,
        first: bool,
        rank: int = 0,
        on_wait: OnWait | None = None,
        patient: bool = False,
    ) -> None:
        """Wait until the rate limiter lets this poller send a request.

        With a fixed interval it waits only for the end of a 429's pause.

        Args:
            fixed_s: The interval that the user fixed, in seconds, or None.
            first: Whether nothing is known of the project yet.
            rank: The lowest rank goes first.
            on_wait: Called if the wait is long.
            patient: Whether ``on_wait`` is called only for a 429.
        """
        # A card that knows nothing yet comes first, then those whose state is most likely to change.
        urgency = None if fixed_s is not None else math.inf if first else self._effective_rate
        self._woken = self._rate_limiter.queue(urgency, rank=rank, on_wait=on_wait, patient=patient)
        await self._woken

    async def sleep_for(self, usual_s: float, on_delay: Callable[[float], None] | None = None) -> bool:
        """Sleep for ``usual_s`` seconds, or longer while no page shows the project.

        Args:
            usual_s: The length of the sleep at the usual pace.
            on_delay: Called with the seconds left, at the beginning and when they change.

        Returns:
            Whether ``wake`` ended the sleep early.
        """
        woken: asyncio.Future[bool] = self._loop.create_future()
        self._woken = woken
        rest = self._sleep = _Sleep(self._loop.time(), usual_s, on_delay)
        self._arm(rest)
        try:
            return await woken
        finally:
            if rest.timer is not None:
                rest.timer.cancel()
            if self._sleep is rest:
                self._sleep = None

    def wake(self) -> None:
        """End the sleep or the wait for a turn, as an answer has arrived."""
        self._sleep = None
        _set(self._woken, True)

    def set_attentive(self, attentive: bool) -> None:
        """Note whether a page shows the project or code waits for it, and adjust the sleep."""
        if self._unseen is attentive:
            self._unseen = not attentive
            self._rate_limiter.request_rate(self, self._effective_rate)
            # A waiting caller may be collected after its loop was closed, and calls this then.
            if self._sleep is not None and not self._loop.is_closed():
                self._arm(self._sleep)

    def _arm(self, rest: _Sleep) -> None:
        if rest.timer is not None:
            rest.timer.cancel()
        sleep_s = max(rest.usual_s, intervals.UNSEEN_S) if self._unseen else rest.usual_s
        left_s = max(0.0, rest.since + sleep_s - self._loop.time())
        rest.timer = self._loop.call_later(left_s, _set, self._woken, False)
        if rest.on_delay is not None:
            rest.on_delay(left_s)

    def after_answer(self, details: ProjectDetails | None, fixed_s: float | None) -> float:
        """Return the seconds until the next request after an answer."""
        self._failures = 0
        self._rate_limiter.on_success()
        if self.awaits_outputs:
            return retry.backoff_s(self._unlisted, self._clock.random)
        now = self._now()
        if self._began_at is None:
            self._began_at = now
        if fixed_s is not None:
            self._set_desired_rate(0.0)
            return max(intervals.MIN_INTERVAL_S, fixed_s)
        created_at = details.created_at.timestamp() if details and details.created_at else self._began_at
        seconds = intervals.interval_s(
            now - created_at,
            self.estimate(details),
            self._clock.random,
            queued=details is not None and details.status == Status.QUEUED,
            watched_s=now - self._began_at,
        )
        self._set_desired_rate(1 / seconds)
        return seconds * self._rate_limiter.slowdown

    def after_failure(self, error: MagicHourError) -> float:
        """Return the seconds until the next attempt after a failure."""
        self._failures += 1
        seconds = self._backoff_s(error, self._failures)
        self._apply_rate_limit(error, seconds)
        return seconds

    def note_rate_limit(self, error: MagicHourError) -> None:
        """Slow down every poller of the client if an extra request got a 429."""
        self._apply_rate_limit(error, self._backoff_s(error, 1))

    def _apply_rate_limit(self, error: MagicHourError, seconds: float) -> None:
        if getattr(error, "status_code", None) == 429:
            self._rate_limiter.on_rate_limited(seconds)

    def _backoff_s(self, error: MagicHourError, failures: int) -> float:
        return retry.backoff_s(
            failures,
            self._clock.random,
            status_code=getattr(error, "status_code", None),
            retry_after_s=getattr(error, "retry_after_s", None),
        )

    @property
    def sleeps_s(self) -> float | None:
        """Seconds until the sleep ends, or None while there is none."""
        timer = self._sleep.timer if self._sleep is not None else None
        return max(0.0, timer.when() - self._loop.time()) if timer is not None else None

    def learn(self, details: ProjectDetails, *, own: bool = True, age_s: float = 0.0) -> None:
        """Note an answer, and learn the duration of the render from its end.

        The duration counts if two answers enclose the end closely enough.

        Args:
            details: The answer.
            own: Whether this kernel sent the request. Otherwise the other kernel learns the duration.
            age_s: The age of the answer in seconds.
        """
        listed = details.downloads or details.refused_downloads
        self._unlisted = self._unlisted + 1 if details.status == Status.COMPLETE and not listed else 0
        now = self._now() - age_s
        before, self._unfinished_at = self._unfinished_at, None
        if details.status not in Status.TERMINAL:
            self._unfinished_at = now
        elif details.status == Status.COMPLETE and before is not None and details.created_at:
            took_s = (before + now) / 2 - details.created_at.timestamp()
            if own and now - before <= max(_SHARP_S, _SHARP_SHARE * took_s):
                self._history().add(self._api.address, details.estimated_as, took_s)

    def _now(self) -> float:
        """Return the Unix time in seconds on the API's clock, which also sets ``created_at``."""
        return self._clock.now() + self._api.clock_ahead_s

    @property
    def _effective_rate(self) -> float:
        return min(self._desired_rate, 1 / intervals.UNSEEN_S) if self._unseen else self._desired_rate

    def _set_desired_rate(self, per_s: float) -> None:
        self._desired_rate = per_s
        self._rate_limiter.request_rate(self, self._effective_rate)


def _set(future: asyncio.Future[bool] | None, value: bool) -> None:
    if future is not None and not future.done():
        future.set_result(value)
