"""Large text, narrow windows, long words, and scripts from the right: nothing is cut off, and the card is mirrored."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import accessibility
from tests.browser.states import harness, pages
from tests.browser.states.galleries import mixed
from tests.browser.states.pages import EveryState, Open, dress, rest, show, zoom

LANGUAGES = ("en", "de", "ar")
#: CSS pixels, and device pixels to one of them: a column of 720 at 100 and 200 %, a window of 1280 at 400 %.
ZOOMS = ((720, 1), (360, 2), (320, 4))
#: WCAG 1.4.12: what readers may set, and everything has to bear.
SPACING = """
* { letter-spacing: .12em !important; word-spacing: .16em !important; line-height: 1.5 !important }
p { margin-bottom: 2em !important }
"""
#: Hebrew with a number and a mark at its end: without isolation they would jump, and turn the words around
#: them.
NAME = "שקיעה 2 (סופי)!"

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)
every_state = pytest.fixture(scope="module")(pages.every_state)


def troubles(page: Page) -> list[Any]:
    found = [*page.evaluate("accessibility.cut()"), *page.evaluate("accessibility.small()")]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("the page scrolls sideways")
    return list(dict.fromkeys(map(str, found)))


def troubles_with_wide_letters(page: Page) -> list[Any]:
    style = page.add_style_tag(content=SPACING)
    found = troubles(page)
    style.evaluate("node => node.remove()")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("width", "factor"), ZOOMS)
@pytest.mark.parametrize("what", harness.PAGES)
def test_every_card_finds_room(
    every_state: EveryState, what: str, width: int, factor: int, language: str
) -> None:
    page = accessibility.prepare(every_state(what, language))
    dress(page, width)
    zoom(page, width, factor)
    assert page.evaluate("devicePixelRatio") == factor
    assert troubles(page) == []
    if factor == 1:
        assert troubles_with_wide_letters(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_gallery_finds_room(open_page: Open, language: str) -> None:
    page = accessibility.prepare(open_page(what="gallery"))
    found: dict[tuple[str, object], list[Any]] = {}
    for state in accessibility.every_gallery(page, language):
        rest(page)
        for width in (320, 720):
            dress(page, width)
            found[state, width] = troubles(page)
        if language == "en":
            found[state, "wide letters"] = troubles_with_wide_letters(page)
    assert {state: trouble for state, trouble in found.items() if trouble} == {}


def spot(page: Page, selector: str, words: str = "") -> dict[str, float]:
    """Where an element, or the words in it, stand across the card, from its left edge (0) to its right one (1)."""
    place: dict[str, float] = page.evaluate(
        """([selector, words]) => {
          const card = document.querySelector(".mh-card").getBoundingClientRect();
          const node = document.querySelector(`.mh-widget ${selector}`);
          const range = document.createRange();
          range.selectNodeContents(node);
          if (words) {
            const text = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
            while (text.nextNode()) {
              const at = text.currentNode.data.indexOf(words);
              if (at < 0) continue;
              range.setStart(text.currentNode, at);
              range.setEnd(text.currentNode, at + words.length);
            }
          }
          const box = (words ? range : node).getBoundingClientRect();
          const across = x => (x - card.left) / card.width;
          return { left: across(box.left), right: across(box.right) };
        }""",
        [selector, words],
    )
    return place


@pytest.mark.parametrize("width", [720, 320])
def test_an_arabic_card_is_the_mirror_of_an_english_one(open_page: Open, width: int) -> None:
    page = open_page(width)
    for state in (
        "rendering",
        "complete",
        "saving",
        "asking",
        "reconnecting",
        "several-outputs",
        "rendering-portrait",
    ):
        sides: dict[str, list[float]] = {}
        for language in ("en", "ar"):
            words = harness.words(language)
            page.evaluate(
                "([traits, options]) => show(traits, options)",
                [harness.traits_of(state, words=words), harness.options_of(state)],
            )
            if state == "asking":
                accessibility.press(page, words["delete"])
            for part in (
                ".mh-badge",
                ".mh-tools",
                ".mh-stage",
                ".mh-row :is(button, .mh-moving, p)",
                ".mh-quiet",
                ".mh-note .mh-icon",
            ):
                if page.locator(f".mh-widget {part}").count():
                    where = spot(page, part)
                    # How far it is from the side where reading begins, or ends.
                    sides.setdefault(part, []).extend(
                        [where["left"], 1 - where["right"]]
                        if language == "en"
                        else [1 - where["right"], where["left"]]
                    )
        for part, (start, end, arabic_start, arabic_end) in sides.items():
            # Words are not equally long: what begins a line is compared at its beginning, what ends one at
            # its end.
            assert min(abs(start - arabic_start), abs(end - arabic_end)) < 0.01, (state, part)
        if width == 720:
            assert spot(page, ".mh-badge")["right"] > 0.5


def test_the_bar_grows_from_where_reading_begins(open_page: Open) -> None:
    page = open_page()
    for language, origin in (("en", "left"), ("ar", "right")):
        show(page, "saving", words=harness.words(language))
        fill, bar = spot(page, ".mh-fill"), spot(page, ".mh-bar")
        assert fill[origin] == pytest.approx(bar[origin], abs=0.002)
        assert fill["right"] - fill["left"] < 0.8 * (bar["right"] - bar["left"])


def test_a_name_from_the_right_turns_nothing_around_it(open_page: Open) -> None:
    page = open_page()
    details = {**harness.traits_of("complete")["details"], "name": NAME}
    show(page, "complete", details=details)
    assert page.evaluate("getComputedStyle(document.querySelector('.mh-name')).direction") == "rtl"
    # It begins where all names begin, and its mark ends it on the left.
    box, mark = spot(page, ".mh-name"), spot(page, ".mh-name", "!")
    first = spot(page, ".mh-name", "ש")
    assert mark["left"] < first["left"]
    assert mark["left"] == pytest.approx(box["left"], abs=0.02)
    accessibility.press(page, "Delete")
    verb, name, rest = (spot(page, ".mh-row p", words) for words in ("Delete", NAME, "from Magic Hour"))
    assert verb["right"] <= name["left"] + 0.001
    assert name["right"] <= rest["left"] + 0.001
    assert spot(page, ".mh-row p", "!")["left"] == pytest.approx(name["left"], abs=0.02)


def test_an_english_name_keeps_its_order_in_an_arabic_card(open_page: Open) -> None:
    page = open_page()
    details = {**harness.traits_of("complete")["details"], "name": "Take 2 (final)!"}
    show(page, "complete", details=details, words=harness.words("ar"))
    assert page.evaluate("getComputedStyle(document.querySelector('.mh-name')).direction") == "ltr"
    assert spot(page, ".mh-name", "Take")["left"] < spot(page, ".mh-name", "!")["left"]
    accessibility.press(page, harness.words("ar")["delete"])
    assert spot(page, ".mh-row p", "Take")["left"] < spot(page, ".mh-row p", "!")["left"]


def test_names_in_a_table_keep_their_own_direction(open_page: Open) -> None:
    page = open_page(what="gallery")
    accessibility.show_gallery(page, mixed())
    accessibility.press(page, "Table")
    directions = page.evaluate(
        "[...document.querySelectorAll('.mh-open span')].slice(0, 5).map(n => getComputedStyle(n).direction)"
    )
    assert directions == ["ltr", "ltr", "ltr", "ltr", "rtl"]
    edges = page.evaluate(
        "[...document.querySelectorAll('.mh-open')].slice(0, 5).map(n => n.firstChild.getBoundingClientRect().left)"
    )
    assert max(edges) - min(edges) < 1
