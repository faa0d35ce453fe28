"""Many processes on one store are stopped, resumed, killed and begun at random: nobody is asked about twice, or never.

MH_CRASHES_S is how many seconds that goes on with each store: 12 by default, 30 in `make test`.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from mh_widgets.simulator import Fault, Scenario, Simulator
from mh_widgets.simulator.scenes import SCENARIOS
from mh_widgets.store.base import GRACE_S, LEASE_S
from mh_widgets.store.guarded import TIMEOUT_S
from tests.kernel import claim_log
from tests.redis_server import RedisServer

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows stops no process")

ROOT = Path(__file__).parents[2]
KEY = "mhk-live-7be0c3a95d"
CRASHES_S = float(os.environ.get("MH_CRASHES_S", "12"))
#: Seconds between two questions about a project.
INTERVAL_S = 1.0
#: Seconds of silence that the states don't explain: two turns of a loop, and what the clock's figures are rounded.
SILENCE_S = 0.5
ENDLESS = Scenario(id="endless", name="Endless", shows="", timeline=((0, "rendering"),))
IDS = [f"endless--{n}" for n in range(6)]


class Kernel:
    """One process that watches; ``running`` says whether it isn't stopped."""

    def __init__(
        self, env: dict[str, str], log: Path, ids: list[str], interval_s: float = INTERVAL_S
    ) -> None:
        self._log = log
        self.running = True
        self._up, self._ids = False, {*ids}
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.kernel.watching_process", str(interval_s), *ids],
                cwd=ROOT,
                env=env,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> list[claim_log.Event]:
        return claim_log.events(self._log)

    @property
    def statuses(self) -> list[claim_log.Event]:
        return [each for each in self.said() if each.kind == "status"]

    @property
    def up(self) -> bool:
        """Whether it knows all of its projects, and can take over."""
        self._up = self._up or {each.project_id for each in self.statuses} == self._ids
        return self._up

    def send(self, number: int) -> None:
        self.process.send_signal(number)
        self.running = number == signal.SIGCONT

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


class Begin:
    """Begins kernels; ``kernels`` are all that were begun."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self._env, self._folder = env, folder
        self.kernels: list[Kernel] = []

    def __call__(self, ids: list[str], interval_s: float = INTERVAL_S) -> Kernel:
        log = self._folder / f"kernel-{len(self.kernels)}.log"
        self.kernels.append(Kernel(self._env, log, ids, interval_s))
        return self.kernels[-1]


@pytest.fixture(scope="module")
def endless() -> Iterator[Simulator]:
    with Simulator(scenarios=[ENDLESS, *SCENARIOS]) as simulator:
        yield simulator


@pytest.fixture(params=["sqlite", "redis"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "data" / "store.db")
    server: RedisServer = request.getfixturevalue("redis_server")
    return server.url


@pytest.fixture
def begin(endless: Simulator, store: str, tmp_path: Path) -> Iterator[Begin]:
    env = {**os.environ, **endless.env, "MAGIC_HOUR_API_KEY": KEY, "MAGIC_HOUR_STORE": store}
    begin = Begin(env, tmp_path)
    yield begin
    for kernel in begin.kernels:
        kernel.end()


def until(condition: Callable[[], object], limit_s: float = 60.0) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)  # a look, not a wait for a fixed time


def crash_at_random(rng: random.Random, kernels: list[Kernel], begin: Begin, ids: list[str]) -> int:
    """Do one thing to one kernel, as long as another one goes on; how many things were done."""
    able = [each for each in kernels if each.running and each.up]
    victim = rng.choice(kernels)
    if not victim.running:
        victim.send(signal.SIGCONT)
        return 1
    if len(able) < 2:
        return 0
    if rng.random() < 0.5:
        victim.send(signal.SIGSTOP)
    else:
        victim.send(signal.SIGCONT)
        victim.end()
        kernels[kernels.index(victim)] = begin(ids)
    return 1


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
    crashes = 0
    while time.time() < begun + CRASHES_S:
        crashes += crash_at_random(rng, kernels, begin, ids)
        time.sleep(rng.uniform(0.2, 0.8))  # what is measured is the time
    ended = time.time()
    logs = [each.said() for each in begin.kernels]
    for each in ids:
        silences = claim_log.silences(logs, each, INTERVAL_S, (begun, ended))
        assert max((b - a for a, b in silences), default=0.0) <= SILENCE_S, f"nobody asked: {silences}"
        assert claim_log.doubled(logs, each, INTERVAL_S) == []
        asked = [r.time for r in endless.requests if r.project_id == each and begun <= r.time <= ended]
        # A kernel that is stopped with its question under way is followed by another one.
        shared = len(asked) - claim_log.alone(logs, each)
        assert 1 <= shared <= 1.1 * (ended - begun) / INTERVAL_S + 2 + crashes / 2


def test_all_of_them_cost_what_one_costs_and_hear_in_time(
    begin: Begin, endless: Simulator, store: str, tmp_path: Path
) -> None:
    project_id = f"endless--cost-{tmp_path.name}"
    kernels = [begin([project_id]) for _ in range(4)]
    until(lambda: all(each.statuses for each in kernels))
    up = time.time()

    def shared_since(begun: float) -> int:
        """Questions but of those for whom the store didn't work, as on a machine that is too busy to answer."""
        asked = [r.time for r in endless.requests if r.project_id == project_id and r.time >= begun]
        return len(asked) - claim_log.alone([each.said() for each in kernels], project_id, begun)

    # A busy machine may need more than a second to load redis-py, and then each begins by itself.
    until(lambda: time.time() > up + 4 and 1 <= shared_since(time.time() - 4) <= 5)
    begun = time.time()
    until(lambda: time.time() > begun + 6 * INTERVAL_S)
    assert shared_since(begun) <= 8
    endless.set_status(project_id, "complete")
    until(lambda: all(each.statuses[-1].value == "complete" for each in kernels))
    heard = {each: each.statuses[-1].time for each in kernels}
    first = min(heard.values())
    for kernel, at in heard.items():
        assert at - first - claim_log.disturbed_s(kernel.said(), (first, at)) < 1.5


