"""When one watch asks next: the pace of its project, the budget of its client, the back-off of its trouble."""

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
    """Where time and chance come from: ``now`` is Unix time in seconds, ``random`` gives 0 <= x < 1."""

    now: Callable[[], float] = time.time
    random: Callable[[], float] = random.random


#: The real ones.
CLOCK = Clock()

#: An end is known well enough to learn from where it lies between two answers so many seconds apart, or
#: closer than this share of the duration.
_SHARP_S = 5.0
_SHARP_SHARE = 0.25
#: Answers without outputs after which a complete project is asked about no more: with the back-off, 1 to 2
#: minutes.
_MAX_UNLISTED = 6


@dataclasses.dataclass
class _Sleep:
    """The sleep between two questions: since when on the loop's clock, and for how long at the usual pace."""

    since: float
    usual_s: float
    tell: Callable[[float], None] | None
    timer: asyncio.TimerHandle | None = None


class PollScheduler:
    """Decides for one watch, and remembers what it learns about its kind of render."""

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
        """Whether the project is complete without outputs so far, and there is some patience left for them."""
        return 0 < self._unlisted <= _MAX_UNLISTED

    def usual(self, details: ProjectDetails | None) -> intervals.DurationEstimate:
        """How long renders like this one usually take."""
        kind = details.estimated_as if details else None
        return intervals.usual(kind, self._history().of(self._api.address, kind))

    def begin(self) -> None:
        """The watch starts to ask: count it in."""
        self._failures = 0
        self._set_desired_rate(1 / intervals.CEILING_S)

    def end(self) -> None:
        """It asks no more."""
        self._sleep = None
        self._set_desired_rate(0.0)

    async def acquire(
        self,
        fixed_s: float | None,
        *,
        first: bool,
        rank: int = 0,
        tell: OnWait | None = None,
        patient: bool = False,
    ) -> None:
        """Wait until the budget has room. A pace that is fixed by hand is outside of it, but for a 429's quiet."""
        # A card that knows nothing yet comes first; then those that are most likely to have news.
        urgency = None if fixed_s is not None else math.inf if first else self._effective_rate
        self._woken = self._rate_limiter.queue(urgency, rank=rank, tell=tell, patient=patient)
        await self._woken

    async def sleep_for(self, usual_s: float, tell: Callable[[float], None] | None = None) -> bool:
        """Sleep for ``usual_s`` seconds, or at the slowest pace while the project is unseen; True when woken before.

        ``tell`` gets the seconds that are left, at the beginning and when that changes.
        """
        woken: asyncio.Future[bool] = self._loop.create_future()
        self._woken = woken
        rest = self._sleep = _Sleep(self._loop.time(), usual_s, tell)
        self._arm(rest)
        try:
            return await woken
        finally:
            if rest.timer is not None:
                rest.timer.cancel()
            if self._sleep is rest:
                self._sleep = None

    def wake(self) -> None:
        """News came: the sleep is over, and so is the wait for a turn."""
        self._sleep = None
        _set(self._woken, True)

    def see(self, seen: bool) -> None:
        """Whether somebody looks at the project or waits for it; the sleep under way is shortened or prolonged."""
        if self._unseen is seen:
            self._unseen = not seen
            self._rate_limiter.request_rate(self, self._effective_rate)
            # What waited may be let go with its loop, and says goodbye then.
            if self._sleep is not None and not self._loop.is_closed():
                self._arm(self._sleep)

    def _arm(self, rest: _Sleep) -> None:
        if rest.timer is not None:
            rest.timer.cancel()
        whole_s = max(rest.usual_s, intervals.UNSEEN_S) if self._unseen else rest.usual_s
        left_s = max(0.0, rest.since + whole_s - self._loop.time())
        rest.timer = self._loop.call_later(left_s, _set, self._woken, False)
        if rest.tell is not None:
            rest.tell(left_s)

    def after_answer(self, details: ProjectDetails | None, fixed_s: float | None) -> float:
        """Seconds until the next question, now that there was an answer."""
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
        born = details.created_at.timestamp() if details and details.created_at else self._began_at
        seconds = intervals.interval_s(
            now - born,
            self.usual(details),
            self._clock.random,
            queued=details is not None and details.status == Status.QUEUED,
            watched_s=now - self._began_at,
        )
        self._set_desired_rate(1 / seconds)
        return seconds * self._rate_limiter.slowdown

    def after_failure(self, error: MagicHourError) -> float:
        """Seconds until the next try, now that one failed."""
        self._failures += 1
        seconds = self._backoff_s(error, self._failures)
        self._apply_rate_limit(error, seconds)
        return seconds

    def note_rate_limit(self, error: MagicHourError) -> None:
        """A question that came out of turn was refused: a 429 quietens everybody, whoever asked."""
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
        """Seconds until it wakes by itself, None while it doesn't sleep."""
        timer = self._sleep.timer if self._sleep is not None else None
        return max(0.0, timer.when() - self._loop.time()) if timer is not None else None

    def learn(self, details: ProjectDetails, *, own: bool = True, age_s: float = 0.0) -> None:
        """Note when the end came, if two answers enclose it closely enough, and whether it is all there.

        An answer ``age_s`` old that another kernel had is not its ``own``: that one has learned from it.
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
        """Unix time in seconds on the API's clock, as ``created_at`` is."""
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
