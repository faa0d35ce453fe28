"""The documents match the code: samples run, linked files exist, tables of settings are complete.

That every row of the tables of faults and hosts has a test is checked by ``make docs``: see
tests/documented.py.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from anywidget import AnyWidget
from ipywidgets import DOMWidget
from nbformat.v4 import new_code_cell, new_notebook
from traitlets import HasTraits

import mh_widgets
from mh_widgets import Client, Dashboard, Project, ProjectGallery
from mh_widgets.simulator import Simulator
from tests.notebooks.executing import execute

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
WITH_SAMPLES = [page for page in PAGES if "```python\n" in page.read_text(encoding="utf-8")]
MAX_README_WORDS = 900
#: The parts of the code map of CONTRIBUTING.md that are compared with the files.
MAPPED = ("js/src/", "mh_widgets/")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def first_cells(page: Path, columns: int) -> set[tuple[str, ...]]:
    """The first cells of the rows of a page's tables, without the marks of code."""
    lines = page.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in lines if line.startswith("|")]
    return {tuple(row[:columns]) for row in rows}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_test(page: Path) -> None:
    assert re.findall(r"::test_\w+|\.test\.ts", page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_a_page_links_is_there(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", WITH_SAMPLES, ids=name_of)
def test_the_samples_of_a_page_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    # An ID has to be one that the simulator knows.
    cells = [code.replace("clx7uu86w0a5qp55yxz315r6r", "finished") for code in samples]
    with Simulator() as simulator:
        for name, value in simulator.env.items():
            monkeypatch.setenv(name, value)
        for scenario in simulator.scenarios:  # how a render gets there is waited for elsewhere
            simulator.set_status(scenario.id, scenario.timeline[-1][1])
        notebook = new_notebook(cells=[new_code_cell(code) for code in cells])
        nbformat.validate(notebook)
        execute(notebook, tmp_path)
    if ".save()" in "".join(cells):
        assert (tmp_path / "films" / "finished.mp4").is_file()


def test_the_readme_and_every_guide_have_samples() -> None:
    guides = (
        "README.md",
        *(f"docs/{name}.md" for name in ("waiting", "comparing", "saving", "dashboards", "configuration")),
    )
    assert {*guides, "docs/films.md", "docs/hosts.md", "docs/troubleshooting.md"} == {
        *map(name_of, WITH_SAMPLES)
    }


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= MAX_README_WORDS


@pytest.mark.parametrize("made", [Project, ProjectGallery, Dashboard, Client])
def test_the_configuration_page_has_every_setting_with_its_default(made: Callable[..., object]) -> None:
    settings = [
        each for each in inspect.signature(made).parameters.values() if each.kind is not each.VAR_KEYWORD
    ]
    defaults = {(each.name, re.sub("'(.*)'", r'"\1"', repr(each.default))) for each in settings}
    assert defaults <= first_cells(DOCS / "configuration.md", 2)


def test_the_configuration_page_has_every_variable_that_is_read() -> None:
    sources = [*(ROOT / "mh_widgets").rglob("*.py"), *(ROOT / "notebooks").glob("*.ipynb")]
    read = {
        name
        for path in sources
        for name in re.findall(r"MAGIC_HOUR_[A-Z_]+|API_TOKEN", path.read_text("utf-8"))
    }
    documented = {name for (name,) in first_cells(DOCS / "configuration.md", 1) if name.isupper()}
    assert read == documented


def test_the_reference_has_every_public_name() -> None:
    page = (DOCS / "reference.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^::: mh_widgets\.(\w+)", page, re.MULTILINE)) == sorted(mh_widgets.__all__)


@pytest.mark.parametrize("widget", [Project, ProjectGallery])
def test_the_reference_has_every_inherited_member_of_a_widget(widget: type) -> None:
    ours = {
        name
        for base in widget.__mro__[1:]
        if base.__module__.startswith("mh_widgets.")
        for name in vars(base)
        if not name.startswith("_") and (name == "close" or not hasattr(AnyWidget, name))
    }
    page = (DOCS / "reference.md").read_text(encoding="utf-8")
    options = page.partition(f"::: mh_widgets.{widget.__name__}\n")[2].partition("\n\n")[0]
    assert ours - {"project_id"} <= set(re.findall(r"- (\w+)", options))


@pytest.mark.parametrize("widget", [Project, ProjectGallery])
def test_help_says_what_each_trait_means(widget: type[HasTraits]) -> None:
    own = set(widget.class_traits()) - set(DOMWidget.class_traits())
    assert {name for name in own if not name.startswith("_") and not getattr(widget, name).help} == set()


def code_map() -> set[str]:
    """The files and folders of the code map of CONTRIBUTING.md, by their paths; a folder's path ends in "/"."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    tree = page.partition("## Code map")[2].split("```\n")[1]
    folders: list[str] = []
    paths = set()
    for indent, name in re.findall(r"^((?:  )*)([\w./-]+)(?: |$)", tree, re.MULTILINE):
        del folders[len(indent) // 2 :]
        paths.add("".join(folders) + name)
        folders.append(name)
    return paths


def test_the_code_map_and_its_table_name_files_that_are_there() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = code_map() | set(re.findall(r"`((?:mh_widgets|js)/[\w./-]+)`", page))
    assert [path for path in sorted(named) if path.startswith(MAPPED) and not (ROOT / path).exists()] == []
    assert {"js/src/card/Facts.tsx", "mh_widgets/polling/intervals.py"} <= named
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "mh_widgets").rglob("*.py")}
    simulator = "mh_widgets/simulator/"  # named as a whole
    missing = {
        path for path in modules - named if not path.startswith(simulator) and not path.endswith("__.py")
    }
    assert not missing
