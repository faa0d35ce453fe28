"""A comparison in a page, and how far its films are from each other."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser.states import galleries
from tests.browser.states.galleries import COMPARED_FILMS

#: How far apart films may be, in frames.
LIMIT = 1.5
#: For so many frames of the screen they have to stay together.
STEADY = 20
_SCRIPT = Path(__file__).with_suffix(".js")


def measured(page: Page, number: int = 2) -> Page:
    """Put the measure into a page whose comparison has loaded its films."""
    page.add_script_tag(path=_SCRIPT, type="module")
    page.wait_for_function("number => window.comparing?.ready(number)", arg=number)
    page.evaluate("comparing.watch()")
    return page


def compare(page: Page, number: int = 2, films: dict[str, str] | None = None, language: str = "en") -> Page:
    """Show a comparison in a page of the harness."""
    traits = galleries.compared(number, language=language)
    page.evaluate(
        "([traits, films]) => show(traits, { films })", [traits, {**COMPARED_FILMS, **(films or {})}]
    )
    return measured(page, number)


def button(place: Page | Locator, name: str) -> Locator:
    return place.get_by_role("button", name=name, exact=True)


def in_step(page: Page) -> None:
    """Wait until the films play within the limit, and stay there."""
    page.evaluate("([limit, frames]) => comparing.inStep(limit, frames)", [LIMIT, STEADY])
