"""What a ``VideoGallery`` sends and asks: news in few messages, and many projects a few at a time."""

from __future__ import annotations

import asyncio
import json
import time

import ipywidgets

from mh_widgets.controllers.gallery import GAP_S
from mh_widgets.controllers.state import IDLE
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.gallery_fixtures import Studio, states, wire, with_gallery
from tests.unit.virtual_time import film, settled, until


def test_the_synced_traits_are_those_of_the_seam() -> None:
    own = set(VideoGallery.class_traits(sync=True)) - set(ipywidgets.DOMWidget.class_traits(sync=True))
    assert own == {
        *("projects", "cards", "changed", "refused", "transfer", "notice"),
        *("allow_delete", "allow_save", "editable", "save_label", "columns", "words", "revision"),
        *("compared", "starred"),
    }


def test_however_many_change_in_one_turn_it_is_one_message_with_those() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        # That they are looked at was no news, the three answers were.
        assert [[*state["changed"]] for state in states(gallery)] == [["clx1"], ["clx2"], ["clx3"]]
        await asyncio.sleep(GAP_S)
        gallery["clx1"].pause()
        gallery["clx3"].pause()
        await settled()
        assert [[*state] for state in states(gallery)[3:]] == [["changed"]]
        assert [*states(gallery)[3]["changed"]] == ["clx1", "clx3"]
        card = states(gallery)[-1]["changed"]["clx3"]
        # What is None stays unsaid in the news, and is in what a new view gets.
        assert None not in card.values()
        assert gallery.cards["clx3"] == {"project_id": "clx3", **IDLE, **card}
        assert (card["status"], card["watch"]["state"]) == ("rendering", "paused")

    with_gallery(body, ["clx1", "clx2", "clx3"], {})


def test_what_follows_the_first_news_within_a_blink_comes_in_one_message() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        await asyncio.sleep(GAP_S)
        before = len(states(gallery))
        for project_id in gallery:
            gallery[project_id].pause()
            await settled()
        # The first is told at once.
        assert [[*state["changed"]] for state in states(gallery)[before:]] == [["clx1"]]
        await asyncio.sleep(GAP_S)
        assert [[*state["changed"]] for state in states(gallery)[before:]] == [["clx1"], ["clx2", "clx3"]]

    with_gallery(body, ["clx1", "clx2", "clx3"], {})


def test_a_gallery_that_is_closed_keeps_what_it_had_not_told_yet() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        await asyncio.sleep(GAP_S)
        gallery["clx1"].pause()
        await settled()
        studio.put("clx2", film())
        await gallery["clx2"].refresh()
        assert gallery.cards["clx2"]["status"] == "rendering"
        gallery.close()
        assert gallery.statuses["clx2"] == gallery.cards["clx2"]["status"] == "complete"

    with_gallery(body, ["clx1", "clx2"], {})


def test_the_opening_state_of_a_view_that_comes_later_has_all_cards() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        data = {"method": "request_state"}
        wire(gallery).handle_msg({"content": {"data": data}, "buffers": []})
        cards = states(gallery)[-1]["cards"]
        assert {each: card["status"] for each, card in cards.items()} == {
            "clx1": "complete",
            "clx2": "rendering",
        }

    with_gallery(body, ["clx1", "clx2"], {"clx1": film})


def test_a_page_without_a_kernel_gets_the_whole_state_with_defaults() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        # As ipywidgets.embed asks; the view's own program is among what it would leave out.
        state = gallery.get_state(drop_defaults=True)
        assert state == gallery.get_state()
        assert state["_esm"]
        assert state["refused"] == []

    with_gallery(body, ["a"], {})


def test_one_change_is_one_small_message_and_no_change_is_none() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        sent = len(wire(gallery).sent)
        await asyncio.sleep(1000)
        assert len(studio.requests) > 10
        assert len(wire(gallery).sent) == sent
        studio.put("clx7", film())
        await until(lambda: gallery.statuses["clx7"] == "complete")
        await settled()
        # The answer and the end of the watch are a turn apart.
        assert [[*state["changed"]] for state in states(gallery)[10:]] == [["clx7"]] * (
            len(wire(gallery).sent) - sent
        )
        assert len(wire(gallery).sent) - sent <= 2
        assert len(json.dumps(wire(gallery).sent[-1][1])) < 800

    with_gallery(body, [f"clx{number}" for number in range(10)], {})


def test_after_the_end_nothing_is_sent() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        sent = len(wire(gallery).sent)
        await asyncio.sleep(10_000)
        assert (len(wire(gallery).sent), len(studio.requests)) == (sent, 2)

    with_gallery(body, ["clx1", "clx2"], {"clx1": film, "clx2": film})


def test_a_thousand_projects_are_made_at_once_and_begin_a_few_at_a_time() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        began = time.process_time()
        large = VideoGallery((f"clx{number}" for number in range(1000)), client=gallery._client)
        assert time.process_time() - began < 1
        assert len(large._gallery._controllers) < 50
        turns = 0
        while len(large._gallery._controllers) < 1000:
            turns += 1
            await asyncio.sleep(0)
        assert turns >= 20
        large.close()

    with_gallery(body, (), {})


def test_a_project_paused_before_it_began_is_not_polled_until_resumed() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery.add(f"clx{number}" for number in range(100))
        gallery.pause()
        await asyncio.sleep(100)
        assert studio.requests == []
        assert {gallery[each].watch["state"] for each in gallery} == {"paused"}
        gallery.resume()
        await until(lambda: len(studio.requests) == 100)

    with_gallery(body, (), {})


def test_resume_polls_only_what_has_not_ended() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery.pause()
        assert gallery["clx2"].watch["state"] == "paused"
        await asyncio.sleep(1000)
        asked = len(studio.requests)
        gallery.resume()
        await settled()
        await until(lambda: len(studio.requests) == asked + 1)
        assert studio.asked("clx1") == 1
        assert gallery["clx2"].watch["state"] == "watching"

    with_gallery(body, ["clx1", "clx2"], {"clx1": film})
