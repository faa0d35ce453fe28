"""How long this user's own renders took: a small file in the user's cache directory that sharpens the estimates.

``MAGIC_HOUR_DURATIONS`` names another file, or is ``off``. What is in the file: seconds, by the API's address
and the type of render; no IDs, no names. It is never in the way: what can't be read or written is done
without.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import pathlib
import tempfile
import threading

from mh_widgets._fork import on_fork

#: Renders remembered of each type, and types remembered: the file stays below some 10 kB.
KEEP = 12
MAX_TYPES = 64
_MAX_BYTES = 64 * 1024
#: Longer took nobody's render: a clock is wrong.
_MAX_S = 1e7
#: What names the file, and the folders that its default is in.
_VARIABLES = ("MAGIC_HOUR_DURATIONS", "XDG_CACHE_HOME", "HOME", "LOCALAPPDATA")
_OFF = {"off", "0", "no", "false"}


class RenderHistory:
    """The durations in ``path``, read on first use; None keeps nothing and knows nothing.

    ``load`` and ``add`` touch the disk, so they belong in a worker thread; ``of`` doesn't.
    """

    def __init__(self, path: pathlib.Path | None = None) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._asked = False
        self._known: dict[str, list[float]] = {}

    def of(self, origin: str, kind: str | None) -> tuple[float, ...]:
        """Seconds that the last finished renders of this type took, oldest first; () while nothing is loaded."""
        return tuple(self._known.get(_key(origin, kind), ()))

    def load_soon(self) -> None:
        """``load``, once, in a thread of the running loop; until it is done the documented medians do."""
        if self.path is not None and not self._asked:
            self._asked = True
            asyncio.get_running_loop().run_in_executor(None, self.load)

    def load(self) -> None:
        """Read the file, if there is one that can be read."""
        if self.path is not None:
            with self._lock:
                self._known = _read(self.path)

    def add(self, origin: str, kind: str | None, seconds: float) -> None:
        """Remember one more render. What another kernel wrote meanwhile is kept."""
        if self.path is None or not kind or not 0 < seconds < _MAX_S:
            return
        with self._lock:
            known = _read(self.path) or self._known
            key = _key(origin, kind)
            # The type used last stands last, so that the one dropped is the one not used for longest.
            known[key] = [*known.pop(key, []), round(seconds, 1)][-KEEP:]
            for forgotten in list(known)[:-MAX_TYPES]:
                del known[forgotten]
            self._known = known
            _write(self.path, known)


def shared() -> RenderHistory:
    """The durations of this user, for all watches of this process: in the file that the environment names now."""
    return _named_by(*map(os.environ.get, _VARIABLES))


@functools.lru_cache(maxsize=8)
def _named_by(chosen: str | None, *_folders: str | None) -> RenderHistory:
    chosen = (chosen or "").strip()
    if chosen.lower() in _OFF:
        return RenderHistory()
    return RenderHistory(pathlib.Path(chosen) if chosen else _default_path())


# A thread may have held a lock when the process forked, and in the child it would stay locked.
on_fork(_named_by.cache_clear)


def _default_path() -> pathlib.Path | None:
    import platformdirs  # not at import: only who watches pays for it

    try:
        folder = platformdirs.user_cache_path("mh_widgets")
    except (OSError, RuntimeError):  # no home, as for a container's user who has a number and no name
        return None
    # Of other releases of platformdirs it would be a folder "~" beside the notebook.
    return folder / "durations.json" if folder.is_absolute() else None


def _key(origin: str, kind: str | None) -> str:
    return f"{origin} {kind}"


def _read(path: pathlib.Path) -> dict[str, list[float]]:
    try:
        if not path.is_file():  # a pipe would keep its reader for ever
            return {}
        with path.open("rb") as file:
            content = json.loads(file.read(_MAX_BYTES))
        return {
            str(key): [float(s) for s in values if 0 < float(s) < _MAX_S][-KEEP:]
            for key, values in content.items()
        }
    except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return {}


def _write(path: pathlib.Path, known: dict[str, list[float]]) -> None:
    draft = ""
    try:
        if path.exists() and not path.is_file():
            return  # root could put a file in the place of /dev/null
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        with os.fdopen(handle, "w") as file:
            json.dump(known, file, indent=1)
        pathlib.Path(draft).replace(path)
    except OSError:
        if draft:
            pathlib.Path(draft).unlink(missing_ok=True)
