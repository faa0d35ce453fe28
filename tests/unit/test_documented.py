"""The table of rows and tests: what counts as a row, and what is missing."""

from __future__ import annotations

from pathlib import Path

from tests.documented import problems, rows, view_tests

PAGE = """# Films

| fault | what happens |
|---|---|
| a 416 | begun again |
| `enabled: false`, later | deleted |

Text with a | in it.

| you want it | how |
|:--|--:|
| on the disk | `save()` |
"""


def test_rows_are_the_first_cells_of_all_tables_without_their_heads(tmp_path: Path) -> None:
    page = tmp_path / "films.md"
    page.write_text(PAGE, encoding="utf-8")
    assert list(rows(page)) == ["films: a 416", "films: `enabled: false`, later", "films: on the disk"]


def test_a_row_without_a_test_is_a_problem_on_a_complete_page_only() -> None:
    assert list(problems({}, ["films: a 416", "waiting: 404"])) == [
        "No test is marked with this row: films: a 416"
    ]
    assert list(problems({"films: a 416": ["test_x"]}, ["films: a 416", "waiting: 404"])) == []


def test_a_test_without_exactly_one_row_is_a_problem() -> None:
    (unknown,) = problems({"waiting: a 418": ["test_x"]}, [])
    assert unknown == "No rows have this name, it must be one: waiting: a 418 (in test_x)"
    (twice,) = problems({"films: Cancel": ["test_x"]}, ["films: Cancel", "films: Cancel"])
    assert twice.startswith("2 rows have this name")


def test_view_tests_are_found_by_the_comment_above_unless_skipped(tmp_path: Path) -> None:
    (tmp_path / "film.test.tsx").write_text(
        """describe("a film", () => {
  // documented: films: a 416
  it("begins again", async () => {});
  // documented: films: a 503
  it.skip("is asked again", async () => {});
  it("has no row", () => {});
});
""",
        encoding="utf-8",
    )
    assert list(view_tests(tmp_path)) == [("films: a 416", "film.test.tsx: begins again")]
