"""The gallery with its kernel in JupyterLab and Notebook 7, as a person uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from mh_widgets.simulator import Simulator
from tests.browser.hosts import (
    GALLERY,
    SUNRISE,
    card_of,
    is_a_picture_of_a_gallery,
    plays,
    press,
    shoot,
    shown,
)
from tests.browser.lab_cells import Cells
from tests.browser.servers import Server, marimo, voila, write_notebook

Fresh = Callable[[str], str]


def gallery_code(projects: list[str], arguments: str = "poll_interval_s=0.2") -> str:
    return f"from mh_widgets import VideoGallery\ngallery = VideoGallery({projects!r}, {arguments})\ngallery"


@pytest.mark.documented("hosts: JupyterLab 4")
def test_cards_live_in_jupyterlab(desk: Page, lab: Server, simulator: Simulator, fresh: Fresh) -> None:
    """A film plays on while another card goes from rendering to its film; in both views, and beside other cells."""
    film, render, failed, added = fresh("finished"), fresh("draft"), fresh("no-face"), fresh("two-outputs")
    simulator.set_status(render, "rendering")
    cells = Cells(desk, lab)
    assert cells.run(gallery_code([film, render, failed])) == "VideoGallery(3 projects)"
    gallery = desk.locator(GALLERY).first
    expect(gallery.get_by_text("1 finished, 1 rendering (next in about")).to_be_visible()
    assert shown(gallery) == [film, render, failed]
    expect(card_of(gallery, failed)).to_have_attribute("data-status", "error")
    expect(card_of(gallery, render).get_by_role("progressbar")).to_be_visible()
    player = card_of(gallery, film).locator("video")
    plays(player)
    player.evaluate(
        "film => { film.loop = true; window.pauses = 0; (window.film = film).onpause = () => pauses++ }"
    )
    simulator.set_status(render, "complete")
    expect(card_of(gallery, render)).to_have_attribute("data-status", "complete")
    expect(gallery.get_by_text("2 finished, 1 failed")).to_be_visible()
    # From other cells, in which it is shown once more.
    cells.run(f"gallery.remove({failed!r})\ngallery.add({added!r})\ngallery")
    galleries = desk.locator(GALLERY)
    expect(galleries).to_have_count(2)
    for each in galleries.all():
        expect(card_of(each, added)).to_have_attribute("data-status", "complete")
        assert shown(each) == [film, render, added]
    assert desk.evaluate("pauses === 0 && !film.paused && film.isConnected && film.currentTime > 0")
    assert simulator.requests.of(failed, method="DELETE") == []
    # A film is loaded where somebody looks.
    card_of(galleries.nth(1), added).scroll_into_view_if_needed()
    plays(card_of(galleries.nth(1), added).locator("video"))
    assert not simulator.leaks


def test_saving_and_deleting_in_jupyterlab(
    desk: Page, lab: Server, simulator: Simulator, fresh: Fresh
) -> None:
    first, second, draft = fresh("finished"), fresh("quick"), fresh("draft")
    folder = fresh("films")
    cells = Cells(desk, lab)
    cells.run(gallery_code([first, second, draft], f"poll_interval_s=0.2, download_directory={folder!r}"))
    gallery = desk.locator(GALLERY)
    expect(card_of(gallery, second)).to_have_attribute("data-status", "complete")
    press(card_of(gallery, first), f"Save to {folder}")
    expect(card_of(gallery, first).get_by_text(f"{first}.mp4")).to_be_visible()
    assert [path.name for path in (lab.folder / folder).iterdir()] == [f"{first}.mp4"]
    press(gallery, "Save all finished")
    expect(gallery.get_by_text("Saved 2 videos.", exact=True)).to_be_visible()
    saved = {path.name: path.read_bytes() for path in (lab.folder / folder).iterdir()}
    assert {*saved} == {f"{first}.mp4", f"{second}.mp4"}
    assert saved[f"{first}.mp4"] == SUNRISE
    card = card_of(gallery, first)
    with desk.expect_download() as download:
        press(card, "Download")
    assert download.value.path().read_bytes() == SUNRISE
    press(card, "Delete")
    press(card, "Cancel")
    assert simulator.requests.of(first, method="DELETE") == []
    press(card, "Delete")
    press(card, "Delete permanently")
    expect(card).to_have_attribute("data-status", "deleted")
    assert len(simulator.requests.of(first, method="DELETE")) == 1
    assert simulator.requests.of(second, method="DELETE") == []
    expect(gallery.get_by_text("1 finished, 1 in draft, 1 deleted")).to_be_visible()


def test_choosing_and_pausing_in_jupyterlab(
    desk: Page, lab: Server, simulator: Simulator, fresh: Fresh
) -> None:
    sunrise, planet, draft = fresh("sunrise-text-to-video"), fresh("square-image-to-video"), fresh("draft")
    for each in (sunrise, planet):
        simulator.set_status(each, "complete")
    cells = Cells(desk, lab)
    cells.run(gallery_code([sunrise, planet, draft]))
    gallery = desk.locator(GALLERY)
    # The counts stand still once all are known.
    expect(gallery.get_by_text("2 finished, 1 in draft")).to_be_visible()
    press(gallery, "complete\u00a02")
    assert shown(gallery) == [sunrise, planet]
    gallery.get_by_label("Type").select_option("IMAGE_TO_VIDEO")
    assert shown(gallery) == [planet]
    gallery.get_by_label("Type").select_option("")
    press(gallery, "All\u00a03")
    gallery.get_by_label("Order").select_option("name")
    assert shown(gallery) == [draft, planet, sunrise]
    # A row is opened, and its card works as among the cards.
    press(gallery, "Table")
    press(gallery, "Sunrise over the bay")
    plays(card_of(gallery, sunrise).locator("video"))
    shoot(desk, "gallery-lab-table")
    press(gallery, "Cards")
    # The kernel pauses all, and the page goes on with one of them.
    cells.run("gallery.pause()")
    press(card_of(gallery, draft), "Resume")
    simulator.set_status(draft, "rendering")
    expect(card_of(gallery, draft)).to_have_attribute("data-status", "rendering")
    press(card_of(gallery, draft), "Pause")
    # First this: an answer that is under way may still come, and a complete project can't be paused.
    expect(card_of(gallery, draft).get_by_text("Paused.")).to_be_visible()
    simulator.set_status(draft, "complete")
    cells.run("gallery.resume()")
    expect(card_of(gallery, draft)).to_have_attribute("data-status", "complete")


def test_a_new_kernel_and_a_notebook_opened_again(
    page: Page, lab: Server, simulator: Simulator, fresh: Fresh
) -> None:
    film, draft = fresh("finished"), fresh("draft")
    cells = Cells(page, lab)
    code = gallery_code([film, draft])
    cells.run(code)
    gallery = page.locator(GALLERY)
    expect(card_of(gallery, draft)).to_have_attribute("data-status", "draft")
    # A page that is loaded again finds the gallery as it is by now, and alive.
    cells.save()
    simulator.set_status(draft, "rendering")
    page.reload()
    expect(card_of(gallery, draft)).to_have_attribute("data-status", "rendering")
    plays(card_of(gallery, film).locator("video"))
    cells.restart()
    is_a_picture_of_a_gallery(gallery, {film: "complete", draft: "rendering"})
    cells.run(code)
    expect(gallery).to_have_count(2)
    last = gallery.last
    plays(card_of(last, film).locator("video"))
    expect(last.get_by_text("not connected")).to_have_count(0)


def test_a_thousand_projects_in_jupyterlab(
    page: Page, lab: Server, simulator: Simulator, fresh: Fresh
) -> None:
    projects = [fresh("finished") for _ in range(1000)]
    projects[3] = changing = fresh("draft")
    frames: list[bytes] = []
    page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(as_bytes(data)))
    )
    cells = Cells(page, lab)
    cells.run("from mh_widgets import VideoGallery")
    before_bytes = heap_bytes(page)
    cells.run(gallery_code(projects))
    gallery = page.locator(GALLERY)
    expect(gallery.get_by_text("999 finished")).to_be_visible()
    expect(card_of(gallery, changing)).to_have_attribute("data-status", "draft")
    assert shown(gallery) == projects[:100]
    frames.clear()
    simulator.set_status(changing, "rendering")
    expect(card_of(gallery, changing)).to_have_attribute("data-status", "rendering")
    # What the kernel sent before the end of this cell has arrived by its end.
    cells.run("'one message'")
    (news,) = (frame for frame in frames if b'"changed"' in frame)
    assert news.count(b'"project_id"') == 1
    assert len(news) < 2000
    for project in projects[4:100:16]:
        card_of(gallery, project).scroll_into_view_if_needed()
        expect(card_of(gallery, project).locator("video")).to_be_visible()
        assert page.locator("video").count() <= 12
    press(gallery, "Next page")
    expect(gallery.get_by_text("Page 2 of 10")).to_be_visible()
    assert shown(gallery)[0] == projects[100]
    # 6 MB, a hundred mounted cards included.
    assert heap_bytes(page) - before_bytes < 20_000_000


def as_bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


def heap_bytes(page: Page) -> float:
    """What the page's script holds in memory, after a collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return used


