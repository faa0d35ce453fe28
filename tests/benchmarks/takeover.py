"""How soon a kernel hears what another one has recorded, and takes over from one that was killed while it asked."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from mh_widgets.simulator import Fault, Scenario, Simulator
from mh_widgets.store.base import LEASE_S, Record, Store
from mh_widgets.store.sqlite import LOOK_S, SqliteStore
from tests.benchmarks.figures import Row
from tests.kernel.watching_kernels import INTERVAL_S, Begin, Kernel, until

ROUNDS = 12
RECORDS = 20
PROJECT = "endless--bench"
ENDLESS = Scenario(id="endless", name="Endless", shows="", timeline=((0, "rendering"),))
#: What each question takes, so that the kernel is killed while it holds its claim.
ASKS_S = 0.4


def rows(title: str, folder: Path, store: str) -> Iterator[Row]:
    """Kill the one that asks, of two kernels, again and again."""
    folder.mkdir()
    with Simulator(scenarios=[ENDLESS]) as simulator:
        simulator.faults.add(PROJECT, *[Fault(delay_s=ASKS_S)] * 10_000)
        begin = Begin({**os.environ, **simulator.env, "MAGIC_HOUR_STORE": store}, folder)
        kernels = [begin([PROJECT]) for _ in range(2)]
        try:
            taken = [_round(kernels, begin, simulator) for _ in range(ROUNDS)]
        finally:
            for each in begin.kernels:
                each.end()
    heard = asyncio.run(_heard(store))
    limit = "0.2 s" if "://" in store else "1.5 s"
    yield f"{title}: one hears the other, median / longest", _both(heard, 2), limit
    limit = f"{INTERVAL_S + LEASE_S:g} s"
    yield "  one is killed while it asks: the other asks, median / longest", _both(taken, 1), limit


def _both(seconds: list[float], digits: int) -> str:
    return f"{statistics.median(seconds):.{digits}f} / {max(seconds):.{digits}f} s"


async def _heard(store: str) -> list[float]:
    """Seconds from each record to the news of it, over two connections to the store."""
    if "://" in store:
        from mh_widgets.store.redis import RedisStore

        one: Store = RedisStore(store)
        other: Store = RedisStore(store)
    else:
        one, other = SqliteStore(Path(store)), SqliteStore(Path(store))
    news: asyncio.Queue[float] = asyncio.Queue()
    end = await other.subscribe("bench", lambda _: news.put_nowait(time.perf_counter()))
    seconds = []
    for n in range(RECORDS):
        begun = time.perf_counter()
        await one.record("bench", Record(f"bench-{n}", "rendering", "", "{}", 0.0, writer="bench"), 0)
        seconds.append(await news.get() - begun)
        await asyncio.sleep(LOOK_S * random.random())  # else each record would come just after a look
    end()
    await one.close()
    await other.close()
    return seconds


def _round(kernels: list[Kernel], begin: Begin, simulator: Simulator) -> float:
    until(lambda: all(each.up for each in kernels))
    since = time.time()
    until(lambda: _asking(kernels, since) is not None)
    victim = _asking(kernels, since)
    assert victim is not None
    victim.end()
    killed = time.time()
    until(_asked_after(simulator, killed))
    taken = min(r.time for r in simulator.requests if r.time > killed) - killed
    kernels[kernels.index(victim)] = begin([PROJECT])
    return taken


def _asked_after(simulator: Simulator, killed: float) -> Callable[[], bool]:
    return lambda: any(r.time > killed for r in simulator.requests)


def _asking(kernels: list[Kernel], since: float) -> Kernel | None:
    """The kernel whose question is under way."""
    for each in kernels:
        own = [event for event in each.said() if event.kind in ("asks", "asked")]
        if own and own[-1].kind == "asks" and own[-1].time > since:
            return each
    return None
