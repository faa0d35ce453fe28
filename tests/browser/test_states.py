"""How the built card looks in a plain page: every state in the table, light and dark, wide and narrow."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.states import harness, pages
from tests.browser.states.pages import (
    EveryState,
    Open,
    dress,
    in_host,
    in_jupyterlab,
    in_vscode,
    settle_film,
    show,
)

SHOTS = Path(__file__).parents[2] / ".screenshots"
THEMES = ("light", "dark")
WIDTHS = (760, 340)

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)
every_state = pytest.fixture(scope="module")(pages.every_state)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("what", harness.PAGES)
def test_every_state_looks_as_it_should(every_state: EveryState, what: str, theme: str, width: int) -> None:
    page = every_state(what)
    dress(page, width, theme)
    for name in harness.names(what):
        traits = harness.traits_of(name)
        place = page.locator(f"#{name}")
        kind = traits["details"].get("kind", "video")
        root = place.locator(f"[data-mh-widget={kind}-project]")
        assert root.get_attribute("data-project-id") == traits["project_id"], name
        assert root.get_attribute("data-status") == traits["status"], name
        if traits["project_id"]:
            expect(place.locator(".mh-badge").get_by_role("status")).to_contain_text(traits["status"])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    settle_film(page)
    if what == "page":
        settle_spinner(page)
    contact_sheet(page, width, SHOTS / f"all-{harness.PAGES[what]}-{theme}-{width}.png")


def settle_spinner(page: Page) -> None:
    """Wait until Chromium has taken the spinner off its films: then two looks at one are the same."""
    film, looks = page.locator("#complete"), [b"", b"-"]
    while looks[-1] != looks[-2]:
        looks.append(film.screenshot())


def contact_sheet(page: Page, width: int, target: Path) -> None:
    """One picture of all states in their own width, each under its name."""
    SHOTS.mkdir(exist_ok=True)
    page.set_viewport_size({"width": (2 if width > 400 else 4) * width, "height": 640})
    page.evaluate("width => document.body.style.setProperty('--sheet', `${width}px`)", width)
    page.evaluate("document.body.classList.add('sheet')")
    page.screenshot(path=str(target), full_page=True)


def faint(page: Page) -> dict[str, object]:
    """What can't be read, by the state that it is in."""
    assert page.locator(".place > .mh-widget").count() > 0
    found: dict[str, object] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.place > .mh-widget')]"
        ".map(card => [card.parentElement.id, tooFaint(card)]).filter(([, found]) => found.length))"
    )
    return found


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("what", harness.PAGES)
def test_everything_can_be_read(every_state: EveryState, what: str, theme: str) -> None:
    page = every_state(what)
    dress(page, 760, theme)
    assert faint(page) == {}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("what", harness.PAGES)
def test_everything_can_be_read_in_jupyterlabs_colours(
    every_state: EveryState, what: str, theme: str
) -> None:
    page = every_state(what)
    dress(page, 760, theme)
    with in_host(page):
        in_jupyterlab(page, theme)
        assert faint(page) == {}


@pytest.mark.documented("hosts: VS Code")
@pytest.mark.parametrize("theme", harness.vscode())
def test_everything_can_be_read_in_vs_codes_themes(every_state: EveryState, theme: str) -> None:
    page = every_state("page")
    # The system's scheme is another one, and doesn't count.
    dress(page, 760, "dark" if harness.vscode()[theme][0].endswith("light") else "light")
    with in_host(page):
        in_vscode(page, theme)
        assert faint(page) == {}
        wears(page.locator(f"#{harness.names()[-1]}"), theme)
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=str(SHOTS / f"vscode-colours-{theme.replace(' ', '-')}.png"))


