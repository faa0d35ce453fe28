"""Something else has changed the SQLite file: what can't be read goes, the rest stays, and the log says so once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from mh_widgets.store import sqlite
from mh_widgets.store.base import Query, StoreError
from mh_widgets.store.sqlite import SqliteStore
from mh_widgets.store.sqlite_schema import VERSION
from tests.redis_server import RedisServer
from tests.unit.test_store_backends import A, record
from tests.unit.virtual_time import until

FOREIGN = "CREATE TABLE projects (x)"


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "LOOK_S", 0.05)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def changed(file: Path, *statements: str) -> None:
    """Run statements on the file, as another program would."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for each in statements:
            connection.execute(each)


def use(file: Path, action: Callable[[SqliteStore], Awaitable[None]]) -> None:
    """Use a store as one kernel does."""

    async def whole() -> None:
        store = SqliteStore(file)
        try:
            await asyncio.wait_for(action(store), 30)
        finally:
            await store.close()

    asyncio.run(whole())


async def fill(store: SqliteStore) -> None:
    for n in range(3):
        await store.record(A, record(f"clx{n}"), 0)
    await store.claim(A, "held", "other", 0, 10.0)
    await store.quiet(A, 0.0)
    await store.add_duration("https://api.test", "FACE_SWAP", 20.0)


async def use_all(store: SqliteStore) -> None:
    """Every way to read the file."""
    known = await store.recall(A, ["clx0", "clx1", "clx2"])
    assert [each.project_id for each in await store.recent(A, Query())] == [*known][::-1]
    assert await store.durations("https://api.test") in ({}, {"FACE_SWAP": (20.0,)})
    assert (await store.claim(A, "new", "me", 0, 10.0)).outcome == "granted"
    heard: list[str] = []
    end = await store.subscribe(A, lambda news: heard.extend(each.project_id for each in news))
    other = SqliteStore(store._database._path)
    assert await other.record(A, record("told"), 0) > 0
    await until(lambda: "told" in heard, 20)
    await other.close()
    end()


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]


MISSING = [
    (
        "DROP TABLE projects",
        "DROP TABLE leases",
        "DROP TABLE accounts",
        "DROP TABLE durations",
        "DROP TABLE counter",
    ),
    ("DROP TABLE leases",),
    ("ALTER TABLE projects DROP COLUMN writer",),
    ("PRAGMA user_version = 0",),
]


@pytest.mark.parametrize("statements", MISSING)
def test_a_file_without_its_tables_is_set_aside(
    file: Path, statements: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    use(file, fill)
    changed(file, *statements)
    use(file, use_all)
    assert file.with_name("store.db.broken").is_file()
    assert warnings(caplog) == [
        "The store's file was broken. It now ends in .broken, and a new file replaces it."
    ]


def test_tables_that_vanish_while_it_is_used_come_back(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def test(store: SqliteStore) -> None:
        await fill(store)
        await store._worker.run(lambda: changed(file, "DROP TABLE projects"))
        with pytest.raises(StoreError):
            await store.recall(A, ["clx0"])
        await use_all(store)

    use(file, test)
    assert len(warnings(caplog)) == 1


@pytest.mark.parametrize("version", [0, VERSION])
@pytest.mark.parametrize("table", [FOREIGN, "CREATE TABLE theirs (x)"])
def test_the_file_of_another_program_is_left_as_it_is(file: Path, version: int, table: str) -> None:
    changed(file, table, f"PRAGMA user_version = {version}")

    async def test(store: SqliteStore) -> None:
        for _ in range(2):
            with pytest.raises(StoreError, match="another program"):
                await store.record(A, record(), 0)

    use(file, test)
    with contextlib.closing(sqlite3.connect(file)) as theirs:
        assert theirs.execute("SELECT sql FROM sqlite_master").fetchall() == [(table,)]
    assert [each.name for each in file.parent.iterdir() if "broken" in each.name] == []


WRONG = [
    "UPDATE projects SET version = 'x' WHERE id = 'clx1'",
    "UPDATE projects SET answered_at = 'x' WHERE id = 'clx1'",
    "UPDATE projects SET answered_at = 9e999 WHERE id = 'clx1'",
    "UPDATE projects SET due_at = x'00' WHERE id = 'clx1'",
    "UPDATE projects SET created_at = 'x' WHERE id = 'clx1'",
    "UPDATE projects SET body = x'ff' WHERE id = 'clx1'",
    "UPDATE projects SET kind = x'ff' WHERE id = 'clx1'",
    "UPDATE leases SET id = 'new', until = 'x'",
    "UPDATE accounts SET quiet_until = 'x'",
    "UPDATE accounts SET next_at = 'x'",
    "UPDATE durations SET seconds = 'x'",
    "UPDATE counter SET version = 'x'",
    "DELETE FROM counter",
]


@pytest.mark.parametrize("statement", WRONG)
def test_rows_of_wrong_types_are_deleted_and_the_rest_stays(
    file: Path, statement: str, caplog: pytest.LogCaptureFixture
) -> None:
    use(file, fill)
    changed(file, statement)

    async def test(store: SqliteStore) -> None:
        await use_all(store)
        wrong = {"clx1"} if "projects" in statement else set()
        assert {*await store.recall(A, ["clx0", "clx1", "clx2"])} == {"clx0", "clx1", "clx2"} - wrong

    use(file, test)
    assert warnings(caplog) == ["The store had records that can't be read. They are deleted."]


def test_a_row_that_breaks_while_kernels_listen_stops_no_news(file: Path) -> None:
    async def test(store: SqliteStore) -> None:
        heard: list[str] = []
        end = await store.subscribe(A, lambda news: heard.extend(each.project_id for each in news))
        other = SqliteStore(file)
        await other.record(A, record("broken"), 0)
        await other.record(A, record("told"), 0)
        # Before the next look.
        await other._worker.run(
            lambda: changed(file, "UPDATE projects SET created_at = 'x' WHERE id = 'broken'")
        )
        await until(lambda: "told" in heard, 20)
        await other.close()
        end()

    use(file, test)


def test_text_that_is_no_utf_8_keeps_no_other_record_from_being_read(file: Path) -> None:
    use(file, fill)
    changed(file, "UPDATE projects SET body = CAST(x'ff22' AS TEXT) WHERE id = 'clx1'")
    use(file, use_all)


def test_a_record_in_redis_that_cannot_be_read_is_as_if_it_were_not_there(redis_server: RedisServer) -> None:
    from mh_widgets.store.redis import RedisStore

    async def test() -> None:
        store = RedisStore(redis_server.url)
        await store._redis.flushdb()
        version = await store.record(A, record("right"), 0)
        for field, value in {"version": "x", "created_at": "x", "due_at": "x", "answered_at": "x"}.items():
            await store.record(A, record("wrong", due_s=1.0), None)
            await store._redis.hset(f"mh:{{{A}}}:p:wrong", field, value)
            assert (await store.recall(A, ["right", "wrong"])).keys() == {"right"}
            assert (await store.claim(A, "wrong", "me", 0, None)).outcome == "granted"
            assert await store.record(A, record("wrong"), 0) > version
        await store.close()

    asyncio.run(asyncio.wait_for(test(), 30))