@pytest.mark.documented("hosts: Notebook 7")
def test_notebook_7(page: Page, lab: Server, simulator: Simulator, fresh: Fresh) -> None:
    draft, film, folder = fresh("draft"), fresh("finished"), lab.folder / fresh("films")
    cells = Cells(page, lab, "notebooks")
    cells.run(gallery_code([draft, film], f"poll_interval_s=0.2, download_directory={str(folder)!r}"))
    gallery_lives(page.locator(GALLERY), simulator, draft, film, folder)
    shoot(page, "gallery-notebook-7")


@pytest.mark.documented("hosts: Voilà")
def test_voila(page: Page, env: dict[str, str], simulator: Simulator, fresh: Fresh, tmp_path: Path) -> None:
    draft, film = fresh("draft"), fresh("finished")
    write_notebook(
        tmp_path / "gallery.ipynb",
        gallery_code([draft, film], f"poll_interval_s=0.2, download_directory={str(tmp_path / 'films')!r}"),
    )
    with voila(tmp_path / "gallery.ipynb", tmp_path, env) as server:
        page.goto(server.url)
        folder = tmp_path / "films"
        gallery_lives(page.locator(GALLERY), simulator, draft, film, folder)
        shoot(page, "gallery-voila")


@pytest.mark.parametrize("mode", ["edit", "run"])
@pytest.mark.documented("hosts: marimo, edit and run")
def test_marimo(mode: str, page: Page, env: dict[str, str], simulator: Simulator, tmp_path: Path) -> None:
    draft, film = f"draft--gallery-{mode}", f"finished--gallery-{mode}"
    folder, saved = tmp_path / "notebooks", tmp_path / "films"
    folder.mkdir()
    code = gallery_code([draft, film], f"poll_interval_s=0.2, download_directory={str(saved)!r}")
    lines = "\n".join(f"    {line}" for line in code.splitlines())
    text = f"import marimo\n\napp = marimo.App()\n\n\n@app.cell\ndef _():\n{lines}\n    return\n"
    (folder / "gallery.py").write_text(text, encoding="utf-8")
    with marimo(mode, folder, env) as server:
        page.goto(f"{server.url}/?file=gallery.py")
        gallery_lives(page.locator(GALLERY), simulator, draft, film, saved)
        shoot(page, f"gallery-marimo-{mode}")


