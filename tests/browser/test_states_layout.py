"""The card's room in every state: nothing is cut off, nothing jumps, rows keep their shape."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.states import harness, pages
from tests.browser.states.pages import Open, height, settle_film, show

SHOTS = Path(__file__).parents[2] / ".screenshots"

THEMES = ("light", "dark")

WIDTHS = (760, 340)

COLOURS = ("own", "jupyterlab")

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)


@pytest.mark.parametrize("what", harness.PAGES)
def test_nothing_is_cut_off_at_320_pixels(open_page: Open, what: str) -> None:
    page = open_page(320, what=what)
    for name in harness.names(what):
        show(page, name)
        outside = page.evaluate(
            "[...document.querySelectorAll('.mh-widget :not([data-zoomed] *)')]."
            "filter(n => n.getBoundingClientRect().right > innerWidth + .5).map(n => n.className)"
        )
        assert outside == [], name


def test_a_long_place_to_save_to_leaves_the_buttons_in_one_row(open_page: Open) -> None:
    page = open_page(340)
    show(page, "long-name")
    row = page.locator(".mh-row")
    tops = row.evaluate(
        "row => row.children.length && [...row.children].map(b => b.getBoundingClientRect().top)"
    )
    assert len(tops) == 3
    assert max(tops) - min(tops) < 1


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_the_row_of_buttons_wraps_before_a_usual_label_is_cut(open_page: Open, language: str) -> None:
    page = open_page(340)
    show(page, "complete", words=harness.words(language))
    cut = page.locator(".mh-row button span").evaluate_all(
        "all => all.filter(label => label.scrollWidth > label.clientWidth).map(label => label.textContent)"
    )
    assert cut == []


def test_nothing_moves_when_the_deletion_begins(open_page: Open) -> None:
    page = open_page(340)
    show(page, "asking")
    places = "() => [...document.querySelectorAll('.mh-row > *')].map(each => each.getBoundingClientRect().x)"
    before = page.evaluate(places)
    page.get_by_role("button", name="Delete permanently", exact=True).click()
    expect(page.get_by_role("button", name="Cancel", exact=True)).to_be_disabled()
    assert page.evaluate(places) == before


def test_a_bar_keeps_its_distance_to_the_message_above(open_page: Open) -> None:
    page = open_page(340)
    show(page, "deadline")
    distance = page.locator(".mh-message .mh-bar").evaluate(
        "bar => bar.getBoundingClientRect().top - bar.previousElementSibling.getBoundingClientRect().bottom"
    )
    assert distance > 12


@pytest.mark.parametrize("language", ["en", "ar"])
def test_facts_have_separators_between_them_and_none_where_a_line_ends(
    open_page: Open, language: str
) -> None:
    for width in (320, 340, 420, 760):
        page = open_page(width)
        show(page, "complete", words=harness.words(language))
        lines = page.evaluate(
            """() => {
              const list = document.querySelector("dl");
              const start = node => {
                const { left, right } = node.getBoundingClientRect();
                return getComputedStyle(list).direction === "rtl" ? -right : left;
              };
              const tops = new Map();
              for (const fact of list.children) {
                const { top } = fact.getBoundingClientRect();
                tops.set(top, Math.min(tops.get(top) ?? Infinity, start(fact)));
              }
              // What stands before the first fact of a line stands outside of the list, and is clipped there.
              return [getComputedStyle(list).overflowX, ...[...tops.values()].map(first => first - start(list))];
            }"""
        )
        assert lines[0] == "clip"
        assert lines[1:] == pytest.approx([0] * len(lines[1:]), abs=0.5)
        assert len(lines) > 2 or width == 760
        assert "·" not in page.locator("dl").inner_text()


def test_facts_are_a_table_beside_a_portrait_film_where_there_is_room(open_page: Open) -> None:
    for width, state, is_table in (
        (760, "complete-portrait", True),
        (340, "complete-portrait", False),
        (760, "complete", False),
    ):
        page = open_page(width)
        show(page, state)
        expect(page.get_by_text("Frame rate", exact=True)).to_be_visible(visible=is_table)
        tops = page.evaluate(
            "[...document.querySelectorAll('dl > div')].map(fact => fact.getBoundingClientRect().top)"
        )
        assert (len(set(tops)) == len(tops)) is is_table


def test_it_has_a_width_in_a_row_of_widgets(open_page: Open) -> None:
    page = open_page()
    page.evaluate("document.body.style.display = 'flex'")
    show(page, "rendering")
    assert page.evaluate("document.querySelector('.mh-widget').getBoundingClientRect().width") >= 280


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("waiting", "done"), [("rendering", "complete"), ("rendering-portrait", "complete-portrait")]
)
def test_nothing_jumps_when_the_film_arrives(open_page: Open, width: int, waiting: str, done: str) -> None:
    page = open_page(width)
    show(page, waiting)
    heights = [height(page)]
    page.evaluate(
        "traits => card.model.change(traits)", {"watch": harness.traits_of("reconnecting")["watch"]}
    )
    heights.append(height(page))
    page.evaluate(
        "([traits, links]) => { card.links = links; card.model.change(traits) }",
        [
            {key: harness.traits_of(done)[key] for key in ("status", "details", "watch")},
            {},
        ],
    )
    heights.append(height(page))
    film = "portrait" if "portrait" in done else "film"
    page.evaluate(
        "url => card.model.message({"
        " kind: 'source', output: 0, url: location.origin + url, expires_at: null, media: 'video' })",
        f"/{film}.mp4",
    )
    settle_film(page)
    heights.append(height(page))
    assert max(heights) - min(heights) <= 64, heights
    box = page.locator("video").bounding_box()
    details = harness.traits_of(done)["details"]
    assert box is not None
    assert box["height"] <= 420.5
    assert box["width"] / box["height"] == pytest.approx(details["width"] / details["height"], rel=0.02)
