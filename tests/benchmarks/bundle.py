"""The size of what travels with every widget that is made."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import mh_widgets
from tests.benchmarks.figures import Row

STATIC = Path(mh_widgets.__file__).parent / "static"


def rows() -> Iterator[Row]:
    for name, bundle, limits in (
        ("card", "widget", ("39,800 B", "16,100 B")),
        ("gallery", "gallery", ("54,700 B", "21,100 B")),
        ("card of any kind", "project", ("39,800 B", "16,100 B")),
        ("gallery of any kind", "project_gallery", ("54,700 B", "21,100 B")),
    ):
        files = [
            path.read_bytes() for path in sorted(STATIC.glob(f"{bundle}.*")) if path.suffix in (".js", ".css")
        ]
        if files:
            yield f"bundle of the {name}, script and style", f"{sum(map(len, files)):,} B", limits[0]
            yield "  each gzipped", f"{sum(len(gzip.compress(file, 9)) for file in files):,} B", limits[1]
