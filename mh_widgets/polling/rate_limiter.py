"""The request rate of one client, and the queue of the pollers that share it."""

from __future__ import annotations

import asyncio
import dataclasses
import heapq
import itertools
import math
from collections import deque
from collections.abc import Callable
from typing import Final

#: Requests a second that all pollers of one client send together.
PER_S: Final = 10.0
#: The lowest rate after 429s, and the share of the full rate that each success restores.
_MIN_PER_S = 0.5
_RECOVERY = 0.01
#: The share of the rate that pollers plan to use. The rest absorbs the jitter.
_PLANNED = 0.9
#: A wait of up to this many seconds is normal, and is not announced.
SHORT_S = 2.0
#: First requests get 2 of 3 turns while later ones wait as well. Known projects keep updating then. The
#: price: the last of 1,000 projects is known after 150 s instead of 100.
_FIRST, _OF = 2, 3
#: A later request goes next after this many turns of others: half a minute of the full rate. Where the network
#: is slower than that rate, more urgent ones keep coming, and it would wait for ever.
_MOST_TURNS = 300
#: Seconds before the waits of a crowd are announced, so that every project is counted.
_GATHER_S = 0.25
#: Seconds between two corrections of overdue estimates. Each correction costs a message to the page.
_AGAIN_S = 5.0

_QUIET = "The API asked for fewer requests (429)."
_CROWD = "Waiting for its turn: {projects:,} projects share {rate:g} requests a second."

#: Called with ``(seconds, reason)``: the estimated wait, and a sentence that explains it.
OnWait = Callable[[float, str], None]


@dataclasses.dataclass(eq=False)
class _Waiter:
    """One waiting request."""

    future: asyncio.Future[bool]
    on_wait: OnWait | None
    #: Whether only a 429 is announced, and not a crowd.
    patient: bool
    #: How many turns had been taken when it was queued.
    queued_at_turn: int
    #: The announced time of its turn, on the loop's clock; 0 before any announcement.
    announced_at: float = 0.0


#: ``(rank, -urgency, number, waiter)``: the smallest goes first. Numbers are unique.
_Place = tuple[int, float, int, _Waiter]


