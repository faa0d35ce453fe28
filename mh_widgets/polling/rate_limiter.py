"""How often one client may ask, all its watches together, who is asked first, and until when the others wait."""

from __future__ import annotations

import asyncio
import dataclasses
import heapq
import itertools
import math
from collections.abc import Callable
from typing import Final

#: Questions a second that all watches of one client send together.
PER_S: Final = 10.0
#: The slowest that 429s can make it, and how much of the full rate each good answer brings back.
_MIN_PER_S = 0.5
_RECOVERY = 0.01
#: Of the rate, the share that the watches plan to use: what is left absorbs the jitter.
_PLANNED = 0.9
#: A wait of so many seconds is an ordinary one, and nobody is told of it.
SHORT_S = 2.0
#: Of the turns, the share that first questions get while later ones wait as well: 2 of 3. A page that is
#: known goes on moving then, and the last of 1,000 projects is known after 150 s in place of 100.
_FIRST, _OF = 2, 3
#: A crowd is told so many seconds after it came, so that all of it is counted.
_GATHER_S = 0.25
#: Seconds between two looks for estimates that time has overtaken: what they find is a message to the page.
_AGAIN_S = 5.0

_QUIET = "The API asked for fewer requests (429)."
_CROWD = "Waiting for its turn: {projects:,} projects share {rate:g} requests a second."

#: ``(seconds from now, why)``: the turn is about so far away, in one sentence.
OnWait = Callable[[float, str], None]


@dataclasses.dataclass(eq=False)
class _Waiter:
    """One question that waits."""

    future: asyncio.Future[bool]
    tell: OnWait | None
    #: Says nothing of a crowd, only of a 429.
    patient: bool
    #: On the loop's clock: when it was to be its turn, as it was told; 0 while nothing was.
    told_at: float = 0.0


#: ``(rank, -urgency, number, turn)``: the smallest goes first. No two have the same number.
_Place = tuple[int, float, int, _Waiter]


