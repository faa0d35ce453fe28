"""How far two films that are compared are apart, in Chromium: while they play, after a seek and after a stall."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.figures import Missing, Row, percentile
from tests.browser.comparing import LIMIT, button, compare, in_step
from tests.browser.servers import CHROMIUM_FLAGS, PATIENCE_MS, chromium
from tests.browser.states import harness

#: Looks at the films' clocks, one for each frame of the screen: about 3 s.
LOOKS = 180


def rows() -> Iterator[Row]:
    try:
        browser = chromium()
    except AssertionError:
        raise Missing("there is no Chromium (MH_CHROMIUM names one)") from None
    with harness.serve() as address, sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=browser, args=CHROMIUM_FLAGS)
        page = chrome.new_page(viewport={"width": 1000, "height": 640})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{address}/gallery.html")
        page.wait_for_function("!!window.show")
        compare(page, films={"pair1": "/moonlight.mp4?gated"})
        button(page, "Loop").click()
        button(page, "Play").click()
        page.get_by_text("Waiting for all to load.").wait_for()
        page.evaluate(f"fetch('{harness.GATE}')")
        stalled = _offsets(page)
        playing = _offsets(page)
        page.get_by_label("Position").fill("24")
        sought = _offsets(page)
        chrome.close()
    yield _row("two films compared: offset, p50 / p99", playing)
    yield _row("  after a seek", sought)
    yield _row("  after one of them stalled", stalled)


def _offsets(page: Page) -> list[float]:
    """The offsets in frames once they play."""
    in_step(page)
    offsets: list[float] = page.evaluate("looks => comparing.measure(looks)", LOOKS)
    return offsets


def _row(figure: str, offsets: list[float]) -> Row:
    middle, most = percentile(offsets, 0.5), percentile(offsets, 0.99)
    return figure, f"{middle:.1f} / {most:.1f} frames", f"{LIMIT} fr."
