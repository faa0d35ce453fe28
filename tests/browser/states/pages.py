"""Pages that hold the harness, and a visitor's ways to look at the card in one."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, Request

from tests.browser.servers import PATIENCE_MS
from tests.browser.states import harness

Open = Callable[..., Page]
#: ``every_state("page", "en")`` is the page with all states of one table in one language.
EveryState = Callable[..., Page]
#: What a page knows of its reader where a test says nothing.
READER: dict[str, Any] = {"reduced_motion": "reduce", "forced_colors": "none", "contrast": "no-preference"}
#: No film that is still on its way.
#: Of pictures those that a long grid scrolls to are left out.
LOADED = """![...document.querySelectorAll("[data-status=complete] :is(.mh-stage, .mh-stage *)[data-loading]")].some(
  node => node.getBoundingClientRect().top < node.closest(".mh-stage").getBoundingClientRect().bottom
)"""


class SharedPages:
    """Blank pages for whoever asks next: to make one, or a context, takes longer than most tests."""

    def __init__(self, chrome: Browser) -> None:
        self._chrome = chrome
        self._contexts: dict[str, BrowserContext] = {}
        self._blank: dict[BrowserContext, list[Page]] = {}

    def take(self, **options: Any) -> Page:
        """Return a page of the one context that has these options."""
        key = repr(sorted(options.items()))
        if key not in self._contexts:
            self._contexts[key] = self._chrome.new_context(**options)
        context = self._contexts[key]
        blank = self._blank.setdefault(context, [])
        page = blank.pop() if blank else context.new_page()
        page.bring_to_front()  # no frame is drawn in a tab behind another
        return page

    def give_back(self, page: Page) -> None:
        """Whatever the page showed ends."""
        page.goto("about:blank")
        self._blank[page.context].append(page)


def address() -> Iterator[str]:
    """A fixture for one module: where the harness is served."""
    with harness.serve() as address:
        yield address


def open_page(chrome: Browser, shared: SharedPages, address: str) -> Iterator[Open]:
    """A fixture: opens the harness in a page of its own. At the end nothing may have gone wrong, or elsewhere.

    ``what`` is the page, as in ``page?project`` with the view that it shows.
    ``alone`` gives it a new context, for what outlives a document: the context's clock.
    """
    pages: list[Page] = []
    alones: list[BrowserContext] = []
    trouble: list[str] = []

    def failed(error: Error) -> None:
        trouble.append(str(error))

    def asked(request: Request) -> None:
        if not request.url.startswith((address, "blob:", "data:")):
            trouble.append(request.url)

    def opened(
        width: int = 760, theme: Any = "light", what: str = "page", *, alone: bool = False, **options: Any
    ) -> Page:
        reader = {name: options.pop(name, value) for name, value in READER.items()}
        # Where a page may notify, the bell is on show.
        options = {"permissions": ["notifications"], **options}
        if alone:
            alones.append(chrome.new_context(**options))
            page = alones[-1].new_page()
        else:
            page = shared.take(**options)
            pages.append(page)
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", failed)
        page.on("request", asked)
        # Whoever had the page before may have dressed it for another reader.
        page.emulate_media(color_scheme=theme, **reader)
        page.set_viewport_size({"width": width, "height": 640})
        name, _, view = what.partition("?")
        page.goto(f"{address}/{name}.html?{view}")
        page.wait_for_function("!!window.show")
        dress(page, width, theme)
        return page

    yield opened
    for page in pages:
        if not page.is_closed():
            page.remove_listener("pageerror", failed)
            page.remove_listener("request", asked)
            shared.give_back(page)
    for context in alones:
        context.close()
    assert trouble == []


def dress(page: Page, width: int, theme: Any = "light", **media: Any) -> None:
    """Give a page another window and another reader: its width, scheme, and what ``emulate_media`` knows besides."""
    page.set_viewport_size({"width": width, "height": 640})
    page.emulate_media(color_scheme=theme, **media)
    page.evaluate("name => { document.body.className = name }", f"{theme} narrow" if width < 400 else theme)


def zoom(page: Page, width: int, factor: int) -> None:
    """Give a window of this width so many device pixels to one of CSS, as Playwright can't do in an open page."""
    metrics = {"width": width, "height": 640, "deviceScaleFactor": factor, "mobile": False}
    page.context.new_cdp_session(page).send("Emulation.setDeviceMetricsOverride", metrics)


