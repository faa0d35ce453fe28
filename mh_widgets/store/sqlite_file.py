"""The SQLite file: its permissions, and its replacement if broken. Runs in the worker thread."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import sqlite3
import time
from collections.abc import Iterator

from mh_widgets._log import log
from mh_widgets.store import sqlite_schema
from mh_widgets.store.base import KEEP_DURATIONS, MAX_DURATION_S, StoreError, first_version
from mh_widgets.store.sqlite_schema import VERSION

#: Seconds to wait while another process writes.
BUSY_S = 0.7
#: The most bytes that are read of an old ``durations.json``.
_MAX_BYTES = 64 * 1024


class Database:
    """One connection to ``path``, opened when needed, and again after the file was removed."""

    def __init__(self, path: pathlib.Path, durations: pathlib.Path | None = None) -> None:
        self._path = path
        self._durations = durations
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._warned = False

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

    def drop_wrong_rows(self) -> bool:
        """Delete the rows that can't be read. Return whether there were any."""
        with self.writing() as connection:
            dropped = sqlite_schema.drop_wrong_rows(connection, first_version(now()))
        if dropped:
            self._warn("The store had records that can't be read. They are deleted.")
        return dropped

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
        connection.text_factory = _text
        if _version(connection) == 0:
            connection.execute("BEGIN IMMEDIATE")
            try:
                if _version(connection) == 0:  # another process may have created it meanwhile
                    _check(connection)
                    sqlite_schema.create(connection)
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
        _check(connection)

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
                if found is not None and found[0] != "ok":
                    return True
                return sqlite_schema.state(connection) == "damaged"
        except sqlite3.OperationalError:
            return False  # locked or not readable, which a new file would not repair
        except sqlite3.DatabaseError:
            return True

    def _move_aside(self) -> None:
        self._warn("The store's file was broken. It now ends in .broken, and a new file replaces it.")
        with contextlib.suppress(OSError):
            self._path.replace(self._path.with_name(self._path.name + ".broken"))
        for ending in ("-wal", "-shm"):
            with contextlib.suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink()

    def _warn(self, text: str) -> None:
        if not self._warned:
            self._warned = True
            log.warning(text)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _check(connection: sqlite3.Connection) -> None:
    state = sqlite_schema.state(connection)
    if state == "foreign":
        raise StoreError("it is the database of another program")
    if state == "damaged":
        raise sqlite3.DatabaseError("malformed")


def _text(raw: bytes) -> str:
    """Decode text of which a part may be broken. One such text must not make all records unreadable."""
    return raw.decode("utf-8", "replace")


def _identity(path: pathlib.Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def now() -> float:
    """Return the Unix time in seconds. All kernels of one machine share this clock."""
    return time.time()
