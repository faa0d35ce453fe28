"""The built card in a plain page: every state in the table, light and dark, wide and narrow, and what it does there."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.states import harness

SHOTS = Path(__file__).parents[2] / ".screenshots"
THEMES = ("light", "dark")
WIDTHS = (760, 340)
COLOURS = ("own", "jupyterlab")

Show = Callable[..., None]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with harness.serve() as address:
        yield address


@pytest.fixture
def open_page(chrome: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the harness in a context of its own; at the end nothing may have gone wrong or elsewhere."""
    pages: list[Page] = []
    trouble: list[str] = []

    def opened(width: int = 760, theme: str = "light", **options: Any) -> Page:
        options.setdefault("reduced_motion", "reduce")
        context = chrome.new_context(viewport={"width": width, "height": 640}, color_scheme=theme, **options)
        context.set_default_timeout(8000)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: request.url.startswith((address, "blob:", "data:")) or trouble.append(request.url))
        page.goto(f"{address}/page.html")
        page.wait_for_function("!!window.show")
        page.evaluate("list => document.body.classList.add(...list)", [theme, "narrow"] if width < 400 else [theme])
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.context.close()
    assert trouble == []


def show(page: Page, name: str, **changes: object) -> None:
    """Mount one state, and bring it to where the table wants it."""
    page.evaluate("([traits, options]) => show(traits, options)", [harness.traits_of(name, **changes), harness.options_of(name)])
    for press in harness.presses_of(name):
        page.get_by_role("button", name=press, exact=True).click()
    page.mouse.move(0, 0)
    page.wait_for_function("!document.querySelector('.mh-media') || !document.querySelector('.mh-stage[data-loading]')")


def settle_film(page: Page) -> None:
    page.wait_for_function("[...document.querySelectorAll('video')].every(video => video.readyState >= 3)")