class RateLimiter:
    """The rate of one client on the running loop, shared by its pollers.

    ``on_quiet`` is called with the seconds for which a 429 asks all to be quiet.

    Each poller reports the requests a second that it would like to send (``request_rate``). Where their sum
    exceeds the rate, all of them wait longer by the same factor (``slowdown``), as if each request cost more.
    Requests that still come at once wait in ``acquire``. The lowest rank goes first, within a rank the most
    urgent. First requests go before later ones, and leave them a share.
    """

    def __init__(self, per_s: float = PER_S, on_quiet: Callable[[float], None] = lambda _: None) -> None:
        self._on_quiet = on_quiet
        self._full = self._rate = per_s
        self._loop = asyncio.get_running_loop()
        self._request_rates: dict[object, float] = {}
        self._first: list[_Place] = []  # those of whose project nothing is known yet
        self._later: list[_Place] = []
        self._outside: list[_Waiter] = []  # those that only a 429 holds up
        self._firsts = 0  # so many in a row
        self._order = itertools.count()
        self._next_at = self._quiet_until = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._review: asyncio.TimerHandle | None = None
        self._told_again_at = -math.inf

    def request_rate(self, who: object, per_s: float) -> None:
        """``who`` would like to ask so many times a second; 0 takes it out."""
        if per_s > 0:
            self._request_rates[who] = per_s
        else:
            self._request_rates.pop(who, None)

    @property
    def slowdown(self) -> float:
        """By how much every interval has to be longer, at least 1."""
        return max(1.0, sum(self._request_rates.values()) / (_PLANNED * self._rate))

    async def acquire(self, urgency: float, *, rank: int = 0) -> None:
        """Wait until one more question may be sent; an infinite ``urgency`` is that of a first question."""
        await self.queue(urgency, rank=rank)

    def queue(
        self, urgency: float | None, *, rank: int = 0, tell: OnWait | None = None, patient: bool = False
    ) -> asyncio.Future[bool]:
        """``acquire`` as a future: whoever finishes it gives up. Without an urgency only a 429's quiet is waited for.

        ``tell`` is called, perhaps more than once, where the wait is longer than ``SHORT_S``; for a
        ``patient`` question only where a 429 is the reason.
        """
        turn = _Waiter(self._loop.create_future(), tell, patient)
        if urgency is not None:
            lane = self._first if math.isinf(urgency) else self._later
            heapq.heappush(lane, (rank, -urgency, next(self._order), turn))
        elif self.quiet_s:
            self._outside.append(turn)
        else:
            _grant(turn)
        if self._timer is None:
            self._serve()
        if not turn.future.done() and (self.quiet_s or not patient):
            self._review_in(0.0 if self.quiet_s else _GATHER_S)
        return turn.future

    @property
    def per_s(self) -> float:
        """Requests a second, as of now."""
        return self._rate

    @property
    def quiet_s(self) -> float:
        """Seconds for which a 429 asks everybody to be quiet, 0 if none does."""
        return max(0.0, self._quiet_until - self._loop.time())

    def on_rate_limited(self, quiet_s: float) -> None:
        """The API said 429: nobody asks for ``quiet_s`` seconds, and everybody half as often after it."""
        self._rate = max(_MIN_PER_S, self._rate / 2)
        self.hush(quiet_s)
        self._on_quiet(quiet_s)

    def hush(self, quiet_s: float) -> None:
        """Nobody asks for ``quiet_s`` seconds, as another kernel got a 429."""
        self._quiet_until = max(self._quiet_until, self._loop.time() + quiet_s)
        self._review_in(0.0)

    def on_success(self) -> None:
        """An answer came: after 429s the rate comes back step by step."""
        self._rate = min(self._full, self._rate + _RECOVERY * self._full)

    def _serve(self) -> None:
        self._timer = None
        while self._first or self._later or self._outside:
            quiet_s = self.quiet_s
            if not quiet_s:
                for turn in self._outside:
                    _grant(turn)
                self._outside.clear()
            wait_s = quiet_s or self._next_at - self._loop.time()
            if wait_s > 0:
                self._timer = self._loop.call_later(wait_s, self._serve)
                return
            if self._first or self._later:
                self._serve_one()

    def _serve_one(self) -> None:
        lane = self._later if self._later and (self._firsts >= _FIRST or not self._first) else self._first
        if _grant(heapq.heappop(lane)[-1]):
            # Counted from now, also after the loop was blocked: what was missed isn't caught up with.
            self._next_at = self._loop.time() + 1 / self._rate
            self._firsts = self._firsts + 1 if lane is self._first else 0

    def _review_in(self, delay_s: float) -> None:
        due = self._loop.time() + delay_s
        if self._review is None or due < self._review.when():
            if self._review is not None:
                self._review.cancel()
            self._review = self._loop.call_at(due, self._tell_who_waits)

    def _tell_who_waits(self) -> None:
        """Tell whoever doesn't know yet, and now and then those whose estimate time has overtaken."""
        self._review = None
        now, quiet = self._loop.time(), self.quiet_s > 0
        why = _QUIET if quiet else _CROWD.format(projects=len(self._request_rates), rate=self._rate)
        again = now >= self._told_again_at + _AGAIN_S
        waits = self._waits(now)
        for turn, wait_s in waits:
            overtaken = again and 0 < turn.told_at <= now
            if wait_s > SHORT_S and (overtaken if turn.told_at else quiet or not turn.patient):
                if overtaken:
                    self._told_again_at = now
                turn.told_at = now + wait_s
                if turn.tell is not None:
                    turn.tell(wait_s, why)
        if any(turn.told_at for turn, _ in waits):
            self._review_in(_AGAIN_S)

    def _waits(self, now: float) -> list[tuple[_Waiter, float]]:
        """Each turn, and the seconds that it takes as far as one knows."""
        begins_s = max(self._next_at, self._quiet_until) - now
        first, later = (
            [p[-1] for p in sorted(lane) if not p[-1].future.done()] for lane in (self._first, self._later)
        )
        waits = [(turn, self.quiet_s) for turn in self._outside if not turn.future.done()]
        for lane, other, share in ((first, later, _FIRST), (later, first, _OF - _FIRST)):
            for place, turn in enumerate(lane):
                most = place * (_OF - share) / share
                # A second estimate counts on as many of the other kind as there can be, so that it will do.
                others = most if turn.told_at else min(most, len(other))
                waits.append((turn, begins_s + (place + others) / self._rate))
        return waits


def _grant(turn: _Waiter) -> bool:
    """Let it ask; False for one that was given up."""
    if turn.future.done():
        return False
    turn.future.set_result(False)
    return True
