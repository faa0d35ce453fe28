"""Every state of the card and of the gallery, for those who use a keyboard, a screen reader or a lens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.states import galleries, harness
from tests.browser.states.galleries import FILMS, many, mixed

HERE = Path(__file__).parent
AXE = HERE.parents[1] / "js" / "node_modules" / "axe-core" / "axe.min.js"

#: Twelve wrong ones, so that their lines have to scroll.
REFUSED = [
    {
        "project": f"No. {number} (../x)",
        "code": "invalid_project",
        "message": "Not an ID.",
        "hint": "Give one.",
    }
    for number in range(12)
]
TOLD = {
    "refused": REFUSED,
    "transfer": {"kind": "save", "done": 3, "failed": 1, "total": 12},
    "notice": {"tone": "error", "code": "save", "message": "Saved 2 videos; 1 failed.", "hint": "Try again."},
}
Step = Callable[[Page, dict[str, Any]], None]


def prepare(page: Page) -> Page:
    """Put axe and our own measures into a page of the harness, unless they are there."""
    if page.evaluate("!!window.accessibility"):
        return page
    assert AXE.exists(), "axe-core isn't installed: run `npm ci` in js, or the tests with `make test`."
    page.add_script_tag(path=AXE)
    page.add_script_tag(path=HERE / "accessibility.js", type="module")
    page.wait_for_function("!!window.accessibility")
    return page


def show_gallery(page: Page, traits: dict[str, Any], **options: Any) -> None:
    page.evaluate("([traits, options]) => show(traits, options)", [traits, {"films": FILMS, **options}])


def press(page: Page, name: str, number: int = 0) -> None:
    page.get_by_role("button", name=name, exact=True).nth(number).click()


def every_gallery(page: Page, language: str = "en") -> Iterator[str]:
    """Show one state of the gallery after the other, and name it. What isn't about the cards has a few of them."""
    words = harness.words(language)
    traits = mixed(language=language)
    few = {**traits, "projects": traits["projects"][:3]}
    show_gallery(page, traits)
    yield "cards"
    press(page, words["gallery"]["table"])
    yield "table"
    for row in (1, 3, 8):
        page.locator(".mh-open").nth(row).click()
    yield "open rows"
    show_gallery(page, traits, connected=False)
    yield "not connected"
    show_gallery(page, few)
    press(page, words["delete"])
    yield "asking"
    show_gallery(page, {**few, **TOLD})
    yield "told"
    show_gallery(page, galleries.gallery({}, language=language))
    yield "empty"
    show_gallery(page, {**traits, "projects": traits["projects"][1:3]})
    yield "two"
    yield from every_comparison(page, language)
    show_second_page(page, language)
    yield "pages"


def show_second_page(page: Page, language: str) -> None:
    """Turn to it in the same turn of the page's loop, or else a hundred cards are laid out for nobody."""
    traits = many(101, language=language)
    page.evaluate(
        """([traits, films, name]) => {
          show(traits, { films });
          [...document.querySelectorAll("button")].find(each => each.textContent === name).click();
        }""",
        [traits, FILMS, traits["words"]["gallery"]["nextPage"]],
    )
    expect(page.locator("[data-mh-widget=video-project]")).to_have_count(1)


def every_comparison(page: Page, language: str) -> Iterator[str]:
    """Show choosing and comparing: beside each other, over each other, and without time."""
    compare = harness.words(language)["gallery"]["compare"]
    show_gallery(page, galleries.comparable(3, language=language))
    press(page, compare["open"])
    page.locator(".mh-choice").nth(1).click()
    yield "choosing"
    press(page, harness.words(language)["gallery"]["table"])
    yield "choosing rows"
    for number in (2, 4):
        show_gallery(page, galleries.compared(number, language=language), films=galleries.COMPARED_FILMS)
        page.wait_for_function("document.querySelectorAll('.mh-pane video').length > 1")
        yield f"comparing {number}"
    show_gallery(page, galleries.compared(2, language=language), films=galleries.COMPARED_FILMS)
    press(page, compare["wipe"])
    yield "divider"
    pictures = galleries.compared(2, media="image", language=language)
    show_gallery(page, pictures, films=galleries.PICTURES)
    press(page, compare["wipe"])
    yield "pictures"


def focused(page: Page) -> str:
    name: str = page.evaluate("accessibility.focused()")
    return name


def trouble(page: Page) -> str:
    found: str = page.evaluate("accessibility.focus()")
    return found


def go_to(page: Page, name: str, number: int = 0) -> None:
    """Put the focus on a button as the keyboard would: a ring is only for those who use it."""
    page.keyboard.press("Shift")
    page.get_by_role("button", name=name, exact=True).nth(number).focus()
    assert trouble(page) == ""
