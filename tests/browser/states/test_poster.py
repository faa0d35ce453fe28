"""The poster on the stage: before the film, under it, and in its place where no kernel is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.states import harness, pages
from tests.browser.states.pages import Open, height, settle_film, show
from tests.browser.test_states import SHOTS

POSTER = "/poster.png"

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)


def begin(page: Page, **changes: object) -> None:
    """Mount a finished card whose kernel has not sent a link yet."""
    page.evaluate(
        "([traits, options]) => show(traits, options)",
        [harness.traits_of("complete", poster_url=POSTER, **changes), {"connected": True}],
    )


def give_link(page: Page) -> None:
    page.evaluate(
        """() => card.model.message({ kind: "source", output: 0, expires_at: null, media: "video",
                                     url: new URL("/film.mp4", location.href).href })"""
    )


def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}.png"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_poster_is_there_before_the_film_and_still_stands(open_page: Open, theme: str) -> None:
    page = open_page(theme=theme, reduced_motion="no-preference")
    begin(page)
    poster = page.locator(".mh-poster")
    expect(poster).to_be_visible()
    page.wait_for_function("document.querySelector('.mh-poster').naturalWidth > 0")
    before = height(page)
    assert poster.evaluate("each => getComputedStyle(each.closest('.mh-stage')).animationName") == "none"
    shoot(page, f"poster-before-{theme}")
    give_link(page)
    settle_film(page)
    assert height(page) == before
    boxes = page.evaluate(
        """['.mh-poster', 'video'].map(each => {
             const { x, y, width, height } = document.querySelector(each).getBoundingClientRect();
             return [x, y, width, height];
           })"""
    )
    assert boxes[0] == boxes[1]
    at = page.evaluate(
        """() => { const { x, y, width, height } = document.querySelector('video').getBoundingClientRect();
                   return document.elementFromPoint(x + width / 2, y + height / 2).tagName; }"""
    )
    assert at == "VIDEO"


def test_only_without_a_film_the_poster_has_a_name(open_page: Open) -> None:
    page = open_page()
    show(page, "not-connected-poster")
    expect(page.get_by_role("img", name="Sunrise over the bay")).to_be_visible()
    expect(page.locator("video")).to_have_count(0)
    show(page, "complete", poster_url=POSTER)
    expect(page.locator(".mh-poster")).to_have_count(1)
    expect(page.get_by_role("img", name="Sunrise over the bay")).to_have_count(0)


def test_the_poster_belongs_to_the_first_output_only(open_page: Open) -> None:
    page = open_page()
    show(page, "several-outputs", poster_url=POSTER)
    expect(page.locator(".mh-poster")).to_have_count(1)
    page.get_by_role("button", name="Output 2").click()
    expect(page.locator(".mh-poster")).to_have_count(0)


def test_words_about_trouble_stand_without_the_poster(open_page: Open) -> None:
    page = open_page()
    show(page, "deleted", poster_url=POSTER)
    expect(page.locator(".mh-poster")).to_have_count(0)
    begin(page)
    page.evaluate(
        """card.model.message({ kind: "source", output: 0,
                                error: { code: "x", message: "The link is broken.", hint: "" } })"""
    )
    expect(page.get_by_text("The link is broken.")).to_be_visible()
    expect(page.locator(".mh-poster")).to_have_count(0)


def test_a_still_is_hidden_where_a_card_is_alive(open_page: Open) -> None:
    page = open_page()
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<div class=mh-still>still</div>')")
    show(page, "complete")
    expect(page.get_by_text("still", exact=True)).to_be_hidden()
