"""Every notebook of the repository runs from top to bottom on the simulator, and keeps a finished card when saved."""

from __future__ import annotations

import functools
import html
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest

from mh_widgets.simulator import Simulator
from tests.leaks import KEY
from tests.notebooks.executing import execute

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@contextmanager
def simulated() -> Iterator[Simulator]:
    """A simulator, and an environment for kernels that points at it."""
    with Simulator(speed=20) as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAGIC_HOUR_BASE_URL", running.url)
        patch.setenv("MAGIC_HOUR_API_KEY", KEY)
        yield running


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with simulated() as running:
        yield running


class Executed(NamedTuple):
    notebook: nbformat.NotebookNode
    folder: Path
    files_url: str


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Executed]:
    """``executed("quickstart")`` is that notebook after all its cells; it is run once, and waits for its renders."""

    @functools.cache
    def once(name: str) -> Executed:
        folder = tmp_path_factory.mktemp(name)
        with simulated() as running:
            return Executed(executed_copy(NOTEBOOKS / f"{name}.ipynb", folder), folder, running.files_url)

    return once


def executed_copy(path: Path, folder: Path) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    execute(notebook, folder)
    return notebook


def saved_cards(notebook: nbformat.NotebookNode) -> list[dict[str, object]]:
    state = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    return [model["state"] for model in state.values() if "project_id" in model["state"]]


def test_every_notebook_is_stored_without_outputs() -> None:
    for path in NOTEBOOKS.glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            assert not cell.get("outputs"), path.name
            assert not cell.get("execution_count"), path.name


def test_quickstart(executed: Callable[[str], Executed]) -> None:
    notebook, folder, _ = executed("quickstart")
    assert len(notebook.cells) == 5
    cards = saved_cards(notebook)
    assert {card["project_id"]: card["status"] for card in cards} == {
        "sunrise-text-to-video": "complete",
        "no-face": "error",
    }
    assert (folder / "films" / "sunrise-text-to-video.mp4").is_file()
    results = [output["data"]["text/plain"] for output in notebook.cells[2].outputs]
    assert results == ["'Sunrise over the bay: 640 × 360, 6 s, 144 credits'"]
    assert "no_source_face: Please use an image" in json.dumps(notebook.cells[4].outputs)


def test_gallery(executed: Callable[[str], Executed]) -> None:
    notebook, folder, _ = executed("gallery")
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
    assert {path.stem.removesuffix("-2") for path in (folder / "films").iterdir()} == set(films)


def test_explore(executed: Callable[[str], Executed]) -> None:
    notebook, folder, _ = executed("explore")
    state = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    (gallery,) = (model["state"] for model in state.values() if "projects" in model["state"])
    assert len(gallery["projects"]) == 30
    assert "30 renders have ended." in json.dumps(notebook.cells[3].outputs)
    assert len(gallery["starred"]) == 3
    assert gallery["compared"] == []
    assert {path.stem for path in (folder / "films").iterdir()} == set(gallery["starred"])
    pictures = [output["data"] for output in notebook.cells[-1].outputs]
    assert len([data for data in pictures if "image/jpeg" in data]) == 3


@pytest.mark.parametrize("name", ["quickstart", "gallery", "explore"])
def test_a_saved_notebook_holds_neither_key_nor_link(executed: Callable[[str], Executed], name: str) -> None:
    notebook, _, files_url = executed(name)
    text = nbformat.writes(notebook)
    assert "widget-state+json" in text
    assert KEY not in text
    assert "signature" not in text
    assert files_url not in text


def dashboard_of(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The state of the gallery on the dashboard, and of all its widgets."""
    notebook = executed_copy(NOTEBOOKS / "dashboard.ipynb", folder)
    models = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    states = [model["state"] for model in models]
    (gallery,) = (state for state in states if "projects" in state)
    return gallery, states


def test_dashboard_shows_the_projects_of_its_address(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUERY_STRING", "project=finished,two-outputs&project=../nonsense&project=finished")
    gallery, states = dashboard_of(tmp_path)
    assert gallery["projects"] == ["finished", "two-outputs"]
    assert (gallery["allow_delete"], gallery["allow_save"]) == (True, True)
    (field,) = (state for state in states if state.get("placeholder") == "Project ID or library link")
    assert field["value"] == "../nonsense"
    assert "This is not a project ID." in json.dumps(states)


def test_dashboard_opens_empty_without_one_and_says_what_to_do(simulator: Simulator, tmp_path: Path) -> None:
    gallery, states = dashboard_of(tmp_path)
    assert gallery["projects"] == []
    assert "No projects yet." in json.dumps(states)


@pytest.mark.parametrize(
    ("fixed", "address", "shown", "said"),
    [
        ("finished, two-outputs", "", ["finished", "two-outputs"], None),
        ("finished,two-outputs", "project=two-outputs", ["two-outputs"], None),
        ("finished,two-outputs", "project=draft,two-outputs", ["two-outputs"], "doesn't show all"),
        ("finished", "project=draft", ["finished"], "doesn't show all"),
        ("finished,../nonsense", "", ["finished"], "Ask the administrator"),
        ("", "project=draft", [], "Ask the administrator"),
    ],
)
def test_a_public_dashboard_has_a_fixed_set_and_no_rights(
    simulator: Simulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    fixed: str,
    address: str,
    shown: list[str],
    said: str | None,
) -> None:
    monkeypatch.setenv("MAGIC_HOUR_PUBLIC_PROJECTS", fixed)
    monkeypatch.setenv("QUERY_STRING", address)
    gallery, states = dashboard_of(tmp_path)
    assert gallery["projects"] == shown
    assert (gallery["allow_delete"], gallery["allow_save"]) == (False, False)
    text = html.unescape(
        " ".join(state["value"] for state in states if state.get("_model_name") == "HTMLModel")
    )
    assert said is None or said in text
    assert ('<p role="alert">' in text) == (said is not None)
    assert "nonsense" not in json.dumps(states)
    assert {request.project_id for request in simulator.requests} <= set(shown)
