"""Pictures and audio in JupyterLab, from the simulator: seen, chosen by keys, downloaded and heard."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mh_widgets.simulator import FILMS, Simulator
from tests.browser.lab_cells import Cells
from tests.browser.servers import Server


@pytest.fixture
def cells(desk: Page, lab: Server, simulator: Simulator) -> Cells:
    return Cells(desk, lab)


def test_pictures_are_seen_chosen_by_keys_and_downloaded(cells: Cells) -> None:
    cells.run("from mh_widgets import Project\nProject('pictures-finished')")
    page = cells.page
    card = page.locator("[data-mh-widget=image-project]")
    expect(card.locator(".mh-tile img")).to_have_count(6)
    page.wait_for_function(
        "[...document.querySelectorAll('.mh-tile img')].every(image => image.naturalWidth)"
    )
    card.locator("[data-output='0'] button").focus()
    # Neither key is taken by JupyterLab, which has commands of its own for them.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(card.locator(".mh-view")).to_be_focused()
    page.keyboard.press("End")
    expect(card.locator(".mh-nav [role=status]")).to_have_text("Picture 6 of 6")
    page.keyboard.press("Enter")
    expect(card.locator("[data-zoomed]")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(card.locator("[data-output='5'] button")).to_be_focused()
    with page.expect_download() as started:
        card.get_by_role("button", name="Download", exact=True).click()
    assert Path(started.value.path()).read_bytes() == (FILMS / "tall.jpg").read_bytes()


def test_audio_is_heard_and_tells_its_length(cells: Cells) -> None:
    cells.run("from mh_widgets import AudioProject\nAudioProject('music-finished')")
    card = cells.page.locator("[data-mh-widget=audio-project]")
    audio = card.locator("audio")
    audio.evaluate("async audio => { audio.muted = true; await audio.play(); }")
    cells.page.wait_for_function("audio => audio.currentTime > 0.2", arg=audio.element_handle())
    expect(card.locator("dl")).to_contain_text("5\u00a0s")
