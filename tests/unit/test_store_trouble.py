"""What goes wrong around a store: full disks, clocks that jump, servers that are emptied or don't answer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from mh_widgets.store import guarded, sqlite, sqlite_file, sqlite_queries
from mh_widgets.store.base import BURST, LEASE_S, Claim, Record, StoreError
from mh_widgets.store.guarded import GuardedStore
from mh_widgets.store.null import NullStore
from mh_widgets.store.sqlite import SqliteStore
from tests.redis_server import RedisServer, redis_program, running_redis
from tests.unit import virtual_time
from tests.unit.test_store_backends import A, B, record


class WallClock:
    """The machine's clock, which somebody puts."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    clock = WallClock()
    for module in (sqlite, sqlite_file, sqlite_queries):
        monkeypatch.setattr(module, "now", clock)
    return clock


def test_a_new_file_counts_on_from_the_one_before(tmp_path: Path) -> None:
    async def test() -> None:
        store = SqliteStore(tmp_path / "store.db")
        before = await store.record(A, record(), 0)
        for ending in ("", "-wal", "-shm"):
            (tmp_path / f"store.db{ending}").unlink()
        assert await store.record(A, record(), before) > before
        await store.close()

    asyncio.run(test())


def test_an_emptied_redis_counts_on_from_before(redis_server: RedisServer) -> None:
    from mh_widgets.store.redis import RedisStore

    async def test() -> None:
        store = RedisStore(redis_server.url)
        before = await store.record(A, record(), 0)
        await store._redis.flushdb()
        assert await store.record(A, record(), before) > before
        await store.close()

    asyncio.run(test())


@pytest.mark.parametrize("jump_s", [-86400.0, -60.0, 60.0, 86400.0])
def test_a_clock_that_jumps_holds_up_no_turn(tmp_path: Path, clock: WallClock, jump_s: float) -> None:
    async def test() -> None:
        store = SqliteStore(tmp_path / "store.db")
        for n in range(BURST + 8):
            await store.claim(A, f"clx{n}", "me", 0, 10.0)
        clock.time += jump_s
        assert await store.claim(A, "next", "me", 0, 10.0) == Claim("granted")
        await store.close()

    asyncio.run(test())


@pytest.mark.parametrize("jump_s", [-86400.0, LEASE_S + 1])
def test_a_clock_that_jumps_leaves_no_lease_for_ever(tmp_path: Path, clock: WallClock, jump_s: float) -> None:
    async def test() -> None:
        store = SqliteStore(tmp_path / "store.db")
        await store.claim(A, "clx1", "killed", 0, None)
        clock.time += jump_s
        assert (await store.claim(A, "clx1", "me", 0, None)).outcome == "granted"
        await store.close()

    asyncio.run(test())


def test_a_record_is_as_old_as_its_answer_not_as_its_writing(tmp_path: Path, clock: WallClock) -> None:
    async def test() -> None:
        store = SqliteStore(tmp_path / "store.db")
        stopped, goes_on = threading.Event(), threading.Event()

        def stop() -> None:
            stopped.set()
            goes_on.wait(30)

        stopping = asyncio.create_task(store._worker.run(stop))
        await asyncio.to_thread(stopped.wait, 30)
        writing = asyncio.create_task(store.record(A, record(due_s=1.0), 0))
        await asyncio.sleep(0)
        clock.time += 3.0
        goes_on.set()
        await asyncio.gather(stopping, writing)
        found = (await store.recall(A, ["clx1"]))["clx1"]
        assert (found.age_s, found.due_s) == (3.0, -2.0)
        await store.close()

    asyncio.run(test())


def test_a_full_disk_is_an_error_and_nothing_is_lost(tmp_path: Path) -> None:
    async def test() -> None:
        store = SqliteStore(tmp_path / "store.db")
        await store.record(A, record(), 0)
        await store._worker.run(lambda: store._database.connection.execute("PRAGMA max_page_count = 1"))
        with pytest.raises(StoreError, match="full"):
            await store.record(A, record("long", body="x" * 60_000), 0)
        assert "clx1" in await store.recall(A, ["clx1"])
        await store._worker.run(lambda: store._database.connection.execute("PRAGMA max_page_count = 100000"))
        assert await store.record(A, record("later"), 0) > 0
        await store.close()

    asyncio.run(test())


def test_a_connection_that_cannot_write_is_opened_anew(tmp_path: Path) -> None:
    async def test() -> None:
        store = SqliteStore(tmp_path / "store.db")
        await store.record(A, record(), 0)
        await store._worker.run(lambda: store._database.connection.execute("PRAGMA query_only = ON"))
        with pytest.raises(StoreError, match="readonly"):
            await store.record(A, record("clx2"), 0)
        assert await store.record(A, record("clx2"), 0) > 0
        await store.close()

    asyncio.run(test())


