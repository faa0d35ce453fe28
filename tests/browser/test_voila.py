"""The dashboard in Voilà, as a visitor sees it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from mh_widgets.simulator import Simulator
from tests.browser.conftest import new_context
from tests.browser.hosts import shoot
from tests.browser.servers import Server
from tests.browser.test_lab import SUNRISE, plays

Fresh = Callable[[str], str]
CARDS = "[data-mh-widget=video-project]"
FIELD = "Project ID or library link"
CONTRAST = (Path(__file__).parent / "states" / "contrast.js").read_text(encoding="utf-8")


@pytest.mark.documented("hosts: Voilà")
def test_a_visitor_watches_plays_downloads_and_deletes(
    page: Page, dashboard: Server, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("draft")
    page.goto(f"{dashboard.url}/?project={project}")
    card = page.locator(CARDS)
    expect(card.get_by_role("status")).to_contain_text("draft", ignore_case=True)
    for status in ("queued", "rendering", "complete"):
        simulator.set_status(project, status)
        card.get_by_role("button", name="Refresh", exact=True).click()  # a draft is asked for seldom
        expect(card.get_by_role("status")).to_contain_text(status, ignore_case=True)
    plays(card.locator("video"))
    with page.expect_download() as download:
        card.get_by_role("button", name="Download", exact=True).click()
    download.value.save_as(tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").read_bytes() == SUNRISE
    card.get_by_role("button", name="Delete", exact=True).click()
    card.get_by_role("button", name="Delete permanently", exact=True).click()
    expect(card).to_have_attribute("data-status", "deleted")
    assert len(simulator.requests.of(project, method="DELETE")) == 1
    assert not simulator.leaks


def test_a_project_typed_by_the_visitor(page: Page, dashboard: Server, fresh: Fresh) -> None:
    first, second, third = fresh("finished"), fresh("two-outputs"), fresh("finished")
    page.goto(f"{dashboard.url}/?project={first}")
    cards = page.locator(CARDS)
    expect(cards).to_have_count(1)
    field = page.get_by_placeholder(FIELD)
    field.fill(second)
    field.press("Enter")
    expect(cards).to_have_count(2)
    expect(cards.last).to_have_attribute("data-project-id", second)
    expect(cards.last).to_have_attribute("data-status", "complete")
    expect(field).to_have_value("")
    # A link, as the library shows it, and the button.
    field.fill(f"https://magichour.ai/my-library?videoId={third}")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(cards).to_have_count(3)
    address = f"?project={first},{second},{third}"
    expect(page.get_by_role("link", name="Keep this selection as an address")).to_have_attribute(
        "href", address
    )
    again = page.context.new_page()
    again.goto(f"{dashboard.url}/{address}")
    expect(again.locator(CARDS)).to_have_count(3)


def test_what_is_no_id_stays_where_it_was_typed_with_one_line_about_it(
    page: Page, dashboard: Server, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("finished")
    page.goto(f"{dashboard.url}/")
    expect(page.get_by_text("Type the ID of a render above")).to_be_visible()
    field, line = page.get_by_placeholder(FIELD), page.get_by_role("alert").filter(visible=True)
    known = {request.project_id for request in simulator.requests}
    field.fill(f"../nonsense <b>bold</b> {project}")
    field.press("Enter")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("This is not a project ID. An ID has")
    expect(field).to_have_value("../nonsense <b>bold</b>")
    expect(page.locator(CARDS)).to_have_attribute("data-project-id", project)
    expect(page.locator(CARDS)).to_have_attribute("data-status", "complete")
    assert {request.project_id for request in simulator.requests} - known == {project}
    field.fill(project)
    field.press("Enter")
    expect(page.get_by_text("Already here.")).to_be_visible()
    expect(line).to_have_count(0)


def test_an_error_is_readable_in_dark_colours(page: Page, dashboard: Server, fresh: Fresh) -> None:
    page.goto(f"{dashboard.url}/?project={fresh('finished')}&theme=dark")
    field = page.get_by_placeholder(FIELD)
    field.fill("../nonsense")
    field.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="This is not a project ID.")).to_be_visible()
    page.add_script_tag(content=f"{CONTRAST}; window.tooFaint = tooFaint", type="module")
    page.wait_for_function("!!window.tooFaint")
    assert page.evaluate("tooFaint(document.querySelector('.mh-line'))") == []
    fonts = page.evaluate(
        "['h1', 'input', 'button'].map(name => document.querySelector(`.mh-heading ${name}`))"
        ".map(node => getComputedStyle(node).fontFamily)"
    )
    assert len(set(fonts)) == 1


#: Opens a dashboard of some projects, whose first goes on rendering; one for each look, of any width.
Look = Callable[..., Page]


@pytest.fixture(scope="module")
def look(chrome: Browser, dashboard: Server, simulator: Simulator, fresh: Fresh) -> Look:
    @functools.cache
    def opened(names: tuple[str, ...], query: str = "", **options: Any) -> Page:
        projects = [*map(fresh, names)]
        simulator.set_status(projects[0], "rendering")
        page = new_context(chrome, **options).new_page()
        page.goto(f"{dashboard.url}/?project={','.join(projects)}{query}")
        expect(page.locator(f"{CARDS}[data-status=complete]")).to_have_count(3)
        return page

    return opened


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_nothing_scrolls_sideways_and_thumbs_find_their_targets(look: Look, width: int) -> None:
    names = ("halfway", "finished", "portrait-finished", "film-and-picture", "no-face")
    page = look(names, has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": width, "height": 740})
    shoot(page, f"voila-phone-{width}")
    assert page.evaluate(LOOK) == [[], [], [], []]
    assert page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "columns"), [(1280, 3), (1920, 4), (2560, 4)])
def test_on_a_wall_several_columns_are_read_from_afar(
    look: Look, *, width: int, columns: int, theme: str
) -> None:
    names = ("halfway", "moonlight-finished", "draft", "finished", "portrait-finished", "no-face")
    page = look(names, f"&theme={theme}")
    page.set_viewport_size({"width": width, "height": width * 9 // 16})
    cards = page.locator(CARDS)
    shoot(page, f"voila-wall-{width}-{theme}")
    boxes = [box for each in cards.all() if (box := each.bounding_box())]
    height = page.get_by_role("heading").first.evaluate("node => node.getBoundingClientRect().height")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert sum(box["y"] == boxes[0]["y"] for box in boxes) == columns
    assert max(box["x"] + box["width"] for box in boxes) <= width
    # 28 pixels at a desk.
    assert height / 28 == pytest.approx({1280: 1, 1920: 1.25, 2560: 1.75}[width], abs=0.02)
    assert (sum(ground[:3]) < 300) == (theme == "dark")


#: The lists that are narrower than what they say.
CUT_OFF = """() => [...document.querySelectorAll(".mh-filter select")].filter((list) => {
  const width = list.offsetWidth;
  list.style.position = "absolute";
  const wanted = list.offsetWidth;
  list.style.position = "";
  return wanted > width;
}).map((list) => list.ariaLabel)"""

LOOK = """() => {
  const shown = [...document.querySelectorAll(".mh-dashboard *")].filter((node) => node.checkVisibility());
  const name = (node) => `${node.tagName} ${node.className} ${node.textContent.trim().slice(0, 20)}`;
  const rect = (node) => node.getBoundingClientRect();
  // What scrolls within itself has its own room, and a label for voices alone has none.
  // The choice of the view, the last of the filters, is always in sight.
  const roomy = (node) => node.closest(".mh-filter > :not(:last-child), .widget-label");
  const wide = shown.filter((node) => rect(node).right > innerWidth + 0.5 && !roomy(node));
  const small = shown.filter((node) => node.matches("button, a, input, select"))
    .filter((node) => rect(node).height < 40 || rect(node).width < 40);
  const tiny = shown.filter((node) => [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim()))
    .filter((node) => parseFloat(getComputedStyle(node).fontSize) * (node.currentCSSZoom ?? 1) < 12);
  // A line is 22 pixels high here.
  const broken = shown.filter((node) => node.matches("dd") && rect(node).height > 33);
  return [wide, small, tiny, broken].map((nodes) => nodes.map(name));
}"""
