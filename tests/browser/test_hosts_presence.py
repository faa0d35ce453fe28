"""What a page tells the kernel of itself: its view is there, it goes, and it comes back. In every host."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hosts import CARD, GALLERY, press
from tests.browser.lab_cells import Cells
from tests.browser.servers import Server, marimo, voila, write_notebook

Fresh = Callable[[str], str]

#: Keeps what the views of ``widget`` say of themselves in a file, whatever the host.
KEEP = """
import json, pathlib

def keep(_widget, content, _buffers):
    if content.get("kind") in ("shown", "hidden"):
        with pathlib.Path({path!r}).open("a") as file:
            file.write(json.dumps(content) + "\\n")

widget.on_msg(keep)
"""
CARD_CODE = "from mh_widgets import VideoProject\nwidget = VideoProject({project!r})"
GALLERY_CODE = "from mh_widgets import VideoGallery\nwidget = VideoGallery([{project!r}, {project!r} + '-2'])"
BOX = "import ipywidgets\nbox = ipywidgets.VBox([widget])\n"


@pytest.fixture
def told(tmp_path: Path) -> Path:
    return tmp_path / "told.jsonl"


def hears(told: Path, *expected: tuple[str, int]) -> None:
    """The kernel was told just these kinds, each by the view of that number, in the order in which they first spoke."""
    end = time.monotonic() + 30
    while True:
        messages = [json.loads(line) for line in told.read_text().splitlines()] if told.exists() else []
        views = list(dict.fromkeys(message["id"] for message in messages))
        heard = [(message["kind"], views.index(message["id"])) for message in messages]
        if heard == [*expected]:
            assert all({"kind", "id"} <= set(message) <= {"kind", "id", "seen"} for message in messages)
            return
        assert time.monotonic() < end, heard
        time.sleep(0.1)  # a look ten times a second, not a wait for a fixed time


@pytest.mark.parametrize(
    "where",
    [("lab/tree", CARD_CODE, CARD), ("notebooks", GALLERY_CODE, GALLERY)],
    ids=["card in JupyterLab", "gallery in Notebook"],
)
def test_jupyter_is_told_when_a_view_comes_and_goes(
    page: Page, lab: Server, fresh: Fresh, told: Path, where: tuple[str, str, str]
) -> None:
    app, code, root = where
    cells = Cells(page, lab, app)
    cells.run(code.format(project=fresh("finished")) + KEEP.format(path=str(told)))
    cells.run(f"{BOX}box")
    expect(page.locator(root)).to_have_count(1)
    hears(told, ("shown", 0))
    cells.run("box.children = ()")
    expect(page.locator(root)).to_have_count(0)
    hears(told, ("shown", 0), ("hidden", 0))
    cells.run("box.children = (widget,)")
    hears(told, ("shown", 0), ("hidden", 0), ("shown", 1))
    # The event of a page that goes, without its going: a busy browser may close the socket before it sends.
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    hears(told, ("shown", 0), ("hidden", 0), ("shown", 1), ("hidden", 1))


def test_voila_is_told_when_a_view_comes_and_goes(
    page: Page, env: dict[str, str], fresh: Fresh, told: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "voila"
    folder.mkdir()
    code = CARD_CODE.format(project=fresh("finished")) + KEEP.format(path=str(told)) + BOX
    button = (
        "away = ipywidgets.Button(description='Away')\naway.on_click(lambda _: setattr(box, 'children', ()))"
    )
    write_notebook(folder / "page.ipynb", f"{code}{button}\nipywidgets.VBox([away, box])")
    with voila(folder / "page.ipynb", folder, env) as server:
        page.goto(server.url)
        expect(page.locator(CARD)).to_have_count(1)
        hears(told, ("shown", 0))
        press(page.locator("body"), "Away")
        expect(page.locator(CARD)).to_have_count(0)
        hears(told, ("shown", 0), ("hidden", 0))


MARIMO = """import marimo

app = marimo.App()


@app.cell
def _():
    import marimo

    {code}
    switch = marimo.ui.checkbox(value=True, label="Card")
    switch
    return switch, widget


@app.cell
def _(switch, widget):
    widget if switch.value else "away"
    return


if __name__ == "__main__":
    app.run()
"""


def test_marimo_is_told_when_a_view_comes_and_goes(
    page: Page, env: dict[str, str], fresh: Fresh, told: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    code = CARD_CODE.format(project=fresh("finished")) + KEEP.format(path=str(told))
    (folder / "card.py").write_text(MARIMO.format(code="\n    ".join(code.splitlines())), encoding="utf-8")
    with marimo("run", folder, env) as server:
        page.goto(f"{server.url}/?file=card.py")
        expect(page.locator(CARD)).to_have_count(1)
        hears(told, ("shown", 0))
        page.get_by_role("checkbox").click()
        expect(page.locator(CARD)).to_have_count(0)
        hears(told, ("shown", 0), ("hidden", 0))