def wears(place: Locator, theme: str) -> None:
    """A card has the colours and the scheme of a theme of VS Code's, and nothing of the widget manager's."""
    kind, colours = harness.vscode()[theme]
    styles = "node => [node.backgroundColor, node.borderTopColor]"
    card = place.locator(".mh-card")
    ground, edge = card.evaluate(f"node => ({styles})(getComputedStyle(node))")
    assert ground == rgb(colours["--vscode-editor-background"])
    if border := colours.get("--vscode-contrastBorder"):
        assert edge == rgb(border)
    assert place.evaluate("node => getComputedStyle(node).backgroundColor") == "rgba(0, 0, 0, 0)"
    scheme = "node => getComputedStyle(node).colorScheme"
    assert place.locator(".mh-widget").evaluate(scheme) == ("light" if kind.endswith("light") else "dark")


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[start : start + 2], 16)) for start in (1, 3, 5))})"


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ({"data-jp-theme-light": "false"}, "dark"),
        ({"data-jp-theme-light": "true"}, "light"),
        ({"data-vscode-theme-kind": "vscode-dark", "class": "vscode-dark"}, "dark"),
        ({"data-vscode-theme-kind": "vscode-light", "class": "vscode-light"}, "light"),
        ({"class": "dark dark-theme"}, "dark"),
        ({"class": "light light-theme"}, "light"),
    ],
)
def test_the_hosts_theme_counts_more_than_the_systems(
    open_page: Open, marks: dict[str, str], expected: str
) -> None:
    page = open_page(theme="light" if expected == "dark" else "dark")
    page.evaluate("document.body.removeAttribute('class')")
    page.evaluate("m => Object.entries(m).forEach(pair => document.body.setAttribute(...pair))", marks)
    show(page, "rendering")
    assert page.evaluate("getComputedStyle(document.querySelector('.mh-widget')).colorScheme") == expected


def test_inside_a_shadow_root_the_hosts_scheme_is_inherited(open_page: Open) -> None:
    page = open_page(theme="light")
    scheme = page.evaluate(
        """async words => {
          document.body.style.colorScheme = "dark";
          const { mount } = await import("/fake_model.js");
          const inside = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
          const style = new CSSStyleSheet();
          style.replaceSync(await (await fetch("/static/widget.css")).text());
          inside.adoptedStyleSheets = [style];
          const el = inside.appendChild(document.createElement("div"));
          const empty = { project_id: "", details: {}, watch: { state: "idle" }, status: "", words };
          mount(el, empty);
          return getComputedStyle(el.firstChild).colorScheme;
        }""",
        harness.words("en"),
    )
    assert scheme == "dark"


def test_nothing_leaks_into_the_page(open_page: Open) -> None:
    page = open_page()
    show(page, "complete")
    leaks = page.evaluate(
        """async () => {
          const rules = [];
          for (const rule of [...document.styleSheets].find(sheet => sheet.href).cssRules) {
            const frames = rule instanceof CSSKeyframesRule;
            const ours = /\\.mh-(widget|still)|:has\\(\\[data-mh-widget\\]\\)/;
            if (frames ? rule.name.startsWith("mh-") : ours.test(rule.selectorText)) continue;
            rules.push(rule.cssText);
          }
          return rules;
        }"""
    )
    assert leaks == []


def test_reduced_motion_is_obeyed(open_page: Open) -> None:
    for motion, moving in (("reduce", False), ("no-preference", True)):
        page = open_page(reduced_motion=motion)
        show(page, "rendering-no-estimate")
        assert page.evaluate("document.getAnimations().length > 0") is moving


def test_forced_colours_keep_everything_in_sight(open_page: Open) -> None:
    page = open_page(forced_colors="active")
    SHOTS.mkdir(exist_ok=True)
    for name in ("rendering", "complete", "failed", "asking", "empty", "saving"):
        show(page, name)
        page.screenshot(path=str(SHOTS / f"{name}-forced-760.png"), full_page=True)
    show(page, "asking")
    edges = page.evaluate(
        "[...document.querySelectorAll('.mh-row button')].map(b => getComputedStyle(b).borderTopColor)"
    )
    assert "rgba(0, 0, 0, 0)" not in edges
