"""Projects without a poster: why, that nothing else changes, and what is tried again."""

from __future__ import annotations

import sys

import pytest

from mh_widgets import ConfigurationError, TransferError, VideoProject
from mh_widgets.controllers.card_poster import MAX_TRIES
from tests.unit.card_fixtures import rendering, with_card
from tests.unit.clips import BLACK, STRIPES, clip
from tests.unit.file_host import Hosting, Stalling
from tests.unit.recording_comm import say
from tests.unit.virtual_time import Api, film, refusal, settled, until


def test_poster_says_what_to_install(hosting: Hosting, monkeypatch: pytest.MonkeyPatch) -> None:
    hosting()
    monkeypatch.setitem(sys.modules, "av", None)

    async def body(card: VideoProject, api: Api) -> None:
        with pytest.raises(ConfigurationError, match="PyAV"):
            await card.poster()
        assert card.notice is None

    with_card(body, poster=True)


@pytest.mark.documented("films: a file that can't be decoded, or with absurd sizes")
@pytest.mark.parametrize("broken", [b"\0\0\0\x20ftypisom" + bytes(5000), clip(BLACK), 404])
def test_a_film_without_a_poster_changes_nothing(hosting: Hosting, broken: object) -> None:
    hosting(broken)

    async def body(card: VideoProject, api: Api) -> None:
        before = card.get_state()
        with pytest.raises(TransferError):
            await card.poster()
        await settled()
        assert card.get_state() == before

    with_card(body)


def test_before_the_end_poster_says_that_it_has_to_be_awaited(hosting: Hosting) -> None:
    hosting()

    async def body(card: VideoProject, api: Api) -> None:
        with pytest.raises(TransferError) as caught:
            await card.poster()
        assert caught.value.code == "not_finished"

    with_card(body, rendering)


@pytest.mark.parametrize("broken", [b"\0\0\0\x20ftypisom" + bytes(5000), clip(BLACK)])
def test_a_film_without_a_poster_is_fetched_once_for_all_cards(hosting: Hosting, broken: bytes) -> None:
    host = hosting(broken)

    async def body(card: VideoProject, api: Api) -> None:
        with pytest.raises(TransferError) as first:
            await card.poster()
        fetched = len(host.requests)
        other = VideoProject("clx1", client=card._client)
        for each in (card, other):
            with pytest.raises(TransferError) as again:
                await each.poster()
            assert again.value.as_dict() == first.value.as_dict()
        assert first.value.code == "no_poster"
        assert len(host.requests) == fetched

    with_card(body)


def test_a_film_that_did_not_arrive_is_fetched_again_for_another_card(hosting: Hosting) -> None:
    host = hosting(404)

    async def body(card: VideoProject, api: Api) -> None:
        with pytest.raises(TransferError):
            await card.poster()
        host.put("/a.mp4", clip(STRIPES))
        other = VideoProject("clx1", client=card._client)
        await until(lambda: other.poster_url)

    with_card(body, poster=False)


def test_a_refused_project_has_no_poster(hosting: Hosting) -> None:
    host = hosting()

    async def body(card: VideoProject, api: Api) -> None:
        assert (card.poster_url, host.requests) == (None, [])

    with_card(body, lambda: refusal(404))


def test_a_poster_that_a_refused_deletion_stopped_is_made_at_the_next_change(hosting: Hosting) -> None:
    stalling = Stalling(clip(STRIPES))
    hosting(stalling.respond, clip(STRIPES))

    async def body(card: VideoProject, api: Api) -> None:
        api.answers["DELETE"].appendleft(503)
        await stalling.stalled()
        say(card, {"kind": "delete", "project": "clx1", "confirmed": True})
        await until(lambda: card.notice)
        stalling.go_on.set()
        await until(lambda: card.poster_url)

    with_card(body)


@pytest.mark.parametrize(("answer", "tries"), [(404, MAX_TRIES), (clip(BLACK), 1)])
def test_a_card_begins_with_its_poster_a_few_times_at_most(
    hosting: Hosting, answer: object, tries: int
) -> None:
    host = hosting(answer)

    async def body(card: VideoProject, api: Api) -> None:
        assert card._controller
        poster = card._controller.poster
        fetched = set()
        for number in range(MAX_TRIES + 2):
            await until(lambda: not poster.is_coming)
            fetched.add(len(host.requests))
            api.answers["GET"].append(film(name=f"A walk {number}"))
            await card.refresh()
        assert len(fetched) == tries

    with_card(body)
