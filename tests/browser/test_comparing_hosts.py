"""Two films of the simulator side by side in JupyterLab and Voilà: in step, also after a seek and after a stall."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mh_widgets.simulator import Fault, Simulator
from tests.browser.comparing import button, in_step, measured
from tests.browser.hosts import GALLERY, shoot
from tests.browser.lab_cells import Cells
from tests.browser.servers import Server, voila, write_notebook
from tests.browser.test_gallery_hosts import gallery_code

Fresh = Callable[[str], str]
#: The line breaks after about 2 s of the film, and the rest comes when the simulator releases it.
BROKEN = (Fault(cut_after_bytes=60_000, cut="close"), *[Fault(delay_s=600)] * 3)


def stays_in_step(page: Page) -> None:
    """Play, look, seek, and look again; then close."""
    measured(page)
    button(page, "Loop").click()
    button(page, "Play").click()
    in_step(page)
    page.get_by_label("Position").fill("100")
    in_step(page)
    button(page, "Pause").click()
    page.wait_for_function("comparing.shown() === 0")


@pytest.fixture
def pair(fresh: Fresh) -> tuple[str, str]:
    return fresh("finished"), fresh("sunrise-text-to-video")


def test_two_films_in_jupyterlab(
    desk: Page, lab: Server, simulator: Simulator, pair: tuple[str, str]
) -> None:
    simulator.set_status(pair[1], "complete")
    cells = Cells(desk, lab)
    cells.run(gallery_code([*pair]))
    gallery = desk.locator(GALLERY)
    expect(gallery.get_by_text("2 finished")).to_be_visible()
    cells.run(f"gallery.compare(*{pair!r})")
    stays_in_step(desk)
    shoot(desk, "comparing-lab")
    button(gallery, "Close").click()
    expect(gallery.locator(".mh-pane")).to_have_count(0)
    assert cells.run("gallery.compared") == "[]"
    # From the page, by the names of the projects.
    button(gallery, "Compare").click()
    for choice in gallery.locator(".mh-choice").all():
        choice.click()
    button(gallery, "Compare 2").click()
    expect(gallery.locator(".mh-pane video")).to_have_count(2)
    assert cells.run("gallery.compared") == repr([*pair])
    assert "ValueError: A comparison takes 2 to 4 projects, got 1." in cells.run(
        f"try:\n    gallery.compare({pair[0]!r})\nexcept ValueError as error:\n    print('ValueError:', error)"
    )


@pytest.mark.parametrize("loads", [True, False])
def test_a_restarted_kernel_leaves_what_has_loaded_in_jupyterlab(
    desk: Page, lab: Server, simulator: Simulator, pair: tuple[str, str], loads: bool
) -> None:
    simulator.set_status(pair[1], "complete")
    cells = Cells(desk, lab)
    if not loads:  # neither in the cards of the gallery, from whose films the browser could take them
        for each in pair:
            simulator.faults.add(each, *[Fault(delay_s=600)] * 20, origin="files")
    cells.run(gallery_code([*pair]))
    expect(desk.locator(GALLERY).get_by_text("2 finished")).to_be_visible()
    cells.run(f"gallery.compare(*{pair!r})")
    expect(desk.locator(".mh-pane")).to_have_count(2)
    if loads:
        desk.wait_for_function(
            "[...document.querySelectorAll('.mh-pane video')].filter(film => film.readyState >= 3).length === 2"
        )
    cells.restart()
    expect(desk.locator(GALLERY).get_by_text("not connected")).to_be_visible()
    expect(desk.locator(".mh-pane")).to_have_count(2 if loads else 0)
    expect(desk.locator(".mh-pane video")).to_have_count(2 if loads else 0)
    simulator.faults.clear()
    simulator.hang_up()


def test_after_a_stall_they_go_on_in_step_in_jupyterlab(
    desk: Page, lab: Server, simulator: Simulator, pair: tuple[str, str]
) -> None:
    simulator.set_status(pair[1], "complete")
    cells = Cells(desk, lab)
    cells.run(
        f"from mh_widgets import VideoGallery\ngallery = VideoGallery({[*pair]!r})\nawait gallery and None"
    )
    simulator.faults.clear()  # what an earlier test added and didn't need
    simulator.faults.add(pair[1], *BROKEN, origin="files")
    cells.run(f"gallery.compare(*{pair!r})\ngallery")
    measured(desk)
    button(desk, "Loop").click()
    button(desk, "Play").click()
    expect(desk.get_by_text("Waiting for all to load.")).to_be_visible()
    simulator.faults.clear()
    simulator.release(pair[1])
    in_step(desk)
    expect(desk.get_by_text("Waiting for all to load.")).to_be_hidden()


def test_two_films_in_voila(
    page: Page, env: dict[str, str], simulator: Simulator, pair: tuple[str, str], tmp_path: Path
) -> None:
    simulator.set_status(pair[1], "complete")
    code = f"from mh_widgets import VideoGallery\ngallery = VideoGallery({[*pair]!r})\nawait gallery and None"
    write_notebook(tmp_path / "compare.ipynb", code, f"gallery.compare(*{pair!r})\ngallery")
    with voila(tmp_path / "compare.ipynb", tmp_path, env) as server:
        page.goto(server.url)
        stays_in_step(page)
        shoot(page, "comparing-voila")
