"""Cards of pictures in Chromium: the grid, one in large, the others by keys and swipes, and links that end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.states import harness, pages
from tests.browser.states.pages import LOADED, Open, sent, show

NAMES = [f"/{name}.jpg" for name in ("dawn", "noon", "dusk", "night", "wide", "tall")]
LINK = (
    "url => card.model.message({ kind: 'source', output: 0, expires_at: null, url: location.origin + url })"
)

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)


def cards(open_page: Open, width: int = 760, **options: Any) -> Page:
    return open_page(width, what="page?project", **options)


def stage_height(page: Page) -> float:
    return float(page.evaluate("document.querySelector('.mh-stage').getBoundingClientRect().height"))


def drag(page: Page, from_x: float, to_x: float, y: float = 200, to_y: float = 200) -> None:
    page.mouse.move(from_x, y)
    page.mouse.down()
    page.mouse.move((from_x + to_x) / 2, (y + to_y) / 2)
    page.mouse.move(to_x, to_y)
    page.mouse.up()


@pytest.mark.parametrize("width", [760, 340])
@pytest.mark.parametrize("state", ["pictures", "pictures-two-tall", "pictures-many"])
def test_each_picture_of_a_grid_has_its_own_shape_and_room(open_page: Open, state: str, width: int) -> None:
    page = cards(open_page, width)
    show(page, state)
    boxes = page.evaluate(
        """() => {
          const stage = document.querySelector(".mh-stage").getBoundingClientRect();
          return [...document.querySelectorAll(".mh-tile img")].filter(img => img.naturalWidth).map(img => {
            const { width, height, left, right } = img.getBoundingClientRect();
            const shape = width / height / (img.naturalWidth / img.naturalHeight);
            return [shape, left >= stage.left && right <= stage.right, Math.min(width, height)];
          });
        }"""
    )
    assert len(boxes) >= 2
    assert [box[0] for box in boxes] == pytest.approx([1] * len(boxes), abs=0.03)
    assert all(inside and side > 40 for _, inside, side in boxes)


@pytest.mark.parametrize("width", [760, 340])
@pytest.mark.parametrize(
    ("waiting", "done", "link"),
    [
        ("image-rendering", "pictures", "/wide.jpg"),
        ("image-queued", "picture-tall", "/tall.jpg"),
        ("audio-first-look", "audio", "/bells.mp3"),
        ("audio-rendering", "audio", "/bells.mp3"),
    ],
)
def test_the_stage_keeps_its_height_until_all_is_there(
    open_page: Open, waiting: str, done: str, link: str, width: int
) -> None:
    page = cards(open_page, width)
    show(page, waiting)
    heights = [stage_height(page)]
    news = {key: harness.traits_of(done)[key] for key in ("status", "details", "watch")}
    page.evaluate("traits => card.model.change(traits)", news)
    page.wait_for_function("card.model.sent.some(message => message.kind === 'source')")
    heights.append(stage_height(page))
    page.evaluate(LINK, link)
    page.wait_for_function(
        "[...document.querySelectorAll('.mh-media')].some(each => each.naturalWidth || each.readyState >= 1)"
    )
    heights.append(stage_height(page))
    assert max(heights) - min(heights) < 1, heights


def test_a_long_grid_asks_only_for_what_comes_into_view(open_page: Open) -> None:
    page = cards(open_page, 340)
    show(page, "pictures-many")
    asked = len(sent(page, "source"))
    assert 0 < asked < 40
    page.locator(".mh-grid").evaluate("node => node.scrollTo(0, node.scrollHeight)")
    expect(page.locator("[data-output='39'] img")).to_be_visible()
    outputs = [message["output"] for message in sent(page, "source")]
    assert len(outputs) == len(set(outputs)) > asked


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_keyboard_alone_chooses_turns_and_goes_back(open_page: Open, language: str) -> None:
    page = cards(open_page)
    show(page, "pictures", words=harness.words(language))
    forward = "ArrowLeft" if language == "ar" else "ArrowRight"
    page.locator("[data-output='0'] button").focus()
    page.keyboard.press(forward)
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-output='4'] button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".mh-view")).to_be_focused()
    seen = []
    for key in (forward, forward, "End", "Home", "ArrowRight" if language == "ar" else "ArrowLeft"):
        page.keyboard.press(key)
        seen.append(page.locator(".mh-view img").evaluate("img => new URL(img.src).pathname"))
    assert seen == ["/tall.jpg", "/dawn.jpg", "/tall.jpg", "/dawn.jpg", "/tall.jpg"]
    page.keyboard.press("Escape")
    expect(page.locator("[data-output='5'] button")).to_be_focused()
    expect(page.locator("[data-output='5'] button")).to_have_attribute("aria-current", "true")


def test_nothing_stands_for_pictures_that_no_kernel_can_send(open_page: Open) -> None:
    page = cards(open_page)
    show(page, "pictures-offline")
    expect(page.locator(".mh-card")).to_contain_text("not connected")
    expect(page.locator(".mh-stage, .mh-tile")).to_have_count(0)


@pytest.mark.parametrize(("language", "left"), [("en", 1), ("ar", -1)])
def test_a_swipe_turns_to_the_next_picture_and_back(open_page: Open, language: str, left: int) -> None:
    page = cards(open_page)
    show(page, "pictures", words=harness.words(language))
    page.locator("[data-output='2'] button").click()

    def number() -> int:
        path = page.locator(".mh-view img").evaluate("img => new URL(img.src).pathname")
        return NAMES.index(path)

    drag(page, 400, 250)
    assert number() == 2 + left
    drag(page, 250, 400)
    assert number() == 2
    # Neither a short way nor one that goes mostly down.
    drag(page, 400, 380)
    drag(page, 400, 340, 120, 300)
    assert number() == 2
    assert page.locator(".mh-canvas").evaluate("node => node.style.translate") == ""


def test_a_picture_that_cannot_be_loaded_says_so_and_can_be_asked_for_again(open_page: Open) -> None:
    page = cards(open_page)
    options = harness.options_of("pictures-one-broken")
    options["links"]["1"] = [options["links"]["1"], "/noon.jpg"]
    page.evaluate("args => show(...args)", [harness.traits_of("pictures-one-broken"), options])
    tile = page.locator("[data-output='1']")
    expect(tile).to_contain_text("The image can't be shown.")
    expect(page.locator(".mh-tile img")).to_have_count(3)
    tile.get_by_role("button", name="Try again").click()
    expect(tile.locator("img")).to_be_visible()
    assert [m["renew"] for m in sent(page, "source") if m["output"] == 1] == [False, True]


def test_the_link_of_one_picture_that_has_ended_is_replaced(open_page: Open) -> None:
    page = cards(open_page)
    options = harness.options_of("pictures")
    options["links"] = {**options["links"], "3": ["/night.jpg?ended", "/night.jpg"]}
    page.evaluate("args => show(...args)", [harness.traits_of("pictures"), options])
    page.wait_for_function("document.querySelectorAll('.mh-tile img').length === 6")
    page.wait_for_function(LOADED)
    asked = [(message["output"], message["renew"]) for message in sent(page, "source")]
    assert sorted(asked) == [*((output, False) for output in range(4)), (3, True), (4, False), (5, False)]
    assert page.locator("[data-output='3'] img").evaluate("img => img.naturalWidth") == 384


def test_the_kernel_sends_the_picture_that_no_link_brings(open_page: Open) -> None:
    page = cards(open_page)
    page.evaluate(
        "args => show(...args)", [harness.traits_of("picture"), {"links": {"0": "/dawn.jpg?ended"}}]
    )
    page.wait_for_function("card.model.sent.some(message => message.kind === 'download')")
    (asked,) = sent(page, "download")
    assert (asked["output"], asked["play"]) == (0, True)
    page.evaluate(
        """async id => {
          const bytes = await (await fetch("/dawn.jpg")).arrayBuffer();
          const told = { received_bytes: bytes.byteLength, total_bytes: bytes.byteLength };
          card.model.message({ kind: "chunk", id, index: 0, ...told }, [new DataView(bytes)]);
          card.model.message({ kind: "end", id, name: "dawn.jpg", type: "image/jpeg" });
        }""",
        asked["id"],
    )
    expect(page.locator(".mh-view img")).to_have_attribute("src", re.compile("^blob:"))
    page.wait_for_function(LOADED)


@pytest.mark.parametrize("look", [{}, {"theme": "dark"}, {"forced_colors": "active"}])
def test_what_is_transparent_stands_on_a_checkerboard(open_page: Open, look: dict[str, Any]) -> None:
    page = cards(open_page, **look)
    show(page, "picture-transparent")
    corner = page.locator(".mh-view img").bounding_box()
    assert corner is not None
    clip = {"x": corner["x"] + 8, "y": corner["y"] + 8, "width": 32, "height": 32}
    shades = page.evaluate(
        """async bytes => {
          const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: "image/png" }));
          const context = new OffscreenCanvas(32, 32).getContext("2d");
          context.drawImage(bitmap, 0, 0);
          const { data } = context.getImageData(0, 0, 32, 32);
          const counts = {};
          for (let at = 0; at < data.length; at += 4) {
            // Chromium dithers what lies between two shades.
            const shade = data[at] >> 3;
            counts[shade] = (counts[shade] ?? 0) + 1;
          }
          return Object.values(counts).filter(count => count > 400).length;
        }""",
        [*page.screenshot(clip=clip)],  # type: ignore[arg-type]  # a dict is what it takes
    )
    assert shades == 2


def test_audio_plays_and_tells_its_length(open_page: Open) -> None:
    page = cards(open_page)
    show(page, "audio-several")
    expect(page.locator("dl")).to_contain_text("2.6\u00a0s")
    page.evaluate("const a = document.querySelector('audio'); a.muted = true; a.play()")
    page.wait_for_function("document.querySelector('audio').currentTime > 0.2")
    page.get_by_role("button", name="Output 2").click()
    expect(page.locator("dl")).to_contain_text("5\u00a0s")
    box = page.locator("audio").bounding_box()
    assert box is not None
    assert box["height"] <= 54