@pytest.mark.parametrize("text", ["locking protocol", "disk I/O error"])  # what a network's file system says
def test_a_file_system_without_locks_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    def refuse(*_: object, **__: object) -> sqlite3.Connection:
        raise sqlite3.OperationalError(text)

    async def test() -> None:
        store = SqliteStore(tmp_path / "store.db")
        with monkeypatch.context() as patched:
            patched.setattr(sqlite3, "connect", refuse)
            with pytest.raises(StoreError):
                await store.record(A, record(), 0)
        assert await store.record(A, record(), 0) > 0
        await store.close()

    asyncio.run(test())


class Full(NullStore):
    """Can be read, and written only when ``has_room``."""

    has_room = False

    async def recall(self, account: str, project_ids: Sequence[str]) -> Mapping[str, Record]:
        return {}

    async def record(self, account: str, record: Record, known: int | None) -> int:
        if not self.has_room:
            raise StoreError("full")
        return 1


def test_a_store_that_can_only_be_read_is_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        store = Full()
        guard = GuardedStore(store)
        for _ in range(5):
            assert await guard.record(A, record(), 0) == 0
            await asyncio.sleep(guarded.REST_S + 1)
            await guard.recall(A, ["clx1"])
        assert [each.levelname for each in caplog.records] == ["WARNING"]
        store.has_room = True
        assert await guard.record(A, record(), 0) == 1
        assert [each.levelname for each in caplog.records] == ["WARNING", "INFO"]

    with caplog.at_level(logging.INFO, "mh_widgets"):
        virtual_time.run(test())


def test_a_subscription_that_is_given_up_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    from mh_widgets.store import redis
    from mh_widgets.store.redis import RedisStore

    monkeypatch.setattr(redis, "_TIMEOUT_S", 0.3)

    def listening() -> list[str]:
        return [each.get_name() for each in asyncio.all_tasks() if each.get_name().startswith("mh_widgets")]

    async def test() -> None:
        connected = asyncio.Event()

        async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connected.set()
            await reader.read()  # answers nothing, until the other one closes
            writer.close()
            await writer.wait_closed()

        server = await asyncio.start_server(hang, "127.0.0.1", 0)
        store = RedisStore(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        task = asyncio.create_task(store.subscribe(A, print))
        await connected.wait()
        task.cancel()
        await asyncio.wait({task})
        await virtual_time.until(lambda: not listening(), 20)
        await store.close()
        server.close()
        await server.wait_closed()

    asyncio.run(test())


def test_a_redis_that_was_killed_and_begun_again_is_used_again(tmp_path: Path) -> None:
    from mh_widgets.store.redis import RedisStore

    program = redis_program()
    if program is None:
        pytest.skip("No redis-server and no valkey-server on the PATH.")

    async def test() -> None:
        with contextlib.ExitStack() as first:
            server = first.enter_context(running_redis(tmp_path, program))
            store = RedisStore(server.url)
            heard: list[str] = []
            end = await store.subscribe(A, lambda news: heard.extend(each.project_id for each in news))
            before = await store.record(A, record(), 0)
            await virtual_time.until(lambda: heard == ["clx1"], 20)
        with pytest.raises(StoreError):
            await store.record(A, record(), before)
        with running_redis(tmp_path, program, server.port, server.password):
            assert await store.record(A, record(), before) > before

            while "clx2" not in heard:  # until it listens again
                await store.record(A, record("clx2"), None)
                await asyncio.sleep(0.05)
            end()
            await store.close()

    asyncio.run(asyncio.wait_for(test(), 60))


@pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")
def test_two_keys_share_a_file_and_see_nothing_of_each_other(tmp_path: Path) -> None:
    async def test() -> None:
        store, other = SqliteStore(tmp_path / "store.db"), SqliteStore(tmp_path / "store.db")
        one = await store.record(A, record(), 0)
        two = await other.record(B, record(status="complete"), 0)
        assert (await store.claim(A, "clx1", "me", one, None)).outcome == "granted"
        assert (await other.claim(B, "clx1", "me", two, None)).outcome == "granted"
        assert await store.forget(A, None) == 1
        assert [*await other.recall(B, ["clx1"])] == ["clx1"]
        await store.close()
        await other.close()

    asyncio.run(test())


def test_a_foreign_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with contextlib.closing(sqlite3.connect(path)) as theirs:
        theirs.execute("CREATE TABLE projects (x)")

    async def test() -> None:
        store = SqliteStore(path)
        with pytest.raises(StoreError):
            await store.record(A, record(), 0)
        await store.close()

    asyncio.run(test())
    with contextlib.closing(sqlite3.connect(path)) as theirs:
        assert theirs.execute("SELECT sql FROM sqlite_master").fetchall() == [("CREATE TABLE projects (x)",)]
