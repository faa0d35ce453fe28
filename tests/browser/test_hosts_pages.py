"""The card where a notebook was executed by a tool, and in the pages that are made of such notebooks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from mh_widgets.simulator import Simulator
from tests.browser.cdn import serve_cdn
from tests.browser.hosts import CARD, is_a_picture_of, shoot
from tests.browser.servers import write_notebook
from tests.notebooks.executing import execute

Fresh = Callable[[str], str]
NAME = "Finished yesterday"
# What every exported page asks the web for, whatever is in it.
MATHS = "mathjax"


def saved_card(notebook: nbformat.NotebookNode) -> dict[str, object]:
    state = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    (card,) = [dict(model["state"]) for model in state.values() if "project_id" in model["state"]]
    return card


@pytest.fixture(scope="module")
def executed(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook that papermill was given a project for: one cell shows the card, a later one waits."""
    folder = tmp_path_factory.mktemp("papermill")
    source, target = folder / "source.ipynb", folder / "executed.ipynb"
    write_notebook(
        source,
        "project = 'to be given'",
        "from mh_widgets import VideoProject\nvideo = VideoProject(project, poll_interval_s=0.2)\nvideo",
        "video.wait(60).status",
        "video",
    )
    notebook = nbformat.read(source, as_version=4)
    notebook.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, source)
    command = [
        "papermill",
        "--no-progress-bar",
        "--kernel",
        "python3",
        "-p",
        "project",
        "finished--papermill",
    ]
    run({**env, "MAGIC_HOUR_POSTER": ""}, folder, *command, str(source), str(target))
    return target


def run(env: dict[str, str], folder: Path, module: str, *arguments: str) -> None:
    """Run ``python -m module`` as a person would, with nothing of this machine's Jupyter settings."""
    home = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder, env={**os.environ, **env, **home}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.documented("hosts: papermill")
def test_a_notebook_that_papermill_executed_holds_the_finished_card(executed: Path) -> None:
    notebook = nbformat.read(executed, as_version=4)
    card = saved_card(notebook)
    assert (card["project_id"], card["status"]) == ("finished--papermill", "complete")
    assert notebook.cells[-2].outputs[-1].data["text/plain"] == "'complete'"
    assert "<strong>Finished yesterday</strong>" in notebook.cells[-1].outputs[0].data["text/html"]
    still, _ = notebook.cells[-2].outputs
    for html in (still.data["text/html"], notebook.cells[-1].outputs[0].data["text/html"]):
        assert f'<img src="{card["poster_url"]}" alt="{NAME}"' in html
    assert len(json.dumps(card)) + len(still.data["text/html"]) < 70_000


@pytest.mark.documented("hosts: nbclient")
def test_a_notebook_that_nbclient_executed_holds_the_finished_card(
    env: dict[str, str], fresh: Fresh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in env.items():
        monkeypatch.setenv(key, value)
    path, project = tmp_path / "n.ipynb", fresh("quick")
    write_notebook(
        path, f"from mh_widgets import VideoProject\nvideo = VideoProject({project!r})\nvideo", "await video"
    )
    notebook = nbformat.read(path, as_version=4)
    execute(notebook, tmp_path)
    card = saved_card(notebook)
    assert (card["project_id"], card["status"]) == (project, "complete")


@pytest.mark.documented("hosts: a page by `nbconvert --to html`")
def test_a_page_by_nbconvert_shows_the_finished_card(
    executed: Path, env: dict[str, str], context: BrowserContext, simulator: Simulator
) -> None:
    refused = serve_cdn(context)
    run(env, executed.parent, "nbconvert", "--to", "html", "--log-level=WARN", str(executed))
    page = context.new_page()
    page.goto(executed.with_suffix(".html").as_uri())
    cards = page.locator(CARD)
    # One for the cell that was shown before the wait, one for the last: both show the end, as they are one
    # model.
    expect(cards).to_have_count(2)
    for card in cards.all():
        is_a_picture_of(card, "finished--papermill", NAME)
        expect(card.get_by_role("img", name=NAME)).to_be_visible()
    # The still is for pages without scripts.
    expect(page.locator(".mh-still")).to_have_count(1)
    expect(page.locator(".mh-still")).to_be_hidden()
    shoot(page, "nbconvert")
    assert [url for url in refused if MATHS not in url] == []


@pytest.mark.documented("hosts: a page by `nbconvert --to html`, without scripts")
def test_a_page_by_nbconvert_shows_the_poster_without_any_script(
    executed: Path, env: dict[str, str], chrome: Browser
) -> None:
    run(env, executed.parent, "nbconvert", "--to", "html", "--log-level=WARN", str(executed))
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    page.route("http*://**", lambda route: route.abort())
    page.goto(executed.with_suffix(".html").as_uri())
    poster = page.get_by_role("img", name=NAME)
    expect(poster).to_be_visible()
    box = poster.bounding_box()
    assert box
    assert box["width"] / box["height"] == pytest.approx(640 / 360, rel=0.01)
    expect(page.get_by_text("complete · Text to video · 640 × 360")).to_be_visible()
    shoot(page, "nbconvert-without-scripts")
    context.close()


@pytest.mark.documented("hosts: a page by `ipywidgets.embed`")
def test_a_page_by_embed_shows_the_finished_card(
    env: dict[str, str], context: BrowserContext, fresh: Fresh, tmp_path: Path
) -> None:
    refused = serve_cdn(context)
    project = fresh("finished")
    script = tmp_path / "make_page.py"
    script.write_text(
        "from ipywidgets.embed import embed_minimal_html\nfrom mh_widgets import VideoProject\n"
        f"video = VideoProject({project!r})\nvideo.wait(60)\nembed_minimal_html('page.html', [video], title='Film')\n",
        encoding="utf-8",
    )
    run(env, tmp_path, script.stem)
    made = tmp_path / "page.html"
    # The require.js on this machine is another release than the one whose checksum ipywidgets names.
    html = made.read_text(encoding="utf-8")
    made.write_text(html.replace('integrity="sha256', 'data-was="sha256'), encoding="utf-8")
    page = context.new_page()
    page.goto(made.as_uri())
    is_a_picture_of(page.locator(CARD), project, NAME)
    shoot(page, "embed")
    assert refused == []


@pytest.mark.documented("hosts: a notebook shown as a document (GitHub and others)")
def test_a_reader_without_widgets_sees_the_words(
    executed: Path, env: dict[str, str], context: BrowserContext
) -> None:
    """As a code host shows notebooks: no script, no widgets, the HTML of the outputs."""
    serve_cdn(context)
    words = "--NbConvertBase.display_data_priority=['text/html','text/plain']"
    name = "--output=words"
    run(env, executed.parent, "nbconvert", "--to", "html", "--log-level=WARN", words, name, str(executed))
    page: Page = context.new_page()
    page.goto((executed.parent / "words.html").as_uri())
    expect(page.get_by_text(NAME).first).to_be_visible()
    expect(page.get_by_text("complete · Text to video · 640 × 360").first).to_be_visible()
    expect(page.get_by_role("img", name=NAME).first).to_be_visible()
    expect(page.locator(CARD)).to_have_count(0)
    shoot(page, "words")
