"""Many processes on one store are stopped, resumed, killed and begun at random: nobody is asked about twice, or never.

MH_CRASHES_S is how many seconds that goes on with each store: 12 by default, 30 in `make test`.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
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

from mh_widgets.simulator import Scenario, Simulator
from mh_widgets.simulator.scenes import SCENARIOS
from mh_widgets.store.base import LEASE_S
from tests.redis_server import RedisServer

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows stops no process")

ROOT = Path(__file__).parents[2]
KEY = "mhk-live-7be0c3a95d"
CRASHES_S = float(os.environ.get("MH_CRASHES_S", "12"))
#: Seconds between two questions about a project; and what a busy machine adds to any wait.
INTERVAL_S = 1.0
SLACK_S = 2.5
ENDLESS = Scenario(id="endless", name="Endless", shows="", timeline=((0, "rendering"),))
IDS = [f"endless--{n}" for n in range(6)]


class Kernel:
    """One process that watches; ``running`` says whether it isn't stopped."""

    def __init__(
        self, env: dict[str, str], log: Path, ids: list[str], interval_s: float = INTERVAL_S
    ) -> None:
        self._log = log
        self.running = True
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.kernel.watching_process", str(interval_s), *ids],
                cwd=ROOT,
                env=env,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> list[tuple[float, str, str]]:
        lines = self._log.read_text(errors="replace").splitlines()
        return [tuple(json.loads(line)) for line in lines if line.startswith("[") and line.endswith("]")]

    @property
    def up(self) -> bool:
        return bool(self.said())

    def send(self, number: int) -> None:
        self.process.send_signal(number)
        self.running = number == signal.SIGCONT

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


Begin = Callable[..., Kernel]


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
    kernels: list[Kernel] = []
    env = {**os.environ, **endless.env, "MAGIC_HOUR_API_KEY": KEY, "MAGIC_HOUR_STORE": store}

    def begin(ids: list[str], interval_s: float = INTERVAL_S) -> Kernel:
        kernel = Kernel(env, tmp_path / f"kernel-{len(kernels)}.log", ids, interval_s)
        kernels.append(kernel)
        return kernel

    yield begin
    for kernel in kernels:
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
    kernels = [begin(ids) for _ in range(4)]
    until(lambda: all(each.up for each in kernels))
    begun = time.time()
    crashes = 0
    while time.time() < begun + CRASHES_S:
        crashes += crash_at_random(rng, kernels, begin, ids)
        time.sleep(rng.uniform(0.2, 0.8))  # what is measured is the time
    ended = time.time()
    for each in ids:
        asked = [r.time for r in endless.requests if r.project_id == each and begun <= r.time <= ended]
        gaps = [b - a for a, b in zip([begun, *asked], [*asked, ended], strict=True)]
        # Whoever takes over may be stopped in its turn, so that two leases have to end.
        assert max(gaps) <= INTERVAL_S + 2 * LEASE_S + SLACK_S, f"nobody asked for {max(gaps):.1f} s"
        # A kernel that was stopped with its question under way may meet the one that took over.
        doubled = sum(gap < 0.5 * INTERVAL_S for gap in gaps[1:-1])
        assert doubled <= 1 + crashes / 2
        assert len(asked) <= 1.1 * (ended - begun) / INTERVAL_S + 2 + crashes / 2


def test_all_of_them_cost_what_one_costs_and_hear_in_time(
    begin: Begin, endless: Simulator, store: str, tmp_path: Path
) -> None:
    project_id = f"endless--cost-{tmp_path.name}"
    kernels = [begin([project_id]) for _ in range(4)]
    until(lambda: all(len(each.said()) > 1 for each in kernels))
    up = time.time()

    def are_together() -> bool:
        recent = [r for r in endless.requests if r.project_id == project_id and r.time > time.time() - 4]
        return time.time() > up + 4 and len(recent) <= 5

    # A busy machine may need more than a second to load redis-py, and then each begins by itself.
    until(are_together)
    begun = time.time()
    until(lambda: time.time() > begun + 6 * INTERVAL_S)
    asked = [r.time for r in endless.requests if r.project_id == project_id and r.time >= begun]
    assert len(asked) <= 8
    endless.set_status(project_id, "complete")
    until(lambda: all(each.said()[-1][2] == "complete" for each in kernels))
    heard = [each.said()[-1][0] for each in kernels]
    assert max(heard) - min(heard) < 1.5


def asked_after(simulator: Simulator, project_id: str, at: float) -> bool:
    return any(r.time > at and r.project_id == project_id for r in simulator.requests)


def test_one_that_is_killed_is_followed_in_time(begin: Begin, endless: Simulator, tmp_path: Path) -> None:
    project_id = f"endless--killed-{tmp_path.name}"
    kernels = [begin([project_id]) for _ in range(2)]
    until(lambda: all(len(each.said()) > 1 for each in kernels))
    for victim in (0, 1):
        kernels[victim].send(signal.SIGSTOP)
        stopped = time.time()
        until(functools.partial(asked_after, endless, project_id, stopped + 0.2))
        assert time.time() - stopped < INTERVAL_S + 2 + SLACK_S
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
    until(lambda: all(len(each.said()) > 1 for each in kernels))
    with hanging(store, request):
        hung = time.time()
        until(lambda: len(asked(hung)) >= 12)  # each by itself
        gaps = [b - a for a, b in itertools.pairwise([hung, *asked(hung)])]
        assert max(gaps) <= INTERVAL_S + 1 + SLACK_S
    assert all(each.process.poll() is None for each in kernels)

    def is_shared_again() -> bool:
        return len(asked(time.time() - 5)) <= 6 and time.time() > hung + 10

    until(is_shared_again)


def test_nothing_secret_is_in_the_store_and_the_logs(
    begin: Begin, endless: Simulator, tmp_path: Path, store: str
) -> None:
    kernel = begin([*IDS, "finished"])
    until(lambda: {each[1] for each in kernel.said()} >= {*IDS, "finished"})
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
