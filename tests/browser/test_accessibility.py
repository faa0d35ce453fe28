"""What axe finds, and what it doesn't look for: faint edges, small targets, and words that are cut off."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import accessibility
from tests.browser.states import harness, pages
from tests.browser.states.galleries import mixed
from tests.browser.states.pages import EveryState, Open, dress, in_host, in_jupyterlab, rest, show

WIDTHS = (720, 320)
#: Chromium's own palettes of forced colours, dark and light, stand in for those of Windows.
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"theme": "light", "forced_colors": "none"},
    "dark": {"theme": "dark", "forced_colors": "none"},
    "forced-light": {"theme": "light", "forced_colors": "active"},
    "forced-dark": {"theme": "dark", "forced_colors": "active"},
}
#: Those of axe's rules that depend on colours: the others find the same in every look.
COLOURS = ("color-contrast", "link-in-text-block")
#: Smaller, or cut off: what `accessibility.js` measures.
MEASURES = ("small", "cut", "faint")

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)
every_state = pytest.fixture(scope="module")(pages.every_state)


def troubles(page: Page, look: str = "light") -> list[str]:
    """Everything that stands in a reader's way, each kind of it once, with axe's least findings among it."""
    seen = page.evaluate("rules => accessibility.axe(rules)", None if look == "light" else COLOURS)
    assert seen["texts"] > 0, "axe looked at nothing"
    measures = "all => all.flatMap(one => accessibility[one]().map(finding => [one, ...finding]))"
    found: list[Any] = [*seen["found"], *page.evaluate(measures, MEASURES)]
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        found.append("the page scrolls sideways")
    return list(dict.fromkeys(map(str, found)))


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("what", harness.PAGES)
def test_nothing_stands_in_the_way_of_a_card(
    every_state: EveryState, what: str, look: str, width: int
) -> None:
    page = accessibility.prepare(every_state(what))
    dress(page, width, **LOOKS[look])
    assert troubles(page, look) == []


def test_nothing_stands_in_the_way_of_a_gallery(open_page: Open) -> None:
    page = accessibility.prepare(open_page(what="gallery"))
    found = {}
    for state in accessibility.every_gallery(page):
        rest(page)
        for width, (look, reader) in itertools.product(WIDTHS, LOOKS.items()):
            dress(page, width, **reader)
            found[state, look, width] = troubles(page, look)
    assert {state: trouble for state, trouble in found.items() if trouble} == {}


def test_nothing_stands_in_the_way_of_a_card_in_jupyterlabs_colours(every_state: EveryState) -> None:
    looks_well_in_jupyterlab(accessibility.prepare(every_state("page")))


def test_nothing_stands_in_the_way_of_a_gallery_in_jupyterlabs_colours(open_page: Open) -> None:
    page = accessibility.prepare(open_page(what="gallery"))
    accessibility.show_gallery(page, mixed(**accessibility.TOLD))
    rest(page)
    looks_well_in_jupyterlab(page)
    accessibility.press(page, "Table")
    rest(page)
    looks_well_in_jupyterlab(page)


def looks_well_in_jupyterlab(page: Page) -> None:
    for theme in ("light", "dark"):
        dress(page, 720, theme, forced_colors="none")
        with in_host(page):
            in_jupyterlab(page, theme)
            assert troubles(page, "jupyterlab") == [], theme


def test_what_is_chosen_is_told_without_colours(open_page: Open) -> None:
    for what in ("page", "gallery"):
        page = open_page(what=what, forced_colors="active")
        if what == "page":
            show(page, "several-outputs")
        else:
            accessibility.show_gallery(page, mixed())
        weights = {
            pressed: page.evaluate(
                "pressed => [...document.querySelectorAll(`[aria-pressed=${pressed}]`)]"
                ".map(node => Number(getComputedStyle(node).fontWeight))",
                pressed,
            )
            for pressed in (True, False)
        }
        assert min(weights[True]) > max(weights[False])
