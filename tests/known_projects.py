"""A store in which another kernel has left what it saw of many projects hours ago."""

from __future__ import annotations

import asyncio
import dataclasses
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from mh_widgets import AsyncClient
from mh_widgets.simulator import Simulator
from mh_widgets.store import records
from mh_widgets.store.sqlite import SqliteStore

AGE_S = 7200


def remember(simulator: Simulator, key: str, store: Path, ids: Sequence[str]) -> None:
    """Write what a kernel writes that has seen them all, with one request for each scenario."""
    with ThreadPoolExecutor() as thread:  # this one may have a loop already, as that of Playwright
        thread.submit(lambda: asyncio.run(_remember(simulator.url, key, store, ids))).result()
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute("UPDATE projects SET answered_at = answered_at - ?", (AGE_S,))


async def _remember(url: str, key: str, store: Path, ids: Sequence[str]) -> None:
    async with AsyncClient(key, base_url=url) as client:
        account = client.api.account()
        scenarios = {each.partition("--")[0] for each in ids}
        seen = {each: await client.get(f"{each}--seen") for each in scenarios}
    database = SqliteStore(store)
    for each in ids:
        details = dataclasses.replace(seen[each.partition("--")[0]], id=each)
        record = records.pack(details, deleted=False, writer="another")
        assert record is not None
        await database.record(account, record, 0)
    await database.close()
