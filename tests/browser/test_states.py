"""How the built card looks in a plain page: every state in the table, light and dark, wide and narrow."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.states import harness, pages
from tests.browser.states.pages import Open, height, in_vscode, settle_film, show

SHOTS = Path(__file__).parents[2] / ".screenshots"
THEMES = ("light", "dark")
WIDTHS = (760, 340)
COLOURS = ("own", "jupyterlab")

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_state_looks_as_it_should(open_page: Open, theme: str, width: int) -> None:
    page = open_page(width, theme)
    for name in harness.names():
        traits = harness.traits_of(name)
        page.evaluate("([name, ...rest]) => add(name, ...rest)", [name, traits, harness.options_of(name)])
        place = page.locator(f"#{name}")
        for press in harness.presses_of(name):
            place.get_by_role("button", name=press, exact=True).click()
        page.evaluate("([name, traits]) => cards[name].model.change(traits)", [name, harness.then_of(name)])
        root = place.locator("[data-mh-widget=video-project]")
        assert root.get_attribute("data-project-id") == traits["project_id"], name
        assert root.get_attribute("data-status") == traits["status"], name
        if traits["project_id"]:
            expect(place.get_by_role("status")).to_contain_text(traits["status"])
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    settle_films(page)
    SHOTS.mkdir(exist_ok=True)
    shots = [SHOTS / f"{name}-{theme}-{width}.png" for name in harness.names()]
    for name, shot in zip(harness.names(), shots, strict=True):
        page.locator(f"#{name}").screenshot(path=str(shot))
    contact_sheet(page, shots, SHOTS / f"all-{theme}-{width}.png")


def settle_films(page: Page) -> None:
    """Wait until Chromium has taken the spinner off its films: then two looks at one are the same."""
    settle_film(page)
    film, looks = page.locator("#complete"), [b"", b"-"]
    while looks[-1] != looks[-2]:
        looks.append(film.screenshot())


def contact_sheet(page: Page, shots: list[Path], target: Path) -> None:
    figures = "".join(
        f"<figure><figcaption>{shot.stem}</figcaption>"
        f"<img src='data:image/png;base64,{base64.b64encode(shot.read_bytes()).decode()}'></figure>"
        for shot in shots
    )
    sheet = page.context.new_page()
    sheet.set_viewport_size({"width": 1640 if "760" in target.stem else 1480, "height": 800})
    sheet.set_content(
        "<style>body{display:flex;flex-wrap:wrap;gap:12px;align-items:start;background:#777;font:12px sans-serif}"
        f"figure{{margin:0}}img{{max-width:{520 if '760' in target.stem else 340}px}}</style>{figures}"
    )
    sheet.screenshot(path=str(target), full_page=True)
    sheet.close()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("colours", COLOURS)
def test_everything_can_be_read(open_page: Open, theme: str, colours: str) -> None:
    page = open_page(760, theme)
    if colours == "jupyterlab":
        page.evaluate(
            "([vars, light]) => { for (const [name, value] of Object.entries(vars))"
            " document.body.style.setProperty(name, value); document.body.dataset.jpThemeLight = light }",
            [harness.jupyterlab()[theme], "true" if theme == "light" else "false"],
        )
    faint = {}
    for name in harness.names():
        show(page, name)
        if found := page.evaluate("tooFaint(document.querySelector('.mh-widget'))"):
            faint[name] = found
    assert faint == {}


@pytest.mark.documented("hosts: VS Code")
@pytest.mark.parametrize("theme", harness.vscode())
def test_everything_can_be_read_in_vs_codes_themes(open_page: Open, theme: str) -> None:
    kind, colours = harness.vscode()[theme]
    # The system's scheme is another one, and doesn't count.
    page = open_page(760, "dark" if kind.endswith("light") else "light")
    in_vscode(page, theme)
    faint = {}
    for name in harness.names():
        show(page, name)
        if found := page.evaluate("tooFaint(document.querySelector('.mh-widget'))"):
            faint[name] = found
    assert faint == {}
    styles = "node => [node.backgroundColor, node.borderTopColor]"
    card, place = page.locator(".mh-card"), page.locator("#place")
    ground, edge = card.evaluate(f"node => ({styles})(getComputedStyle(node))")
    assert ground == rgb(colours["--vscode-editor-background"])
    if border := colours.get("--vscode-contrastBorder"):
        assert edge == rgb(border)
    assert place.evaluate("node => getComputedStyle(node).backgroundColor") == "rgba(0, 0, 0, 0)"
    scheme = "node => getComputedStyle(node).colorScheme"
    assert page.locator(".mh-widget").evaluate(scheme) == ("light" if kind.endswith("light") else "dark")
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SHOTS / f"vscode-colours-{theme.replace(' ', '-')}.png"))


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[start : start + 2], 16)) for start in (1, 3, 5))})"


def test_nothing_is_cut_off_at_320_pixels(open_page: Open) -> None:
    page = open_page(320)
    for name in harness.names():
        show(page, name)
        outside = page.evaluate(
            "[...document.querySelectorAll('.mh-widget *')]."
            "filter(n => n.getBoundingClientRect().right > innerWidth + .5).map(n => n.className)"
        )
        assert outside == [], name


def test_a_long_place_to_save_to_leaves_the_buttons_in_one_row(open_page: Open) -> None:
    page = open_page(340)
    show(page, "long-name")
    row = page.locator(".mh-row")
    tops = row.evaluate(
        "row => row.children.length && [...row.children].map(b => b.getBoundingClientRect().top)"
    )
    assert len(tops) == 3
    assert max(tops) - min(tops) < 1


@pytest.mark.parametrize("language", ["en", "ar"])
def test_facts_have_separators_between_them_and_none_where_a_line_ends(
    open_page: Open, language: str
) -> None:
    for width in (320, 340, 420, 760):
        page = open_page(width)
        show(page, "complete", words=harness.words(language))
        lines = page.evaluate(
            """() => {
              const list = document.querySelector("dl");
              const start = node => {
                const { left, right } = node.getBoundingClientRect();
                return getComputedStyle(list).direction === "rtl" ? -right : left;
              };
              const tops = new Map();
              for (const fact of list.children) {
                const { top } = fact.getBoundingClientRect();
                tops.set(top, Math.min(tops.get(top) ?? Infinity, start(fact)));
              }
              // What stands before the first fact of a line stands outside of the list, and is clipped there.
              return [getComputedStyle(list).overflowX, ...[...tops.values()].map(first => first - start(list))];
            }"""
        )
        assert lines[0] == "clip"
        assert lines[1:] == pytest.approx([0] * len(lines[1:]), abs=0.5)
        assert len(lines) > 2 or width == 760
        assert "·" not in page.locator("dl").inner_text()


def test_facts_are_a_table_beside_a_portrait_film_where_there_is_room(open_page: Open) -> None:
    for width, state, is_table in (
        (760, "complete-portrait", True),
        (340, "complete-portrait", False),
        (760, "complete", False),
    ):
        page = open_page(width)
        show(page, state)
        expect(page.get_by_text("Frame rate", exact=True)).to_be_visible(visible=is_table)
        tops = page.evaluate(
            "[...document.querySelectorAll('dl > div')].map(fact => fact.getBoundingClientRect().top)"
        )
        assert (len(set(tops)) == len(tops)) is is_table


def test_it_has_a_width_in_a_row_of_widgets(open_page: Open) -> None:
    page = open_page()
    page.evaluate("document.body.style.display = 'flex'")
    show(page, "rendering")
    assert page.evaluate("document.querySelector('.mh-widget').getBoundingClientRect().width") >= 280


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("waiting", "done"), [("rendering", "complete"), ("rendering-portrait", "complete-portrait")]
)
def test_nothing_jumps_when_the_film_arrives(open_page: Open, width: int, waiting: str, done: str) -> None:
    page = open_page(width)
    show(page, waiting)
    heights = [height(page)]
    page.evaluate(
        "traits => card.model.change(traits)", {"watch": harness.traits_of("reconnecting")["watch"]}
    )
    heights.append(height(page))
    page.evaluate(
        "([traits, links]) => { card.links = links; card.model.change(traits) }",
        [
            {key: harness.traits_of(done)[key] for key in ("status", "details", "watch")},
            {},
        ],
    )
    heights.append(height(page))
    film = "portrait" if "portrait" in done else "film"
    page.evaluate(
        "url => card.model.message({"
        " kind: 'source', output: 0, url: location.origin + url, expires_at: null, media: 'video' })",
        f"/{film}.mp4",
    )
    settle_film(page)
    heights.append(height(page))
    assert max(heights) - min(heights) <= 64, heights
    box = page.locator("video").bounding_box()
    details = harness.traits_of(done)["details"]
    assert box is not None
    assert box["height"] <= 420.5
    assert box["width"] / box["height"] == pytest.approx(details["width"] / details["height"], rel=0.02)


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
          for (const rule of document.styleSheets[0].cssRules) {
            const frames = rule instanceof CSSKeyframesRule;
            const ours = /\\.mh-widget|:has\\(\\[data-mh-widget\\]\\)/;
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
