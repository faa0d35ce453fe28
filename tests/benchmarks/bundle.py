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
        ("card", "widget", ("41,800 B", "17,100 B")),
        ("gallery", "gallery", ("67,500 B", "25,800 B")),
        ("card of any kind", "project", ("56,500 B", "22,600 B")),
        ("gallery of any kind", "project_gallery", ("82,500 B", "31,500 B")),
    ):
        files = [
            path.read_bytes() for path in sorted(STATIC.glob(f"{bundle}.*")) if path.suffix in (".js", ".css")
        ]
        if files:
            yield f"bundle of the {name}, script and style", f"{sum(map(len, files)):,} B", limits[0]
            yield "  each gzipped", f"{sum(len(gzip.compress(file, 9)) for file in files):,} B", limits[1]
