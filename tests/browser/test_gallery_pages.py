"""The gallery after its kernel: in executed notebooks, in the pages made of them, and in a notebook opened again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from playwright.sync_api import BrowserContext, Page, expect

from mh_widgets.simulator import Simulator
from tests.browser.cdn import serve_cdn
from tests.browser.conftest import NOTEBOOKS
from tests.browser.hosts import GALLERY, card_of, is_a_picture_of_a_gallery, plays, press, shoot, shown
from tests.browser.lab_cells import KERNEL, open_notebook
from tests.browser.servers import Server
from tests.browser.test_hosts_pages import run
from tests.browser.test_hosts_terminal import ipython

Fresh = Callable[[str], str]
#: What notebooks/gallery.ipynb shows, and how each of them ends.
ENDS = {
    "sunrise-text-to-video": "complete",
    "finished": "complete",
    "no-face": "error",
    "two-outputs": "complete",
}
MATHS = "mathjax"


@pytest.fixture(scope="module")
def executed(env: dict[str, str], simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own notebook about galleries, executed by papermill."""
    # How they get there is watched elsewhere.
    for project, status in ENDS.items():
        simulator.set_status(project, status)
    folder = tmp_path_factory.mktemp("papermill")
    target = folder / "executed.ipynb"
    command = ["papermill", "--no-progress-bar", "--kernel", "python3", f"--cwd={folder}"]
    run(env, folder, *command, str(NOTEBOOKS / "gallery.ipynb"), str(target))
    return target


def saved_gallery(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    state = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    (gallery,) = [dict(model["state"]) for model in state.values() if "projects" in model["state"]]
    return gallery


def looks_without_a_kernel(page: Page) -> None:
    """The page shows what was known; what the visitor alone can do still works."""
    gallery = page.locator(GALLERY)
    is_a_picture_of_a_gallery(gallery, ENDS)
    expect(gallery.get_by_text("3 finished, 1 failed")).to_be_visible()
    expect(gallery.locator("video")).to_have_count(0)
    press(gallery, "error\u00a01")
    assert shown(gallery) == ["no-face"]
    press(gallery, "All\u00a04")
    press(gallery, "Table")
    press(gallery, "Finished yesterday")
    expect(card_of(gallery, "finished")).to_be_visible()
    press(gallery, "Cards")


@pytest.mark.documented("hosts: papermill")
def test_a_notebook_that_papermill_executed_holds_the_finished_gallery(executed: Path) -> None:
    gallery = saved_gallery(nbformat.read(executed, as_version=4))
    assert gallery["projects"] == [*ENDS]
    assert {project: card["status"] for project, card in gallery["cards"].items()} == ENDS
    assert gallery["transfer"] is None


@pytest.mark.documented("hosts: a page by `nbconvert --to html`")
def test_a_page_by_nbconvert_shows_the_finished_gallery(
    executed: Path, env: dict[str, str], context: BrowserContext
) -> None:
    refused = serve_cdn(context)
    run(env, executed.parent, "nbconvert", "--to", "html", "--log-level=WARN", str(executed))
    page = context.new_page()
    page.goto(executed.with_suffix(".html").as_uri())
    looks_without_a_kernel(page)
    shoot(page, "gallery-nbconvert")
    assert [url for url in refused if MATHS not in url] == []


@pytest.mark.documented("hosts: a page by `ipywidgets.embed`")
def test_a_page_by_embed_shows_the_finished_gallery(
    env: dict[str, str], context: BrowserContext, simulator: Simulator, tmp_path: Path
) -> None:
    refused = serve_cdn(context)
    for project, status in ENDS.items():
        simulator.set_status(project, status)
    script = tmp_path / "make_page.py"
    script.write_text(
        "from ipywidgets.embed import embed_minimal_html\nfrom mh_widgets import VideoGallery\n"
        f"gallery = VideoGallery({[*ENDS]!r})\ngallery.wait(60)\n"
        "embed_minimal_html('page.html', [gallery], title='Films')\n",
        encoding="utf-8",
    )
    run(env, tmp_path, script.stem)
    made = tmp_path / "page.html"
    # The require.js on this machine is another release than the one whose checksum ipywidgets names.
    html = made.read_text(encoding="utf-8")
    made.write_text(html.replace('integrity="sha256', 'data-was="sha256'), encoding="utf-8")
    page = context.new_page()
    page.goto(made.as_uri())
    looks_without_a_kernel(page)
    shoot(page, "gallery-embed")
    assert refused == []


@pytest.mark.documented("hosts: a notebook shown as a document (GitHub and others)")
def test_a_reader_without_widgets_sees_a_table(
    executed: Path, env: dict[str, str], context: BrowserContext
) -> None:
    """As a code host shows notebooks: no script, no widgets, the HTML of the outputs."""
    serve_cdn(context)
    words = "--NbConvertBase.display_data_priority=['text/html','text/plain']"
    run(
        env,
        executed.parent,
        "nbconvert",
        "--to",
        "html",
        "--log-level=WARN",
        words,
        "--output=words",
        str(executed),
    )
    page = context.new_page()
    page.goto((executed.parent / "words.html").as_uri())
    rows = page.locator(".jp-OutputArea-output tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="sunrise-text-to-video")).to_be_visible()
    expect(page.locator(GALLERY)).to_have_count(0)
    shoot(page, "gallery-words")


@pytest.mark.documented("hosts: a saved notebook, reopened and trusted")
def test_a_reopened_notebook_shows_the_saved_gallery_until_it_runs(
    executed: Path, desk: Page, lab: Server
) -> None:
    notebook = nbformat.read(executed, as_version=4)
    NotebookNotary(data_dir=str(lab.folder.parent / "jupyter-home" / "data")).sign(notebook)
    nbformat.write(notebook, lab.folder / "executed.ipynb")
    open_notebook(desk, "executed.ipynb")
    desk.wait_for_function(KERNEL)
    looks_without_a_kernel(desk)
    shoot(desk, "gallery-reopened")
    desk.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    gallery = desk.locator(GALLERY)
    expect(gallery.get_by_text("not connected")).to_have_count(0)
    plays(card_of(gallery, "finished").locator("video"))


@pytest.mark.documented("hosts: IPython in a terminal")
def test_a_terminal_prints_words_waits_and_saves(env: dict[str, str], fresh: Fresh, tmp_path: Path) -> None:
    quick, failed = fresh("quick"), fresh("no-face")
    said = ipython(
        env,
        tmp_path,
        "from mh_widgets import VideoGallery",
        f"gallery = VideoGallery([{quick!r}, {failed!r}, '../secrets'], poll_interval_s=0.2)",
        "gallery",
        "outcomes = await gallery",
        "gallery.statuses",
        "_ = await gallery.save('films')",
        "gallery.refused[0]['message']",
    )
    assert "Out[3]: VideoGallery(2 projects)\n" in said
    assert f"Out[5]: {{{quick!r}: 'complete', {failed!r}: 'error'}}\n" in said
    assert "not a project ID" in said
    assert [path.name for path in (tmp_path / "films").iterdir()] == [f"{quick}.mp4"]
