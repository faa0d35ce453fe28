"""The dashboard in Voilà, as a visitor sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from mh_widgets.simulator import Simulator
from tests.browser.servers import Server
from tests.browser.test_lab import SUNRISE, plays

Fresh = Callable[[str], str]


def test_a_visitor_watches_plays_downloads_and_deletes(
    page: Page, dashboard: Server, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("sunrise-text-to-video")
    page.goto(f"{dashboard.url}/?project={project}")
    card = page.locator("[data-mh-widget=video-project]")
    for status in ("queued", "rendering", "complete"):
        expect(card.get_by_role("status")).to_contain_text(status, ignore_case=True)
    plays(card.locator("video"))
    with page.expect_download() as download:
        card.get_by_role("button", name="Download", exact=True).click()
    download.value.save_as(tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").read_bytes() == SUNRISE
    card.get_by_role("button", name="Delete", exact=True).click()
    card.get_by_role("button", name="Delete permanently", exact=True).click()
    expect(card).to_have_attribute("data-status", "deleted")
    assert len(simulator.requests.of(project, method="DELETE")) == 1
    assert not simulator.leaks


def test_a_project_typed_by_the_visitor(page: Page, dashboard: Server, fresh: Fresh) -> None:
    first, second = fresh("finished"), fresh("two-outputs")
    page.goto(f"{dashboard.url}/?project={first}")
    cards = page.locator("[data-mh-widget=video-project]")
    expect(cards).to_have_count(1)
    field = page.get_by_placeholder("Project ID or library link")
    field.fill(second)
    field.press("Enter")
    expect(cards).to_have_count(2)
    expect(cards.first).to_have_attribute("data-project-id", second)
    expect(cards.first).to_have_attribute("data-status", "complete")
