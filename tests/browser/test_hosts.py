"""The card in Notebook 7, and in notebooks that were saved and opened again, trusted and not."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from playwright.sync_api import Page, expect

from mh_widgets.simulator import Simulator
from tests.browser.hosts import CARD, is_a_picture_of, lives, plays, shoot
from tests.browser.lab_cells import open_notebook
from tests.browser.servers import Server, write_notebook
from tests.browser.test_lab import card_code
from tests.notebooks.executing import execute

Fresh = Callable[[str], str]
Reopen = Callable[..., Page]
KERNEL = "window.jupyterapp?.shell?.currentWidget?.context?.sessionContext?.session?.kernel"
NAME = "Finished yesterday"
_names = itertools.count(1)


@pytest.mark.documented("hosts: Notebook 7")
def test_a_card_in_notebook_7(
    page: Page, lab: Server, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("draft")
    write_notebook(lab.folder / "classic.ipynb", card_code(project), "'another cell'")
    page.goto(lab.page("notebooks/classic.ipynb"))
    page.wait_for_function(KERNEL)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    expect(page.get_by_text("'another cell'").last).to_be_visible()
    lives(page.locator(CARD), simulator, project, tmp_path, "notebook-7")


@pytest.fixture
def reopen(desk: Page, lab: Server, env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Reopen:
    """``reopen(project, trusted=…)``: JupyterLab on a notebook that was executed and saved with its widgets' state."""

    def execute_and_open(project: str, *, trusted: bool, language: str = "python") -> Page:
        for key, value in env.items():
            monkeypatch.setenv(key, value)
        path = lab.folder / f"saved{next(_names)}.ipynb"
        write_notebook(path, f"{card_code(project)}\nvideo.wait()\nvideo")
        notebook = nbformat.read(path, as_version=4)
        execute(notebook, lab.folder)
        notebook.metadata["language_info"] = {"name": language}
        notebook.metadata["kernelspec"] = {
            "name": "python3" if language == "python" else "gone",
            "language": language,
        }
        notebook.metadata["kernelspec"]["display_name"] = language
        if trusted:
            NotebookNotary(data_dir=str(lab.folder.parent / "jupyter-home" / "data")).sign(notebook)
        nbformat.write(notebook, path)
        open_notebook(desk, path.name)
        if language == "python":
            desk.wait_for_function(KERNEL)
        return desk

    return execute_and_open


@pytest.mark.documented("hosts: a saved notebook, reopened and trusted")
def test_a_reopened_trusted_notebook_shows_the_saved_card_and_lives_again(
    reopen: Reopen, fresh: Fresh
) -> None:
    project = fresh("finished")
    page = reopen(project, trusted=True)
    card = page.locator(CARD)
    is_a_picture_of(card, project, NAME)
    shoot(page, "reopened-trusted")
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    plays(card.locator("video"))
    expect(card.get_by_text("not connected")).to_have_count(0)


@pytest.mark.documented("hosts: a saved notebook, reopened and not trusted")
def test_an_untrusted_reopened_notebook_shows_words_until_it_runs(reopen: Reopen, fresh: Fresh) -> None:
    project = fresh("finished")
    page = reopen(project, trusted=False)
    expect(page.locator(".jp-OutputArea-output").get_by_text(NAME)).to_be_visible()
    expect(page.locator(CARD)).to_have_count(0)
    shoot(page, "reopened-not-trusted")
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    plays(page.locator(CARD).locator("video"))


@pytest.mark.documented("hosts: a saved notebook, reopened without a kernel")
def test_a_notebook_without_a_kernel_shows_the_saved_card_when_one_starts(
    reopen: Reopen, fresh: Fresh
) -> None:
    project = fresh("finished")
    page = reopen(project, trusted=True, language="spoken by no kernel here")
    page.locator(".jp-Dialog-footer button", has_text="No Kernel").click()
    # JupyterLab restores no widget at all before a kernel has been chosen.
    page.get_by_text("Loading widget").wait_for()
    context = "window.jupyterapp.shell.currentWidget.context.sessionContext"
    page.evaluate(f"{context}.changeKernel({{ name: 'python3' }})")
    is_a_picture_of(page.locator(CARD), project, NAME)
    page.evaluate(f"{context}.shutdown()")
    page.wait_for_function(f"!({KERNEL})")
    is_a_picture_of(page.locator(CARD), project, NAME)
    shoot(page, "reopened-no-kernel")
