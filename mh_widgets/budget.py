"""How often one client may ask, all its watches together, and who is asked first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from typing import Final

#: Questions a second that all watches of one client send together.
PER_S: Final = 10.0
#: The slowest that 429s can make it, and how much of the full rate each good answer brings back.
_MIN_PER_S = 0.5
_RECOVERY = 0.01
#: Of the rate, the share that the watches plan to use: what is left absorbs the jitter.
_PLANNED = 0.9


class Budget:
    """The rate of one client on the running loop, shared by its watches.

    Each watch says how many questions a second it wishes to ask (``wish``). Where that is more than the rate, all of
    them wait longer by the same factor (``stretch``): the price of a request, raised for all. What still comes at
    once waits for its ``turn``, the most urgent first.
    """

    def __init__(self, per_s: float = PER_S) -> None:
        self._full = self._rate = per_s
        self._loop = asyncio.get_running_loop()
        self._wishes: dict[object, float] = {}
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._next_at = self._quiet_until = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None

    def wish(self, who: object, per_s: float) -> None:
        """``who`` would like to ask so many times a second; 0 takes it out."""
        if per_s > 0:
            self._wishes[who] = per_s
        else:
            self._wishes.pop(who, None)

    @property
    def stretch(self) -> float:
        """By how much every interval has to be longer, at least 1."""
        return max(1.0, sum(self._wishes.values()) / (_PLANNED * self._rate))

    async def turn(self, urgency: float) -> None:
        """Wait until one more question may be sent; of those that wait, the highest ``urgency`` goes first."""
        future: asyncio.Future[None] = self._loop.create_future()
        heapq.heappush(self._waiting, (-urgency, next(self._order), future))
        if self._timer is None:
            self._serve()
        await future

    @property
    def quiet_s(self) -> float:
        """Seconds for which a 429 asks everybody to be quiet, 0 if none does."""
        return max(0.0, self._quiet_until - self._loop.time())

    def refused(self, quiet_s: float) -> None:
        """The API said 429: nobody asks for ``quiet_s`` seconds, and everybody half as often after it."""
        self._rate = max(_MIN_PER_S, self._rate / 2)
        self._quiet_until = max(self._quiet_until, self._loop.time() + quiet_s)

    def answered(self) -> None:
        """An answer came: after 429s the rate comes back step by step."""
        self._rate = min(self._full, self._rate + _RECOVERY * self._full)

    def _serve(self) -> None:
        self._timer = None
        while self._waiting:
            wait_s = max(self._next_at, self._quiet_until) - self._loop.time()
            if wait_s > 0:
                self._timer = self._loop.call_later(wait_s, self._serve)
                return
            _, _, future = heapq.heappop(self._waiting)
            if not future.done():  # whoever gave up leaves a cancelled one
                # Counted from now, also after the loop was blocked: what was missed isn't caught up with.
                self._next_at = self._loop.time() + 1 / self._rate
                future.set_result(None)
