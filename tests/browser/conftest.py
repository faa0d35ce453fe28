"""One Chromium, one simulator and one server of each kind for all browser tests of a worker."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from mh_widgets.simulator import Simulator
from tests.browser.servers import CHROMIUM_FLAGS, Server, chromium, jupyter_lab, voila

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
TOKEN = "mhk-live-3f9c27e1"


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    # What comes by a poll at the usual pace may take ten seconds, and two workers share the machine.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chrome: Browser) -> Iterator[BrowserContext]:
    context = chrome.new_context(viewport={"width": 1100, "height": 900}, accept_downloads=True)
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with Simulator(speed=4) as running:
        yield running


@pytest.fixture(scope="session")
def env(simulator: Simulator) -> dict[str, str]:
    return {"MAGIC_HOUR_BASE_URL": simulator.url, "MAGIC_HOUR_API_KEY": TOKEN}


@pytest.fixture(scope="session")
def lab(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("lab") / "work"
    folder.mkdir()
    with jupyter_lab(folder, env) as server:
        yield server


@pytest.fixture(scope="session")
def dashboard(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with voila(NOTEBOOKS / "dashboard.ipynb", tmp_path_factory.mktemp("voila"), env) as server:
        yield server


_numbers = itertools.count(1)


@pytest.fixture
def fresh() -> Callable[[str], str]:
    """``fresh("quick")`` is an ID for a copy of that project that nobody has seen yet."""
    return lambda scenario: f"{scenario}--b{next(_numbers)}"
