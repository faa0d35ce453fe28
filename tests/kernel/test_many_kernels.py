"""Many processes on one store: what they cost, how soon each hears, and what a stopped one or a hung store delays."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from mh_widgets.simulator import Simulator
from mh_widgets.store.base import LEASE_S
from tests.kernel import claim_log
from tests.kernel.watching_kernels import IDS, INTERVAL_S, SILENCE_S, Begin, Kernel, until
from tests.leaks import WATCHERS_KEY
from tests.redis_server import RedisServer

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows stops no process")


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


def times_asked(kernel: Kernel, since: float) -> int:
    return sum(each.kind == "asks" and each.time >= since for each in kernel.said())


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
        until(lambda: all(times_asked(each, hung) >= 4 for each in kernels))  # each by itself
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
    for secret in (WATCHERS_KEY.encode(), b"signature", b"expires=", b"Bearer", str(tmp_path).encode()):
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
