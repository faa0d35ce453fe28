"""The store that ``MAGIC_HOUR_STORE`` selects: a path, a Redis URL or ``off``; by default a user's file."""

from __future__ import annotations

import asyncio
import functools
import os
import pathlib
import re
from typing import cast

from mh_widgets._fork import on_fork
from mh_widgets._log import log
from mh_widgets.store.base import Store
from mh_widgets.store.late_redis import LateRedis
from mh_widgets.store.null import NullStore

VARIABLE = "MAGIC_HOUR_STORE"
#: The other variables that decide about the default.
_FOLDERS = ("XDG_DATA_HOME", "XDG_CACHE_HOME", "HOME", "LOCALAPPDATA")
_OFF = {"off", "0", "no", "false", "none"}
_REDIS = re.compile(r"(?i)(redis|rediss|unix)://")

_by_loop: dict[tuple[asyncio.AbstractEventLoop, str], Store] = {}

# Never collected, because a child process must not close what it inherits.
_files: list[Store] = []


def store_of_loop() -> Store:
    """Return the store for the running loop. It keeps nothing if the store is off or can't be used."""
    chosen = os.environ.get(VARIABLE, "").strip()
    if not _REDIS.match(chosen):
        return _file(chosen, *map(os.environ.get, _FOLDERS))
    loop = asyncio.get_running_loop()
    for known in [*_by_loop]:
        if known[0].is_closed():
            _by_loop.pop(known, None)
    if (loop, chosen) not in _by_loop:
        _by_loop[loop, chosen] = cast("Store", LateRedis(chosen))  # by __getattr__
    return _by_loop[loop, chosen]


@functools.lru_cache(maxsize=8)
def _file(chosen: str, *_folders: str | None) -> Store:
    if chosen.lower() in _OFF:
        return NullStore()
    try:
        path = (
            pathlib.Path(chosen).expanduser().absolute() if chosen else _default("user_data_path", "store.db")
        )
    except (RuntimeError, OSError):  # "~name" of an unknown user, or the current folder was deleted
        log.warning("The folder in MAGIC_HOUR_STORE can't be found. Cards work without a store.")
        return NullStore()
    if path is None:
        return NullStore()
    try:
        from mh_widgets.store.sqlite import (
            SqliteStore,
        )  # imported late, as sqlite3 takes 5 ms, and some Pythons have none
    except ImportError:
        log.warning("This Python has no sqlite3. Cards work without a store.")
        return NullStore()
    store = SqliteStore(path, _default("user_cache_path", "durations.json"))
    _files.append(store)
    return store


def _default(folder: str, name: str) -> pathlib.Path | None:
    import platformdirs  # imported late, as only kernels that poll need it

    try:
        found: pathlib.Path = getattr(platformdirs, folder)("mh_widgets", appauthor=False)
    except (OSError, RuntimeError):  # no home directory, as for a container's user without a name
        return None
    # Of other releases of platformdirs it would be a folder "~" beside the notebook.
    return found / name if found.is_absolute() else None


@on_fork
def _let_go() -> object:
    # A child process must not use its parent's connections and thread.
    inherited = (dict(_by_loop), [*_files])
    _by_loop.clear()
    _files.clear()
    _file.cache_clear()
    return inherited
