"""All outputs of a project as one zip, in a browser's downloads: of each kind, in the hosts, and with trouble."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Download, Locator, Page

from mh_widgets.project_ids import KINDS
from mh_widgets.simulator import FILMS, Fault, Scenario, Simulator
from tests.browser.hosts import press, shoot
from tests.browser.lab_cells import Cells
from tests.browser.servers import Server

Fresh = Callable[[str], str]

OUTPUTS = {
    "video": ("sunrise.mp4", "poster.png", "moonlight.mp4"),
    "image": ("dawn.jpg", "noon.jpg", "cutout.png", "tall.jpg"),
    "audio": ("voice.wav", "bells.mp3"),
}
#: The second output breaks off and is another one by then. So the zip begins again.
REPLACED = (Fault(delay_s=0), Fault(cut_after_bytes=8000, cut="close"), Fault(headers={"ETag": '"x"'}))


@pytest.fixture(autouse=True, scope="module")
def several(simulator: Simulator) -> None:
    """A project "zip-…" of each kind, with several outputs."""
    for kind in KINDS:
        outputs = tuple(FILMS / name for name in OUTPUTS[kind])
        scenario = Scenario(
            id=f"zip-{kind}",
            name="One of each",
            shows="",
            kind=kind,
            timeline=((0, "complete"),),
            outputs=outputs,
        )
        simulator.add(scenario)


def shown(desk: Page, lab: Server, project: str, kind: str) -> Locator:
    """The card of one project in a notebook of its own."""
    widget = f"{kind.title()}Project"
    Cells(desk, lab).run(f"from mh_widgets import {widget}\ncard = {widget}({project!r})\ncard")
    return desk.locator(f"[data-project-id='{project}']").first


def downloaded(card: Locator) -> Download:
    with card.page.expect_download() as download:
        press(card, "All as zip")
    return download.value


def is_whole(download: Download, project: str, kind: str, folder: Path) -> None:
    """The zip has all outputs as they are, and a program that knows zips has no complaint."""
    assert download.suggested_filename == f"One-of-each-{project}.zip"
    path = folder / "all.zip"
    download.save_as(path)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        stems = [f"One-of-each-{project}{number}" for number in ("", "-2", "-3", "-4")]
        names = [stem + Path(name).suffix for stem, name in zip(stems, OUTPUTS[kind], strict=False)]
        assert archive.namelist() == names
        assert [archive.read(name) for name in names] == [
            (FILMS / name).read_bytes() for name in OUTPUTS[kind]
        ]
    subprocess.run([sys.executable, "-m", "zipfile", "-t", str(path)], check=True, capture_output=True)


@pytest.mark.parametrize("kind", KINDS)
def test_all_outputs_of_a_card_in_jupyterlab(
    desk: Page, lab: Server, fresh: Fresh, tmp_path: Path, *, kind: str
) -> None:
    project = fresh(f"zip-{kind}")
    is_whole(downloaded(shown(desk, lab, project, kind)), project, kind, tmp_path)
    shoot(desk, f"zip-{kind}")


@pytest.mark.documented("films: an output of a zip is replaced, or its host can't continue it")
def test_a_zip_that_begins_again_in_the_middle_is_whole(
    desk: Page, lab: Server, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("zip-image")
    card = shown(desk, lab, project, "image")
    # All pictures are on show, so that no other request meets what goes wrong with the zip.
    desk.wait_for_function(
        """([card, count]) => {
          const images = [...card.querySelectorAll("img")].filter(image => image.naturalWidth);
          return new Set(images.map(image => image.src)).size === count;
        }""",
        arg=[card.element_handle(), len(OUTPUTS["image"])],
    )
    before = len(simulator.requests.of(project, origin="files"))
    simulator.faults.add(project, *REPLACED, origin="files")
    is_whole(downloaded(card), project, "image", tmp_path)
    # The first output, three attempts at the second, and all four once more.
    assert len(simulator.requests.of(project, origin="files")) - before == 8
    assert not simulator.leaks


def test_all_outputs_of_a_card_in_a_gallery(
    desk: Page, lab: Server, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    other, project = fresh("finished"), fresh("zip-image")
    Cells(desk, lab).run(
        f"from mh_widgets import ProjectGallery\ngallery = ProjectGallery([{other!r}, {project!r}])\ngallery"
    )
    card = desk.locator(f"[data-project-id='{project}']").first
    is_whole(downloaded(card), project, "image", tmp_path)
    single = desk.locator(f"[data-project-id='{other}']").first
    assert single.get_by_role("button", name="All as zip").count() == 0
    assert not simulator.leaks


def test_all_outputs_of_a_visitor_s_project_in_voila(
    page: Page, dashboard: Server, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("zip-video")
    page.goto(f"{dashboard.url}/?project={project}")
    is_whole(downloaded(page.locator(f"[data-project-id='{project}']").first), project, "video", tmp_path)
    assert not simulator.leaks
