"""How long a project is asked by nobody after the kernel that asks about it was killed in the middle of a question."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from mh_widgets.simulator import Fault, Scenario, Simulator
from mh_widgets.store.base import LEASE_S
from tests.benchmarks.figures import Row
from tests.kernel.watching_kernels import INTERVAL_S, Begin, Kernel, until

ROUNDS = 12
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
    figures = f"{statistics.median(taken):.1f} / {max(taken):.1f} s"
    limit = f"{INTERVAL_S + LEASE_S:g} s"
    yield f"{title}: the one that asks is killed, the next asks, median / longest", figures, limit


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
