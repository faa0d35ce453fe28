"""The card in JupyterLab, as a person uses it."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from mh_widgets.simulator import FILMS, Fault, Scenario, Simulator
from tests.browser.lab_cells import open_notebook
from tests.browser.servers import Server, write_notebook
from tests.kernel.transfer_fixtures import OddHost, body

Fresh = Callable[[str], str]
SUNRISE = (FILMS / "sunrise.mp4").read_bytes()
_names = itertools.count(1)


@pytest.fixture
def run(desk: Page, lab: Server) -> Callable[..., Locator]:
    """``run(cell, …)`` opens a notebook with these cells, runs them all and returns its first card."""

    def open_and_run(*cells: str, page: Page = desk) -> Locator:
        name = f"n{next(_names)}.ipynb"
        write_notebook(lab.folder / name, *cells)
        if page is desk:
            open_notebook(page, name)
        else:
            page.goto(lab.page(f"lab/tree/{name}?reset"))
        page.wait_for_function(
            "window.jupyterapp?.shell?.currentWidget?.context?.sessionContext?.session?.kernel"
        )
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        return page.locator("[data-mh-widget=video-project]").first

    return open_and_run


def card_code(project: str, arguments: str = "poll_interval_s=0.2") -> str:
    return f"from mh_widgets import VideoProject\nvideo = VideoProject({project!r}, {arguments})\nvideo"


def plays(film: Locator) -> None:
    """The film is there and runs: it has a picture, and its time goes on."""
    film.wait_for()
    film.evaluate("async film => { film.muted = true; await film.play(); }")
    page = film.page
    page.wait_for_function(
        "film => film.readyState >= 2 && film.currentTime > 0.3", arg=film.element_handle()
    )


@pytest.mark.documented("hosts: JupyterLab 4")
def test_from_a_cell_to_a_playing_film(
    run: Callable[..., Locator], simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("quick")
    card = run(card_code(project), "'another cell'")
    expect(card).to_have_attribute("data-project-id", project)
    expect(card.page.get_by_text("'another cell'").last).to_be_visible()
    badge = card.get_by_role("status")
    expect(badge).to_contain_text("complete", ignore_case=True)
    expect(card).to_have_attribute("data-status", "complete")
    film = card.locator("video")
    plays(film)
    assert film.evaluate("film => film.videoWidth / film.videoHeight") == pytest.approx(640 / 360, rel=0.01)
    assert film.evaluate("film => film.controls")


def test_the_badge_follows_the_render_after_the_cell_has_ended(
    run: Callable[..., Locator], simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("draft")
    card = run(card_code(project))
    badge = card.get_by_role("status")
    for status in ("draft", "queued", "rendering"):
        simulator.set_status(project, status)
        expect(badge).to_contain_text(status, ignore_case=True)
    expect(card.get_by_role("progressbar")).to_be_visible()


def test_a_layout_of_ipywidgets_holds_for_the_card(run: Callable[..., Locator], fresh: Fresh) -> None:
    card = run(card_code(fresh("finished"), "layout={'width': '320px', 'border': '3px solid'}"))
    expect(card).to_have_attribute("data-status", "complete")
    box = card.bounding_box()
    assert box is not None
    assert 300 <= box["width"] <= 320
    assert card.evaluate("card => getComputedStyle(card.closest('[style*=border]')).borderTopWidth") == "3px"


def test_download_saves_the_films_own_bytes(
    run: Callable[..., Locator], fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("finished")
    card = run(card_code(project))
    with card.page.expect_download() as download:
        card.get_by_role("button", name="Download", exact=True).click()
    assert download.value.suggested_filename == f"Finished-yesterday-{project}.mp4"
    download.value.save_as(tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").read_bytes() == SUNRISE


def test_save_writes_beside_the_notebook(run: Callable[..., Locator], lab: Server, fresh: Fresh) -> None:
    project = fresh("finished")
    card = run(card_code(project, "download_directory='films'"))
    card.get_by_role("button", name="Save to films", exact=True).click()
    expect(card.get_by_text(f"{project}.mp4")).to_be_visible()
    assert (lab.folder / "films" / f"{project}.mp4").read_bytes() == SUNRISE


def test_delete_asks_twice_and_deletes_once(
    run: Callable[..., Locator], simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("finished")
    card = run(card_code(project))
    delete = card.get_by_role("button", name="Delete", exact=True)
    delete.click()
    question = card.get_by_role("button", name="Delete permanently", exact=True)
    expect(question).to_be_visible()
    card.page.keyboard.press("Escape")
    expect(delete).to_be_focused()
    assert simulator.requests.of(project, method="DELETE") == []
    delete.click()
    question.dblclick()
    expect(card).to_have_attribute("data-status", "deleted")
    expect(card.get_by_role("status")).to_contain_text("deleted", ignore_case=True)
    expect(card.locator("video")).to_have_count(0)
    assert len(simulator.requests.of(project, method="DELETE")) == 1


def test_a_project_that_the_official_sdk_made(run: Callable[..., Locator], simulator: Simulator) -> None:
    # In a process of its own: the SDK leaves its connection to the garbage collector, which warns somewhere
    # else.
    code = (
        f"from magic_hour import Client\nclient = Client(token='typed-by-hand', base_url={simulator.url!r})\n"
        "print(client.v1.text_to_video.create(end_seconds=5.0, style={'prompt': 'a dog running'}).id)"
    )
    project = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()
    card = run(card_code(project))
    expect(card.get_by_role("status")).to_contain_text("complete", ignore_case=True)
    plays(card.locator("video"))


def test_a_reloaded_page_and_a_second_view_show_the_present_state(
    run: Callable[..., Locator], page: Page, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("draft")
    run(card_code(project), "video", page=page)
    cards = page.locator("[data-mh-widget=video-project]")
    expect(cards).to_have_count(2)
    simulator.set_status(project, "rendering")
    for view in cards.all():
        expect(view).to_have_attribute("data-status", "rendering")
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.reload()
    expect(cards.first).to_have_attribute("data-status", "rendering")


def test_without_its_kernel_it_says_so_and_offers_nothing(run: Callable[..., Locator], fresh: Fresh) -> None:
    card = run(card_code(fresh("finished")))
    expect(card.locator("video")).to_be_visible()
    page = card.page
    page.evaluate("window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.restart()")
    expect(card.get_by_text("not connected")).to_be_visible()
    for name in ("Download", "Save to ./", "Delete", "Refresh"):
        button = card.get_by_role("button", name=name, exact=True)
        assert button.count() == 0 or button.is_disabled()


def test_an_id_typed_into_an_empty_card(
    run: Callable[..., Locator], simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("finished")
    card = run("from mh_widgets import VideoProject\nVideoProject()")
    expect(card).to_have_attribute("data-project-id", "")
    field = card.get_by_role("textbox", name="Project ID", exact=True)
    known = {request.project_id for request in simulator.requests}
    field.fill("../secrets")
    field.press("Enter")
    expect(card.get_by_text("not a project ID").last).to_be_visible()
    assert {request.project_id for request in simulator.requests} == known
    field.fill(f"https://magichour.ai/my-library?videoId={project}")
    field.press("Enter")
    expect(card).to_have_attribute("data-project-id", project)
    expect(card.get_by_role("status")).to_contain_text("complete", ignore_case=True)


def test_the_field_of_an_empty_card_offers_the_latest_projects(
    run: Callable[..., Locator], fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("finished")
    card = run(
        f"import os; os.environ['MAGIC_HOUR_STORE'] = {str(tmp_path / 'store.db')!r}\n"
        "from mh_widgets import VideoProject\n"
        f"await VideoProject({project!r})\nVideoProject()"
    )
    expect(card).to_have_attribute("data-project-id", "")
    card.get_by_label("Project ID", exact=True).focus()
    option = card.locator("datalist option")
    expect(option).to_have_attribute("value", project)
    expect(option).to_have_text("Finished yesterday")


def test_the_page_asks_no_other_host_than_the_films(
    run: Callable[..., Locator], page: Page, lab: Server, simulator: Simulator, fresh: Fresh
) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    card = run(card_code(fresh("finished")), page=page)
    plays(card.locator("video"))
    own = {urlsplit(lab.url).netloc, urlsplit(simulator.files_url).netloc, ""}
    assert hosts <= own
    assert all(r.credentials == () for r in simulator.requests.of(origin="files"))


def test_a_link_that_has_ended_is_replaced_under_the_film(
    run: Callable[..., Locator], simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("short-link")
    card = run(card_code(project))
    film = card.locator("video")
    plays(film)
    film.evaluate("film => film.pause()")
    simulator.faults.add(project, Fault(status=403), origin="files")
    asked = len(simulator.requests.of(project, origin="api"))
    film.evaluate("film => { film.currentTime = 2; film.dispatchEvent(new Event('error')); }")
    simulator.requests.wait_for(lambda r: r.project_id == project and r.origin == "api", count=asked + 1)
    card.page.wait_for_function(
        "film => film.readyState >= 2 && Math.abs(film.currentTime - 2) < 0.5", arg=film.element_handle()
    )
    assert film.evaluate("film => film.paused")


@pytest.mark.documented("films: three new links don't help")
def test_a_film_that_is_on_its_host_some_seconds_later_plays(
    run: Callable[..., Locator], simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("finished")
    # The page's links come too early, and so do the kernel's first ones. A busy page asks less often.
    simulator.faults.clear()  # what an earlier test added and didn't need
    simulator.faults.add(project, *[Fault(status=404)] * 6, origin="files")
    plays(run(card_code(project)).locator("video[src^='blob:']"))
    assert simulator.faults.waiting() < 3
    simulator.faults.clear()


def test_a_film_that_is_listed_some_seconds_later_appears_by_itself(
    run: Callable[..., Locator], simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("finished")
    answer = {**simulator.details(project, simulator.files_url), "downloads": []}
    simulator.faults.add(project, Fault(status=200, body=json.dumps(answer)), times=2)
    card = run(card_code(project))
    expect(card.get_by_role("status")).to_contain_text("complete", ignore_case=True)
    plays(card.locator("video"))


def test_a_link_with_spaces_bars_and_braces_plays_in_the_page(
    run: Callable[..., Locator], simulator: Simulator, fresh: Fresh
) -> None:
    with OddHost() as host:
        threading.Thread(target=host.serve_forever, args=(0.05,), daemon=True).start()
        host.url("/a%20b%7C%7Bc%7D.mp4", body(SUNRISE, Content_Length=len(SUNRISE), Content_Type="video/mp4"))
        url = f"http://localhost:{host.server_port}/a b|{{c}}.mp4?signature=a b|c"
        simulator.add(Scenario(id="illegal", name="", shows="", timeline=((0, "complete"),), outputs=(url,)))
        plays(run(card_code(fresh("illegal"))).locator("video[src^='http:']"))
        host.shutdown()


@pytest.mark.documented("films: three new links don't help")
def test_a_film_that_the_page_cannot_reach_plays_from_the_kernels_bytes(
    run: Callable[..., Locator], simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("finished")
    # The page's first link and its three renewals are refused; the kernel, which asks next, is not.
    simulator.faults.add(project, *[Fault(status=403)] * 4, origin="files")
    card = run(card_code(project))
    film = card.locator("video[src^='blob:']")
    plays(film)
    assert film.evaluate("film => film.videoWidth") == 640
