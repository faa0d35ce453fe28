"""A gallery of any kind of project in Chromium: what each card shows in little room, and the choice between kinds."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility
from tests.browser.states import galleries, harness, pages
from tests.browser.states.pages import LOADED, Open, dress, rest
from tests.browser.test_accessibility import LOOKS, troubles

SHOTS = Path(__file__).parents[2] / ".screenshots"

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)


def opened(
    open_page: Open, states: tuple[str, ...] = galleries.KINDS, width: int = 1100, **options: Any
) -> Page:
    language = options.pop("language", "en")
    page = open_page(width, what="gallery?project_gallery", **options)
    page.set_viewport_size({"width": width, "height": 4600 if width < 400 else 1700})
    traits, films = galleries.mixed_kinds(states, language)
    page.evaluate("([traits, films]) => show(traits, { films })", [traits, films])
    return page


def settle(page: Page) -> None:
    page.wait_for_function(LOADED)
    page.wait_for_function(
        "[...document.querySelectorAll('.mh-tile, .mh-canvas')].every(place => place.querySelector('img'))"
    )


def kinds(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('[data-mh-widget$=-project]')].map(node => node.dataset.mhWidget)"
    )
    return found


def test_each_kind_shows_what_it_has_in_the_room_of_a_card(open_page: Open) -> None:
    page = opened(open_page)
    settle(page)
    expect(page.locator("[data-project-id=kind01] .mh-tile")).to_have_count(4)
    expect(page.locator("[data-project-id=kind01] .mh-more")).to_have_text("+2")
    expect(page.locator("[data-project-id=kind07] .mh-tile")).to_have_count(4)
    expect(page.locator("[data-project-id=kind07] .mh-more")).to_have_count(0)
    expect(page.locator("[data-project-id=kind11] .mh-view img")).to_be_visible()
    expect(page.locator("[data-project-id=kind02] audio")).to_be_visible()
    expect(page.locator("[data-project-id=kind00] video")).to_be_visible()
    heights = page.evaluate(
        "[...document.querySelectorAll('.mh-cell')].slice(0, 6).map("
        "cell => Math.round(cell.querySelector('.mh-stage').getBoundingClientRect().height))"
    )
    assert len(set(heights)) == 1, heights


def test_the_last_place_leads_to_the_pictures_behind_it(open_page: Open) -> None:
    page = opened(open_page)
    settle(page)
    card = page.locator("[data-project-id=kind01]")
    last = card.get_by_role("button", name="Image 4 of 6, \u2068One bay, six times\u2069, 2\u00a0more images")
    last.click()
    card.get_by_role("button", name="Next image").click()
    expect(card.locator(".mh-view img")).to_have_attribute("src", f"{page.url.split('/gallery')[0]}/wide.jpg")
    card.locator(".mh-view").focus()
    page.keyboard.press("Escape")
    expect(card.locator(".mh-tile")).to_have_count(4)
    expect(last).to_be_focused()
    expect(last).to_have_attribute("aria-current", "true")


def test_the_choice_between_kinds_is_there_where_there_are_several(open_page: Open) -> None:
    page = opened(open_page)
    kind = page.get_by_label("Kind", exact=True)
    assert kind.locator("option").all_inner_texts() == ["All kinds", "Videos", "Images", "Audio"]
    kind.select_option("Images")
    assert set(kinds(page)) == {"image-project"}
    kind.select_option("Audio")
    assert kinds(page) == ["audio-project"] * 2
    kind.select_option("All kinds")
    assert len(kinds(page)) == len(galleries.KINDS)
    page = opened(open_page, ("pictures", "picture"))
    expect(page.get_by_label("Status", exact=True)).to_be_visible()
    expect(page.get_by_label("Kind", exact=True)).to_have_count(0)


def test_a_row_says_of_which_kind_a_project_is(open_page: Open) -> None:
    page = opened(open_page)
    page.get_by_role("button", name="Table", exact=True).click()
    rows = page.locator("tbody")
    expect(rows.nth(0).locator(".mh-kind")).to_have_text("Video · Face swap")
    expect(rows.nth(1).locator(".mh-kind")).to_have_text("Image · AI image")
    expect(rows.nth(1).locator(".mh-size")).to_have_text("6\u00a0images")
    expect(rows.nth(2).locator(".mh-kind")).to_have_text("Audio · Music generator")
    rows.nth(1).locator(".mh-open").click()
    expect(rows.nth(1).locator(".mh-tile img")).to_have_count(4)


def test_cards_of_pictures_leave_the_players_their_room(open_page: Open) -> None:
    # Eleven players take eleven of twelve places, so that four cards of pictures share the last.
    page = opened(open_page, ("complete",) * 11 + ("picture",) * 6)
    loaded = "document.querySelectorAll('.mh-canvas img').length === 4"
    page.wait_for_function(f"{loaded} && document.querySelectorAll('video').length === 11")


def test_nothing_stands_in_the_way_of_a_mixed_gallery(open_page: Open) -> None:
    page = accessibility.prepare(opened(open_page, width=320))
    settle(page)
    looks_well(page, "gallery-kinds")
    page.get_by_role("button", name="Table", exact=True).click()
    page.locator(".mh-open").nth(1).click()
    looks_well(page, "gallery-kinds-table")


def looks_well(page: Page, name: str) -> None:
    rest(page)
    SHOTS.mkdir(exist_ok=True)
    for width, (look, reader) in itertools.product((320, 1100), LOOKS.items()):
        dress(page, width, **reader)
        page.screenshot(path=str(SHOTS / f"{name}-{look}-{width}.png"), full_page=True)
        assert troubles(page, look) == [], (name, look, width)


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_mixed_gallery_finds_room_in_other_languages(open_page: Open, language: str) -> None:
    page = accessibility.prepare(opened(open_page, width=320, language=language))
    settle(page)
    assert [*page.evaluate("accessibility.cut()"), *page.evaluate("accessibility.small()")] == []
    assert galleries.fits(page)
    words = harness.words(language)["kinds"]
    expect(page.get_by_label(words["kind"], exact=True)).to_be_visible()
