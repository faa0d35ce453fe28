"""Cards of a gallery that the page moves to other projects: each keeps its place, and nothing is lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mh_widgets import WatchClosed
from mh_widgets.controllers.gallery import GAP_S
from mh_widgets.controllers.messages import GalleryMessage, parse_gallery_message
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.gallery_fixtures import Gallery, Studio, of_both_galleries, say, states, with_gallery
from tests.unit.virtual_time import film, project, settled, until, watched

KEY = "mhk-live-0123456789abcdef"
LINK = "https://magichour.ai/my-library?videoId=new"
PROJECTS = ["one", "two", "three"]
ANSWERS = {"one": film, "new": film}


def move(gallery: Gallery, project: str, to: object) -> None:
    """What a page sends when somebody types ``to`` on the card of ``project``."""
    say(gallery, kind="set_project", project=project, to=to)


@pytest.mark.parametrize("given", ["new", " new ", LINK])
def test_a_moved_card_keeps_its_place_and_the_others_go_on(given: str) -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        others = [gallery._gallery.existing(each) for each in ("one", "three")]
        before = len(states(gallery))
        move(gallery, "two", given)
        assert states(gallery)[before]["projects"] == ["one", "new", "three"]
        await until(lambda: gallery.statuses["new"] == "complete")
        await settled()
        assert list(gallery) == gallery.projects == ["one", "new", "three"]
        assert states(gallery)[-1]["changed"]["new"]["details"]["id"] == "new"
        assert [gallery._gallery.existing(each) for each in ("one", "three")] == others
        assert "two" not in gallery.cards
        assert "two" not in watched()

    with_gallery(body, PROJECTS, {**ANSWERS, "new": lambda: film(id="new")}, editable=True)


def test_whoever_waits_for_the_project_before_is_told_that_it_went() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        waiting = asyncio.ensure_future(gallery["two"].finished())
        await settled()
        move(gallery, "two", "new")
        with pytest.raises(WatchClosed):
            await waiting

    with_gallery(body, PROJECTS, ANSWERS, editable=True)


def test_awaiting_the_gallery_includes_the_project_that_came() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        waiting = asyncio.ensure_future(gallery.finished())
        await settled()
        move(gallery, "two", "new")
        assert sorted(await waiting) == ["new", "one"]

    with_gallery(body, ["one", "two"], ANSWERS, editable=True)


def test_a_card_moves_as_often_as_one_likes_and_back() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        for before, after in (("one", "a"), ("a", "b"), ("b", "one")):
            move(gallery, before, after)
            await settled()
            assert list(gallery) == [after, "two"]
        await until(lambda: gallery.cards.get("one", {}).get("status") == "complete")
        await settled()
        assert states(gallery)[-1]["changed"]["one"]["status"] == "complete"

    with_gallery(body, ["one", "two"], ANSWERS, editable=True)


@pytest.mark.parametrize(
    ("given", "tone", "code", "sentence"),
    [
        ("../", "error", "invalid_project", "This is not a project ID."),
        ("x" * 129, "error", "invalid_project", "This is not a project ID."),
        (KEY, "error", "invalid_project", "This looks like an API key, not like a project ID."),
        ("one", "error", "duplicate_project", "This project has a card in this gallery already."),
        ("two", "info", "same_project", "This project is on the card already."),
    ],
)
def test_what_can_t_be_shown_is_one_sentence_on_the_card(
    given: str, tone: str, code: str, sentence: str
) -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        asked = len(studio.requests)
        controller = gallery._gallery.existing("two")
        for _ in range(2):  # said again where it is typed again
            before = len(states(gallery))
            move(gallery, "two", given)
            await asyncio.sleep(2 * GAP_S)
            (said,) = (each["changed"]["two"]["notice"] for each in states(gallery)[before:][-1:])
            assert (said["tone"], said["code"], said["message"]) == (tone, code, sentence)
        assert [each for each, card in gallery.cards.items() if card["notice"]] == ["two"]
        assert list(gallery) == PROJECTS
        assert gallery._gallery.existing("two") is controller
        assert KEY not in str(states(gallery))
        assert len(studio.requests) == asked

    with_gallery(body, PROJECTS, ANSWERS, editable=True)


@of_both_galleries
@pytest.mark.parametrize(
    "content",
    [
        {"project": "two"},
        {"project": "two", "to": ""},
        {"project": "two", "to": " "},
        {"project": "two", "to": None},
        {"project": "two", "to": ["new"]},
        {"project": "two", "to": "x" * 2049},
        {"project": "gone", "to": "new"},
        {"project": "", "to": "new"},
        {"to": "new"},
        {"project": "new"},
    ],
    ids=lambda content: repr(content)[:40],
)
def test_a_message_that_names_no_card_or_no_project_does_nothing(
    content: dict[str, Any], made: type[Gallery]
) -> None:
    async def body(gallery: Gallery, studio: Studio) -> None:
        sent, asked = len(states(gallery)), len(studio.requests)
        say(gallery, kind="set_project", **content)
        await settled()
        assert list(gallery) == PROJECTS
        assert (len(states(gallery)), len(studio.requests)) == (sent, asked)

    with_gallery(body, PROJECTS, ANSWERS, made, editable=True)


@of_both_galleries
@pytest.mark.parametrize("settings", [{}, {"editable": False}])
def test_a_gallery_that_is_not_editable_moves_no_card(settings: dict[str, Any], made: type[Gallery]) -> None:
    async def body(gallery: Gallery, studio: Studio) -> None:
        sent, asked = len(states(gallery)), len(studio.requests)
        assert not gallery.editable
        for given in ("new", "../", "one"):
            move(gallery, "two", given)
        await settled()
        assert list(gallery) == PROJECTS
        assert (len(states(gallery)), len(studio.requests)) == (sent, asked)
        gallery.editable = True  # the kernel may change its mind
        move(gallery, "two", "new")
        assert list(gallery) == ["one", "new", "three"]
        await settled()

    with_gallery(body, PROJECTS, ANSWERS, made, **settings)


def test_the_project_that_comes_to_a_paused_gallery_is_asked_about() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery.pause()
        move(gallery, "two", "new")
        await until(lambda: studio.asked("new"))
        assert gallery["three"].watch["state"] == "paused"

    with_gallery(body, PROJECTS, {**ANSWERS, "new": lambda: project("rendering")}, editable=True)


def test_a_closed_gallery_moves_nothing() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery._gallery.close()
        move(gallery, "two", "new")
        await settled()
        assert list(gallery) == PROJECTS

    with_gallery(body, PROJECTS, ANSWERS, editable=True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"project": "a", "to": " b "}, GalleryMessage("set_project", project="a", to=" b ")),
        ({"project": "a"}, GalleryMessage("set_project", project="a")),
        ({"project": "a", "to": 5}, None),
        ({"project": "a", "to": None}, None),
        ({"project": "a", "to": {"id": "b"}}, None),
        ({"project": "a", "to": "x" * 2049}, None),
    ],
)
def test_the_text_of_a_move_is_read_strictly(content: dict[str, Any], message: GalleryMessage | None) -> None:
    assert parse_gallery_message({"kind": "set_project", **content}) == message
