"""Many processes on one store are stopped, resumed, killed and begun at random: nobody is asked about twice, or never.

MH_CRASHES_S is how many seconds that goes on with each store: 12 by default, 30 in `make test`. For an hour of both:
`MH_CRASHES_S=1800 python -m pytest -s -o faulthandler_timeout=0 tests/kernel/test_crashes.py`; -s shows the figures.
"""

from __future__ import annotations

import collections
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest

from mh_widgets.simulator import Fault, Simulator
from tests.kernel import claim_log
from tests.kernel.watching_kernels import IDS, INTERVAL_S, SILENCE_S, Begin, Kernel, until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows stops no process")

CRASHES_S = float(os.environ.get("MH_CRASHES_S", "12"))


def crash_at_random(rng: random.Random, kernels: list[Kernel], begin: Begin, ids: list[str]) -> str | None:
    """Do one thing to one kernel, as long as another one goes on; what was done."""
    able = [each for each in kernels if each.running and each.up]
    victim = rng.choice(kernels)
    if not victim.running:
        victim.send(signal.SIGCONT)
        return "resumed"
    if len(able) < 2:
        return None
    if rng.random() < 0.5:
        victim.send(signal.SIGSTOP)
        return "stopped"
    victim.send(signal.SIGCONT)
    victim.end()
    kernels[kernels.index(victim)] = begin(ids)
    return "killed"


def test_no_project_is_asked_about_twice_or_never(
    begin: Begin, endless: Simulator, store: str, tmp_path: Path
) -> None:
    rng = random.Random(12)
    ids = [f"{each}-{tmp_path.name}" for each in IDS]
    for each in ids[::2]:  # some are asked about for so long that kernels end meanwhile
        endless.faults.add(each, *[Fault(delay_s=0.4)] * int(3 * CRASHES_S + 100))
    kernels = [begin(ids) for _ in range(4)]
    until(lambda: all(each.up for each in kernels))
    begun = time.time()
    crashes: collections.Counter[str] = collections.Counter()
    while time.time() < begun + CRASHES_S:
        crashes.update(filter(None, [crash_at_random(rng, kernels, begin, ids)]))
        time.sleep(rng.uniform(0.2, 0.8))  # what is measured is the time
    ended = time.time()
    logs = [each.said() for each in begin.kernels]
    silences = {each: claim_log.silences(logs, each, INTERVAL_S, (begun, ended)) for each in ids}
    doubled = {each: claim_log.doubled(logs, each, INTERVAL_S) for each in ids}
    asked = {
        each: [r.time for r in endless.requests if r.project_id == each and begun <= r.time <= ended]
        for each in ids
    }
    longest_s = max((b - a for spans in silences.values() for a, b in spans), default=0.0)
    sys.stdout.write(
        f"\n{store.partition(':')[0] if '://' in store else 'sqlite'}, {ended - begun:.0f} s: {dict(crashes)};"
        f" longest silence {longest_s:.2f} s; asked twice {sum(map(len, doubled.values()))} times;"
        f" {sum(map(len, asked.values()))} questions, {sum(claim_log.alone(logs, each) for each in ids)} alone\n"
    )
    for each in ids:
        assert longest_s <= SILENCE_S, f"nobody asked: {silences[each]}"
        assert doubled[each] == []
        # A kernel that is stopped with its question under way is followed by another one.
        shared = len(asked[each]) - claim_log.alone(logs, each)
        assert 1 <= shared <= 1.1 * (ended - begun) / INTERVAL_S + 2 + crashes.total() / 2
