"""A gallery of a thousand: its first page comes first, and what it says while it waits stays within bounds."""

from __future__ import annotations

import asyncio
import collections
import itertools
import json
import re

import pytest

from mh_widgets import ApiError
from mh_widgets.controllers.gallery import PAGE_SIZE
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.gallery_fixtures import Studio, states
from tests.unit.virtual_time import clock, project, refusal, run

CROWD = 1000
#: Enough to need more than the rate.
SOME = 400


def ids(prefix: str = "clx", number: int = CROWD) -> list[str]:
    return [f"{prefix}{n}" for n in range(number)]


def asked(studio: Studio) -> set[str]:
    return {request.url.path.rpartition("/")[2] for request in studio.requests}


def held_up(gallery: VideoGallery, since: int = 0) -> list[list[str]]:
    """By message: the cards that it says are held up."""
    told = [
        [name for name, card in state.get("changed", {}).items() if card["watch"]["state"] == "retrying"]
        for state in states(gallery)[since:]
    ]
    return [names for names in told if names]


async def test_a_crowd_that_waits_is_told_so_in_one_message() -> None:
    # With a file: a complete project that lists none is asked about again, and so goes on counting.
    finished = project("complete", downloads=[{"url": "https://cdn.example/a.mp4"}])
    studio = Studio(**dict.fromkeys(ids(), finished))
    gallery = VideoGallery(ids(), client=studio.client())
    await asyncio.sleep(0.4)
    # Those that have their turn within two seconds are left out.
    assert [len(names) for names in held_up(gallery)] == [pytest.approx(CROWD - 23, abs=3)]
    (reason,) = {gallery[each].watch["reason"] for each in ids()[30:]}
    assert re.fullmatch(r"Waiting for its turn: 99\d projects share 10 requests a second\.", reason)
    assert max(len(json.dumps(state)) for state in states(gallery)) < 220 * CROWD
    assert gallery[ids()[-1]].watch["next_attempt_at"] == pytest.approx(clock().now() + 100, abs=1)
    await asyncio.sleep(100.2)
    assert asked(studio) == set(ids())
    assert len(held_up(gallery)) == 1
    # One a card, as each answer comes by itself.
    assert len(states(gallery)) <= CROWD + 10
    gallery.close()


async def test_a_crowd_that_renders_is_told_of_its_waits_twice_at_most() -> None:
    studio = Studio()
    gallery = VideoGallery(ids(number=SOME), client=studio.client())
    await asyncio.sleep(60)
    assert asked(studio) == set(ids(number=SOME))
    told = held_up(gallery)
    assert max(collections.Counter(itertools.chain(*told)).values()) == 2
    assert len(told) < 20
    since = len(states(gallery))
    await asyncio.sleep(60)
    assert len(states(gallery)) == since  # law 8: nothing has changed
    gallery.close()


async def test_a_429_tells_the_cards_that_it_holds_up_and_no_others() -> None:
    studio = Studio()
    gallery = VideoGallery(ids(number=SOME), client=studio.client())
    await asyncio.sleep(100)
    since = len(states(gallery))
    studio.put("clx0", refusal(429, headers={"retry-after": "10"}), project("rendering"))
    with pytest.raises(ApiError):
        await gallery["clx0"].refresh()
    await asyncio.sleep(100)
    held = {name for names in held_up(gallery, since) for name in names}
    assert 50 < len(held) < 250
    assert {name for state in states(gallery)[since:] for name in state["changed"]} == held
    assert {gallery[each].watch["state"] for each in gallery} == {"watching"}
    gallery.close()


async def test_the_first_page_is_known_first_also_of_a_second_gallery() -> None:
    studio = Studio()
    client = studio.client()
    first = VideoGallery(ids("first"), client=client)
    await asyncio.sleep(11)
    assert asked(studio) >= set(ids("first", PAGE_SIZE))
    second = VideoGallery(ids("second", 2 * PAGE_SIZE), client=client)
    await asyncio.sleep(16)
    assert asked(studio) >= set(ids("second", PAGE_SIZE))
    assert sum(bool(status) for status in first.statuses.values()) < 2 * PAGE_SIZE
    for gallery in (first, second):
        gallery.close()


def test_on_the_next_loop_what_waits_for_its_turn_shows_what_it_was() -> None:
    studio = Studio()
    gallery = VideoGallery(ids(number=200), client=studio.client())

    async def look() -> None:
        with pytest.raises(TimeoutError):
            await gallery._owner_loop.run(lambda: gallery._all_ended(60))
        gallery._detach()

    async def look_again() -> None:
        with pytest.raises(TimeoutError):
            await gallery._owner_loop.run(lambda: gallery._all_ended(0.5))
        last = gallery["clx199"]
        assert (last.watch["state"], last.status, last.details["name"]) == ("retrying", "rendering", "A walk")
        assert gallery.cards["clx199"]["details"]["name"] == "A walk"
        gallery.close()

    run(look())
    run(look_again())
