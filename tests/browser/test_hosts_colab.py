"""Card and gallery where a host shows all that a kernel sends, some of it, or only what it sends in a handler.

Colab is such a host. Its page is on no registry: here its rule is played between real widgets and a real page.
tests/manual/colab.ipynb is for whoever has an account.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mh_widgets import AsyncClient, Project, VideoProject
from mh_widgets.simulator import FILMS, Scenario, Simulator
from mh_widgets.widgets.project_gallery import ProjectGallery
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.browser.hosts import CARD, GALLERY, SUNRISE, card_of, lives, plays, press, shoot, shows
from tests.browser.states import harness
from tests.browser.states.live_host import RULES, LiveHost, live_host
from tests.browser.states.pages import show
from tests.leaks import KEY

Fresh = Callable[[str], str]

#: What Colab gives to the page of an output.
COLAB = "window.google = { colab: { kernel: { accessAllowed: true }, output: { setIframeHeight() {} } } }"
#: Its dark page, whose widget manager brings JupyterLab's light colours all the same.
DARK = {"--colab-primary-text-color": "#e3e3e3", "--colab-primary-surface-color": "#1f1f1f"}
LARGE_BYTES = 20_000_000


@pytest.fixture(params=RULES)
def rule(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def host(rule: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveHost]:
    with live_host(rule, monkeypatch) as running:
        yield running


@pytest.fixture(scope="module")
def large(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of 20 MB: one that plays, and a box behind it that players skip."""
    path = tmp_path_factory.mktemp("large") / "large.mp4"
    rest = LARGE_BYTES - len(SUNRISE)
    path.write_bytes(SUNRISE + struct.pack(">I4s", rest, b"free") + bytes(range(250)) * (rest // 250))
    path.write_bytes(path.read_bytes()[:LARGE_BYTES].ljust(LARGE_BYTES, b"\0"))
    simulator.add(Scenario(id="large", name="Large", shows="", timeline=((0, "complete"),), outputs=(path,)))
    return path


def client(simulator: Simulator) -> AsyncClient:
    return AsyncClient(KEY, base_url=simulator.url)


def opened(page: Page, host: LiveHost, name: str, kind: str = "card") -> Page:
    if host.rule != "push":
        page.add_init_script(COLAB)
    page.goto(f"{host.url}/live.html")
    page.wait_for_function("!!window.show")
    page.evaluate("([name, kind]) => show(name, kind)", [name, kind])
    return page


def card_on(page: Page, host: LiveHost, simulator: Simulator, project: str, **settings: Any) -> VideoProject:
    """A card that polls the API quickly, shown in the page."""
    settings = {"poll_interval_s": 0.2, **settings}
    card: VideoProject = host.show(
        "card", lambda: VideoProject(project, client=client(simulator), **settings)
    )
    opened(page, host, "card")
    return card


@pytest.mark.documented("hosts: Colab")
def test_a_card_lives(page: Page, host: LiveHost, simulator: Simulator, fresh: Fresh, tmp_path: Path) -> None:
    draft = fresh("draft")
    card_on(page, host, simulator, draft)
    expect(page.locator(CARD).get_by_text("Stopped")).to_have_count(0)
    expect(page.locator(CARD).get_by_role("status")).to_contain_text("draft", ignore_case=True)
    lives(page.locator(CARD), simulator, draft, tmp_path, f"rule-{host.rule}")
    if host.rule != "lax":  # which drops something only where the view has been silent for a while
        assert (host.dropped > 0) is (host.rule == "strict")
    assert ("poll" in host.heard) is (host.rule != "push")


@pytest.mark.documented("hosts: Colab")
@pytest.mark.parametrize("rule", ["strict"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "scenario", "file"),
    [
        ("video", "draft", "sunrise.mp4"),
        ("image", "picture-draft", "dawn.jpg"),
        ("audio", "voice-draft", "voice.wav"),
    ],
)
def test_a_card_of_each_kind_lives_where_most_is_dropped(
    *, page: Page, host: LiveHost, simulator: Simulator, fresh: Fresh, kind: str, scenario: str, file: str
) -> None:
    project = fresh(scenario)
    host.show("card", lambda: Project(project, client=client(simulator), poll_interval_s=0.2))
    card = opened(page, host, "card", "project").locator("[data-mh-widget]")
    for status in ("rendering", "complete"):
        simulator.set_status(project, status)
        expect(card).to_have_attribute("data-status", status)
    shows(card, kind)
    with page.expect_download() as download:
        press(card, "Download")
    assert download.value.path().read_bytes() == (FILMS / file).read_bytes()
    press(card, "Delete")
    press(card, "Delete permanently")
    expect(card).to_have_attribute("data-status", "deleted")
    assert [r.path for r in simulator.requests.of(project, method="DELETE")] == [
        f"/v1/{kind}-projects/{project}"
    ]
    assert host.dropped > 0


@pytest.mark.documented("hosts: Colab")
def test_a_film_of_20_mb_is_downloaded(
    *, page: Page, host: LiveHost, simulator: Simulator, large: Path, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("large")
    card_on(page, host, simulator, project)
    plays(page.locator("video"))
    with page.expect_download() as download:
        press(page.locator(CARD), "Download")
    download.value.save_as(tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").read_bytes() == large.read_bytes()


@pytest.mark.parametrize(
    ("made", "view", "saved"),
    [
        (VideoGallery, "gallery", "Saved 3 videos."),
        (ProjectGallery, "project-gallery", "Saved 3 projects."),
    ],
)
@pytest.mark.documented("hosts: Colab")
def test_a_gallery_lives(
    *,
    made: Any,
    view: str,
    saved: str,
    page: Page,
    host: LiveHost,
    simulator: Simulator,
    large: Path,
    fresh: Fresh,
    tmp_path: Path,
) -> None:
    draft, film, big = fresh("draft"), fresh("finished"), fresh("large")
    folder = tmp_path / "films"
    settings: dict[str, Any] = {"poll_interval_s": 0.2, "download_directory": folder}
    host.show("gallery", lambda: made([draft, film, big], client=client(simulator), **settings))
    gallery = opened(page, host, "gallery", view).locator(GALLERY)
    expect(card_of(gallery, draft)).to_have_attribute("data-status", "draft")
    for status in ("rendering", "complete"):
        simulator.set_status(draft, status)
        expect(card_of(gallery, draft)).to_have_attribute("data-status", status)
    plays(card_of(gallery, draft).locator("video"))
    press(card_of(gallery, film), f"Save to {folder}")
    expect(card_of(gallery, film).get_by_text(f"{film}.mp4").first).to_be_visible()
    with page.expect_download() as download:
        press(card_of(gallery, big), "Download")
    download.value.save_as(tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").read_bytes() == large.read_bytes()
    press(gallery, "Save all finished")
    expect(gallery.get_by_text(saved, exact=True)).to_be_visible()
    assert {path.name for path in folder.iterdir()} == {f"{each}.mp4" for each in (draft, film, big)}
    press(card_of(gallery, film), "Delete")
    press(card_of(gallery, film), "Delete permanently")
    expect(card_of(gallery, film)).to_have_attribute("data-status", "deleted")
    assert len(simulator.requests.of(film, method="DELETE")) == 1
    shoot(page, f"rule-{host.rule}-{view}")


@pytest.mark.documented("hosts: Colab")
def test_a_comparison_opens_plays_and_closes(
    page: Page, host: LiveHost, simulator: Simulator, fresh: Fresh
) -> None:
    films = [fresh("finished"), fresh("finished")]
    made = host.show("gallery", lambda: VideoGallery(films, client=client(simulator), poll_interval_s=0.2))
    gallery = opened(page, host, "gallery", "gallery").locator(GALLERY)
    press(gallery, "Compare")
    for choice in gallery.locator(".mh-choice").all():
        choice.click()
    press(gallery, "Compare 2")
    expect(gallery.locator(".mh-pane video")).to_have_count(2)
    assert host.call(lambda: made.compared) == films
    press(gallery, "Play")
    page.wait_for_function("document.querySelectorAll('.mh-pane video')[1].currentTime > 0.3")
    press(gallery, "Close")
    expect(gallery.locator(".mh-pane")).to_have_count(0)
    # A message to the kernel, which may be under way.
    page.wait_for_function("live.model.get('compared').length === 0")
    assert host.call(lambda: made.compared) == []


@pytest.mark.documented("hosts: Colab")
def test_the_card_is_dark_where_the_page_is(page: Page) -> None:
    page.add_init_script(COLAB)
    with harness.serve() as address:
        page.goto(f"{address}/page.html")
        page.wait_for_function("!!window.show")
        page.evaluate(
            """colours => {
              const root = document.documentElement;
              root.setAttribute("theme", "dark");
              for (const [name, value] of Object.entries(colours)) root.style.setProperty(name, value);
              document.body.style.background = "#1f1f1f";
            }""",
            {**harness.jupyterlab()["light"], **DARK},
        )
        for state in ("rendering", "complete", "failed"):
            show(page, state)
            card = page.locator(".mh-card")
            expect(card).to_have_css("background-color", "rgb(31, 31, 31)")
            expect(card).to_have_css("color", "rgb(227, 227, 227)")
            assert page.evaluate("tooFaint(document.querySelector('.mh-widget'))") == []
            shoot(page, f"colab-dark-{state}")
