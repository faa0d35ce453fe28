"""The search that ends every run finds keys and signatures, in whatever file they are."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.leaks import KEY, WATCHERS_KEY, leaks

SIGNATURE = "signature=" + "0123456789abcdef" * 4


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not below pytest's folder: this run is searched as well."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@pytest.mark.parametrize(
    "text",
    [
        f"{'x' * 100_000}{KEY}",
        f"Bearer {WATCHERS_KEY}",
        f"https://files.test/film.mp4?expires=1&{SIGNATURE}",
        f"https://page.test/?to=https%3A%2F%2Ffiles.test%3F{SIGNATURE.replace('=', '%3D')}",
        json.dumps(dict([SIGNATURE.split("=")])),
        repr(dict([SIGNATURE.split("=")])),
    ],
)
def test_a_secret_in_a_log_is_found(folder: Path, text: str) -> None:
    (folder / "below").mkdir()
    (folder / "below" / "kernel.log").write_text(text)
    (folder / "other.log").write_text("signature=short and mhk-live-nothing")
    (folder / "empty.log").touch()
    assert [each.split(":")[0] for each in leaks(folder)] == [str(Path("below", "kernel.log"))]


def test_a_secret_in_a_store_is_found(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "store.db")) as connection:
        connection.execute("CREATE TABLE projects (body)")
        connection.execute("INSERT INTO projects VALUES (?)", (f"{{{SIGNATURE}}}",))
        connection.commit()
    assert [each.split(":")[0] for each in leaks(folder)] == ["store.db"]
