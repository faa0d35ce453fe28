"""A gallery of videos, pictures and audio with its kernel in JupyterLab and Voilà; and an image that the SDK made."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from mh_widgets.project_ids import KINDS
from mh_widgets.simulator import FILMS, Simulator
from tests.browser.hosts import GALLERY, card_of, press, shoot, shows
from tests.browser.lab_cells import Cells
from tests.browser.servers import Server, voila, write_notebook

Fresh = Callable[[str], str]

#: By kind: a draft and what it becomes, a finished project and its output.
DRAFTS = {"video": ("draft", ".mp4"), "image": ("picture-draft", ".jpg"), "audio": ("voice-draft", ".wav")}
FINISHED = {
    "video": ("finished", "sunrise.mp4"),
    "image": ("transparent-finished", "cutout.png"),
    "audio": ("music-finished", "bells.mp3"),
}


@dataclasses.dataclass
class Mix:
    """One project of each kind that goes on rendering, and one that has finished; by kind."""

    drafts: dict[str, str]
    finished: dict[str, str]

    def code(self, folder: str) -> str:
        projects = [*self.drafts.values(), *self.finished.values()]
        return (
            "from mh_widgets import ProjectGallery\n"
            f"gallery = ProjectGallery({projects!r}, poll_interval_s=0.2, download_directory={folder!r})\n"
            "gallery"
        )


@pytest.fixture
def mix(fresh: Fresh) -> Mix:
    return Mix(
        {kind: fresh(DRAFTS[kind][0]) for kind in KINDS}, {kind: fresh(FINISHED[kind][0]) for kind in KINDS}
    )


def lives(gallery: Locator, simulator: Simulator, mix: Mix, folder: Path, label: str) -> None:
    """All kinds render, show, are saved alone and together, are downloaded, and are deleted when told twice."""
    for kind, project in mix.drafts.items():
        for status in ("rendering", "complete"):
            simulator.set_status(project, status)
            expect(card_of(gallery, project)).to_have_attribute("data-status", status)
        shows(card_of(gallery, project), kind)
    files = {f"{mix.finished[kind]}{Path(name).suffix}": name for kind, (_, name) in FINISHED.items()}
    for project, file in zip(mix.finished.values(), files, strict=True):
        press(card_of(gallery, project), f"Save to {label}")
        expect(card_of(gallery, project).get_by_text(file).first).to_be_visible()
    saved = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert saved == {file: (FILMS / name).read_bytes() for file, name in files.items()}
    press(gallery, "Save all finished")
    expect(gallery.get_by_text("Saved 6 projects.", exact=True)).to_be_visible()
    drawn = {f"{mix.drafts[kind]}{suffix}" for kind, (_, suffix) in DRAFTS.items()}
    assert {path.name for path in folder.iterdir()} == {*files, *drawn}
    for kind, project in mix.finished.items():
        card = card_of(gallery, project)
        shows(card, kind)
        with card.page.expect_download() as download:
            press(card, "Download")
        assert project in download.value.suggested_filename
        assert download.value.path().read_bytes() == (FILMS / FINISHED[kind][1]).read_bytes()
        press(card, "Delete")
        assert simulator.requests.of(project, method="DELETE") == []
        press(card, "Delete permanently")
        expect(card).to_have_attribute("data-status", "deleted")
        assert [r.path for r in simulator.requests.of(project, method="DELETE")] == [
            f"/v1/{kind}-projects/{project}"
        ]
    assert not simulator.leaks


@pytest.mark.documented("hosts: JupyterLab 4")
def test_all_kinds_live_in_jupyterlab(
    desk: Page, lab: Server, simulator: Simulator, fresh: Fresh, mix: Mix
) -> None:
    label = fresh("mixed")
    Cells(desk, lab).run(mix.code(label))
    gallery = desk.locator(GALLERY)
    lives(gallery, simulator, mix, lab.folder / label, label)
    for kind in KINDS:
        gallery.get_by_label("Kind").select_option(kind)
        expect(card_of(gallery, mix.drafts[kind])).to_be_visible()
        expect(gallery.locator("[data-mh-widget$=-project]")).to_have_count(2)
    shoot(desk, "mixed-lab")


@pytest.mark.documented("hosts: Voilà")
def test_all_kinds_live_in_voila(
    page: Page, env: dict[str, str], simulator: Simulator, mix: Mix, tmp_path: Path
) -> None:
    folder = tmp_path / "saved"
    write_notebook(tmp_path / "mixed.ipynb", mix.code(str(folder)))
    with voila(tmp_path / "mixed.ipynb", tmp_path, env) as server:
        page.goto(server.url)
        lives(page.locator(GALLERY), simulator, mix, folder, str(folder))
        shoot(page, "mixed-voila")


def test_an_image_that_the_official_sdk_made_is_asked_for_as_an_image(
    desk: Page, lab: Server, simulator: Simulator
) -> None:
    cells = Cells(desk, lab)
    project = cells.run(
        "from magic_hour import Client\nfrom mh_widgets import Project\n"
        f"client = Client(token='typed-by-hand', base_url={simulator.url!r})\n"
        "response = client.v1.ai_image_generator.create(image_count=4, style={'prompt': 'a bay at dawn'})\n"
        "print(response.id)"
    ).strip()
    assert simulator.requests.of(project, origin="api") == []
    cells.run("Project(response, poll_interval_s=0.2)")
    card = desk.locator(f"[data-project-id='{project}']")
    expect(card).to_have_attribute("data-status", "complete")
    expect(card.locator("img")).to_have_count(4)
    for picture in card.locator("img").all():
        expect(picture).to_have_js_property("complete", value=True)
    asked = simulator.requests.of(project, origin="api")
    assert {request.path for request in asked} == {f"/v1/image-projects/{project}"}
