"""The news of a store: who hears what, what it costs when there is none, and what a bug does to it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mh_widgets import AsyncClient
from mh_widgets.models import VideoDetails
from mh_widgets.polling.sharing import Sharing
from mh_widgets.store import sqlite
from mh_widgets.store.base import Record
from mh_widgets.store.sqlite import SqliteStore
from mh_widgets.store.sqlite_file import Database
from mh_widgets.store.sqlite_queries import NewsCursor
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
            who.record(details, deleted=False, known=0, due_s=None, webhooks=False, on_version=versions.append)

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
