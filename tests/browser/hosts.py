"""What every host is asked: does the card live, and does it stay honest where it can't."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from mh_widgets.simulator import FILMS, Simulator

SHOTS = Path(__file__).parents[2] / ".screenshots"
SUNRISE = (FILMS / "sunrise.mp4").read_bytes()
CARD = "[data-mh-widget=video-project]"
GALLERY = "[data-mh-widget$=-gallery]"
ACTIONS = ("Download", "All as zip", "Save to ./", "Delete", "Refresh", "Retry", "Resume", "Pause")


def plays(film: Locator) -> None:
    """The film is there and runs: it has a picture, and its time goes on."""
    film.wait_for()
    film.evaluate("async film => { film.muted = true; await film.play(); }")
    film.page.wait_for_function(
        "film => film.readyState >= 2 && film.currentTime > 0.3", arg=film.element_handle()
    )


def shows(card: Locator, kind: str) -> None:
    """The card has an output of this kind, which can be looked at or listened to."""
    card.scroll_into_view_if_needed()
    expect(card).to_have_attribute("data-mh-widget", f"{kind}-project")
    if kind == "image":
        picture = card.locator("img").first
        picture.wait_for()
        card.page.wait_for_function(
            "img => img.complete && img.naturalWidth > 100", arg=picture.element_handle()
        )
    else:
        plays(card.locator(kind))


def lives(
    card: Locator,
    simulator: Simulator,
    project: str,
    tmp_path: Path,
    picture: str,
    *,
    unhurried: bool = False,
) -> None:
    """A project that is a draft: the card follows it to its film, hands that over, and deletes it when told twice."""
    expect(card.get_by_role("status")).to_contain_text("draft", ignore_case=True)
    for status in ("rendering", "complete"):
        simulator.set_status(project, status)
        if unhurried:  # a page that asks at the usual pace, seldom for a draft
            card.get_by_role("button", name="Refresh", exact=True).click()
        expect(card.get_by_role("status")).to_contain_text(status, ignore_case=True)
    plays(card.locator("video"))
    shoot(card.page, picture)
    with card.page.expect_download() as download:
        card.get_by_role("button", name="Download", exact=True).click()
    assert project in download.value.suggested_filename
    download.value.save_as(tmp_path / "film.mp4")
    assert (tmp_path / "film.mp4").read_bytes() == SUNRISE
    card.get_by_role("button", name="Delete", exact=True).click()
    assert simulator.requests.of(project, method="DELETE") == []
    card.get_by_role("button", name="Delete permanently", exact=True).click()
    expect(card).to_have_attribute("data-status", "deleted")
    assert len(simulator.requests.of(project, method="DELETE")) == 1
    assert not simulator.leaks


def is_a_picture_of(card: Locator, project: str, name: str) -> None:
    """Without a kernel: says so, shows what it knows, and offers nothing that can't work."""
    expect(card).to_have_attribute("data-project-id", project)
    expect(card).to_have_attribute("data-status", "complete")
    expect(card.get_by_text("not connected")).to_be_visible()
    expect(card.get_by_role("status")).to_contain_text("complete", ignore_case=True)
    expect(card.get_by_text(name)).to_be_visible()
    for action in ACTIONS:
        button = card.get_by_role("button", name=action, exact=True)
        assert button.count() == 0 or button.is_disabled(), action


def shoot(page: Page, name: str) -> None:
    """A picture of the page, to be looked at by a person."""
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SHOTS / f"host-{name}.png"))


def press(place: Locator, name: str) -> None:
    """Click the button of this name."""
    place.get_by_role("button", name=name, exact=True).click()


def card_of(gallery: Locator, project: str) -> Locator:
    """The card of one project in a gallery, of any kind."""
    return gallery.locator(f"[data-mh-widget$=-project][data-project-id='{project}']")


def shown(gallery: Locator) -> list[str]:
    """The projects whose cards are in a gallery, in their order on the page."""
    ids: list[str] = gallery.locator(CARD).evaluate_all("cards => cards.map(card => card.dataset.projectId)")
    return ids


def is_a_picture_of_a_gallery(gallery: Locator, statuses: dict[str, str]) -> None:
    """Without a kernel: says so once, shows what it knows of each, and offers nothing that can't work."""
    expect(gallery.get_by_text("not connected")).to_have_count(1)
    expect(gallery.get_by_text("not connected")).to_be_visible()
    assert shown(gallery) == [*statuses]
    for project, status in statuses.items():
        expect(card_of(gallery, project)).to_have_attribute("data-status", status)
    for action in (*ACTIONS, "Save all finished"):
        for button in gallery.get_by_role("button", name=action, exact=True).all():
            expect(button).to_be_disabled()
