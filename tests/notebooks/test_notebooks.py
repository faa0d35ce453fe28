"""Every notebook of the repository runs from top to bottom on the simulator, and keeps a finished card when saved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from mh_widgets.simulator import Simulator

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
TOKEN = "mhk-live-3f9c27e1"


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with Simulator(speed=20) as running:
        monkeypatch.setenv("MAGIC_HOUR_BASE_URL", running.url)
        monkeypatch.setenv("MAGIC_HOUR_API_KEY", TOKEN)
        yield running


def execute(path: Path, folder: Path) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def saved_cards(notebook: nbformat.NotebookNode) -> list[dict[str, object]]:
    state = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    return [model["state"] for model in state.values() if "project_id" in model["state"]]


def test_every_notebook_is_stored_without_outputs() -> None:
    for path in NOTEBOOKS.glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            assert not cell.get("outputs"), path.name
            assert not cell.get("execution_count"), path.name


def test_quickstart(simulator: Simulator, tmp_path: Path) -> None:
    notebook = execute(NOTEBOOKS / "quickstart.ipynb", tmp_path)
    assert len(notebook.cells) == 5
    cards = saved_cards(notebook)
    assert {card["project_id"]: card["status"] for card in cards} == {
        "sunrise-text-to-video": "complete",
        "no-face": "error",
    }
    assert (tmp_path / "films" / "sunrise-text-to-video.mp4").is_file()
    results = [output["data"]["text/plain"] for output in notebook.cells[2].outputs]
    assert results == ["'Sunrise over the bay: 640 × 360, 6 s, 144 credits'"]
    assert "no_source_face: Please use an image" in json.dumps(notebook.cells[4].outputs)


def test_gallery(simulator: Simulator, tmp_path: Path) -> None:
    notebook = execute(NOTEBOOKS / "gallery.ipynb", tmp_path)
    state = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    (gallery,) = (model["state"] for model in state.values() if "projects" in model["state"])
    films = ["sunrise-text-to-video", "finished", "two-outputs"]
    assert gallery["projects"] == [*films[:2], "no-face", films[2]]
    assert {each: card["status"] for each, card in gallery["cards"].items()} == {
        **dict.fromkeys(films, "complete"),
        "no-face": "error",
    }
    # Waited for in the fifth cell, and said there.
    assert "no-face: Please use an image" in json.dumps(notebook.cells[4].outputs)
    assert {path.stem.removesuffix("-2") for path in (tmp_path / "films").iterdir()} == set(films)


@pytest.mark.parametrize("name", ["quickstart", "gallery"])
def test_a_saved_notebook_holds_neither_key_nor_link(simulator: Simulator, tmp_path: Path, name: str) -> None:
    text = nbformat.writes(execute(NOTEBOOKS / f"{name}.ipynb", tmp_path))
    assert "widget-state+json" in text
    assert TOKEN not in text
    assert "signature" not in text
    assert simulator.files_url not in text


def test_dashboard_shows_the_projects_of_its_address(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUERY_STRING", "project=finished,two-outputs&project=../nonsense")
    notebook = execute(NOTEBOOKS / "dashboard.ipynb", tmp_path)
    assert [card["project_id"] for card in saved_cards(notebook)] == ["finished", "two-outputs", ""]


def test_dashboard_opens_empty_without_one(simulator: Simulator, tmp_path: Path) -> None:
    assert "widget-view" in json.dumps(execute(NOTEBOOKS / "dashboard.ipynb", tmp_path).cells)
