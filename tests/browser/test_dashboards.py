"""The dashboard as it is put on the web: preheated, behind a proxy, for more than one visitor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from mh_widgets.simulator import Simulator
from tests.browser.conftest import NOTEBOOKS
from tests.browser.hosts import CARD, lives, shoot
from tests.browser.proxy import stripping_proxy
from tests.browser.servers import Server, voila

Fresh = Callable[[str], str]


@pytest.fixture(scope="module")
def preheated(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("preheated")
    with voila(NOTEBOOKS / "dashboard.ipynb", folder, env, "--preheat_kernel=True", "--pool_size=1") as server:
        yield server


def test_preheated_kernels_still_hear_which_project_the_visitor_wants(
    page: Page, preheated: Server, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("draft")
    preheated.wait_until_it_says("Kernel pool of")  # before that Voilà starts a kernel as without a pool
    # The kernel may still be at its first cell, which imports Voilà: 12 s on a busy machine.
    page.goto(f"{preheated.url}/?project={project}", timeout=90_000)
    lives(page.locator(CARD), simulator, project, tmp_path, "voila-preheated", unhurried=True)
    preheated.wait_until_it_says("Using pre-heated kernel")


def test_a_dashboard_behind_a_proxy_that_strips_its_prefix(
    page: Page, simulator: Simulator, env: dict[str, str], fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("draft")
    bases = ("--Voila.base_url=/team/films/", "--Voila.server_url=/")
    with (
        voila(NOTEBOOKS / "dashboard.ipynb", tmp_path, env, *bases) as server,
        stripping_proxy(server.url, "/team/films") as address,
    ):
        paths: list[str] = []
        page.on("request", lambda request: paths.append(request.url))
        page.goto(f"{address}/?project={project}")
        lives(page.locator(CARD), simulator, project, tmp_path, "voila-proxy", unhurried=True)
        page.goto("about:blank")
    beside = [url for url in paths if url.startswith(address.removesuffix("/team/films")) and "/team/films/" not in url]
    assert beside == []


def test_two_visitors_see_nothing_of_each_other(chrome: Browser, dashboard: Server, fresh: Fresh) -> None:
    projects = (fresh("finished"), fresh("finished"))
    heard: list[list[str | bytes]] = [[], []]
    pages = []
    for project, frames in zip(projects, heard, strict=True):
        page = chrome.new_context(viewport={"width": 1100, "height": 900}).new_page()

        def listen(socket: WebSocket, frames: list[str | bytes] = frames) -> None:
            socket.on("framereceived", lambda frame: frames.append(frame))  # noqa: PLW0108  # Playwright marks its handlers

        page.on("websocket", listen)
        page.goto(f"{dashboard.url}/?project={project}")
        pages.append(page)
    first, second = (page.locator(CARD) for page in pages)
    for card, project in zip((first, second), projects, strict=True):
        expect(card).to_have_count(1)
        expect(card).to_have_attribute("data-project-id", project)
        expect(card).to_have_attribute("data-status", "complete")
    shoot(pages[0], "voila-first-visitor")
    first.get_by_role("button", name="Delete", exact=True).click()
    first.get_by_role("button", name="Delete permanently", exact=True).click()
    expect(first).to_have_attribute("data-status", "deleted")
    second.get_by_role("button", name="Refresh", exact=True).click()
    expect(second).to_have_attribute("data-status", "complete")
    for own, other, frames in zip(projects, reversed(projects), heard, strict=True):
        text = b"".join(frame if isinstance(frame, bytes) else frame.encode() for frame in frames)
        assert own.encode() in text
        assert other.encode() not in text
    for page in pages:
        page.context.close()
