"""One Chromium, one simulator and one server of each kind for all browser tests of a worker."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from mh_widgets.simulator import Simulator
from tests.browser.lab_cells import CLEAR
from tests.browser.servers import CHROMIUM_FLAGS, PATIENCE_MS, Server, chromium, jupyter_lab, voila
from tests.browser.states.pages import SharedPages
from tests.leaks import KEY

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shared(chrome: Browser) -> SharedPages:
    return SharedPages(chrome)


def new_context(chrome: Browser, **options: Any) -> BrowserContext:
    context = chrome.new_context(**{"viewport": {"width": 1100, "height": 900}, **options})
    context.set_default_timeout(PATIENCE_MS)
    return context


@pytest.fixture
def context(chrome: Browser) -> Iterator[BrowserContext]:
    context = new_context(chrome)
    yield context
    context.close()


@pytest.fixture(scope="session")
def visitor(chrome: Browser) -> Iterator[BrowserContext]:
    """Somebody who has been here before: what servers sent once, and how it was compiled, is still there."""
    context = new_context(chrome)
    context.new_page()  # with its last page a context's process ends
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext) -> Iterator[Page]:
    page = visitor.new_page()
    yield page
    page.close()


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with Simulator(speed=4) as running:
        yield running


@pytest.fixture(scope="session")
def env(simulator: Simulator) -> dict[str, str]:
    return {"MAGIC_HOUR_BASE_URL": simulator.url, "MAGIC_HOUR_API_KEY": KEY}


@pytest.fixture(scope="session")
def lab(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("lab") / "work"
    folder.mkdir()
    with jupyter_lab(folder, env) as server:
        yield server


@pytest.fixture(scope="session")
def desks() -> list[Page]:
    """The page of ``desk``, where there is one."""
    return []


@pytest.fixture
def desk(chrome: Browser, lab: Server, desks: list[Page]) -> Iterator[Page]:
    """JupyterLab in a page that tests share: loading it takes longer than most of them. Their notebooks are closed."""
    if desks:
        page = desks.pop()
    else:
        page = new_context(chrome).new_page()
        page.goto(lab.page("lab?reset"))
        page.wait_for_function("window.jupyterapp?.restored.then(() => true)")
    yield page
    if page.evaluate(CLEAR):
        desks.append(page)
    else:
        page.close()


@pytest.fixture(scope="session")
def dashboard(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with voila(NOTEBOOKS / "dashboard.ipynb", tmp_path_factory.mktemp("voila"), env) as server:
        yield server


_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def fresh() -> Callable[[str], str]:
    """``fresh("quick")`` is an ID for a copy of that project that nobody has seen yet."""
    return lambda scenario: f"{scenario}--b{next(_numbers)}"
