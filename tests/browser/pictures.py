"""Make the README's pictures from the real card: ``MH_CHROMIUM=… python -m tests.browser.pictures``."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.servers import CHROMIUM_FLAGS, chromium
from tests.browser.states import harness
from tests.browser.states.pages import settle_film, show

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
STATES = ("rendering", "complete", "complete-portrait", "failed")


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, harness.serve() as address:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        page = browser.new_page(
            viewport={"width": 640, "height": 640}, reduced_motion="reduce", device_scale_factor=1.5
        )
        page.goto(f"{address}/page.html")
        page.wait_for_function("!!window.show")
        for state in STATES:
            show(page, state)
            settle_film(page)
            card, before, now = page.locator("[data-mh-widget]"), b"", b"-"
            while now != before:  # until Chromium has taken its spinner off the film
                before, now = now, card.screenshot()
            (PICTURES / f"{state}.png").write_bytes(now)
        browser.close()


if __name__ == "__main__":
    main()
