"""The bell in a real browser: it rings once where the page may notify, and is gone where it may not."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.states import pages
from tests.browser.states.galleries import card, gallery
from tests.browser.states.pages import Open, show

BELL = "Notify me at the end"
#: Keeps what the browser shows, which no page can ask it for.
RECORD = """() => {
  window.told = [];
  const Real = window.Notification;
  window.Notification = class extends Real {
    constructor(title, options) {
      super(title, options);
      told.push([title, options.body]);
    }
  };
}"""

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)


def told(page: Page, number: int) -> list[Any]:
    page.wait_for_function("number => told.length >= number", arg=number)
    found: list[Any] = page.evaluate("told")
    return found


def ring(page: Page) -> None:
    """Ask for the notification, which takes the browser a moment."""
    bell = page.get_by_role("button", name=BELL)
    expect(bell).to_have_attribute("aria-pressed", "false")
    bell.click()
    expect(bell).to_have_attribute("aria-pressed", "true")


def end(page: Page, status: str) -> None:
    page.evaluate("status => card.model.change({ status, estimate: null })", status)


def test_the_bell_of_a_card_rings_once_with_its_name(open_page: Open) -> None:
    page = open_page()
    page.evaluate(RECORD)
    show(page, "rendering")
    ring(page)
    end(page, "complete")
    expect(page.get_by_role("button", name=BELL)).to_have_count(0)
    name = page.evaluate("card.model.get('details').name")
    assert told(page, 1) == [[name, "complete"]]
    end(page, "rendering")
    end(page, "error")
    expect(page.get_by_role("status").first).to_have_text("error")
    assert told(page, 1) == [[name, "complete"]]


def test_the_title_counts_while_nobody_looks_at_the_page(open_page: Open) -> None:
    page = open_page()
    page.evaluate(RECORD)
    page.evaluate("document.hasFocus = () => false")
    show(page, "rendering")
    ring(page)
    end(page, "error")
    page.wait_for_function("document.title === '(1) States of the card'")
    page.evaluate("document.hasFocus = () => true; dispatchEvent(new Event('focus'))")
    assert page.title() == "States of the card"


@pytest.mark.parametrize("what", ["gallery", "gallery?project_gallery"])
def test_the_bell_of_a_gallery_tells_of_all_at_once(open_page: Open, what: str) -> None:
    page = open_page(what=what)
    page.evaluate(RECORD)
    cards = {each: card(each, "rendering", name=each.title()) for each in ("dawn", "dusk", "noon")}
    page.evaluate("traits => show(traits)", gallery(cards))
    ring(page)
    ended = {each: {**cards[each], **card(each, "failed", name=each.title())} for each in ("dawn", "dusk")}
    page.evaluate("news => gallery.model.change(news)", {"cards": {**cards, **ended}})
    assert told(page, 1) == [["2 projects have ended", "Dawn: error\nDusk: error"]]
    expect(page.get_by_role("button", name=BELL)).to_have_attribute("aria-pressed", "true")


def test_a_page_that_may_not_notify_has_no_bell(open_page: Open) -> None:
    page = open_page(permissions=[])
    assert page.evaluate("Notification.permission") == "denied"
    show(page, "rendering")
    expect(page.get_by_role("button", name="Refresh")).to_be_visible()
    expect(page.get_by_role("button", name=BELL)).to_have_count(0)
