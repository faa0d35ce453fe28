"""What no file of a run may hold: the keys that the tests' kernels and servers have, and the signatures of links.

All stores and logs of a run are below pytest's folder, also what its Redis was ever told: after the last test all
of it is searched, see ``tests/conftest.py``.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

#: Look like nothing else, so that searching for them proves something.
KEY, WATCHERS_KEY = "mhk-live-3f9c27e1", "mhk-live-7be0c3a95d"
#: Also where a link is a part of another one, or its signature stands alone in a dictionary.
_SECRET = re.compile(
    rf"{KEY}|{WATCHERS_KEY}|signature(?:=|%3D|['\": ]{{1,6}})[0-9a-f]{{64}}".encode(), re.IGNORECASE
)
#: What the simulator's file host serves; up to 500 MB of it, and no text.
_MEDIA = {".mp4", ".webm", ".png", ".wav", ".part"}


def leaks(folder: Path) -> Iterator[str]:
    """The files below ``folder`` with a secret in them, and which it is."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in _MEDIA or path.is_symlink() or not path.is_file():
            continue
        with suppress(OSError, ValueError), path.open("rb") as file:  # one of no bytes can't be mapped
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                found = _SECRET.search(content)
                secret = found[0][:24].decode() if found else ""
            if secret:
                yield f"{path.relative_to(folder)}: {secret}…"