def every_state(chrome: Browser, shared: SharedPages, address: str) -> Iterator[EveryState]:
    """A fixture for one module: pages with all states of a table, which its tests share. They only ``dress`` them.

    To show the states takes longer than to look at them.
    """
    opening = contextlib.contextmanager(open_page)(chrome, shared, address)
    with opening as opened:

        @functools.cache
        def page_of(what: str = "page", language: str = "en") -> Page:
            page = opened(what=what, alone=True)
            add_every_state(page, what, language)
            return page

        yield page_of


def in_vscode(page: Page, theme: str) -> None:
    """Make the page one of VS Code's: the theme's marks and colours, and those of its widget manager."""
    kind, colours = harness.vscode()[theme]
    page.evaluate(
        """([kind, colours]) => {
          const isLight = kind === "vscode-high-contrast-light";
          document.body.className = isLight ? `${kind} vscode-high-contrast` : kind;
          document.body.dataset.vscodeThemeKind = kind;
          document.body.style.background = colours["--vscode-editor-background"];
          const { style: page } = document.documentElement;
          for (const [name, value] of Object.entries(colours)) page.setProperty(name, value);
          document.querySelector("#place").classList.add("cell-output-ipywidget-background");
          const style = document.head.appendChild(document.createElement("style"));
          style.textContent = ".cell-output-ipywidget-background { background: white !important }";
        }""",
        [kind, {**harness.jupyterlab()["light"], **colours}],
    )


def show(page: Page, name: str, **changes: object) -> None:
    """Mount one state, and bring it to where the table wants it."""
    page.evaluate(
        "([traits, options]) => show(traits, options)",
        [harness.traits_of(name, **changes), harness.options_of(name)],
    )
    reach(page.locator("#place"), name)
    page.evaluate("traits => card.model.change(traits)", harness.then_of(name))
    page.mouse.move(0, 0)
    page.wait_for_function(LOADED)


def reach(place: Locator, name: str, labels: Mapping[str, str] | None = None) -> None:
    """Scroll to a card and press what leads to a state; ``labels`` translates the names of buttons."""
    place.scroll_into_view_if_needed()
    for selector in harness.clicks_of(name):
        place.locator(selector).click()
    for press in harness.presses_of(name):
        place.get_by_role("button", name=(labels or {}).get(press, press), exact=True).click()


def add_every_state(page: Page, what: str = "page", language: str = "en") -> None:
    """All states of one of the tables beneath each other. One message to the page is faster than one for each state."""
    names, words = harness.names(what), harness.words(language)
    labels = {
        "Delete": words["delete"],
        "Delete permanently": words["forGood"],
        "Change project": words["change"],
    }
    page.evaluate(
        "all => all.forEach(each => add(...each))",
        [[name, harness.traits_of(name, words=words), harness.options_of(name)] for name in names],
    )
    # A film is asked for when somebody scrolls to it.
    page.evaluate(
        """async () => {
          for (const place of document.querySelectorAll(".place")) {
            place.scrollIntoView();
            await new Promise(requestAnimationFrame);
          }
        }"""
    )
    for name in names:
        if harness.clicks_of(name) or harness.presses_of(name):
            reach(page.locator(f"#{name}"), name, labels)
    page.evaluate(
        "all => all.forEach(([name, traits]) => cards[name].model.change(traits))",
        [[name, harness.then_of(name)] for name in names],
    )
    rest(page)


def rest(page: Page) -> None:
    """Nothing is pointed at and nothing focused, and every film is there."""
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_function("[...document.querySelectorAll('video')].every(film => film.readyState >= 2)")
    page.wait_for_function(LOADED)


def settle_film(page: Page) -> None:
    """Wait until every film that is on show could play."""
    page.wait_for_function(
        f"{LOADED} && [...document.querySelectorAll('video')].every(film => film.readyState >= 3)"
    )


def sent(page: Page, kind: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = page.evaluate(
        "kind => card.model.sent.filter(m => m.kind === kind)", kind
    )
    return messages


def buttons(page: Page) -> list[str]:
    names: list[str] = page.evaluate(
        "[...document.querySelectorAll('button')].map(b => b.textContent || b.title)"
    )
    return names


def height(page: Page) -> float:
    return float(page.evaluate("document.querySelector('.mh-widget').getBoundingClientRect().height"))
