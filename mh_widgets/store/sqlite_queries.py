"""The queries of ``sqlite.py``. They run in the worker thread."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence
from typing import Any

from mh_widgets.store.base import BURST, KEEP, MAX_LEASE_S, MAX_PLANNED_S, MAX_TURN_S, Claim, Record
from mh_widgets.store.sqlite_file import Database, now

COLUMNS = "id, status, kind, body, created_at, answered_at, due_at, version, writer"
_TYPES: tuple[Any, ...] = (str, str, str, str, float, float, (float, type(None)), int, str)


class NewsCursor:
    """The position of one subscriber in the stream of records."""

    def __init__(self, database: Database, account: str) -> None:
        self._database = database
        self._account = account
        self._heard = 0
        self._changes: object = None

    def begin(self) -> None:
        """Skip all records that exist by now."""
        self._heard = last_version(self._database.connection)

    def news(self) -> list[Record]:
        """Return what was recorded since the last call, also by other clients of this process."""
        connection = self._database.connection
        # The version changes with the writes of other connections only. Reading both costs almost nothing.
        version = connection.execute("PRAGMA data_version").fetchone()[0]
        changes = (id(connection), version, connection.total_changes)
        if changes == self._changes:
            return []
        written = last_version(connection)
        if written < self._heard:
            self._heard = 0  # the file was replaced
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM projects WHERE account = ? AND version > ? ORDER BY version",  # noqa: S608
            (self._account, self._heard),
        ).fetchall()
        found = [*map(to_record, rows)]
        self._heard, self._changes = written, changes
        return found


def refusal(
    connection: sqlite3.Connection, account: str, project_id: str, owner: str, known: int
) -> Claim | None:
    """Return why a claim is refused, or None if it is granted."""
    at = now()
    row = connection.execute(
        f"SELECT {COLUMNS} FROM projects WHERE account = ? AND id = ?",  # noqa: S608 - ours
        (account, project_id),
    ).fetchone()
    if row is not None and row[7] != known:
        return Claim("news", record=to_record(row))
    quiet = connection.execute("SELECT quiet_until FROM accounts WHERE account = ?", (account,)).fetchone()
    if quiet is not None and at < quiet[0] <= at + MAX_LEASE_S:
        return Claim("quiet", quiet[0] - at)
    lease = connection.execute(
        "SELECT owner, until FROM leases WHERE account = ? AND id = ?", (account, project_id)
    ).fetchone()
    if lease is not None and lease[0] != owner and at < lease[1] <= at + MAX_LEASE_S:
        return Claim("held", lease[1] - at)
    return None


def take_turn(connection: sqlite3.Connection, account: str, per_s: float) -> float:
    """Return the seconds until the account's next turn. Take the turn if it is near enough."""
    at = now()
    row = connection.execute("SELECT next_at FROM accounts WHERE account = ?", (account,)).fetchone()
    planned = row[0] if row is not None and row[0] <= at + MAX_PLANNED_S else 0.0
    turn = max(planned, at - BURST / per_s)
    if turn - at <= MAX_TURN_S:
        connection.execute(
            "INSERT INTO accounts VALUES (?, 0, ?) ON CONFLICT (account) DO UPDATE SET next_at = ?",
            (account, turn + 1 / per_s, turn + 1 / per_s),
        )
    return max(0.0, turn - at)


def next_version(connection: sqlite3.Connection) -> int:
    """Return the version of the next record. Call it within a transaction."""
    version = last_version(connection) + 1
    connection.execute("UPDATE counter SET version = ?", (version,))
    return version


def last_version(connection: sqlite3.Connection) -> int:
    """Return the version of the last record. Raise ``ValueError`` if the counter is broken."""
    row = connection.execute("SELECT version FROM counter").fetchone()
    if row is None or not isinstance(row[0], int):
        raise ValueError("no counter")
    return row[0]


def prune(connection: sqlite3.Connection, account: str) -> None:
    """Drop the account's oldest projects and all expired leases."""
    connection.execute(
        "DELETE FROM projects WHERE account = ? AND id NOT IN"
        " (SELECT id FROM projects WHERE account = ? ORDER BY created_at DESC LIMIT ?)",
        (account, account, KEEP),
    )
    connection.execute("DELETE FROM leases WHERE until < ?", (now(),))


def to_record(row: Sequence[Any]) -> Record:
    """Return a row of ``COLUMNS`` as a record. Raise ``ValueError`` if something else has written it."""
    right = all(isinstance(value, kind) for value, kind in zip(row, _TYPES, strict=True))
    if not right or not all(map(math.isfinite, filter(None, row[4:7]))):
        raise ValueError("a row that can't be read")
    at = now()
    return Record(
        project_id=row[0],
        status=row[1],
        kind=row[2],
        body=row[3],
        created_at=row[4],
        age_s=max(0.0, at - row[5]),
        due_s=None if row[6] is None else row[6] - at,
        version=row[7],
        writer=row[8],
    )


def reason(error: sqlite3.Error) -> str:
    """Return a cause of one or two words, without a path."""
    text = str(error)
    for word in (
        "locked",
        "full",
        "readonly",
        "malformed",
        "not a database",
        "unable to open",
        "disk I/O",
        "protocol",
    ):
        if word in text:
            return word
    return type(error).__name__
