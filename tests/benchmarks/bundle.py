"""The size of what travels with every widget."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import mh_widgets

STATIC = Path(mh_widgets.__file__).parent / "static"


def rows() -> Iterator[tuple[str, str, str]]:
    files = [path.read_bytes() for path in sorted(STATIC.iterdir()) if path.suffix in (".js", ".css")]
    yield "widget.js and widget.css", f"{sum(map(len, files)):,} B", "20,000 B"
    yield "the same, each gzipped", f"{sum(len(gzip.compress(f, 9)) for f in files):,} B", "7,000 B"
