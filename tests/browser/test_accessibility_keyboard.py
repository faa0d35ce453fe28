"""By keyboard alone: everything is reached, in order and with a ring around it, and every action can be done."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility
from tests.browser.accessibility import focused, go_to, show_gallery, trouble
from tests.browser.states import pages
from tests.browser.states.galleries import many, mixed
from tests.browser.states.pages import LOADED, Open, dress, rest, show

Change = dict[str, Any]
WIDTHS = (720, 320)
address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)


def walk(page: Page, key: str) -> list[str]:
    """Every stop of the page's Tab order, once around; each has to be in sight."""
    page.evaluate("behind => accessibility.begin(behind)", "Shift" in key)
    names: list[str] = []
    while True:
        page.keyboard.press(key)
        stop = page.evaluate("accessibility.step()")
        if stop == "":
            return names
        if stop is not None:
            name, wrong = stop
            assert wrong == "", name
            names.append(name)


STATES = {
    "page": (
        "complete",
        "complete-portrait",
        "several-outputs",
        "deadline",
        "saving",
        "asking",
        "empty-invalid",
        "cannot-play",
        "failed",
    ),
    "page?project": (
        "pictures",
        "pictures-large",
        "pictures-zoomed",
        "pictures-one-broken",
        "picture",
        "audio-several",
    ),
}


def there_and_back(page: Page, state: str) -> None:
    """Tab reaches everything in its order, and back again, in a column and in a narrow window."""
    for width in WIDTHS:
        dress(page, width)
        page.wait_for_function(LOADED)
        stops = page.evaluate("accessibility.stops()")
        assert walk(page, "Tab") == stops, (state, width)
        assert walk(page, "Shift+Tab") == stops[::-1], (state, width)


@pytest.mark.parametrize(("what", "names"), STATES.items())
def test_tab_reaches_every_control_of_a_card_in_its_order(
    open_page: Open, what: str, names: tuple[str, ...]
) -> None:
    page = accessibility.prepare(open_page(what=what))
    for name in names:
        show(page, name)
        there_and_back(page, name)


@pytest.mark.parametrize("table", [False, True])
def test_tab_reaches_every_control_of_a_gallery(open_page: Open, table: bool) -> None:
    page = accessibility.prepare(open_page(720, what="gallery"))
    show_gallery(page, {**mixed(refused=accessibility.REFUSED), "projects": mixed()["projects"][:4]})
    if table:
        accessibility.press(page, "Table")
        page.locator(".mh-open").nth(1).click()
    rest(page)
    assert walk(page, "Tab") == page.evaluate("accessibility.stops()")


def test_tab_reaches_every_control_of_a_comparison(open_page: Open) -> None:
    page = accessibility.prepare(open_page(what="gallery"))
    for state in accessibility.every_comparison(page, "en"):
        rest(page)
        there_and_back(page, state)


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_every_action_of_a_card_by_key(open_page: Open, key: str) -> None:
    page = accessibility.prepare(open_page())
    for state, name, kind in (
        ("queued", "Pause", "pause"),
        ("queued", "Refresh", "refresh"),
        ("paused", "Resume", "resume"),
        ("no-key", "Retry", "resume"),
        ("complete", "Download", "download"),
        ("several-outputs", "All as zip", "download"),
        ("complete", "Save to films", "save"),
        ("saving", "Cancel", "cancel"),
        ("asking", "Delete permanently", "delete"),
        ("cannot-play", "Try again", "source"),
    ):
        show(page, state)
        page.evaluate("card.model.sent.length = 0")
        go_to(page, name)
        page.keyboard.press(key)
        assert page.evaluate("card.model.sent.map(message => message.kind)") == [kind], name
        assert trouble(page) == "", name
    show(page, "several-outputs")
    go_to(page, "Output 2")
    page.keyboard.press(key)
    expect(page.get_by_role("button", name="Output 2")).to_have_attribute("aria-pressed", "true")
    assert focused(page) == "Output 2"


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_every_action_of_a_gallery_by_key(open_page: Open, key: str) -> None:
    page = accessibility.prepare(open_page(what="gallery"))
    show_gallery(page, many(101))
    go_to(page, "Save all finished")
    page.keyboard.press(key)
    assert page.evaluate("gallery.model.sent.at(-1).kind") == "save_all"
    page.evaluate("gallery.model.change({ transfer: { kind: 'save', done: 0, failed: 0, total: 91 } })")
    assert (focused(page), trouble(page)) == ("Cancel", "")
    page.keyboard.press(key)
    assert page.evaluate("gallery.model.sent.at(-1).kind") == "cancel_all"
    page.evaluate("gallery.model.change({ transfer: null })")
    assert (focused(page), trouble(page)) == ("Save all finished", "")
    for name in ("complete\u00a091", "Next page", "Table", "Name", "Cards", "All\u00a0101"):
        if name == "Next page":
            go_to(page, "All\u00a0101")
            page.keyboard.press(key)
        go_to(page, name)
        page.keyboard.press(key)
        assert trouble(page) == "", name
        if name != "Next page":
            assert focused(page) == name.replace("\u00a0", " ")
    page.get_by_label("Order").focus()
    page.keyboard.press("ArrowUp")
    assert page.get_by_label("Order").input_value() == "status"
    assert trouble(page) == ""
    accessibility.press(page, "Table")
    page.locator(".mh-open").first.focus()
    page.keyboard.press(key)
    expect(page.locator(".mh-open").first).to_have_attribute("aria-expanded", "true")
    assert trouble(page) == ""