def sent(page: Page, kind: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = page.evaluate("kind => card.model.sent.filter(m => m.kind === kind)", kind)
    return messages


def buttons(page: Page) -> list[str]:
    names: list[str] = page.evaluate("[...document.querySelectorAll('button')].map(b => b.textContent || b.title)")
    return names


def height(page: Page) -> float:
    return float(page.evaluate("document.querySelector('.mh-widget').getBoundingClientRect().height"))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_state_looks_as_it_should(open_page: Callable[..., Page], theme: str, width: int) -> None:
    page = open_page(width, theme)
    SHOTS.mkdir(exist_ok=True)
    shots: list[Path] = []
    for name in harness.names():
        show(page, name)
        settle_film(page)
        traits = harness.traits_of(name)
        root = page.locator("[data-mh-widget=video-project]")
        assert root.get_attribute("data-project-id") == traits["project_id"], name
        assert root.get_attribute("data-status") == traits["status"], name
        if traits["project_id"]:
            expect(page.get_by_role("status")).to_contain_text(traits["status"])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than its place"
        shots.append(SHOTS / f"{name}-{theme}-{width}.png")
        page.screenshot(path=str(shots[-1]), full_page=True)
    contact_sheet(page, shots, SHOTS / f"all-{theme}-{width}.png")


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
def test_everything_can_be_read(open_page: Callable[..., Page], theme: str, colours: str) -> None:
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


def test_nothing_is_cut_off_at_320_pixels(open_page: Callable[..., Page]) -> None:
    page = open_page(320)
    for name in harness.names():
        show(page, name)
        outside = page.evaluate(
            "[...document.querySelectorAll('.mh-widget *')].filter(n => n.getBoundingClientRect().right > innerWidth + .5)"
            ".map(n => n.className)"
        )
        assert outside == [], name


def test_it_has_a_width_in_a_row_of_widgets(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.evaluate("document.body.style.display = 'flex'")
    show(page, "rendering")
    assert page.evaluate("document.querySelector('.mh-widget').getBoundingClientRect().width") >= 280


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("waiting", "done"), [("rendering", "complete"), ("rendering-portrait", "complete-portrait")])
def test_nothing_jumps_when_the_film_arrives(
    open_page: Callable[..., Page], width: int, waiting: str, done: str
) -> None:
    page = open_page(width)
    show(page, waiting)
    heights = [height(page)]
    page.evaluate("traits => card.model.change(traits)", {"watch": harness.traits_of("reconnecting")["watch"]})
    heights.append(height(page))
    page.evaluate("([traits, links]) => { card.links = links; card.model.change(traits) }", [
        {key: harness.traits_of(done)[key] for key in ("status", "details", "watch")}, {},
    ])
    heights.append(height(page))
    film = "portrait" if "portrait" in done else "film"
    page.evaluate(
        "url => card.model.message({kind: 'source', output: 0, url: location.origin + url, expires_at: null, media: 'video'})",
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


def test_the_film_really_plays(open_page: Callable[..., Page]) -> None:
    page = open_page()
    show(page, "complete")
    settle_film(page)
    page.evaluate("document.querySelector('video').play()")
    page.wait_for_function("document.querySelector('video').currentTime > 0.3")
    assert sent(page, "source") == [{"kind": "source", "output": 0, "renew": False}]


def test_an_ended_link_is_replaced_at_the_same_place(open_page: Callable[..., Page]) -> None:
    page = open_page()
    show(page, "complete")
    settle_film(page)
    page.evaluate("const v = document.querySelector('video'); v.currentTime = 2; v.playbackRate = 2; v.muted = true; v.play()")
    page.wait_for_function("document.querySelector('video').currentTime > 2.2")
    # A link that ends under the film: the next request is refused, and the element says so by itself.
    page.evaluate("window.film = document.querySelector('video'); film.src = location.origin + '/film.mp4?ended'")
    page.wait_for_function("card.model.sent.some(m => m.renew)")
    page.wait_for_function("film.readyState >= 3 && !film.error")
    assert page.evaluate("document.querySelector('video') === film")
    assert page.evaluate("film.muted && !film.src.includes('ended')")


def test_it_goes_on_playing_where_it_was(open_page: Callable[..., Page]) -> None:
    page = open_page()
    show(page, "complete")
    settle_film(page)
    page.evaluate("window.film = document.querySelector('video'); film.muted = true; film.currentTime = 3; film.play()")
    page.wait_for_function("film.currentTime > 3.2")
    page.evaluate("film.dispatchEvent(new Event('error'))")
    page.wait_for_function("film.currentTime > 3.4 && !film.paused && film.readyState >= 3")
    assert [message["renew"] for message in sent(page, "source")] == [False, True]


def test_it_gives_up_in_words_after_three_renewals(open_page: Callable[..., Page]) -> None:
    page = open_page()
    traits, links = harness.traits_of("complete"), {"0": "/film.mp4?ended"}
    page.evaluate("([traits, links]) => show(traits, { links })", [traits, links])
    link = page.get_by_role("link", name="Open in browser")
    expect(link).to_be_visible()
    assert link.get_attribute("rel") == "noreferrer noopener"
    assert [message["renew"] for message in sent(page, "source")] == [False, True, True, True]
    page.evaluate("card.model.sent.length = 0")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_function("card.model.sent.some(m => m.renew)")


def test_the_downloaded_file_is_the_film(open_page: Callable[..., Page], address: str) -> None:
    page = open_page(accept_downloads=True)
    show(page, "complete")
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as started:
        page.evaluate(
            """async () => {
              const { id } = card.model.sent.find(m => m.kind === "download");
              const bytes = new Uint8Array(await (await fetch("/film.mp4")).arrayBuffer());
              const size = 65536;
              for (let index = 0; index * size < bytes.length; index++) {
                const part = bytes.slice(index * size, (index + 1) * size);
                const told = { received_bytes: index * size + part.length, total_bytes: bytes.length };
                card.model.message({ kind: "chunk", id, index, ...told }, [new DataView(part.buffer)]);
              }
              card.model.message({ kind: "end", id, name: `${card.model.get("project_id")}.mp4`, type: "video/mp4" });
            }"""
        )
    download = started.value
    assert download.suggested_filename == f"{harness.traits_of('complete')['project_id']}.mp4"
    assert Path(download.path()).read_bytes() == harness.FILES["/film.mp4"][0].read_bytes()
    assert len(sent(page, "ack")) == -(-harness.FILES["/film.mp4"][0].stat().st_size // 65536)


def test_deleting_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page()
    show(page, "complete")
    page.get_by_role("button", name="Delete", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_contain_text("Sunrise over the bay")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Cancel", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_focused()
    assert sent(page, "delete") == []
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert sent(page, "delete") == [{"kind": "delete", "confirmed": True}]
    page.evaluate("card.model.change({ status: 'deleted' })")
    expect(page.get_by_role("status")).to_have_text("deleted")
    assert page.evaluate("document.querySelector('.mh-widget').contains(document.activeElement)")
    assert page.locator("video").count() == 0


def test_a_double_click_on_delete_deletes_nothing(open_page: Callable[..., Page]) -> None:
    for width in WIDTHS:
        page = open_page(width)
        show(page, "complete")
        page.get_by_role("button", name="Delete", exact=True).dblclick()
        assert sent(page, "delete") == []


def test_copy_id_works_without_the_clipboard_object(open_page: Callable[..., Page]) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
    show(page, "complete")
    copy = page.get_by_role("button", name="Copy ID", exact=True)
    copy.click()
    expect(copy).to_be_focused()
    page.evaluate("delete navigator.clipboard")
    assert page.evaluate("navigator.clipboard.readText()") == harness.traits_of("complete")["project_id"]


def test_the_field_takes_enter(open_page: Callable[..., Page]) -> None:
    page = open_page()
    show(page, "empty")
    field = page.get_by_role("textbox", name="Project ID", exact=True)
    field.fill("clx7uu86w0a5qp55yxz315r6r")
    field.press("Enter")
    assert sent(page, "set_project") == [{"kind": "set_project", "project": "clx7uu86w0a5qp55yxz315r6r"}]
    page.evaluate("card.model.change({ project_id: 'clx7uu86w0a5qp55yxz315r6r' })")
    expect(field).to_have_count(0)
    assert page.evaluate("document.querySelector('.mh-widget').contains(document.activeElement)")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("queued", ["Pause", "Refresh", "Copy ID", "Delete"]),
        ("complete", ["Refresh", "Copy ID", "Download", "Save to films", "Delete"]),
        ("several-outputs", ["Refresh", "Copy ID", "Output 1", "Output 2", "Download", "Save to films", "Delete"]),
        ("no-key", ["Refresh", "Copy ID", "Retry"]),
        ("paused", ["Refresh", "Copy ID", "Resume", "Delete"]),
        ("deadline", ["Refresh", "Copy ID", "Resume", "Retry", "Delete"]),
        ("saving", ["Refresh", "Copy ID", "Cancel", "Delete"]),
        ("asking", ["Refresh", "Copy ID", "Delete permanently", "Cancel"]),
        ("failed", ["Refresh", "Copy ID", "Delete"]),
        ("deleted", ["Refresh", "Copy ID"]),
        ("not-connected", ["Copy ID"]),
        ("empty", ["Show"]),
    ],
)
def test_the_buttons_of_a_state(open_page: Callable[..., Page], state: str, expected: list[str]) -> None:
    page = open_page()
    show(page, state)
    assert buttons(page) == expected
    for name in expected:
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("state", "name"),
    [("queued", "Render progress"), ("rendering", "Render progress"), ("saving", "Saving"), ("downloading", "Downloading")],
)
def test_progress_has_a_name_and_words(open_page: Callable[..., Page], state: str, name: str) -> None:
    page = open_page()
    show(page, state)
    assert page.get_by_role("progressbar", name=name, exact=True).get_attribute("aria-valuetext")


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ({"data-jp-theme-light": "false"}, "dark"),
        ({"data-jp-theme-light": "true"}, "light"),
        ({"class": "vscode-body vscode-dark"}, "dark"),
        ({"class": "vscode-body vscode-light"}, "light"),
        ({"class": "dark dark-theme"}, "dark"),
        ({"class": "light light-theme"}, "light"),
    ],
)
def test_the_hosts_theme_counts_more_than_the_systems(
    open_page: Callable[..., Page], marks: dict[str, str], expected: str
) -> None:
    page = open_page(theme="light" if expected == "dark" else "dark")
    page.evaluate("document.body.removeAttribute('class')")
    page.evaluate("m => Object.entries(m).forEach(pair => document.body.setAttribute(...pair))", marks)
    show(page, "rendering")
    assert page.evaluate("getComputedStyle(document.querySelector('.mh-widget')).colorScheme") == expected


