"""The card in marimo, as its author edits the notebook and as a visitor sees the app."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mh_widgets.simulator import Simulator
from tests.browser.hosts import CARD, lives
from tests.browser.servers import Server, marimo

NOTEBOOK = """import marimo

app = marimo.App()


@app.cell
def _():
    import marimo

    from mh_widgets import VideoProject

    video = VideoProject(marimo.query_params()["project"], poll_interval_s=0.2)
    video
    return (video,)


@app.cell
def _(video):
    "another cell has " + video.project_id
    return


if __name__ == "__main__":
    app.run()
"""


@pytest.fixture(params=["edit", "run"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(mode: str, env: dict[str, str], tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / "film.py").write_text(NOTEBOOK, encoding="utf-8")
    with marimo(mode, folder, env) as running:
        yield running


@pytest.mark.documented("hosts: marimo, edit and run")
def test_a_card_in_marimo(
    mode: str, server: Server, page: Page, simulator: Simulator, tmp_path: Path
) -> None:
    project = f"draft--marimo-{mode}"
    page.goto(f"{server.url}/?file=film.py&project={project}")
    expect(page.get_by_text(f"another cell has {project}")).to_be_visible()
    lives(page.locator(CARD), simulator, project, tmp_path, f"marimo-{mode}")
