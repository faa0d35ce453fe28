"""What the built card does in a plain page: plays, renews, downloads, deletes, and where the focus goes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.states import harness, pages
from tests.browser.states.pages import Open, buttons, sent, settle_film, show

PROJECT = "clx7uu86w0a5qp55yxz315r6r"

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)


def test_deleting_by_keyboard(open_page: Open) -> None:
    page = open_page()
    show(page, "complete")
    page.get_by_role("button", name="Delete", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_contain_text("Sunrise over the bay")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Cancel", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_focused()
    assert sent(page, "delete") == []
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert sent(page, "delete") == [{"kind": "delete", "project": PROJECT, "confirmed": True}]
    page.evaluate("card.model.change({ status: 'deleted' })")
    expect(page.get_by_role("status")).to_have_text("deleted")
    assert page.evaluate("document.querySelector('.mh-widget').contains(document.activeElement)")
    assert page.locator("video").count() == 0


@pytest.mark.documented("films: the card moves to another project while it asks")
def test_the_question_closes_when_the_card_moves_to_another_project(open_page: Open) -> None:
    page = open_page()
    show(page, "complete")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete permanently", exact=True).focus()
    page.evaluate(
        "card.model.change({ project_id: 'another', details: { ...card.model.traits.details, name: 'B' } })"
    )
    expect(page.get_by_role("button", name="Delete permanently", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_focused()
    assert sent(page, "delete") == []


@pytest.mark.documented("films: Escape, Cancel, a double click")
def test_a_double_click_on_delete_deletes_nothing(open_page: Open) -> None:
    for width in (760, 340):
        page = open_page(width)
        show(page, "complete")
        page.get_by_role("button", name="Delete", exact=True).dblclick()
        assert sent(page, "delete") == []


def test_copy_id_works_without_the_clipboard_object(open_page: Open) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
    show(page, "complete")
    copy = page.get_by_role("button", name="Copy ID", exact=True)
    copy.click()
    expect(copy).to_be_focused()
    page.evaluate("delete navigator.clipboard")
    assert page.evaluate("navigator.clipboard.readText()") == harness.traits_of("complete")["project_id"]


def test_the_field_takes_enter(open_page: Open) -> None:
    page = open_page()
    show(page, "empty")
    field = page.get_by_role("textbox", name="Project ID", exact=True)
    field.fill("clx7uu86w0a5qp55yxz315r6r")
    field.press("Enter")
    assert sent(page, "set_project") == [{"kind": "set_project", "project": "clx7uu86w0a5qp55yxz315r6r"}]
    page.evaluate("card.model.change({ project_id: 'clx7uu86w0a5qp55yxz315r6r' })")
    expect(field).to_have_count(0)
    assert page.evaluate("document.querySelector('.mh-widget').contains(document.activeElement)")


def test_an_editable_card_moves_to_another_project(open_page: Open) -> None:
    page = open_page()
    show(page, "complete", editable=True)
    page.get_by_role("button", name="Change project", exact=True).click()
    field = page.get_by_role("textbox", name="Project ID", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_value(PROJECT)
    page.keyboard.type("another")
    expect(field).to_have_value("another")  # what was there was selected
    page.keyboard.press("Enter")
    assert sent(page, "set_project") == [{"kind": "set_project", "project": "another"}]
    page.evaluate("card.model.change({ project_id: 'another', status: '', details: {} })")
    expect(field).to_have_count(0)
    change = page.get_by_role("button", name="Change project", exact=True)
    expect(change).to_be_focused()
    change.press("Enter")
    expect(field).to_have_value("another")


def test_escape_and_the_same_id_keep_the_project_while_the_film_goes_on(open_page: Open) -> None:
    page = open_page()
    show(page, "complete", editable=True)
    settle_film(page)
    page.evaluate("window.film = document.querySelector('video'); film.muted = film.loop = true; film.play()")
    page.wait_for_function("film.currentTime > 0.2")
    change = page.get_by_role("button", name="Change project", exact=True)
    for key in ("Escape", "Enter"):
        change.click()
        page.keyboard.press(key)
        expect(page.get_by_role("textbox")).to_have_count(0)
        expect(change).to_be_focused()
    assert sent(page, "set_project") == []
    assert page.evaluate("film.isConnected && !film.paused")


def test_what_is_no_id_is_said_beside_the_field_and_the_card_stays(open_page: Open) -> None:
    page = open_page()
    show(page, "changing-refused")
    field = page.get_by_role("textbox", name="Project ID", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".mh-head [aria-live]")).to_contain_text("This is not a project ID.")
    expect(page.get_by_text("This is not a project ID.")).to_have_count(1)
    expect(page.get_by_text("There is no such project for this key.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("This is not a project ID.")).to_have_count(0)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("changing", ["Show", "Refresh", "Change project", "Copy ID", "Download", "Save to films", "Delete"]),
        ("queued", ["Notify me at the end", "Pause", "Refresh", "Copy ID", "Delete"]),
        ("complete", ["Refresh", "Copy ID", "Download", "Save to films", "Delete"]),
        (
            "several-outputs",
            [
                "Refresh",
                "Copy ID",
                "Output 1",
                "Output 2",
                "Download",
                "All as zip",
                "Save to films",
                "Delete",
            ],
        ),
        ("no-key", ["Refresh", "Copy ID", "Retry"]),
        ("paused", ["Notify me at the end", "Refresh", "Copy ID", "Resume", "Delete"]),
        ("deadline", ["Notify me at the end", "Refresh", "Copy ID", "Resume", "Retry", "Delete"]),
        ("saving", ["Refresh", "Copy ID", "Cancel", "Delete"]),
        ("asking", ["Refresh", "Copy ID", "Delete permanently", "Cancel"]),
        ("failed", ["Refresh", "Copy ID", "Delete"]),
        ("deleted", ["Refresh", "Copy ID"]),
        ("not-connected", ["Copy ID"]),
        ("empty", ["Show"]),
    ],
)
def test_the_buttons_of_a_state(open_page: Open, state: str, expected: list[str]) -> None:
    page = open_page()
    show(page, state)
    assert buttons(page) == expected
    for name in expected:
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("queued", "Render progress"),
        ("rendering", "Render progress"),
        ("saving", "Saving"),
        ("downloading", "Downloading"),
    ],
)
def test_progress_has_a_name_and_words(open_page: Open, state: str, name: str) -> None:
    page = open_page()
    show(page, state)
    assert page.get_by_role("progressbar", name=name, exact=True).get_attribute("aria-valuetext")


def test_it_ends_without_a_trace(open_page: Open) -> None:
    page = open_page()
    show(page, "complete")
    page.evaluate("card.end()")
    assert page.evaluate("document.getElementById('place').childElementCount") == 0
    assert page.evaluate("card.model.listening() + card.layout.listening()") == 0