def test_inside_a_shadow_root_the_hosts_scheme_is_inherited(open_page: Callable[..., Page]) -> None:
    page = open_page(theme="light")
    scheme = page.evaluate(
        """async () => {
          document.body.style.colorScheme = "dark";
          const { mount } = await import("/fake_model.js");
          const inside = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
          const style = new CSSStyleSheet();
          style.replaceSync(await (await fetch("/static/widget.css")).text());
          inside.adoptedStyleSheets = [style];
          const el = inside.appendChild(document.createElement("div"));
          mount(el, { project_id: "", details: {}, watch: { state: "idle" }, status: "" });
          return getComputedStyle(el.firstChild).colorScheme;
        }"""
    )
    assert scheme == "dark"


def test_nothing_leaks_into_the_page(open_page: Callable[..., Page]) -> None:
    page = open_page()
    show(page, "complete")
    leaks = page.evaluate(
        """async () => {
          const rules = [];
          for (const rule of document.styleSheets[0].cssRules) {
            if (rule instanceof CSSKeyframesRule ? !rule.name.startsWith("mh-") : !/\\.mh-widget/.test(rule.selectorText))
              rules.push(rule.cssText);
          }
          return rules;
        }"""
    )
    assert leaks == []


def test_reduced_motion_is_obeyed(open_page: Callable[..., Page]) -> None:
    for motion, moving in (("reduce", False), ("no-preference", True)):
        page = open_page(reduced_motion=motion)
        show(page, "rendering-no-estimate")
        assert page.evaluate("document.getAnimations().length > 0") is moving


def test_forced_colours_keep_everything_in_sight(open_page: Callable[..., Page]) -> None:
    page = open_page(forced_colors="active")
    SHOTS.mkdir(exist_ok=True)
    for name in ("rendering", "complete", "failed", "asking", "empty", "saving"):
        show(page, name)
        page.screenshot(path=str(SHOTS / f"{name}-forced-760.png"), full_page=True)
    show(page, "asking")
    edges = page.evaluate("[...document.querySelectorAll('.mh-row button')].map(b => getComputedStyle(b).borderTopColor)")
    assert "rgba(0, 0, 0, 0)" not in edges


def test_it_ends_without_a_trace(open_page: Callable[..., Page]) -> None:
    page = open_page()
    show(page, "complete")
    page.evaluate("card.end(); card.clean()")
    assert page.evaluate("document.getElementById('place').childElementCount") == 0
    assert page.evaluate("card.model.listening() + card.layout.listening()") == 0
