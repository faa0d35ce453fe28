"""The file of the SQLite store: private, versioned, replaced when it is broken; and which store is chosen."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sqlite3
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from mh_widgets.store import chosen
from mh_widgets.store.base import Query, StoreError
from mh_widgets.store.guarded import GuardedStore
from mh_widgets.store.null import NullStore
from mh_widgets.store.sqlite import SqliteStore
from tests.redis_server import RedisServer
from tests.unit.test_store_backends import A, record


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store.db"


def with_store(file: Path, test: Callable[[SqliteStore], Coroutine[Any, Any, None]], **more: Path) -> None:
    async def whole() -> None:
        store = SqliteStore(file, **more)
        try:
            await asyncio.wait_for(test(store), 30)
        finally:
            await store.close()

    asyncio.run(whole())


@pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")
def test_the_file_is_its_owner_s_alone(file: Path) -> None:
    async def test(store: SqliteStore) -> None:
        await store.record(A, record(), 0)
        assert file.parent.stat().st_mode & 0o777 == 0o700
        assert {each.name: each.stat().st_mode & 0o777 for each in file.parent.iterdir()} == {
            "store.db": 0o600,
            "store.db-wal": 0o600,
            "store.db-shm": 0o600,
        }

    with_store(file, test)


def test_a_file_of_a_newer_version_is_left_alone(file: Path) -> None:
    file.parent.mkdir()
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("CREATE TABLE theirs (x)")

    async def test(store: SqliteStore) -> None:
        with pytest.raises(StoreError, match="newer version"):
            await store.record(A, record(), 0)

    with_store(file, test)
    with contextlib.closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_a_broken_file_is_moved_aside_and_a_new_one_begun(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"no database at all" * 100)

    async def test(store: SqliteStore) -> None:
        assert await store.record(A, record(), 0) > 0
        assert file.with_name("store.db.broken").read_bytes().startswith(b"no database")

    with_store(file, test)


def test_pages_that_break_while_it_is_used_are_recovered_from(file: Path) -> None:
    async def test(store: SqliteStore) -> None:
        for n in range(200):
            await store.record(A, record(f"clx{n}", body="x" * 500), 0)
        await store._worker.run(lambda: store._database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
        await store.close()
        with file.open("r+b") as pages:
            pages.seek(4096)
            pages.write(os.urandom(40_000))
        with contextlib.suppress(StoreError):
            await store.recall(A, [f"clx{n}" for n in range(200)])
        assert await store.record(A, record(), 0) > 0
        assert [*await store.recall(A, ["clx1"])] == ["clx1"]

    with_store(file, test)


def test_a_file_that_was_taken_away_is_made_again(file: Path) -> None:
    async def test(store: SqliteStore) -> None:
        await store.record(A, record(), 0)
        for each in file.parent.iterdir():
            each.unlink()
        assert await store.recall(A, ["clx1"]) == {}
        await store.record(A, record(), 0)

    with_store(file, test)
    assert file.is_file()


def test_a_locked_file_is_an_error_in_bounded_time(file: Path) -> None:
    async def test(store: SqliteStore) -> None:
        version = await store.record(A, record(), 0)
        with contextlib.closing(sqlite3.connect(file)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreError, match="locked"):
                await store.record(A, record(), version)
            other.rollback()
        assert await store.record(A, record(), version) == version + 1

    with_store(file, test)


def test_the_durations_of_earlier_versions_are_taken_over_once(file: Path, tmp_path: Path) -> None:
    old = tmp_path / "durations.json"
    known = {"https://api.test FACE_SWAP": [*range(1, 20)], "https://api.test": [1], "x y": ["a"]}
    old.write_text(json.dumps({"https://api.test FACE_SWAP": known["https://api.test FACE_SWAP"]}))

    async def test(store: SqliteStore) -> None:
        assert await store.durations("https://api.test") == {"FACE_SWAP": tuple(map(float, range(8, 20)))}
        assert not old.exists()

    with_store(file, test, durations=old)
    old.write_text(json.dumps({"https://api.test FACE_SWAP": [5]}))

    async def again(store: SqliteStore) -> None:
        assert len((await store.durations("https://api.test"))["FACE_SWAP"]) == 12

    with_store(file, again, durations=old)


@pytest.mark.parametrize("content", ["", "null", "[1]", '{"x y": 5}', '{"x y": ["a"]}', "[" * 100_000])
def test_durations_that_cannot_be_read_are_done_without(file: Path, tmp_path: Path, content: str) -> None:
    old = tmp_path / "durations.json"
    old.write_text(content)

    async def test(store: SqliteStore) -> None:
        assert await store.durations("x") == {}

    with_store(file, test, durations=old)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among its files")
def test_what_is_no_ordinary_file_is_refused(file: Path) -> None:
    file.parent.mkdir()
    os.mkfifo(file)

    async def test(store: SqliteStore) -> None:
        with pytest.raises(StoreError, match="ordinary"):
            await store.recall(A, ["clx1"])

    with_store(file, test)


# --- which one ---


@pytest.mark.parametrize("word", ["off", "OFF", "0", "no", "none"])
def test_off_is_a_store_that_remembers_nothing(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGIC_HOUR_STORE", word)
    assert isinstance(chosen.store_of_loop(), NullStore)


def test_a_path_is_a_file_shared_by_the_process(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setenv("MAGIC_HOUR_STORE", str(file))
    store = chosen.store_of_loop()
    assert isinstance(store, SqliteStore)
    assert store is chosen.store_of_loop()
    assert store._database._path == file


@pytest.mark.skipif(sys.platform != "linux", reason="the data directory is named by XDG_DATA_HOME on Linux")
def test_the_default_is_a_file_in_the_user_s_data_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("MAGIC_HOUR_STORE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    store = chosen.store_of_loop()
    assert isinstance(store, SqliteStore)
    assert store._database._path == tmp_path / "mh_widgets" / "store.db"
    assert store._database._durations == tmp_path / "cache" / "mh_widgets" / "durations.json"
    assert not [*tmp_path.iterdir()]


@pytest.mark.skipif(sys.platform != "linux", reason="where a home comes from differs")
def test_without_a_home_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MAGIC_HOUR_STORE", "XDG_DATA_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 3)  # a container's user, who has a number and no name
    assert isinstance(chosen.store_of_loop(), NullStore)


@pytest.mark.skipif(os.name != "posix", reason="Windows guesses other users' folders, and keeps open ones")
@pytest.mark.parametrize("path", ["~nosuchuser/store.db", "store.db"])
def test_a_path_whose_folder_is_unknown_is_one_warning(
    path: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    deleted = tmp_path / "deleted"
    deleted.mkdir()
    monkeypatch.chdir(deleted)
    deleted.rmdir()
    monkeypatch.setenv("MAGIC_HOUR_STORE", path)
    chosen._file.cache_clear()  # another test may have chosen the same
    assert [type(chosen.store_of_loop()) for _ in range(2)] == [NullStore] * 2
    assert [each.getMessage() for each in caplog.records] == [
        "The folder in MAGIC_HOUR_STORE can't be found. Cards work without a store."
    ]


@pytest.mark.parametrize("address", ["redis://[half", "redis://host:port"])
def test_an_address_that_is_none_is_one_warning(
    address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MAGIC_HOUR_STORE", address)

    async def test() -> None:
        guard = GuardedStore(chosen.store_of_loop())
        assert [await guard.recent(A, Query()) for _ in range(3)] == [[]] * 3

    with caplog.at_level(logging.WARNING):
        asyncio.run(test())
    assert [each.getMessage() for each in caplog.records] == [
        "The store of MAGIC_HOUR_STORE can't be used (not the address of a Redis). Cards work without it."
    ]


def test_a_redis_is_reached_through_its_address(
    monkeypatch: pytest.MonkeyPatch, redis_server: RedisServer
) -> None:
    monkeypatch.setenv("MAGIC_HOUR_STORE", redis_server.url)

    async def test() -> None:
        store = chosen.store_of_loop()
        assert store is chosen.store_of_loop()
        assert await store.record(A, record("late"), 0) > 0
        assert [*await store.recall(A, ["late"])] == ["late"]
        await store.close()

    asyncio.run(test())
