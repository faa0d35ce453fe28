"""Which test holds which row of the users' pages: `python -m tests.documented` prints the table, and what is missing.

A test names the page and the first cell of the row: ``@pytest.mark.documented("films: a 416")``. A test of
the view has it as a comment above: ``// documented: films: a 416``. So the pages need no test names.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: The pages on which every row of every table needs a test. Elsewhere, rows may have one.
COMPLETE = ("films", "hosts")

_TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)
_CELL = re.compile(r"\| (.*?) +\|")
_VIEW_TEST = re.compile(r'// documented: (.+)\n\s*(?:it|test)\(\s*"(.+?)"')


class Collector:
    """A plugin of pytest that notes the marks of the tests that would run."""

    def __init__(self) -> None:
        self.tests: dict[str, list[str]] = defaultdict(list)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Read the marks."""
        for test in session.items:
            if test.get_closest_marker("skip") is None:
                for mark in test.iter_markers("documented"):
                    for row in mark.args:
                        self.tests[row].append(test.nodeid)


def documented() -> dict[str, list[str]]:
    """Return the tests of each row that a test names."""
    collector, said = Collector(), io.StringIO()
    with contextlib.redirect_stdout(said):
        code = pytest.main(["--collect-only", "-m", "documented", str(ROOT / "tests")], plugins=[collector])
    if code:
        sys.exit(said.getvalue())
    for row, name in view_tests(ROOT / "js" / "test"):
        collector.tests[row].append(f"js/test/{name}")
    return collector.tests


def view_tests(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the row and the name of each test of the view that names a row."""
    for path in sorted(folder.rglob("*.test.ts*")):
        for row, name in _VIEW_TEST.findall(path.read_text(encoding="utf-8")):
            yield row, f"{path.relative_to(folder).as_posix()}: {name}"


def rows(page: Path) -> Iterator[str]:
    """Yield ``<page>: <first cell>`` for every row of the page's tables."""
    for table in _TABLE.findall(page.read_text(encoding="utf-8")):
        for line in table.splitlines()[2:]:
            cell = _CELL.match(line)
            if cell:
                yield f"{page.stem}: {cell[1]}"


def problems(tests: dict[str, list[str]], known: list[str]) -> Iterator[str]:
    """Yield a sentence for each row without a test, and for each test without a row."""
    for row in known:
        if row.partition(":")[0] in COMPLETE and row not in tests:
            yield f"No test is marked with this row: {row}"
    for row in tests:
        if known.count(row) != 1:
            yield f"{known.count(row) or 'No'} rows have this name, it must be one: {row} (in {tests[row][0]})"


def table(page: Path, tests: dict[str, list[str]]) -> str:
    """Return the page's rows beside their tests, as Markdown; "" where no test names a row of it."""
    lines = [
        f"| {row.partition(': ')[2]} | {'<br>'.join(f'`{test}`' for test in tests[row])} |"
        for row in rows(page)
        if row in tests
    ]
    return "\n".join([f"\n## {page.name}\n\n| row | tests |\n|---|---|", *lines]) if lines else ""


def main() -> int:
    """Print the tables and return 1 where something is missing."""
    tests = documented()
    pages = sorted((ROOT / "docs").glob("*.md"))
    print(*filter(None, (table(page, tests) for page in pages)), sep="\n")
    missing = list(problems(tests, [row for page in pages for row in rows(page)]))
    print(*missing, sep="\n", file=sys.stderr)
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
