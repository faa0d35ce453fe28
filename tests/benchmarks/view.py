"""What a gallery of a thousand projects costs a page, in Chromium and without a kernel: to open, and to change."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import sync_playwright

from tests.benchmarks.figures import Missing, Row
from tests.browser.servers import CHROMIUM_FLAGS, chromium
from tests.browser.states import harness
from tests.browser.states.galleries import many

#: From mounting to painted, the best of three.
_OPEN = """async traits => {
  const times = [];
  for (let turn = 0; turn < 3; turn++) {
    const began = performance.now();
    show(structuredClone(traits), { films: { "*": "/film.mp4" } });
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    times.push(performance.now() - began);
  }
  return Math.min(...times);
}"""
_CHANGE = """async () => {
  const began = performance.now();
  for (let turn = 0; turn < 20; turn++) {
    gallery.model.news({ many0009: { status: turn % 2 ? "rendering" : "queued" } });
    await null;
  }
  return (performance.now() - began) / 20;
}"""


def rows() -> Iterator[Row]:
    try:
        browser = chromium()
    except AssertionError:
        raise Missing("there is no Chromium (MH_CHROMIUM names one)") from None
    with harness.serve() as address, sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=browser, args=CHROMIUM_FLAGS)
        page = chrome.new_page(viewport={"width": 1000, "height": 640})
        page.goto(f"{address}/gallery.html")
        page.wait_for_function("!!window.show")
        opened, changed = page.evaluate(_OPEN, many(1000)), page.evaluate(_CHANGE)
        chrome.close()
    yield "a gallery of 1,000 from mounting to painted", f"{opened:.0f} ms", "1000 ms"
    yield "  one change in it", f"{changed:.1f} ms", "50 ms"
