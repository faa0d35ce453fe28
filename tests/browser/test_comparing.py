"""Films side by side in Chromium: in step, by keyboard, over each other at a divider, and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility
from tests.browser.accessibility import focused, go_to, trouble
from tests.browser.comparing import button, compare, in_step
from tests.browser.states import galleries, harness, pages
from tests.browser.states.galleries import COMPARED, fits, sent
from tests.browser.states.pages import Open

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)

FIRST, SECOND = COMPARED[:2]


def looping(page: Page) -> Page:
    """Let the films play without end, however long a slow machine takes to look at them."""
    button(page, "Loop").click()
    button(page, "Play").click()
    return page


@pytest.mark.parametrize("number", [2, 4])
def test_films_play_in_step(open_page: Open, number: int) -> None:
    page = looping(compare(open_page(1000, what="gallery"), number))
    in_step(page)
    assert (
        page.evaluate("[...document.querySelectorAll('.mh-pane video')].filter(film => !film.muted).length")
        == 1
    )


def test_films_are_in_step_after_a_seek(open_page: Open) -> None:
    page = looping(compare(open_page(1000, what="gallery")))
    in_step(page)
    page.get_by_label("Position").fill("72")
    in_step(page)
    page.evaluate("document.querySelectorAll('.mh-pane video')[1].currentTime = 0.5")
    in_step(page)


def test_films_are_in_step_at_half_speed(open_page: Open) -> None:
    page = looping(compare(open_page(1000, what="gallery")))
    button(page, "Half speed").click()
    in_step(page)
    rates = page.evaluate("[...document.querySelectorAll('.mh-pane video')].map(film => film.playbackRate)")
    assert max(rates) < 0.6


def test_all_wait_for_one_that_stalls_and_go_on_in_step(open_page: Open) -> None:
    page = open_page(1000, what="gallery")
    compare(page, films={"pair1": "/moonlight.mp4?gated"})
    looping(page)
    expect(page.get_by_text("Waiting for all to load.")).to_be_visible()
    assert page.evaluate("[...document.querySelectorAll('.mh-pane video')].map(film => film.paused)") == [
        True,
        False,
    ]
    page.evaluate(f"fetch('{harness.GATE}')")
    in_step(page)
    expect(page.get_by_text("Waiting for all to load.")).to_have_count(0)


def test_paused_films_show_the_same_frame(open_page: Open) -> None:
    page = looping(compare(open_page(1000, what="gallery")))
    in_step(page)
    button(page, "Pause").click()
    assert page.evaluate("comparing.offset()") == 0
    page.wait_for_function("comparing.shown() === 0")
    for name in ("Next frame", "Next frame", "Previous frame"):
        button(page, name).click()
        assert page.evaluate("comparing.offset()") == 0
        page.wait_for_function("comparing.shown() === 0")


def test_a_shorter_film_holds_its_last_frame(open_page: Open) -> None:
    page = compare(open_page(1000, what="gallery"))
    page.evaluate(
        "Object.defineProperty(document.querySelector('.mh-pane video'), 'duration', { get: () => 1 })"
    )
    button(page, "Play").click()
    page.wait_for_function("document.querySelectorAll('.mh-pane video')[1].currentTime > 2")
    button(page, "Pause").click()
    assert page.evaluate("document.querySelector('.mh-pane video').currentTime") < 1


def test_everything_by_keyboard(open_page: Open) -> None:
    page = accessibility.prepare(open_page(1000, what="gallery"))
    accessibility.show_gallery(page, galleries.comparable(2), films=galleries.COMPARED_FILMS)
    go_to(page, "Compare")
    page.keyboard.press("Enter")
    assert (focused(page), trouble(page)) == ("Compare 0", "")
    for name in (FIRST, SECOND):
        go_to(page, f"Compare \u2068{name}\u2069")
        page.keyboard.press("Space")
    go_to(page, "Compare 2")
    page.keyboard.press("Enter")
    (asked,) = sent(page, "compare")
    assert asked["projects"] == ["pair0", "pair1"]
    page.evaluate("compared => gallery.model.change({ compared })", asked["projects"])
    assert (focused(page), trouble(page)) == ("Comparison", "")
    button(page, "Divider").wait_for()
    go_to(page, "Divider")
    page.keyboard.press("Enter")
    divider = page.get_by_label(f"Divider between \u2068{FIRST}\u2069 and \u2068{SECOND}\u2069")
    divider.focus()
    page.keyboard.press("ArrowLeft")
    expect(divider).to_have_attribute("aria-valuetext", "49\u00a0%")
    assert trouble(page) == ""
    page.get_by_label("Position").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Position")).to_have_attribute("aria-valuetext", "0:00 of 0:06, frame 3")
    assert trouble(page) == ""
    page.keyboard.press(",")
    expect(page.get_by_text("frame 2")).to_be_visible()
    go_to(page, "Play")
    page.keyboard.press("Space")
    expect(button(page, "Pause")).to_be_visible()
    assert (focused(page), trouble(page)) == ("Pause", "")
    page.keyboard.press("Escape")
    assert (focused(page), trouble(page)) == ("Compare", "")
    assert sent(page, "compare")[-1]["projects"] == []
    assert page.locator(".mh-pane").count() == 0


def test_a_screen_reader_is_told_everything(open_page: Open) -> None:
    page = compare(open_page(1000, what="gallery"))
    button(page, "Divider").click()
    page.get_by_label("Position").fill("60")
    expect(page.locator(".mh-compare")).to_match_aria_snapshot(
        f"""
        - group "Comparison":
          - button "Divider" [pressed]
          - button "Close"
          - figure:
            - text: {FIRST}
            - button "Sound of \u2068{FIRST}\u2069" [pressed]
          - figure:
            - text: {SECOND}
            - button "Sound of \u2068{SECOND}\u2069"
          - slider "Divider between \u2068{FIRST}\u2069 and \u2068{SECOND}\u2069"
          - button "Previous frame"
          - button "Play"
          - button "Next frame"
          - slider "Position"
          - text: 0:02 of 0:06, frame 61
          - button "Half speed"
          - button "Loop"
          - status
        """
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_divider_is_dragged(open_page: Open, language: str) -> None:
    """Left is left in every language."""
    page = compare(open_page(1000, what="gallery"), language=language)
    button(page, harness.words(language)["gallery"]["compare"]["wipe"]).click()
    frame, second = page.locator(".mh-panes > .mh-frame"), page.locator(".mh-pane .mh-stage").nth(1)
    box = frame.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, middle, steps=5)
    page.mouse.up()
    expect(frame.get_by_role("slider")).to_have_value("25")
    expect(second).to_have_css("clip-path", "inset(0px 0px 0px 25%)")
    page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + 20)
    expect(frame.get_by_role("slider")).to_have_value("90")
    assert second.bounding_box() == page.locator(".mh-pane .mh-stage").first.bounding_box() == box


def boxes(page: Page) -> list[dict[str, float]]:
    found: list[dict[str, float]] = page.evaluate(
        "[...document.querySelectorAll('.mh-pane .mh-frame')].map(node => node.getBoundingClientRect().toJSON())"
    )
    return found


def test_without_the_divider_they_stand_beside_each_other_again(open_page: Open) -> None:
    page = compare(open_page(1000, what="gallery"))
    before = boxes(page)
    button(page, "Divider").click()
    page.get_by_role("slider", name="Divider").wait_for()
    assert boxes(page) != before
    button(page, "Divider").click()
    expect(page.get_by_role("slider", name="Divider")).to_have_count(0)
    assert boxes(page) == before


def test_wide_enough_they_are_equally_high_whatever_their_shapes(open_page: Open) -> None:
    page = compare(open_page(1000, what="gallery"), 3)
    first, second, third = boxes(page)
    assert first["height"] == pytest.approx(second["height"], abs=2) == pytest.approx(third["height"], abs=2)
    assert first["right"] <= second["left"] < third["left"]
    assert third["width"] / third["height"] == pytest.approx(9 / 16, abs=0.05)


def test_at_320_px_they_stand_one_above_the_other(open_page: Open) -> None:
    page = compare(open_page(320, what="gallery"), 3)
    first, second, third = boxes(page)
    assert first["bottom"] <= second["top"]
    assert second["bottom"] <= third["top"]
    assert fits(page)
    assert page.get_by_label("Position").evaluate("slider => slider.getBoundingClientRect().width") > 150


@pytest.mark.parametrize("width", [320, 1000])
def test_the_controls_keep_their_places_on_every_frame(open_page: Open, width: int) -> None:
    page = compare(open_page(width, what="gallery"))
    button(page, "Loop").click()
    position = page.get_by_label("Position")
    places = "() => [...document.querySelectorAll('.mh-compare .mh-facts > *')].map(each => each.offsetLeft)"
    before = page.evaluate(places)
    for frame in ("8", "9", "99"):
        position.fill(frame)
        expect(position).to_have_value(frame)
        assert page.evaluate(places) == before, frame
    button(page, "Play").click()
    button(page, "Pause").wait_for()
    assert page.evaluate(places) == before


def test_time_runs_from_left_to_right_in_arabic_too(open_page: Open) -> None:
    page = compare(open_page(1000, what="gallery"), language="ar")
    words = harness.words("ar")["gallery"]["compare"]
    names = (words["back"], words["play"], words["next"], words["half"], words["loop"])
    lefts = [button(page, name).evaluate("node => node.getBoundingClientRect().left") for name in names]
    assert lefts == sorted(lefts)


def of_any_kind(page: Page, kind: str) -> Page:
    """Show two projects of a kind in the gallery of any kind."""
    traits = galleries.compared(2, media=kind)
    for each in traits["cards"].values():
        each["details"]["kind"] = kind
    films = galleries.PICTURES if kind == "image" else galleries.FILMS
    page.evaluate("([traits, films]) => show(traits, { films })", [traits, films])
    return page


def test_pictures_lie_over_each_other_and_have_no_time(open_page: Open) -> None:
    page = of_any_kind(open_page(1000, what="gallery?project_gallery"), "image")
    button(page, "Divider").click()
    first, second = boxes(page)[:2]
    assert first == second
    assert first["width"] / first["height"] == pytest.approx(16 / 9, abs=0.1)
    assert page.get_by_role("slider").count() == 1
    assert page.locator(".mh-compare button").all_inner_texts() == ["Divider", "Close"]


def test_sounds_are_heard_one_at_a_time_and_take_no_room(open_page: Open) -> None:
    page = of_any_kind(open_page(1000, what="gallery?project_gallery"), "audio")
    page.wait_for_function(
        "[...document.querySelectorAll('.mh-pane audio')].every(sound => sound.readyState > 2)"
    )
    page.wait_for_function("document.querySelectorAll('.mh-pane audio').length === 2")
    button(page, "Play").click()
    page.wait_for_function("document.querySelectorAll('.mh-pane audio')[1].currentTime > 0.3")
    assert page.evaluate("[...document.querySelectorAll('.mh-pane audio')].map(sound => sound.muted)") == [
        False,
        True,
    ]
    assert page.locator(".mh-compare").evaluate("node => node.getBoundingClientRect().height") < 200


def test_it_ends_without_a_trace(open_page: Open) -> None:
    page = looping(compare(open_page(1000, what="gallery")))
    in_step(page)
    page.evaluate("window.films = [...document.querySelectorAll('.mh-pane video')]; gallery.end()")
    page.wait_for_function("films.every(film => film.paused)")
    assert page.evaluate("gallery.model.listening() + gallery.layout.listening()") == 0
