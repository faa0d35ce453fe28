"""Views that come and go: what counts as looked at, for a card and for a gallery."""

from __future__ import annotations

import asyncio

from mh_widgets import VideoProject
from mh_widgets.controllers.messages import Message, note_presence
from mh_widgets.polling.presence import Presence
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.gallery_fixtures import Studio, looked_at, states, with_gallery
from tests.unit.gallery_fixtures import say as say_to_gallery
from tests.unit.recording_comm import say, wire_of
from tests.unit.virtual_time import Api, film, now, project, settled


def hear(presence: Presence, *messages: tuple[str, str]) -> bool:
    for kind, view in messages:
        assert note_presence(presence, Message(kind, id=view))
    return presence.attentive


# --- who is there


def test_a_widget_that_was_never_shown_counts_as_looked_at() -> None:
    assert Presence().attentive
    assert hear(Presence(), ("hidden", "a"))


def test_it_is_looked_at_as_long_as_one_of_its_views_is_there() -> None:
    presence = Presence()
    assert hear(presence, ("shown", "a"), ("shown", "b"))
    assert hear(presence, ("hidden", "a"), ("hidden", "a"))
    assert not hear(presence, ("hidden", "b"))
    assert hear(presence, ("shown", "b"), ("shown", "b"))
    assert not hear(presence, ("hidden", "b"))


def test_a_change_is_told_once_and_only_a_change() -> None:
    changes: list[bool] = []
    presence = Presence(lambda: changes.append(presence.attentive))
    hear(
        presence,
        ("shown", "a"),
        ("shown", "b"),
        ("hidden", "a"),
        ("hidden", "b"),
        ("hidden", "b"),
        ("shown", "c"),
    )
    with presence.waited_for():
        hear(presence, ("hidden", "c"))
    assert changes == [False, True, False]


def test_views_without_end_are_not_remembered_and_count_as_somebody() -> None:
    presence = Presence()
    assert hear(presence, *[("shown", f"v{n}") for n in range(10_000)])
    assert len(presence._views) <= 64
    assert not hear(presence, *[("hidden", f"v{n}") for n in range(10_000)])


def test_a_message_that_names_no_view_or_a_project_is_of_no_account() -> None:
    presence = Presence()
    hear(presence, ("shown", "a"), ("shown", ""))
    assert note_presence(presence, Message("hidden", id="a", project="clx1"))
    assert presence.attentive
    assert not note_presence(presence, Message("refresh", id="a"))
    assert not hear(presence, ("hidden", "a"))


# --- widgets


async def test_a_card_hears_of_its_views_and_says_nothing_about_it() -> None:
    api = Api(project("rendering"))
    video = VideoProject("clx1", client=api.client(), poll_interval_s=1)
    say(video, {"kind": "shown", "id": "a"})
    say(video, {"kind": "shown", "id": "b"})
    await asyncio.sleep(5.5)
    assert len(api.requests) == 6
    say(video, {"kind": "hidden", "id": "a"})
    await asyncio.sleep(5)
    assert len(api.requests) == 11
    sent = len(wire_of(video).sent)
    say(video, {"kind": "hidden", "id": "b"})
    await asyncio.sleep(50)
    assert len(api.requests) == 11
    say(video, {"kind": "shown", "id": "b"})
    await settled()
    assert len(api.requests) == 12
    assert len(wire_of(video).sent) == sent
    assert video.watch["state"] == "watching"
    video.close()


async def test_a_card_that_is_moved_while_hidden_stays_hidden() -> None:
    studio = Studio()
    video = VideoProject("clx1", client=studio.client(), poll_interval_s=1)
    say(video, {"kind": "shown", "id": "a"})
    say(video, {"kind": "hidden", "id": "a"})
    video.project_id = "clx2"
    await asyncio.sleep(50)
    assert studio.asked("clx2") == 1
    say(video, {"kind": "shown", "id": "a"})
    await asyncio.sleep(5)
    assert studio.asked("clx2") > 5
    video.close()


async def test_await_of_a_hidden_card_is_as_quick_as_of_any() -> None:
    api = Api(*[project("rendering")] * 5, film())
    video = VideoProject("clx1", client=api.client())
    say(video, {"kind": "shown", "id": "a"})
    say(video, {"kind": "hidden", "id": "a"})
    assert (await video).status == "complete"
    assert now() < 30
    video.close()


def test_a_gallery_s_views_speak_for_all_of_its_cards() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        await asyncio.sleep(10)
        asked, sent = len(studio.requests), len(states(gallery))
        say_to_gallery(gallery, kind="hidden", id="a")
        await asyncio.sleep(45)
        assert len(studio.requests) == asked
        gallery.add("clx9")
        await looked_at(gallery, studio)
        say_to_gallery(gallery, kind="shown", id="a")
        await asyncio.sleep(1)
        assert len(studio.requests) == asked + 4
        assert len(states(gallery)) == sent + 2  # of the new one
        # A card's own view is none of the gallery's.
        say_to_gallery(gallery, kind="hidden", id="a", project="clx1")
        await asyncio.sleep(10)
        assert len(studio.requests) > asked + 8

    async def shown(gallery: VideoGallery, studio: Studio) -> None:
        say_to_gallery(gallery, kind="shown", id="a")
        await body(gallery, studio)

    with_gallery(shown, ["clx1", "clx2", "clx3"], {})


def test_who_waits_for_a_hidden_gallery_waits_for_each_of_it() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        say_to_gallery(gallery, kind="shown", id="a")
        say_to_gallery(gallery, kind="hidden", id="a")
        began = now()
        studio.put("clx3", *[project("rendering")] * 3, film())
        for other in ("clx1", "clx2"):
            studio.put(other, *[project("rendering")] * 5, film())
        await gallery
        assert now() - began < 30
        assert {studio.asked(each) for each in gallery} >= {7}

    with_gallery(body, ["clx1", "clx2", "clx3"], {})


def test_waiting_for_one_of_a_hidden_gallery_hurries_that_one_alone() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        say_to_gallery(gallery, kind="shown", id="a")
        say_to_gallery(gallery, kind="hidden", id="a")
        studio.put("clx1", *[project("rendering")] * 4, film())
        await gallery["clx1"]
        assert studio.asked("clx1") == 6
        assert studio.asked("clx2") == 1

    with_gallery(body, ["clx1", "clx2"], {})