def asked_after(simulator: Simulator, project_id: str, at: float) -> bool:
    return any(r.time > at and r.project_id == project_id for r in simulator.requests)


def test_one_that_is_killed_is_followed_in_time(begin: Begin, endless: Simulator, tmp_path: Path) -> None:
    project_id = f"endless--killed-{tmp_path.name}"
    kernels = [begin([project_id]) for _ in range(2)]
    until(lambda: all(each.statuses for each in kernels))
    for victim in (0, 1):
        kernels[victim].send(signal.SIGSTOP)
        stopped = time.time()
        until(functools.partial(asked_after, endless, project_id, stopped + 0.2))
        other = kernels[1 - victim].said()
        asked = next(each.time for each in other if each.kind == "asks" and each.time > stopped)
        disturbed_s = claim_log.disturbed_s(other, (stopped, asked))
        assert asked - stopped - disturbed_s <= INTERVAL_S + LEASE_S + claim_log.LATE_S + SILENCE_S
        kernels[victim].send(signal.SIGCONT)


@contextlib.contextmanager
def hanging(store: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """The store answers nobody: a locked file, a server that is stopped."""
    if "redis" in store:
        server: RedisServer = request.getfixturevalue("redis_server")
        server.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            server.process.send_signal(signal.SIGCONT)
    else:
        with contextlib.closing(sqlite3.connect(store, isolation_level=None, timeout=30)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")


def test_a_store_that_hangs_keeps_no_kernel_from_asking(
    begin: Begin, endless: Simulator, store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    project_id = f"endless--hanging-{tmp_path.name}"

    def asked(since: float) -> list[float]:
        return [r.time for r in endless.requests if r.project_id == project_id and r.time >= since]

    kernels = [begin([project_id]) for _ in range(3)]
    until(lambda: all(each.statuses for each in kernels))
    with hanging(store, request):
        hung = time.time()
        until(lambda: len(asked(hung)) >= 12)  # each by itself
        # One that followed waits its grace as well, and then for the store until it is given up.
        limit_s = INTERVAL_S + GRACE_S[1] + TIMEOUT_S + SILENCE_S
        for log in (each.said() for each in kernels):
            asks = [each.time for each in log if each.kind == "asks" and each.time >= hung]
            for a, b in itertools.pairwise([hung, *asks]):
                assert b - a - claim_log.disturbed_s(log, (a, b)) <= limit_s
    assert all(each.process.poll() is None for each in kernels)

    def is_shared_again() -> bool:
        return len(asked(time.time() - 5)) <= 6 and time.time() > hung + 10

    until(is_shared_again)


def test_nothing_secret_is_in_the_store_and_the_logs(
    begin: Begin, endless: Simulator, tmp_path: Path, store: str
) -> None:
    kernel = begin([*IDS, "finished"])
    until(lambda: {each.project_id for each in kernel.statuses} >= {*IDS, "finished"})
    until(lambda: b"finished" in written(store, tmp_path))
    kernel.end()
    everything = written(store, tmp_path)
    for secret in (KEY.encode(), b"signature", b"expires=", b"Bearer", str(tmp_path).encode()):
        assert secret not in everything


def written(store: str, folder: Path) -> bytes:
    """All that is in the store, and in files beside it."""
    found = [each.read_bytes() for each in folder.rglob("*") if each.is_file()]
    if "redis" in store:
        with redis.Redis.from_url(store) as server:
            for key in server.scan_iter():
                value = server.hgetall(key) if server.type(key) == b"hash" else server.dump(key)
                found.append(key + repr(value).encode())
    else:
        assert b"SQLite" in b"".join(found)
    return b"".join(found)