class RateLimiter:
    """The request rate of one client on the running loop, shared by its pollers.

    Each poller reports its desired requests a second with ``request_rate``. If their sum exceeds the rate,
    all intervals grow by the same factor, ``slowdown``. Requests that still come at once wait in ``queue``.
    The lowest rank goes first, and within a rank the most urgent. First requests go before later ones, and
    leave them a share. A later request that others keep overtaking goes next after ``_MOST_TURNS`` turns.

    Args:
        per_s: The full rate in requests a second.
        on_quiet: Called with the seconds for which a 429 stops all requests.
    """

    def __init__(self, per_s: float = PER_S, on_quiet: Callable[[float], None] = lambda _: None) -> None:
        self._on_quiet = on_quiet
        self._full = self._rate = per_s
        self._loop = asyncio.get_running_loop()
        self._request_rates: dict[object, float] = {}
        self._first: list[_Place] = []  # first requests: nothing is known of their project yet
        self._later: list[_Place] = []
        self._by_age: deque[_Waiter] = deque()  # those of `_later`, and some that have been served
        self._outside: list[_Waiter] = []  # requests that wait only after a 429
        self._turns = 0
        self._firsts = 0  # first requests served in a row
        self._order = itertools.count()
        self._next_at = self._quiet_until = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._review: asyncio.TimerHandle | None = None
        self._announced_again_at = -math.inf

    def request_rate(self, who: object, per_s: float) -> None:
        """Set the desired requests a second of ``who``; 0 removes it."""
        if per_s > 0:
            self._request_rates[who] = per_s
        else:
            self._request_rates.pop(who, None)

    @property
    def slowdown(self) -> float:
        """The factor by which every interval grows, at least 1."""
        return max(1.0, sum(self._request_rates.values()) / (_PLANNED * self._rate))

    def queue(
        self, urgency: float | None, *, rank: int = 0, on_wait: OnWait | None = None, patient: bool = False
    ) -> asyncio.Future[bool]:
        """Queue a request, and return a future that is done when it may be sent.

        Args:
            urgency: The most urgent goes first; a first request is infinitely urgent. None waits only for the
                end of a 429's pause.
            rank: The lowest rank goes first.
            on_wait: Called, possibly again, if the wait is longer than ``SHORT_S``.
            patient: Whether ``on_wait`` is called only for a 429.

        Returns:
            The future. The caller gives up its turn by finishing it.
        """
        waiter = _Waiter(self._loop.create_future(), on_wait, patient, self._turns)
        if urgency is not None:
            lane = self._first if math.isinf(urgency) else self._later
            heapq.heappush(lane, (rank, -urgency, next(self._order), waiter))
            if lane is self._later:
                self._by_age.append(waiter)
        elif self.quiet_s:
            self._outside.append(waiter)
        else:
            _grant(waiter)
        if self._timer is None:
            self._serve()
        if not waiter.future.done() and (self.quiet_s or not patient):
            self._review_in(0.0 if self.quiet_s else _GATHER_S)
        return waiter.future

    @property
    def per_s(self) -> float:
        """The present rate in requests a second."""
        return self._rate

    @property
    def quiet_s(self) -> float:
        """Seconds for which a 429 still stops all requests, or 0."""
        return max(0.0, self._quiet_until - self._loop.time())

    def count(self) -> None:
        """Count a request that was sent without a turn of its own: the next turn comes later."""
        self._next_at = max(self._next_at, self._loop.time()) + 1 / self._rate

    def on_rate_limited(self, quiet_s: float) -> None:
        """Stop all requests for ``quiet_s`` seconds after a 429, and halve the rate."""
        self._rate = max(_MIN_PER_S, self._rate / 2)
        self.pause(quiet_s)
        self._on_quiet(quiet_s)

    def pause(self, quiet_s: float) -> None:
        """Stop all requests for ``quiet_s`` seconds, for a 429 that another kernel got."""
        self._quiet_until = max(self._quiet_until, self._loop.time() + quiet_s)
        self._review_in(0.0)

    def on_success(self) -> None:
        """Restore a part of the rate after a success."""
        self._rate = min(self._full, self._rate + _RECOVERY * self._full)

    def _serve(self) -> None:
        self._timer = None
        while self._first or self._later or self._outside:
            quiet_s = self.quiet_s
            if not quiet_s:
                for waiter in self._outside:
                    _grant(waiter)
                self._outside.clear()
            wait_s = quiet_s or self._next_at - self._loop.time()
            if wait_s > 0:
                self._timer = self._loop.call_later(wait_s, self._serve)
                return
            if self._first or self._later:
                self._serve_one()

    def _serve_one(self) -> None:
        lane = self._later if self._later and (self._firsts >= _FIRST or not self._first) else self._first
        waiter = (self._overtaken() if lane is self._later else None) or heapq.heappop(lane)[-1]
        if _grant(waiter):
            self._turns += 1
            # Counted from now, so a loop that was blocked doesn't send the missed requests in a burst.
            self._next_at = self._loop.time() + 1 / self._rate
            self._firsts = self._firsts + 1 if lane is self._first else 0

    def _overtaken(self) -> _Waiter | None:
        """Return the oldest of the later requests, if it has been overtaken too often."""
        while self._by_age and self._by_age[0].future.done():
            self._by_age.popleft()
        oldest = self._by_age[0] if self._by_age else None
        return oldest if oldest and self._turns - oldest.queued_at_turn >= _MOST_TURNS else None

    def _review_in(self, delay_s: float) -> None:
        due = self._loop.time() + delay_s
        if self._review is None or due < self._review.when():
            if self._review is not None:
                self._review.cancel()
            self._review = self._loop.call_at(due, self._announce_waits)

    def _announce_waits(self) -> None:
        """Announce each new wait, and now and then correct estimates that were too short."""
        self._review = None
        now, quiet = self._loop.time(), self.quiet_s > 0
        why = _QUIET if quiet else _CROWD.format(projects=len(self._request_rates), rate=self._rate)
        again = now >= self._announced_again_at + _AGAIN_S
        waits = self._estimates(now)
        for waiter, wait_s in waits:
            overtaken = again and 0 < waiter.announced_at <= now
            if wait_s > SHORT_S and (overtaken if waiter.announced_at else quiet or not waiter.patient):
                if overtaken:
                    self._announced_again_at = now
                waiter.announced_at = now + wait_s
                if waiter.on_wait is not None:
                    waiter.on_wait(wait_s, why)
        if any(waiter.announced_at for waiter, _ in waits):
            self._review_in(_AGAIN_S)

    def _estimates(self, now: float) -> list[tuple[_Waiter, float]]:
        """Return each waiter and its estimated wait in seconds."""
        begins_s = max(self._next_at, self._quiet_until) - now
        first, later = (
            [p[-1] for p in sorted(lane) if not p[-1].future.done()] for lane in (self._first, self._later)
        )
        waits = [(waiter, self.quiet_s) for waiter in self._outside if not waiter.future.done()]
        for lane, other, share in ((first, later, _FIRST), (later, first, _OF - _FIRST)):
            for place, waiter in enumerate(lane):
                most = place * (_OF - share) / share
                # A second estimate assumes the most requests of the other kind, so that it need not be
                # corrected.
                others = most if waiter.announced_at else min(most, len(other))
                waits.append((waiter, begins_s + (place + others) / self._rate))
        return waits


def _grant(waiter: _Waiter) -> bool:
    """Let a waiter proceed; return False if it has given up."""
    if waiter.future.done():
        return False
    waiter.future.set_result(False)
    return True
