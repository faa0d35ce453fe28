"""When one watch asks next: the pace of its project, the budget of its client, the back-off of its trouble."""

from __future__ import annotations

import asyncio
import dataclasses
import math
import random
import time
from collections.abc import Callable

from mh_widgets import pace
from mh_widgets.budget import Budget
from mh_widgets.client import AsyncClient
from mh_widgets.durations import Durations, shared
from mh_widgets.errors import MagicHourError
from mh_widgets.models import Status, VideoDetails


@dataclasses.dataclass(frozen=True)
class Clock:
    """Where time, chance and experience come from.

    ``now`` is Unix time in seconds, ``random`` gives 0 <= x < 1, ``durations`` how long this user's renders took.
    """

    now: Callable[[], float] = time.time
    random: Callable[[], float] = random.random
    durations: Callable[[], Durations] = Durations


#: The real ones.
CLOCK = Clock(durations=shared)

#: An end is known well enough to learn from where it lies between two answers so many seconds apart, or closer than
#: this share of the duration.
_SHARP_S = 5.0
_SHARP_SHARE = 0.25


class Pacer:
    """Decides for one watch, and remembers what it learns about its kind of render."""

    def __init__(self, client: AsyncClient, budget: Budget, clock: Clock) -> None:
        self._client = client
        self._budget = budget
        self._clock = clock
        self._durations = clock.durations()
        self._durations.load_soon()
        self._began_at: float | None = None
        self._unfinished_at: float | None = None
        self._failures = 0
        self._wish = 0.0

    def usual(self, details: VideoDetails | None) -> pace.Usual:
        """How long renders like this one usually take."""
        kind = details.type if details else None
        return pace.usual(kind, self._durations.of(self._client.origin, kind))

    def begin(self) -> None:
        """The watch starts to ask: count it in."""
        self._failures = 0
        self._hope(1 / pace.CEILING_S)

    def end(self) -> None:
        """It asks no more."""
        self._hope(0.0)

    async def turn(self, fixed_s: float | None, *, first: bool) -> None:
        """Wait until the budget has room. A pace that is fixed by hand is outside of it, but for a 429's quiet."""
        if fixed_s is None:
            # A card that knows nothing yet comes first; then those that are most likely to have news.
            await self._budget.turn(math.inf if first else self._wish)
        elif self._budget.quiet_s:
            await asyncio.sleep(self._budget.quiet_s)

    def after_answer(self, details: VideoDetails | None, fixed_s: float | None) -> float:
        """Seconds until the next question, now that there was an answer."""
        self._failures = 0
        self._budget.answered()
        now = self._now()
        if self._began_at is None:
            self._began_at = now
        if fixed_s is not None:
            self._hope(0.0)
            return max(pace.MIN_INTERVAL_S, fixed_s)
        born = details.created_at.timestamp() if details and details.created_at else self._began_at
        seconds = pace.interval_s(
            now - born,
            self.usual(details),
            self._clock.random,
            queued=details is not None and details.status == Status.QUEUED,
            watched_s=now - self._began_at,
        )
        self._hope(1 / seconds)
        return seconds * self._budget.stretch

    def after_trouble(self, error: MagicHourError) -> float:
        """Seconds until the next try, now that one failed."""
        self._failures += 1
        status_code = getattr(error, "status_code", None)
        seconds = pace.backoff_s(
            self._failures,
            self._clock.random,
            status_code=status_code,
            retry_after_s=getattr(error, "retry_after_s", None),
        )
        if status_code == 429:
            self._budget.refused(seconds)
        return seconds

    def learn(self, details: VideoDetails) -> None:
        """Note when the end came, if two answers enclose it closely enough. Whoever asked for them."""
        now = self._now()
        before, self._unfinished_at = self._unfinished_at, None
        if details.status not in Status.TERMINAL:
            self._unfinished_at = now
        elif details.status == Status.COMPLETE and before is not None and details.created_at:
            took_s = (before + now) / 2 - details.created_at.timestamp()
            if now - before <= max(_SHARP_S, _SHARP_SHARE * took_s) and self._durations.path:
                # The disk may be slow; nobody waits for it.
                loop = asyncio.get_running_loop()
                loop.run_in_executor(None, self._durations.add, self._client.origin, details.type, took_s)

    def _now(self) -> float:
        """Unix time in seconds on the API's clock, as ``created_at`` is."""
        return self._clock.now() + self._client.clock_ahead_s

    def _hope(self, per_s: float) -> None:
        self._wish = per_s
        self._budget.wish(self, per_s)
