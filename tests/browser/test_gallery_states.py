"""How the built gallery looks and behaves in a plain page: cards and rows, many and few, in three languages."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.states import galleries, harness, pages
from tests.browser.states.galleries import (
    FILMS,
    Show,
    faint,
    fits,
    ids,
    keep_picture,
    many,
    mixed,
    press,
    sent,
)
from tests.browser.states.pages import dress, in_host, in_vscode

SHOTS = Path(__file__).parents[2] / ".screenshots"
THEMES = ("light", "dark")
#: A phone, a notebook's column, and a wall.
WIDTHS = (320, 760, 1600)
LANGUAGES = ("en", "de", "ar")

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)
show = pytest.fixture(galleries.show)


def test_cards_and_rows_look_as_they_should(show: Show) -> None:
    page = show(mixed())
    assert ids(page) == mixed()["projects"]
    looks_as_it_should(page, "cards")
    press(page, "Table")
    page.get_by_role("button", name="Lanterns", exact=True).first.click()
    expect(page.get_by_role("button", name="Save to films", exact=True)).to_be_visible()
    looks_as_it_should(page, "table")


def looks_as_it_should(page: Page, name: str) -> None:
    for width, theme in itertools.product(WIDTHS, THEMES):
        dress(page, width, theme)
        assert fits(page), (name, width, theme)
        keep_picture(page, f"{name}-{theme}-{width}")


def test_everything_can_be_read(show: Show) -> None:
    told = {
        "refused": [
            {
                "project": "No. 3 (../x)",
                "code": "invalid_project",
                "message": "Not an ID.",
                "hint": "Give one.",
            }
        ],
        "transfer": {"kind": "save", "done": 3, "failed": 1, "total": 12},
        "notice": {
            "tone": "error",
            "code": "save",
            "message": "Saved 2 videos; 1 failed.",
            "hint": "Try again.",
        },
    }
    page = show(mixed(**told))
    for view in ("Cards", "Table"):
        press(page, view)
        for theme in THEMES:
            dress(page, 1000, theme)
            assert faint(page) == [], (view, theme)
            if view == "Cards":
                keep_picture(page, f"told-{theme}")


@pytest.mark.documented("hosts: VS Code")
def test_everything_can_be_read_in_vs_codes_themes(show: Show) -> None:
    page = show(mixed())
    place = page.locator("#place")
    for view in ("Cards", "Table"):
        press(page, view)
        for theme, (kind, _) in harness.vscode().items():
            dress(page, 1000, "dark" if kind.endswith("light") else "light")
            with in_host(page):
                in_vscode(page, theme)
                assert faint(page) == [], (view, theme)
                ground = place.evaluate("node => getComputedStyle(node).backgroundColor")
                assert ground == "rgba(0, 0, 0, 0)", (view, theme)


def test_of_a_thousand_projects_a_hundred_are_mounted(show: Show) -> None:
    page = show(many(1000))
    assert ids(page) == many(1000)["projects"][:100]
    assert page.get_by_text("900 finished, 100 rendering").is_visible()
    keep_picture(page, "thousand")


def test_one_change_among_a_thousand_is_small_work(show: Show) -> None:
    page = show(many(1000))
    page.evaluate(
        """() => {
          window.made = [];
          new MutationObserver(records => made.push(...records.flatMap(record => [...record.addedNodes])))
            .observe(document.body, { subtree: true, childList: true });
        }"""
    )
    badge = page.locator("[data-project-id=many0009]").get_by_role("status")
    for status in ("queued", "rendering"):
        page.evaluate("status => gallery.model.news({ many0009: { status } })", status)
        expect(badge).to_have_text(status)
    assert page.evaluate("made.filter(node => node.nodeType === Node.ELEMENT_NODE).length") < 50


def test_films_load_where_somebody_looks(show: Show) -> None:
    page = show(many(60), reduced_motion="reduce")
    page.wait_for_function("document.querySelectorAll('video').length === 12")
    first = sent(page, "source")[0]["project"]
    page.evaluate("document.querySelector('[data-project-id=many0058]').scrollIntoView()")
    page.wait_for_function("document.querySelector('[data-project-id=many0058] video')")
    page.wait_for_function("document.querySelectorAll('video').length <= 12")
    assert page.locator(f"[data-project-id={first}] video").count() == 0


def test_cards_are_there_before_they_are_scrolled_to(show: Show) -> None:
    page = show(galleries.gallery({}))
    page.evaluate("document.getElementById('place').style = 'height: 400px; overflow: auto'")
    page.evaluate("([traits, films]) => show(traits, { films })", [many(60), FILMS])
    page.wait_for_function("document.querySelectorAll('video').length > 3")
    below = page.evaluate(
        "[...document.querySelectorAll('video')].filter(film => film.getBoundingClientRect().top > 420).length"
    )
    assert below > 0


def test_what_plays_goes_on_whatever_happens_around_it(show: Show) -> None:
    page = show(many(60))
    film = page.locator("[data-project-id=many0002] video")
    film.wait_for()
    page.evaluate(
        "window.film = document.querySelector('[data-project-id=many0002] video');"
        "film.muted = true; film.loop = true; film.play()"
    )
    page.wait_for_function("film.currentTime > 0.2")
    page.evaluate("window.pauses = 0; film.addEventListener('pause', () => pauses++)")
    page.get_by_role("button", name="complete\u00a054", exact=True).click()
    page.get_by_label("Order").select_option("name")
    page.get_by_role("button", name="All\u00a060", exact=True).click()
    page.evaluate("gallery.model.news({ many0009: { status: 'complete' } })")
    page.evaluate("document.querySelector('[data-project-id=many0058]').scrollIntoView()")
    page.wait_for_function("document.querySelector('[data-project-id=many0058] video')")
    assert page.evaluate("pauses === 0 && !film.paused && film.isConnected")


def test_the_keyboard_reaches_everything_and_keeps_its_place(show: Show) -> None:
    page = show(many(130))
    focused = "document.activeElement.textContent || document.activeElement.title"
    page.evaluate("document.body.focus()")
    seen = []
    name = "document.activeElement.ariaLabel || document.activeElement.textContent || document.activeElement.title"
    for _ in range(10):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(name))
        assert page.evaluate("document.activeElement.matches(':focus-visible')")
    chips = ["All\u00a0130", "rendering\u00a013", "complete\u00a0117"]
    tools = ["Save all finished", "Compare", "Notify me at the end"]
    assert seen == [*tools, *chips, "Type", "Order", "Cards", "Table"]
    page.get_by_role("button", name="Next page", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate(
        "document.querySelector('[data-project-id=many0100]').contains(document.activeElement)"
    )
    page.get_by_role("button", name="Table", exact=True).focus()
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == "Table"


def test_only_what_is_under_way_breathes(show: Show) -> None:
    page = show(many(130), reduced_motion="no-preference")
    previous = page.get_by_role("button", name="Previous page", exact=True)
    assert previous.get_attribute("aria-disabled") == "true"
    assert previous.evaluate("button => button.getAnimations().length") == 0


def test_deleting_asks_twice_in_a_row_as_in_a_card(show: Show) -> None:
    page = show(many(3))
    press(page, "Table")
    press(page, "Film 1")
    press(page, "Delete")
    expect(page.locator(":focus")).to_contain_text("Film 1")
    press(page, "Delete permanently")
    assert sent(page, "delete") == [{"kind": "delete", "confirmed": True, "project": "many0001"}]


def test_nothing_leaks_into_the_page(show: Show) -> None:
    page = show(mixed())
    leaks = page.evaluate(
        """[...[...document.styleSheets].find(sheet => sheet.href).cssRules].filter(rule => !(
             rule instanceof CSSKeyframesRule
             ? rule.name.startsWith("mh-")
             : /\\.mh-(widget|gallery|still)|:has\\(\\[data-mh-widget\\]\\)/.test(rule.selectorText)))
             .map(rule => rule.cssText)"""
    )
    assert leaks == []


def test_forced_colours_keep_everything_in_sight(show: Show) -> None:
    page = show(mixed(), forced_colors="active")
    keep_picture(page, "forced-cards")
    press(page, "Table")
    keep_picture(page, "forced-table")
    chosen, other = (
        page.get_by_role("button", name=name, exact=True).evaluate(
            "node => getComputedStyle(node).fontWeight"
        )
        for name in ("Table", "Cards")
    )
    assert chosen > other


def test_it_ends_without_a_trace(show: Show) -> None:
    page = show(mixed())
    page.evaluate("gallery.end()")
    assert page.evaluate("document.getElementById('place').childElementCount") == 0
    assert page.evaluate("gallery.model.listening() + gallery.layout.listening()") == 0
