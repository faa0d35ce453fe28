"""A card of a gallery that is moved to another project: in a plain page, and on the dashboard with its kernel."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from mh_widgets.simulator import Simulator
from tests.browser.hosts import CARD, plays, shoot
from tests.browser.servers import Server
from tests.browser.states import pages
from tests.browser.states.galleries import faint, fits, ids, keep_picture, mixed, press, sent
from tests.browser.states.pages import Open, dress

Fresh = Callable[[str], str]

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)

DUPLICATE = {
    "tone": "error",
    "code": "duplicate_project",
    "message": "This project has a card in this gallery already.",
    "hint": "Enter another project ID.",
}


def change(card: Locator) -> Locator:
    return card.get_by_role("button", name="Change project", exact=True)


def field_of(card: Locator) -> Locator:
    return card.get_by_role("textbox", name="Project ID", exact=True)


def test_the_field_and_a_refusal_find_room_and_can_be_read(open_page: Open) -> None:
    page = open_page(what="gallery")
    traits = mixed(editable=True)
    page.evaluate("traits => show(traits, { films: { '*': '/film.mp4' } })", traits)
    first, second, third = traits["projects"][:3]
    for project in (first, second, third):
        change(page.locator(f"[data-project-id={project}]")).click()
    card = page.locator(f"[data-project-id={second}]")
    expect(field_of(card)).to_have_value(second)
    field_of(card).fill(first)
    field_of(card).press("Enter")
    page.evaluate("([id, notice]) => gallery.model.news({ [id]: { notice } })", [second, DUPLICATE])
    expect(card.locator(".mh-form")).to_contain_text(DUPLICATE["message"])
    expect(field_of(card)).to_have_value(first)
    assert sent(page, "set_project") == [{"kind": "set_project", "project": second, "to": first}]
    for width, theme in itertools.product((320, 760, 1600), ("light", "dark")):
        dress(page, width, theme)
        assert fits(page), (width, theme)
        assert faint(page) == [], (width, theme)
        keep_picture(page, f"moving-{theme}-{width}")


def test_the_rows_of_a_table_move_open(open_page: Open) -> None:
    page = open_page(1000, "light", "gallery")
    traits = mixed(editable=True)
    page.evaluate("traits => show(traits)", traits)
    press(page, "Table")
    page.get_by_role("button", name="Lanterns", exact=True).first.click()
    (opened,) = ids(page)
    change(page.locator(CARD)).click()
    projects = ["another" if each == opened else each for each in traits["projects"]]
    page.evaluate("projects => gallery.model.change({ projects })", projects)
    expect(page.locator(CARD)).to_have_attribute("data-project-id", "another")
    expect(change(page.locator(CARD))).to_be_focused()


def enter(card: Locator, text: str) -> None:
    change(card).click()
    field_of(card).fill(text)
    field_of(card).press("Enter")


def test_a_card_of_the_dashboard_moves_as_often_as_one_likes(
    page: Page, dashboard: Server, simulator: Simulator, fresh: Fresh
) -> None:
    one, two, three, four = (fresh(name) for name in ("draft", "finished", "finished", "two-outputs"))
    page.goto(f"{dashboard.url}/?project={one},{two}")
    cards = page.locator(CARD)
    card = cards.first
    expect(card).to_have_attribute("data-status", "draft")
    change(card).click()
    expect(field_of(card)).to_have_value(one)
    expect(field_of(card)).to_be_focused()
    page.keyboard.press("Escape")
    for given, project in (
        (f"https://magichour.ai/my-library?videoId={three}", three),
        (four, four),
        (three, three),
    ):
        enter(card, given)
        expect(card).to_have_attribute("data-project-id", project)
        expect(card).to_have_attribute("data-status", "complete")
        expect(change(card)).to_be_focused()
        assert ids(page) == [project, two]
        expect(page.get_by_role("link", name="Keep this selection as an address")).to_have_attribute(
            "href", f"?project={project},{two}"
        )
    plays(card.locator("video"))
    shoot(page, "voila-moved")
    card.get_by_role("button", name="Delete", exact=True).click()
    card.get_by_role("button", name="Delete permanently", exact=True).click()
    expect(card).to_have_attribute("data-status", "deleted")
    deleted = [each for each in (one, two, three, four) if simulator.requests.of(each, method="DELETE")]
    assert deleted == [three]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("../", "This is not a project ID."),
        ("mhk-live-0123456789abcdef", "This looks like an API key, not like a project ID."),
        ("", "This project has a card in this gallery already."),
    ],
)
def test_what_the_dashboard_refuses_is_one_sentence_and_loses_nothing(
    page: Page, dashboard: Server, simulator: Simulator, fresh: Fresh, *, given: str, sentence: str
) -> None:
    one, two = fresh("finished"), fresh("finished")
    text = given or two
    page.goto(f"{dashboard.url}/?project={one},{two}")
    card = page.locator(CARD).first
    expect(card).to_have_attribute("data-status", "complete")
    enter(card, text)
    expect(card.locator(".mh-form")).to_contain_text(sentence)
    expect(page.get_by_text(sentence)).to_have_count(1)
    expect(field_of(card)).to_have_value(text)
    expect(field_of(card)).to_be_focused()
    assert ids(page) == [one, two]
    assert not simulator.requests.of("mhk-live-0123456789abcdef")
    page.keyboard.press("Escape")
    expect(page.get_by_text(sentence)).to_have_count(0)
    expect(card).to_have_attribute("data-status", "complete")


def test_the_forms_of_two_cards_are_independent(open_page: Open) -> None:
    page = open_page(1000, "light", "gallery")
    traits: dict[str, Any] = mixed(editable=True)
    page.evaluate("traits => show(traits)", traits)
    first, second = (page.locator(f"[data-project-id={each}]") for each in traits["projects"][:2])
    change(first).click()
    change(second).click()
    field_of(first).fill("mine")
    change(second).click()
    expect(field_of(second)).to_have_count(0)
    expect(field_of(first)).to_have_value("mine")
