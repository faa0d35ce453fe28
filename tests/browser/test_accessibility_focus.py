"""The focus is always in sight and never lost, whatever the kernel tells and wherever a button goes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility
from tests.browser.accessibility import focused, go_to, show_gallery, trouble
from tests.browser.states import pages
from tests.browser.states.galleries import many, mixed
from tests.browser.states.pages import Open, show

Change = dict[str, Any]
address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)


REFUSED = {"tone": "error", "code": "refused", "message": "No.", "hint": ""}
SAVING = {"kind": "save", "received_bytes": 1, "total_bytes": 9}
#: From a state, with the focus on a button (and Enter pressed on it, or not), through news from the kernel,
#: to a focus.
NEWS: list[tuple[str, str, bool, list[Change], str]] = [
    ("complete", "Save to films", True, [{"transfer": SAVING}], "Cancel"),
    ("complete", "Download", True, [{"transfer": {**SAVING, "kind": "download"}}], "Cancel"),
    ("several-outputs", "All as zip", True, [{"transfer": {**SAVING, "kind": "download"}}], "Cancel"),
    ("saving", "Cancel", False, [{"transfer": None}], "Save to films"),
    ("no-key", "Retry", True, [{"error": None, "watch": {"state": "watching"}}], "card"),
    ("wrong-key", "Retry", True, [{"error": None, "watch": {"state": "watching"}}], "card"),
    ("deadline", "Resume", True, [{"error": None, "watch": {"state": "watching"}}], "card"),
    ("queued", "Pause", True, [{"watch": {"state": "paused"}}], "Resume"),
    ("paused", "Resume", True, [{"watch": {"state": "watching"}}], "card"),
    ("rendering", "Refresh", True, [{"status": "complete", "watch": {"state": "stopped"}}], "Refresh"),
    ("rendering", "Pause", False, [{"status": "error", "watch": {"state": "stopped"}}], "card"),
    ("rendering", "Delete", False, [{"status": "complete", "watch": {"state": "stopped"}}], "Delete"),
    ("complete", "Download", False, [{"status": "deleted"}], "card"),
    ("asking", "Cancel", False, [{"status": "deleted"}], "card"),
    ("asking", "Delete permanently", True, [{"status": "deleted"}], "card"),
    ("asking", "Delete permanently", True, [{"notice": REFUSED}], "Delete"),
    ("cannot-play", "Try again", True, [], "card"),
    ("several-outputs", "Output 2", True, [{"status": "deleted"}], "card"),
    ("failed", "Copy ID", True, [{"status": "queued", "error": None}], "Copy ID"),
]  # fmt: skip


def test_the_focus_outlives_what_the_kernel_tells(open_page: Open) -> None:
    page = accessibility.prepare(open_page())
    where = {}
    for state, name, pressed, news, expected in NEWS:
        show(page, state)
        go_to(page, name)
        if pressed:
            page.keyboard.press("Enter")
        for change in news:
            page.evaluate("traits => card.model.change(traits)", change)
        page.evaluate("null")  # a turn of the page's loop
        wrong = trouble(page)
        at = focused(page)
        if wrong or expected not in ("card", at):
            where[state, name] = (at, wrong)
        # Never on what could do harm at the next Enter.
        assert at != "Delete permanently" or name == at, (state, name)
    assert where == {}


def test_without_its_kernel_the_focus_stays_in_the_card(open_page: Open) -> None:
    page = accessibility.prepare(open_page())
    for state, name in (
        ("complete", "Download"),
        ("complete", "Refresh"),
        ("saving", "Cancel"),
        ("asking", "Cancel"),
    ):
        show(page, state)
        go_to(page, name)
        page.evaluate("card.layout.setLive(false)")
        assert trouble(page) == "", (state, name)
        page.evaluate("card.layout.setLive(true)")
        assert trouble(page) == "", (state, name)


def test_a_question_is_left_by_escape_and_focus_comes_back(open_page: Open) -> None:
    page = accessibility.prepare(open_page())
    show(page, "complete")
    go_to(page, "Delete")
    page.keyboard.press("Enter")
    assert (page.evaluate("document.activeElement.tagName"), trouble(page)) == ("P", "")
    for key in ("Tab", "Tab"):
        page.keyboard.press(key)
        assert trouble(page) == ""
    assert focused(page) == "Cancel"
    page.keyboard.press("Escape")
    assert (focused(page), trouble(page)) == ("Delete", "")


def gallery_after(page: Page, table: bool, name: str, then: str) -> str:
    """Where the focus is in a gallery after news; nothing else may be wrong with it."""
    show_gallery(page, mixed())
    if table:
        accessibility.press(page, "Table")
        page.locator(".mh-open").nth(1).click()
    go_to(page, name)
    page.evaluate("([ids, then]) => new Function('ids', then)(ids)", [mixed()["projects"], then])
    page.evaluate("null")
    assert trouble(page) == "", (table, name, then)
    return focused(page)


@pytest.mark.parametrize("table", [False, True])
def test_the_focus_outlives_what_happens_to_a_gallery(open_page: Open, table: bool) -> None:
    page = accessibility.prepare(open_page(what="gallery"))
    # The card that it is in goes, changes, or is filtered out.
    gallery_after(page, table, "Download", "gallery.model.change({ projects: ids.slice(2) })")
    gallery_after(page, table, "Download", "gallery.model.news({ [ids[1]]: { status: 'deleted' } })")
    gallery_after(page, table, "Download", "gallery.layout.setLive(false)")
    gallery_after(page, table, "Save all finished", "gallery.layout.setLive(false)")
    gallery_after(page, table, "Table", "gallery.model.change({ projects: [], cards: {} })")
    gallery_after(page, table, "queued\u00a01", "gallery.model.news({ [ids[4]]: { status: 'rendering' } })")
    status = "gallery.model.news({ [ids[1]]: { status: 'canceled' } })"
    assert gallery_after(page, table, "Copy ID", status) == "Copy ID"
    others = "gallery.model.change({ projects: [...ids.slice(1), ids[0]] })"
    assert gallery_after(page, table, "Download", others) == "Download"


def test_show_all_takes_the_focus_along(open_page: Open) -> None:
    page = accessibility.prepare(open_page(what="gallery"))
    show_gallery(page, mixed())
    accessibility.press(page, "queued\u00a01")
    page.evaluate(
        "id => { document.activeElement.blur(); gallery.model.news({ [id]: { status: 'complete' } }) }",
        mixed()["projects"][4],
    )
    go_to(page, "Show all")
    page.keyboard.press("Enter")
    assert trouble(page) == ""


def test_each_page_of_a_gallery_is_begun_at_its_beginning(open_page: Open) -> None:
    page = accessibility.prepare(open_page(what="gallery"))
    for table in (False, True):
        show_gallery(page, many(101))
        if table:
            accessibility.press(page, "Table")
        go_to(page, "Next page")
        page.keyboard.press("Enter")
        assert trouble(page) == ""
        page.keyboard.press("Tab")
        assert trouble(page) == ""
        go_to(page, "Previous page")
        page.keyboard.press("Enter")
        assert trouble(page) == ""


def test_the_answers_to_a_question_are_in_the_window(open_page: Open) -> None:
    page = accessibility.prepare(open_page(400))
    show(page, "complete")
    button = page.get_by_role("button", name="Delete", exact=True)
    # The row of buttons is the window's last line, and there is more beneath.
    page.evaluate("document.querySelector('#place').style.padding = '999px 0'")
    button.evaluate("button => button.scrollIntoView({ block: 'end' })")
    button.press("Enter")
    answer = page.get_by_role("button", name="Delete permanently", exact=True)
    expect(answer).to_be_in_viewport(ratio=0.9)
    assert (page.evaluate("document.activeElement.tagName"), trouble(page)) == ("P", "")
    page.keyboard.press("Escape")
    expect(button).to_be_in_viewport(ratio=0.9)
