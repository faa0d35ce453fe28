"""The card in marimo, as its author edits the notebook and as a visitor sees the app."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mh_widgets.simulator import Simulator
from tests.browser.hosts import CARD, GALLERY, card_of, lives, press
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


#: With a file that names the kernel's process.
GALLERY_NOTEBOOK = """import marimo

app = marimo.App()


@app.cell
def _():
    import os
    import pathlib

    from mh_widgets import VideoGallery

    pathlib.Path("kernel").write_text(str(os.getpid()))
    gallery = VideoGallery(PROJECTS, poll_interval_s=0.2)
    gallery
    return
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


@pytest.fixture
def editor(env: dict[str, str], tmp_path: Path) -> Iterator[Server]:
    """marimo's editor, whose kernels are processes of their own."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    with marimo("edit", folder, env) as running:
        yield running


@pytest.mark.documented("hosts: marimo, edit and run")
def test_a_reloaded_page_has_all_cards_and_notices_a_gone_kernel(
    editor: Server, page: Page, simulator: Simulator
) -> None:
    first, second, draft = (f"{name}--marimo-again" for name in ("finished", "quick", "draft"))
    notebook = GALLERY_NOTEBOOK.replace("PROJECTS", repr([first, second, draft]))
    (editor.folder / "gallery.py").write_text(notebook, encoding="utf-8")
    page.goto(f"{editor.url}/?file=gallery.py")
    gallery = page.locator(GALLERY)
    expect(card_of(gallery, second)).to_have_attribute("data-status", "complete")
    # marimo keeps the state that opened the comm and the last news alone.
    page.reload()
    for project, status in ((first, "complete"), (second, "complete"), (draft, "draft")):
        expect(card_of(gallery, project)).to_have_attribute("data-status", status)
    expect(gallery.get_by_text("not connected")).to_have_count(0)
    os.kill(int((editor.folder / "kernel").read_text()), signal.SIGKILL)
    press(card_of(gallery, draft), "Refresh")
    expect(gallery.get_by_text("not connected").first).to_be_visible()
