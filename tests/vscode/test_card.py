"""The life of a card in VS Code: its film, its buttons, and kernels that go."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mh_widgets.simulator import Simulator
from tests.browser.hosts import ACTIONS, CARD, SUNRISE, plays, press, shoot
from tests.browser.servers import Server
from tests.vscode.conftest import Open

Fresh = Callable[[str], str]


def cell(project: str, directory: str = ".") -> str:
    """A cell that shows a card which asks often."""
    return (
        "from mh_widgets import VideoProject\n"
        f"VideoProject({project!r}, poll_interval_s=0.2, download_directory={directory!r})"
    )


@pytest.mark.documented("hosts: VS Code")
def test_a_card_lives_from_its_draft_to_its_deletion(
    opened: Open, simulator: Simulator, fresh: Fresh, lab: Server, tmp_path: Path
) -> None:
    project = fresh("draft")
    window = opened("life.ipynb", cell(project, "films"))
    window.run_all()
    card = window.outputs.locator(CARD)
    for status in ("draft", "rendering", "complete"):
        simulator.set_status(project, status)
        expect(card.get_by_role("status")).to_contain_text(status, ignore_case=True)
    plays(card.locator("video"))
    shoot(window.page, "vscode")
    with window.page.expect_download() as download:
        press(card, "Download")
    assert project in download.value.suggested_filename
    download.value.save_as(tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").read_bytes() == SUNRISE
    press(card, "Save to films")
    expect(card.get_by_text("Saved as")).to_be_visible()
    assert [path.read_bytes() for path in (lab.folder / "films").glob("*.mp4")] == [SUNRISE]
    press(card, "Delete")
    press(card, "Delete permanently")
    expect(card).to_have_attribute("data-status", "deleted")
    assert len(simulator.requests.of(project, method="DELETE")) == 1
    assert not simulator.leaks


@pytest.mark.documented("hosts: VS Code")
def test_escape_closes_the_question_and_the_focus_stays(
    opened: Open, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("finished")
    window = opened("escape.ipynb", cell(project))
    window.run_all()
    card = window.outputs.locator(CARD)
    press(card, "Delete")
    window.page.keyboard.press("Escape")
    expect(card.get_by_role("button", name="Delete", exact=True)).to_be_focused()
    # VS Code takes keys in their order: when it has taken this one, it has taken the other.
    window.page.keyboard.press("Control+Alt+k")
    expect(window.page.get_by_text("A key was taken")).to_be_visible()
    window.page.keyboard.press("Enter")
    expect(card.get_by_role("button", name="Delete permanently")).to_be_visible()
    assert simulator.requests.of(project, method="DELETE") == []


@pytest.mark.documented("hosts: VS Code")
def test_after_a_restart_the_card_says_so_until_its_cell_runs_again(opened: Open, fresh: Fresh) -> None:
    window = opened("restart.ipynb", cell(fresh("finished")))
    window.run_all()
    card = window.outputs.locator(CARD)
    plays(card.locator("video"))
    window.restart()
    press(card, "Delete")
    press(card, "Delete permanently")
    expect(card.get_by_text("not connected")).to_be_visible()
    for action in ACTIONS:
        expect(card.get_by_role("button", name=action, exact=True)).to_have_count(0)
    expect(card.locator("[aria-disabled]")).to_have_count(0)
    shoot(window.page, "vscode-restarted")
    window.run_all()
    expect(card.get_by_text("not connected")).to_have_count(0)
    press(card, "Refresh")
    plays(card.locator("video"))


@pytest.mark.documented("hosts: VS Code")
def test_a_killed_kernel_is_noticed_and_its_successor_used(opened: Open, fresh: Fresh, lab: Server) -> None:
    pid = "import os, pathlib\n_ = pathlib.Path('pid').write_text(str(os.getpid()))\n"
    window = opened("killed.ipynb", pid + cell(fresh("finished")))
    window.run_all()
    card = window.outputs.locator(CARD)
    plays(card.locator("video"))
    os.kill(int((lab.folder / "pid").read_text()), signal.SIGKILL)
    expect(card.get_by_text("not connected")).to_be_visible()
    for action in ACTIONS:
        expect(card.get_by_role("button", name=action, exact=True)).to_have_count(0)
    window.run_all()
    expect(card.get_by_text("not connected")).to_have_count(0)
    plays(card.locator("video"))


@pytest.mark.documented("hosts: VS Code", "hosts: a notebook shown as a document (GitHub and others)")
def test_a_reopened_notebook_has_words_and_then_a_card(
    opened: Open, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("draft")
    simulator.set_status(project, "rendering")
    lines = ("from mh_widgets import VideoProject", f"video = VideoProject({project!r})")
    source = "\n".join([*lines, "await video.refresh()", "video"])
    window = opened("reopened.ipynb", source)
    window.run_all()
    expect(window.outputs.locator(CARD).get_by_role("status")).to_contain_text("rendering", ignore_case=True)
    window.save("As of 20")
    simulator.set_status(project, "complete")
    window.page.context.close()
    window = opened("reopened.ipynb")
    words = window.outputs.get_by_text("It may have changed since. Run this cell again for the live card.")
    expect(words).to_contain_text("As of 20")
    expect(words).to_contain_text("rendering · ")
    expect(window.outputs.locator(CARD)).to_have_count(0)
    shoot(window.page, "vscode-reopened")
    window.run_all()
    plays(window.outputs.locator(CARD).locator("video"))
