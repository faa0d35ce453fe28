"""The room of a gallery: columns, lists, names and buttons keep their places."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import show_gallery
from tests.browser.states import galleries, harness, pages
from tests.browser.states.galleries import Show, fits, keep_picture, mixed, press
from tests.browser.states.pages import dress

#: A phone, a notebook's column, and a wall.
WIDTHS = (320, 760, 1600)

LANGUAGES = ("en", "de", "ar")


address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)
show = pytest.fixture(galleries.show)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_finds_room(show: Show, language: str) -> None:
    page = show(mixed(language=language))
    words = harness.words(language)
    root = page.locator("[data-mh-widget=video-gallery]")
    assert (root.get_attribute("dir"), root.get_attribute("lang")) == (words["dir"], words["lang"])
    for width in WIDTHS:
        dress(page, width)
        assert fits(page), width
        keep_picture(page, f"{language}-{width}")
    press(page, words["gallery"]["table"])
    for width in WIDTHS:
        dress(page, width)
        assert fits(page), width
        heights = page.locator(".mh-table .mh-badge").evaluate_all(
            "all => all.map(badge => badge.offsetHeight)"
        )
        assert max(heights) < 30, width


@pytest.mark.parametrize("name", ["empty", "offline", "nothing-matches"])
def test_what_stands_where_there_is_little(show: Show, name: str) -> None:
    page = show(galleries.gallery({}) if name == "empty" else mixed())
    if name == "offline":
        page.evaluate("gallery.layout.setLive(false)")
        expect(page.get_by_text("not connected")).to_have_count(1)
        expect(page.get_by_role("button", name="Download", exact=True)).to_have_count(0)
    elif name == "nothing-matches":
        press(page, "queued\u00a01")
        page.evaluate(
            "id => { document.activeElement.blur(); gallery.model.news({ [id]: { status: 'complete' } }) }",
            mixed()["projects"][4],
        )
        expect(page.get_by_text("No project matches.")).to_be_visible()
    else:
        expect(page.get_by_text('gallery.add("…")')).to_be_visible()
    keep_picture(page, name)


def test_no_list_cuts_its_text(show: Show) -> None:
    page = show(mixed(), 320)
    # As some hosts style theirs.
    page.add_style_tag(content="select { padding: 12px; width: 60px; height: 60px; font: 20px serif }")
    for language, label in itertools.product(LANGUAGES, ("type", "order")):
        show_gallery(page, mixed(language=language))
        box = page.get_by_label(harness.words(language)["gallery"][label], exact=True)
        assert box.evaluate("list => list.scrollWidth <= list.clientWidth"), (language, label)
        assert box.evaluate("list => list.getBoundingClientRect().height") == 24, (language, label)
        size = "list => getComputedStyle(list).fontSize"
        assert box.evaluate(size) == page.locator(".mh-option").first.evaluate(size), (language, label)


def test_columns_are_as_many_as_asked_for_where_they_fit(show: Show) -> None:
    page = show(mixed())
    for columns, width, expected in (
        (3, 1000, 3),
        (1, 1000, 1),
        (5, 400, 1),
        ("auto", 1000, 3),
        ("auto", 320, 1),
    ):
        dress(page, width)
        show_gallery(page, mixed(columns=columns))
        rows = page.evaluate(
            "getComputedStyle(document.querySelector('.mh-cards')).gridTemplateColumns.split(' ').length"
        )
        assert rows == expected, (columns, width)


def test_a_long_place_to_save_to_leaves_the_buttons_in_one_row(show: Show) -> None:
    page = show(mixed(save_label="/srv/someone/renders/of/this/very/long/place"), 760)
    row = page.locator(".mh-row", has=page.get_by_role("button", name="Download", exact=True)).first
    tops = row.evaluate("row => [...row.children].map(button => button.getBoundingClientRect().top)")
    assert len(tops) == 3
    assert max(tops) - min(tops) < 1


def test_every_name_begins_where_its_card_does(show: Show) -> None:
    page = show(mixed())
    for language, side in (("en", "left"), ("ar", "right")):
        show_gallery(page, mixed(language=language))
        sides = page.evaluate(
            "[...document.querySelectorAll('.mh-name')].map(name => getComputedStyle(name).textAlign)"
        )
        assert set(sides) == {side}, language


@pytest.mark.parametrize("width", [400, 760, 1280])
def test_the_buttons_of_the_toolbar_stand_side_by_side(show: Show, width: int) -> None:
    page = show(mixed(), width)
    buttons = page.locator(".mh-buttons button")
    expect(buttons).to_have_text(["Save all finished", "Save starred", "Compare", ""])
    lines: dict[float, list[tuple[float, float]]] = {}
    for left, right, middle in buttons.evaluate_all(
        "all => all.map(each => each.getBoundingClientRect())"
        ".map(({ left, right, top, bottom }) => [left, right, top + bottom])"
    ):
        lines.setdefault(middle, []).append((left, right))
    assert len(lines) == 1 or width == 400
    for line in lines.values():
        gaps = [after[0] - before[1] for before, after in itertools.pairwise(line)]
        assert gaps == pytest.approx([8] * len(gaps), abs=0.1)


def test_the_pager_stands_in_the_middle(show: Show) -> None:
    page = show(galleries.many(101), 760)
    left, right = page.locator(".mh-pages").evaluate(
        "pager => [pager.firstChild.getBoundingClientRect().left - pager.getBoundingClientRect().left,"
        " pager.getBoundingClientRect().right - pager.lastChild.getBoundingClientRect().right]"
    )
    assert left == pytest.approx(right, abs=0.5)
    assert left > 100
