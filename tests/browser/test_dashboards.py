"""The dashboard as it is put on the web: preheated, behind a proxy, for more than one visitor."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, WebSocket, expect

from mh_widgets.simulator import Simulator
from tests.browser.conftest import NOTEBOOKS, new_context
from tests.browser.hosts import CARD, lives, shoot
from tests.browser.lab_cells import Cells
from tests.browser.proxy import stripping_proxy
from tests.browser.servers import Server, voila
from tests.leaks import KEY

Fresh = Callable[[str], str]
FORGE = (Path(__file__).parent / "raw_kernel_socket.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def preheated(env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("preheated")
    with voila(
        NOTEBOOKS / "dashboard.ipynb", folder, env, "--preheat_kernel=True", "--pool_size=1"
    ) as server:
        yield server


@pytest.mark.documented("hosts: Voilà")
def test_preheated_kernels_still_hear_which_project_the_visitor_wants(
    page: Page, preheated: Server, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("draft")
    preheated.wait_until_it_says("Kernel pool of")  # before that Voilà starts a kernel as without a pool
    page.goto(f"{preheated.url}/?project={project}")
    lives(page.locator(CARD), simulator, project, tmp_path, "voila-preheated", unhurried=True)
    preheated.wait_until_it_says("Using pre-heated kernel")


@pytest.mark.documented("hosts: Voilà")
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
    beside = [
        url
        for url in paths
        if url.startswith(address.removesuffix("/team/films")) and "/team/films/" not in url
    ]
    assert beside == []


@pytest.mark.documented("hosts: Voilà", "dashboards: sees or uses what another visitor does")
def test_two_visitors_see_nothing_of_each_other(chrome: Browser, dashboard: Server, fresh: Fresh) -> None:
    projects = (fresh("finished"), fresh("finished"))
    pages = [new_context(chrome).new_page() for _ in projects]
    heard = [Heard(page) for page in pages]
    for page, project in zip(pages, projects, strict=True):
        page.goto(f"{dashboard.url}/?project={project}")
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
    for own, other, each in zip(projects, reversed(projects), heard, strict=True):
        text = each.bytes()
        assert own.encode() in text
        assert other.encode() not in text
        assert KEY.encode() not in text
    for page in pages:
        page.context.close()


class Heard:
    """All that a page receives from now on, by whatever way."""

    def __init__(self, page: Page) -> None:
        self._frames: list[str | bytes] = []
        self._requests: list[Request] = []

        def listen(socket: WebSocket) -> None:
            socket.on("framereceived", lambda frame: self._frames.append(frame))  # noqa: PLW0108  # Playwright marks its handlers

        page.on("websocket", listen)
        page.on("requestfinished", lambda request: self._requests.append(request))  # noqa: PLW0108

    def bytes(self) -> bytes:
        """Everything but the films, answers with their headers."""
        heard = [frame if isinstance(frame, bytes) else frame.encode() for frame in self._frames]
        for request in self._requests:
            response = request.response()
            if response is not None and request.resource_type not in ("media", "font"):
                heard += [
                    repr(response.all_headers()).encode(),
                    response.body() if response.status == 200 else b"",
                ]
        return b"".join(heard)


def test_a_dashboard_in_a_cell_of_jupyterlab_takes_and_moves_projects(
    desk: Page, lab: Server, fresh: Fresh
) -> None:
    one, two, three, four = (fresh("finished") for _ in range(4))
    cells = Cells(desk, lab)
    code = f"from mh_widgets import Dashboard\ndashboard = Dashboard([{one!r}, {two!r}])\ndashboard"
    assert cells.run(code) == "Dashboard(2 projects)"
    page = desk.locator(".mh-dashboard")
    cards = page.locator(CARD)
    expect(cards).to_have_count(2)
    expect(page.get_by_role("heading", name="Magic Hour renders")).to_be_visible()
    field = page.get_by_placeholder("Project ID or library link")
    field.fill(three)
    field.press("Enter")
    expect(cards).to_have_count(3)
    expect(page.get_by_text("Added at the end.")).to_be_visible()
    expect(page.get_by_role("link")).to_have_count(0)
    cards.first.get_by_role("button", name="Change project", exact=True).click()
    cards.first.get_by_role("textbox", name="Project ID", exact=True).fill(four)
    desk.keyboard.press("Enter")
    expect(cards.first).to_have_attribute("data-project-id", four)
    expect(cards.first).to_have_attribute("data-status", "complete")
    shoot(desk, "lab-dashboard")
    assert cells.run("' '.join(dashboard.gallery)") == repr(f"{four} {two} {three}")
    cells.run("dashboard.close()")
    expect(cards).to_have_count(0)


@pytest.fixture(scope="module")
def public(
    env: dict[str, str], fresh: Fresh, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, str, str]]:
    """A dashboard that shows two projects to everybody: its server, and the two."""
    first, second = fresh("finished"), fresh("finished")
    # A folder of its own: what was saved after all would be there.
    place = tmp_path_factory.mktemp("public")
    folder = place / "notebooks"
    folder.mkdir()
    shutil.copy(NOTEBOOKS / "dashboard.ipynb", folder)
    fixed = {"MAGIC_HOUR_PUBLIC_PROJECTS": f"{first}, {second}"}
    with voila(folder / "dashboard.ipynb", place, {**env, **fixed}) as server:
        yield server, first, second


def test_a_public_dashboard_shows_its_projects_and_no_others(
    context: BrowserContext, public: tuple[Server, str, str], simulator: Simulator, fresh: Fresh
) -> None:
    server, first, second = public
    foreign = fresh("finished")
    expect(visit(context, f"{server.url}/").locator(CARD)).to_have_count(2)
    page = visit(context, f"{server.url}/?project={foreign},{second}&project=..%2Fnope")
    card = page.locator(CARD)
    expect(card).to_have_count(1)
    expect(card).to_have_attribute("data-project-id", second)
    expect(card).to_have_attribute("data-status", "complete")
    expect(page.get_by_role("alert").filter(has_text="doesn't show all")).to_be_visible()
    page = visit(context, f"{server.url}/?project={foreign}")
    cards = page.locator(CARD)
    expect(cards).to_have_count(2)
    expect(cards.first).to_have_attribute("data-project-id", first)
    expect(page.get_by_role("button", name="Download", exact=True)).to_have_count(2)
    expect(page.get_by_role("textbox")).to_have_count(0)
    for name in ("Delete", "Save to ./", "Save all finished", "Show", "Change project"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    shoot(page, "voila-public")
    assert not simulator.requests.of(foreign)


def visit(context: BrowserContext, address: str) -> Page:
    """A page of its own for each address, as for each visitor."""
    page = context.new_page()
    page.goto(address)
    return page


@pytest.mark.documented(
    "dashboards: opens another project, or deletes one",
    "dashboards: saves on the server",
    "dashboards: runs code, changes permissions, makes a card",
    "dashboards: gets the API key",
)
def test_forged_messages_to_a_public_dashboard_do_nothing_and_show_no_key(
    page: Page, public: tuple[Server, str, str], simulator: Simulator, fresh: Fresh
) -> None:
    server, own, other = public
    foreign, picture, voice = fresh("finished"), fresh("transparent-finished"), fresh("music-finished")
    before = len(simulator.requests)
    heard = Heard(page)
    page.goto(f"{server.url}/?project={own}")
    card = page.locator(CARD)
    expect(card).to_have_attribute("data-status", "complete")
    visitor = page.evaluate_handle(FORGE)
    gallery = visitor.evaluate("visitor => visitor.find('projects')")

    def custom(**content: Any) -> None:
        visitor.evaluate(
            "(visitor, [id, data]) => visitor.tell(id, data)",
            [gallery, {"method": "custom", "content": content}],
        )

    def update(**state: Any) -> None:
        data = {"method": "update", "state": state, "buffer_paths": []}
        visitor.evaluate("(visitor, [id, data]) => visitor.tell(id, data)", [gallery, data])

    def heeded() -> None:
        # Messages are handled in turn: when this has been done, those before it have been seen. A press asks nothing
        # while the answer to the one before is under way.
        for _ in range(2):
            before = len(simulator.requests.of(own))
            while len(simulator.requests.of(own)) == before:
                custom(kind="refresh", project=own)
                visitor.evaluate("visitor => visitor.pause()")

    heeded()
    for project in (own, other, foreign, picture, voice):
        update(
            projects=[project],
            project_id=project,
            allow_delete=True,
            allow_save=True,
            editable=True,
            cards={},
            columns=1,
        )
        for kind in ("refresh", "resume", "save", "source", "download") if project != own else ("save",):
            custom(kind=kind, project=project, id="forged")
        if project != own:
            custom(kind="download", project=project, id="forged", zip=True)
        custom(kind="delete", confirmed=True, project=project)
        custom(kind="set_project", project=project, to=foreign)
        custom(kind="set_project", project=own, to=project)
        custom(kind="save_all", projects=[project])
        custom(kind="compare", projects=[own, project])
        visitor.evaluate("(visitor, project) => visitor.open(project)", project)
    custom(kind="save_all")
    visitor.evaluate("visitor => visitor.execute('import os; print(dict(os.environ))')")
    heeded()

    asked = simulator.requests[before:]
    assert {request.method for request in asked if request.project_id in (own, other, foreign)} == {"GET"}
    assert not {request.project_id for request in asked} & {other, foreign, picture, voice}
    assert [path.name for path in (server.folder / "notebooks").iterdir()] == ["dashboard.ipynb"]
    expect(card).to_have_attribute("data-project-id", own)
    expect(card).to_have_attribute("data-status", "complete")
    text = heard.bytes()
    assert b"data-base-url" in text  # the page,
    assert b"update_states" in text  # what the widgets hold,
    assert b"allow saving" in text  # and an answer to what was forged
    assert KEY.encode() not in text
    assert not simulator.leaks
