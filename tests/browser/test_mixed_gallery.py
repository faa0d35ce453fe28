"""A gallery of videos, images and audio with its kernel, in JupyterLab and Voilà."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from mh_widgets.simulator import FILMS, Simulator
from tests.browser.hosts import GALLERY, card_of, plays, press, shoot
from tests.browser.lab_cells import Cells
from tests.browser.servers import Server, voila, write_notebook

Fresh = Callable[[str], str]

#: What the gallery shows, by what is asked of each.
SCENARIOS = ("finished", "pictures-finished", "music-finished", "picture-draft")


def code(projects: list[str], folder: Path) -> str:
    return (
        "from mh_widgets import ProjectGallery\n"
        f"gallery = ProjectGallery({projects!r}, poll_interval_s=0.2, download_directory={str(folder)!r})\n"
        "gallery"
    )


def lives(gallery: Locator, simulator: Simulator, projects: list[str], folder: Path) -> None:
    """Each kind is shown and played, a draft becomes a picture, and all are saved and deleted."""
    video, pictures, music, draft = projects
    kinds = ("video", "image", "audio", "image")
    for project, kind in zip(projects, kinds, strict=True):
        expect(card_of(gallery, project)).to_have_attribute("data-mh-widget", f"{kind}-project")
    expect(card_of(gallery, draft)).to_have_attribute("data-status", "draft")
    for status in ("rendering", "complete"):
        simulator.set_status(draft, status)
        expect(card_of(gallery, draft)).to_have_attribute("data-status", status)
    plays(card_of(gallery, video).locator("video"))
    plays(card_of(gallery, music).locator("audio"))
    for project in (pictures, draft):
        card_of(gallery, project).scroll_into_view_if_needed()
        picture = card_of(gallery, project).locator("img").first
        gallery.page.wait_for_function("img => img.naturalWidth > 0", arg=picture.element_handle())
    with gallery.page.expect_download() as download:
        press(card_of(gallery, music), "Download")
    assert download.value.path().read_bytes() == (FILMS / "bells.mp3").read_bytes()
    press(gallery, "Save all finished")
    expect(gallery.get_by_text("Saved 4 projects.", exact=True)).to_be_visible()
    assert len([*folder.iterdir()]) == 9
    for project, kind in zip(projects, kinds, strict=True):
        press(card_of(gallery, project), "Delete")
        press(card_of(gallery, project), "Delete permanently")
        expect(card_of(gallery, project)).to_have_attribute("data-status", "deleted")
        (deletion,) = simulator.requests.of(project, method="DELETE")
        assert deletion.path == f"/v1/{kind}-projects/{project}"
    assert not simulator.leaks


@pytest.mark.documented("hosts: JupyterLab 4")
def test_a_mixed_gallery_lives_in_jupyterlab(
    desk: Page, lab: Server, simulator: Simulator, fresh: Fresh
) -> None:
    projects, folder = [fresh(each) for each in SCENARIOS], lab.folder / fresh("outputs")
    cells = Cells(desk, lab)
    assert cells.run(code(projects, folder)) == "ProjectGallery(4 projects)"
    lives(desk.locator(GALLERY), simulator, projects, folder)
    shoot(desk, "mixed-lab")


@pytest.mark.documented("hosts: Voilà")
def test_a_mixed_gallery_lives_in_voila(
    page: Page, env: dict[str, str], simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    projects, folder = [fresh(each) for each in SCENARIOS], tmp_path / "outputs"
    write_notebook(tmp_path / "gallery.ipynb", code(projects, folder))
    with voila(tmp_path / "gallery.ipynb", tmp_path, env) as server:
        page.goto(server.url)
        lives(page.locator(GALLERY), simulator, projects, folder)
        shoot(page, "mixed-voila")
