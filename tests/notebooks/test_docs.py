"""What the documents say is held against the code: named tests exist, samples run, linked files are there."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from mh_widgets.simulator import Simulator

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    for file, name in re.findall(r"`([\w/.]+\.py)::(test_\w+)", page.read_text(encoding="utf-8")):
        assert f"def {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), f"{file}::{name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_links_is_there(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_samples_of_a_page_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    # The signature in the README is a table in the form of code, and an ID has to be one that the simulator knows.
    cells = [code.replace("clx7uu86w0a5qp55yxz315r6r", "finished") for code in samples if "client=None" not in code]
    assert cells, "a page without a sample"
    with Simulator() as simulator:
        for name, value in simulator.env.items():
            monkeypatch.setenv(name, value)
        for scenario in simulator.scenarios:  # how a render gets there is waited for elsewhere
            simulator.set_status(scenario.id, scenario.timeline[-1][1])
        notebook = new_notebook(cells=[new_code_cell(code) for code in cells])
        nbformat.validate(notebook)
        NotebookClient(
            notebook, timeout=100, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
        ).execute()
    if 'download_directory="films"' in "".join(cells):
        assert (tmp_path / "films" / "finished.mp4").is_file()
