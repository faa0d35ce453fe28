"""The pixels of a picture in Chromium: by mouse, wheel, finger and keyboard, and back to the whole."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.states import pages
from tests.browser.states.pages import Open, show

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)

WIDTH = "document.querySelector('.mh-view img').getBoundingClientRect().width"


def large(open_page: Open, state: str = "picture-big", **options: Any) -> Page:
    page = open_page(what="page?project", **options)
    show(page, state)
    return page


def spot(page: Page) -> tuple[float, float]:
    """The point of the picture, from 0 to 1 each way, that is in the middle of the view."""
    x, y = page.evaluate(
        """() => {
          const view = document.querySelector(".mh-view").getBoundingClientRect();
          const image = document.querySelector(".mh-view img").getBoundingClientRect();
          return [
            ((view.left + view.right) / 2 - image.left) / image.width,
            ((view.top + view.bottom) / 2 - image.top) / image.height,
          ];
        }"""
    )
    return x, y


def point(page: Page, x: float, y: float) -> tuple[float, float]:
    box = page.locator(".mh-view img").bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def test_a_click_shows_the_pixels_around_it_and_the_next_the_whole(open_page: Open) -> None:
    page = large(open_page)
    fitted = page.evaluate(WIDTH)
    page.mouse.click(*point(page, 0.6, 0.4))
    page.wait_for_function(f"{WIDTH} === 1600")
    assert spot(page) == pytest.approx((0.6, 0.4), abs=0.01)
    page.mouse.click(*point(page, 0.6, 0.4))
    page.wait_for_function(f"{WIDTH} === {fitted}")


def test_a_double_click_zooms_once(open_page: Open) -> None:
    page = large(open_page)
    page.mouse.dblclick(*point(page, 0.5, 0.5))
    page.wait_for_function(f"{WIDTH} === 1600")


def test_a_zoomed_picture_is_dragged_and_scrolled(open_page: Open) -> None:
    page = large(open_page)
    page.mouse.click(*point(page, 0.5, 0.5))
    page.wait_for_function(f"{WIDTH} === 1600")
    x, y = 380, 250
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 60)
    page.mouse.move(x + 160, y + 120)
    page.mouse.up()
    assert spot(page) == pytest.approx((0.4, 0.4), abs=0.01)
    # The click that ends a drag is none.
    assert page.evaluate(WIDTH) == 1600
    page.mouse.wheel(0, 120)
    page.wait_for_function("document.querySelector('.mh-view').scrollTop > 400")
    assert spot(page)[1] > 0.45


def test_keys_zoom_pan_and_go_back(open_page: Open) -> None:
    page = large(open_page)
    page.locator(".mh-view").focus()
    for on, off in (("Enter", "Enter"), ("+", "-"), ("=", "Escape")):
        page.keyboard.press(on)
        page.wait_for_function(f"{WIDTH} === 1600")
        before = spot(page)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowUp")
        after = spot(page)
        assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((0.03, -0.04), abs=0.005)
        page.keyboard.press(off)
        page.wait_for_function(f"{WIDTH} < 1600")
    expect(page.locator(".mh-view")).to_be_focused()


def test_a_small_picture_shows_its_pixels_beyond_their_size(open_page: Open) -> None:
    page = large(open_page, "picture")
    fitted = page.evaluate(WIDTH)
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_function(f"{WIDTH} > 1.9 * {fitted}")
    rendering = page.locator(".mh-view img").evaluate("img => getComputedStyle(img).imageRendering")
    assert rendering == "pixelated"
    page.get_by_role("button", name="Zoom out").click()
    page.wait_for_function(f"{WIDTH} === {fitted}")


def test_a_finger_zooms_with_two_taps_swipes_and_pans(open_page: Open) -> None:
    page = large(open_page, "pictures", alone=True, has_touch=True)
    page.locator("[data-output='4'] button").tap()
    shown = "document.querySelector('.mh-view img').src"
    client = page.context.new_cdp_session(page)

    def touch(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def swipe(*path: tuple[float, float]) -> None:
        touch("touchStart", *path[0])
        for x, y in path[1:]:
            touch("touchMove", x, y)
        touch("touchEnd")

    swipe((450, 200), (400, 200), (350, 202), (280, 203))
    page.wait_for_function(f"{shown}.includes('tall')")
    swipe((280, 200), (330, 200), (380, 202), (450, 203))
    page.wait_for_function(f"{shown}.includes('wide')")
    fitted = page.evaluate(WIDTH)
    page.touchscreen.tap(380, 200)
    page.touchscreen.tap(380, 200)
    page.wait_for_function(f"{WIDTH} > 1.5 * {fitted}")
    left = page.evaluate("document.querySelector('.mh-view').scrollLeft")
    swipe((450, 200), (400, 200), (350, 200), (300, 200), (250, 200))
    page.wait_for_function(f"document.querySelector('.mh-view').scrollLeft > {left}")
    assert page.evaluate(f"{shown}.includes('wide')")
