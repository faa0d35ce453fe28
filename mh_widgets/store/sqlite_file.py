"""The SQLite file: its permissions, its schema, and its replacement if broken. Runs in the worker thread."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import sqlite3
import time
from collections.abc import Iterator

from mh_widgets.store.base import KEEP_DURATIONS, MAX_DURATION_S, StoreError, first_version

#: ``PRAGMA user_version``. A file of a newer version is left alone.
VERSION = 1
#: Seconds to wait while another process writes.
BUSY_S = 0.7
#: The most bytes that are read of an old ``durations.json``.
_MAX_BYTES = 64 * 1024

_SCHEMA = """
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


class Database:
    """One connection to ``path``, opened when needed, and again after the file was removed."""

    def __init__(self, path: pathlib.Path, durations: pathlib.Path | None = None) -> None:
        self._path = path
        self._durations = durations
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection to the present file. Raises ``StoreError`` and ``sqlite3.Error``."""
        if self._connection is not None and self._file != _identity(self._path):
            self.close()
        if self._connection is None:
            try:
                self._connection = self._open()
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError) or not self._is_broken():
                    raise
                self._move_aside()
                self._connection = self._open()
            self._file = _identity(self._path)
        return self._connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Run one write transaction, which is committed as a whole or not at all."""
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise

    def repair(self) -> None:
        """Close the file after an error, and begin a new one if it is broken."""
        self.close()
        if self._is_broken():
            self._move_aside()

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                connection.close()

    def _open(self) -> sqlite3.Connection:
        folder = self._path.parent
        if not folder.is_dir():
            folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        if not self._path.exists():
            # It has its permissions from the first moment on, and SQLite copies them to its other files.
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        elif not self._path.is_file():  # reading a pipe could block forever
            raise StoreError("it is not an ordinary file")
        connection = sqlite3.connect(
            self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        # A power failure may lose the last answers, which the API sends again. A killed process loses
        # nothing.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")  # deleted data must not stay in the file
        if _version(connection) == 0:
            connection.execute("BEGIN IMMEDIATE")
            try:
                if _version(connection) == 0:  # another process may have created it meanwhile
                    for statement in filter(str.strip, _SCHEMA.split(";")):
                        connection.execute(statement)
                    connection.execute("INSERT INTO counter VALUES (?)", (first_version(now()),))
                    connection.executemany("INSERT INTO durations VALUES (?, ?, ?)", self._old_durations())
                    connection.execute(f"PRAGMA user_version = {VERSION}")
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk has rolled back by itself
                    connection.execute("ROLLBACK")
                raise
            self._drop_old_durations()
        if _version(connection) != VERSION:
            raise StoreError("it was made by a newer version of mh_widgets")

    def _old_durations(self) -> list[tuple[str, str, float]]:
        """Return the durations in the ``durations.json`` of earlier versions."""
        try:
            if self._durations is None or not self._durations.is_file():
                return []
            with self._durations.open("rb") as file:
                known = json.loads(file.read(_MAX_BYTES))
            return [
                (*key.split(" ", 1), float(seconds))
                for key, values in known.items()
                for seconds in values[-KEEP_DURATIONS:]
                if key.count(" ") == 1 and 0 < float(seconds) < MAX_DURATION_S
            ]
        except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            return []

    def _drop_old_durations(self) -> None:
        if self._durations is not None:
            with contextlib.suppress(OSError):
                self._durations.unlink()

    def _is_broken(self) -> bool:
        try:
            with contextlib.closing(sqlite3.connect(self._path, timeout=BUSY_S)) as connection:
                found = connection.execute("PRAGMA quick_check(1)").fetchone()
            return bool(found is not None and found[0] != "ok")
        except sqlite3.OperationalError:
            return False  # locked or not readable, which a new file would not repair
        except sqlite3.DatabaseError:
            return True

    def _move_aside(self) -> None:
        with contextlib.suppress(OSError):
            self._path.replace(self._path.with_name(self._path.name + ".broken"))
        for ending in ("-wal", "-shm"):
            with contextlib.suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink()


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _identity(path: pathlib.Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def now() -> float:
    """Return the Unix time in seconds. All kernels of one machine share this clock."""
    return time.time()