def gallery_lives(gallery: Locator, simulator: Simulator, draft: str, film: str, folder: Path) -> None:
    """A draft becomes a film, films play and are saved, alone and together, and one is deleted when told twice."""
    expect(card_of(gallery, draft)).to_have_attribute("data-status", "draft")
    for status in ("rendering", "complete"):
        simulator.set_status(draft, status)
        expect(card_of(gallery, draft)).to_have_attribute("data-status", status)
    plays(card_of(gallery, draft).locator("video"))
    press(card_of(gallery, film), f"Save to {folder}")
    expect(card_of(gallery, film).get_by_text(f"{film}.mp4").first).to_be_visible()
    assert [path.name for path in folder.iterdir()] == [f"{film}.mp4"]
    press(gallery, "Save all finished")
    expect(gallery.get_by_text("Saved 2 videos.", exact=True)).to_be_visible()
    assert {path.name for path in folder.iterdir()} == {f"{film}.mp4", f"{draft}.mp4"}
    press(card_of(gallery, film), "Delete")
    assert simulator.requests.of(film, method="DELETE") == []
    press(card_of(gallery, film), "Delete permanently")
    expect(card_of(gallery, film)).to_have_attribute("data-status", "deleted")
    assert len(simulator.requests.of(film, method="DELETE")) == 1
    assert not simulator.leaks
