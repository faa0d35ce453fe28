"""The store for one machine: an SQLite file in WAL mode, with one connection in one worker thread."""

from __future__ import annotations

import asyncio
import pathlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from mh_widgets import _loops
from mh_widgets.store.base import (
    GRANTED,
    KEEP_DURATIONS,
    LEASE_S,
    MAX_LEASE_S,
    MAX_TURN_S,
    Claim,
    OnNews,
    Query,
    Record,
    StoreError,
    may_replace,
    note_bug,
)
from mh_widgets.store.sqlite_file import Database, now
from mh_widgets.store.sqlite_queries import (
    COLUMNS,
    NewsCursor,
    next_version,
    prune,
    reason,
    refusal,
    take_turn,
    to_record,
)
from mh_widgets.store.worker import WorkerThread

T = TypeVar("T")

#: Seconds between two looks for new records.
LOOK_S = 0.5
#: The most IDs in one query, below the limit of any SQLite.
_SLICE = 500
#: Records after which the oldest ones of an account are dropped.
_PRUNE_EVERY = 200


class SqliteStore:
    """The store in the file ``path``. ``durations`` is the file of earlier versions, imported once."""

    carries_links = False
    of_one_loop = False
    remembers = True
    loading = False

    def __init__(self, path: pathlib.Path, durations: pathlib.Path | None = None) -> None:
        self._database = Database(path, durations)
        self._worker = WorkerThread("mh_widgets store")

    async def recall(self, account: str, project_ids: Sequence[str]) -> Mapping[str, Record]:
        """See ``Store``."""

        def job() -> dict[str, Record]:
            connection, found = self._database.connection, {}
            for begin in range(0, len(project_ids), _SLICE):
                ids = project_ids[begin : begin + _SLICE]
                marks = ",".join("?" * len(ids))
                rows = connection.execute(
                    f"SELECT {COLUMNS} FROM projects WHERE account = ? AND id IN ({marks})",  # noqa: S608
                    (account, *ids),
                )
                found.update({row[0]: to_record(row) for row in rows})
            return found

        return await self._do(job)

    async def record(self, account: str, record: Record, known: int | None) -> int:
        """See ``Store``."""
        at = now()  # of the answer, and not when it comes to the writing: the file may be locked until then

        def job() -> int:
            with self._database.writing() as connection:
                connection.execute(
                    "DELETE FROM leases WHERE account = ? AND id = ? AND owner = ?",
                    (account, record.project_id, record.writer),
                )
                old = connection.execute(
                    "SELECT status, version FROM projects WHERE account = ? AND id = ?",
                    (account, record.project_id),
                ).fetchone()
                if old is not None and not may_replace(old[0], old[1], record.status, known):
                    return 0
                version = next_version(connection)
                connection.execute(
                    "INSERT OR REPLACE INTO projects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(account, record.project_id, version, record.writer, record.status, record.kind),
                        *(record.body, record.created_at, at),
                        None if record.due_s is None else at + record.due_s,
                    ),
                )
                if version % _PRUNE_EVERY == 0:
                    prune(connection, account)
                return version

        return await self._do(job)

    async def claim(
        self, account: str, project_id: str, owner: str, known: int, per_s: float | None
    ) -> Claim:
        """See ``Store``."""

        def job() -> Claim:
            # Most claims are refused after reading alone, which needs no lock.
            if claim := refusal(self._database.connection, account, project_id, owner, known):
                return claim
            with self._database.writing() as connection:
                if claim := refusal(connection, account, project_id, owner, known):
                    return claim
                turn_s = take_turn(connection, account, per_s) if per_s is not None else 0.0
                if turn_s > MAX_TURN_S:
                    return Claim("busy", turn_s)
                connection.execute(
                    "INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?)",
                    (account, project_id, owner, now() + turn_s + LEASE_S),
                )
            return Claim("granted", turn_s) if turn_s else GRANTED

        return await self._do(job)

    async def hold(self, account: str, project_id: str, owner: str, lease_s: float) -> None:
        """See ``Store``."""

        def job() -> None:
            with self._database.writing() as connection:
                connection.execute(
                    "UPDATE leases SET until = ? WHERE account = ? AND id = ? AND owner = ?",
                    (now() + min(lease_s, MAX_LEASE_S), account, project_id, owner),
                )

        await self._do(job)

    async def quiet(self, account: str, quiet_s: float) -> None:
        """See ``Store``."""

        def job() -> None:
            until = now() + min(quiet_s, MAX_LEASE_S)
            with self._database.writing() as connection:
                connection.execute(
                    "INSERT INTO accounts VALUES (?, ?, 0) ON CONFLICT (account)"
                    " DO UPDATE SET quiet_until = max(quiet_until, ?)",
                    (account, until, until),
                )

        await self._do(job)

    async def subscribe(self, account: str, on_news: OnNews) -> Callable[[], None]:
        """See ``Store``. It reads the file every ``LOOK_S`` seconds."""
        cursor = NewsCursor(self._database, account)
        await self._do(cursor.begin)

        async def look() -> None:
            while True:
                await asyncio.sleep(LOOK_S)
                try:
                    if news := await self._do(cursor.news):
                        on_news(news)
                except StoreError:  # it may work again with the next look
                    pass
                except Exception as error:  # noqa: BLE001 - a bug must not end the task, which nobody awaits
                    note_bug(error)

        task = asyncio.get_running_loop().create_task(look(), name="mh_widgets store news")
        task.add_done_callback(_loops.retrieve_exception)

        def end() -> None:
            task.cancel()

        return end

    async def recent(self, account: str, query: Query) -> list[Record]:
        """See ``Store``."""
        conditions, values = ["account = ?"], [account]
        wanted = {"kind = ?": query.kind, "status = ?": query.status, "created_at >= ?": query.since}
        for condition, value in wanted.items():
            if value is not None:
                conditions.append(condition)
                values.append(value)  # type: ignore[arg-type]  # SQLite takes text and numbers
        sql = (
            f"SELECT {COLUMNS} FROM projects WHERE {' AND '.join(conditions)}"  # noqa: S608 - ours
            " ORDER BY created_at DESC LIMIT ?"
        )

        def job() -> list[Record]:
            return [*map(to_record, self._database.connection.execute(sql, (*values, max(0, query.limit))))]

        return await self._do(job)

    async def forget(self, account: str, project_id: str | None) -> int:
        """See ``Store``."""

        def job() -> int:
            which = "account = ?" + ("" if project_id is None else " AND id = ?")
            values = (account,) if project_id is None else (account, project_id)
            with self._database.writing() as connection:
                connection.execute(f"DELETE FROM leases WHERE {which}", values)  # noqa: S608 - ours
                query = f"DELETE FROM projects WHERE {which}"  # noqa: S608
                gone = connection.execute(query, values).rowcount
            self._database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return int(gone)

        return await self._do(job)

    async def durations(self, origin: str) -> Mapping[str, tuple[float, ...]]:
        """See ``Store``."""

        def job() -> dict[str, tuple[float, ...]]:
            known: dict[str, list[float]] = {}
            for kind, seconds in self._database.connection.execute(
                "SELECT kind, seconds FROM durations WHERE origin = ? ORDER BY rowid", (origin,)
            ):
                known.setdefault(kind, []).append(float(seconds))
            return {kind: tuple(values[-KEEP_DURATIONS:]) for kind, values in known.items()}

        return await self._do(job)

    async def add_duration(self, origin: str, kind: str, seconds: float) -> None:
        """See ``Store``."""

        def job() -> None:
            with self._database.writing() as connection:
                connection.execute(
                    "INSERT INTO durations VALUES (?, ?, ?)", (origin, kind, round(seconds, 1))
                )
                connection.execute(
                    "DELETE FROM durations WHERE origin = ? AND kind = ? AND rowid NOT IN (SELECT rowid"
                    " FROM durations WHERE origin = ? AND kind = ? ORDER BY rowid DESC LIMIT ?)",
                    (origin, kind, origin, kind, KEEP_DURATIONS),
                )

        await self._do(job)

    async def close(self) -> None:
        """See ``Store``."""
        await self._worker.run(self._database.close)

    async def _do(self, job: Callable[[], T]) -> T:
        return await self._worker.run(lambda: self._guarded(job))

    def _guarded(self, job: Callable[[], T]) -> T:
        try:
            return self._without_wrong_rows(job)
        except sqlite3.OperationalError as error:
            if (what := reason(error)) != "locked":
                self._database.close()  # one that was opened without the right to write never gets it
            raise StoreError(what) from None
        except sqlite3.DatabaseError as error:
            self._database.repair()
            raise StoreError(reason(error)) from None
        except OSError as error:
            raise StoreError((error.strerror or type(error).__name__).lower()) from None

    def _without_wrong_rows(self, job: Callable[[], T]) -> T:
        try:
            return job()
        except (TypeError, ValueError):
            if not self._database.drop_wrong_rows():
                raise
            return job()
