"""The news of a store: who hears what, what it costs when there is none, and what a bug does to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from mh_widgets import AsyncClient, _log
from mh_widgets.models import VideoDetails
from mh_widgets.polling.sharing import Sharing
from mh_widgets.store import sqlite
from mh_widgets.store.base import Record, Store
from mh_widgets.store.sqlite import SqliteStore
from mh_widgets.store.sqlite_file import Database
from mh_widgets.store.sqlite_queries import NewsCursor
from tests.redis_server import RedisServer
from tests.unit.test_store_backends import A, record
from tests.unit.virtual_time import TOKEN, until


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "LOOK_S", 0.02)


def test_two_clients_of_one_kernel_hear_of_each_other_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGIC_HOUR_STORE", str(tmp_path / "store.db"))
    heard: tuple[list[Record], list[Record]] = ([], [])
    versions: list[int] = []

    async def test() -> None:
        one, two = map(Sharing, (each.append for each in heard))
        for each in (one, two):
            each.open(AsyncClient(TOKEN).api)
        await until(lambda: one._end is not None and two._end is not None, 20)

        def say(who: Sharing, project_id: str) -> None:
            details = VideoDetails(project_id, "rendering")
            who.record(
                details, deleted=False, known=0, due_s=None, webhooks=False, on_version=versions.append
            )

        say(one, "clx1")
        await until(lambda: heard[1], 20)
        say(two, "clx2")
        await until(lambda: heard[0], 20)
        for each in (one, two):
            each.close()

    asyncio.run(test())
    assert [[each.project_id for each in one] for one in heard] == [["clx2"], ["clx1"]]


def test_a_look_when_nothing_has_changed_reads_no_record(tmp_path: Path) -> None:
    database = Database(tmp_path / "store.db")
    cursor = NewsCursor(database, A)
    asked: list[str] = []

    async def write() -> None:
        store = SqliteStore(tmp_path / "store.db")
        await store.record(A, record(), 0)
        await store.close()

    cursor.begin()
    asyncio.run(write())
    assert [each.project_id for each in cursor.news()] == ["clx1"]
    database.connection.set_trace_callback(asked.append)
    assert [cursor.news() for _ in range(3)] == [[]] * 3
    assert asked == ["PRAGMA data_version"] * 3
    database.close()


class Listener:
    """Fails with all news but the third, and quotes a secret."""

    calls = 0

    def __call__(self, news: Sequence[Record]) -> None:
        self.calls += 1
        if self.calls < 3:
            raise ZeroDivisionError("SECRET")


async def hears_in_spite_of_bugs(store: Store) -> None:
    listener = Listener()
    end = await store.subscribe(A, listener)
    while listener.calls < 3:
        await store.record(A, record(), None)
        await asyncio.sleep(0.02)  # a server's news is missed until its channel is open again
    end()
    await store.close()


@pytest.mark.parametrize("backend", ["sqlite", "redis"])
def test_a_bug_is_one_warning_and_ends_no_subscription(
    backend: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    url = request.getfixturevalue("redis_server").url if backend == "redis" else ""

    async def test() -> None:
        store: Store = SqliteStore(tmp_path / "store.db")
        if backend == "redis":
            from mh_widgets.store import redis

            monkeypatch.setattr(redis, "_REOPEN_S", 0.02)
            store = shared = redis.RedisStore(url)
            await shared._redis.flushdb()  # an end that another test recorded would be final
        await asyncio.wait_for(hears_in_spite_of_bugs(store), 20)

    _log.warn_once.cache_clear()
    with caplog.at_level(logging.WARNING):
        asyncio.run(test())
    assert [each.getMessage() for each in caplog.records] == [
        "Some news of the store is lost (ZeroDivisionError). Cards go on without it."
    ]
    assert "SECRET" not in caplog.text


def test_a_bug_at_the_start_of_a_subscription_is_raised(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mh_widgets.store.redis import RedisStore

    async def test() -> None:
        store = RedisStore(redis_server.url)
        monkeypatch.setattr(store._channels, "pubsub", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):  # so that the caller tries again
            await store.subscribe(A, lambda _: None)
        await store.close()

    asyncio.run(test())
