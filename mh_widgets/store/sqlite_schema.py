"""The tables of the SQLite file, and how to notice that something else has changed them.

Runs in the worker thread.
"""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from typing import Literal

#: ``PRAGMA user_version``. A file of a newer version is left alone.
VERSION = 1
#: The largest true value of a REAL column: Unix times, and durations in seconds.
_MAX_REAL = 1e12

SCHEMA = """
CREATE TABLE projects (
    account TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, writer TEXT NOT NULL,
    status TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
    created_at REAL NOT NULL, answered_at REAL NOT NULL, due_at REAL,
    PRIMARY KEY (account, id)
);
CREATE INDEX news ON projects (account, version);
CREATE INDEX newest ON projects (account, created_at);
CREATE TABLE leases (
    account TEXT NOT NULL, id TEXT NOT NULL, owner TEXT NOT NULL, until REAL NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE TABLE accounts (account TEXT PRIMARY KEY, quiet_until REAL NOT NULL, next_at REAL NOT NULL);
CREATE TABLE durations (origin TEXT NOT NULL, kind TEXT NOT NULL, seconds REAL NOT NULL);
CREATE INDEX renders ON durations (origin, kind);
CREATE TABLE counter (version INTEGER NOT NULL);
"""

State = Literal["empty", "whole", "damaged", "foreign"]


def create(connection: sqlite3.Connection) -> None:
    """Create all tables. Call it within a transaction."""
    for statement in filter(str.strip, SCHEMA.split(";")):
        connection.execute(statement)


def state(connection: sqlite3.Connection) -> State:
    """Return what the file contains: no tables, the tables of ``VERSION``, a part of them, or others."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    found, wanted = _columns(connection), _wanted()
    if version > VERSION or found - wanted:
        return "foreign"
    if not found and not version:
        return "empty"
    return "whole" if found == wanted and version else "damaged"


def drop_wrong_rows(connection: sqlite3.Connection, version: int) -> bool:
    """Delete rows with values of another type than their column's. Call it within a transaction.

    Args:
        connection: An open file.
        version: Where the counter begins if it was wrong.

    Returns:
        Whether there was something to delete or to repair.
    """
    wrong: dict[str, list[str]] = {}
    for table, column, kind in sorted(_wanted()):
        wrong.setdefault(table, []).append(f"typeof({column}) NOT IN ('null', '{kind.lower()}')")
        if kind == "REAL":
            wrong[table].append(f"abs({column}) > {_MAX_REAL:.0f}")
    changes = connection.total_changes
    for table, conditions in wrong.items():
        connection.execute(f"DELETE FROM {table} WHERE {' OR '.join(conditions)}")  # noqa: S608 - ours
    connection.execute(
        "INSERT INTO counter SELECT ? WHERE NOT EXISTS (SELECT version FROM counter)", (version,)
    )
    return connection.total_changes > changes


def _columns(connection: sqlite3.Connection) -> frozenset[tuple[str, str, str]]:
    return frozenset(
        connection.execute(
            "SELECT t.name, c.name, c.type FROM sqlite_master t, pragma_table_info(t.name) c"
            " WHERE t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_'"
        )
    )


@functools.lru_cache(maxsize=1)
def _wanted() -> frozenset[tuple[str, str, str]]:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        create(connection)
        return _columns(connection)
