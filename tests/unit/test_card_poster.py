"""When a card makes its poster, that it does so once, and what shows it."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from pathlib import Path

import pytest

from mh_widgets import (
    ImageProject,
    TransferError,
    VideoGallery,
    VideoProject,
    WatchClosed,
)
from mh_widgets.transfers import poster
from tests.unit.card_fixtures import rendering, with_card
from tests.unit.clips import NOISE, STRIPES, clip, size_of, still
from tests.unit.file_host import Hosting, Stalling
from tests.unit.kinds_api import Paths
from tests.unit.recording_comm import everything, updates, wire_of
from tests.unit.virtual_time import Api, film, run, settled, until

FILM = clip(STRIPES)


def picture_in(url: str | None) -> bytes:
    assert url is not None
    head, _, data = url.partition(",")
    assert head == "data:image/jpeg;base64"
    return base64.b64decode(data)


def test_a_finished_card_has_a_poster_and_says_so_once(hosting: Hosting) -> None:
    host = hosting()

    async def body(card: VideoProject, api: Api) -> None:
        await until(lambda: card.poster_url)
        assert size_of(picture_in(card.poster_url)) == (320, 180)
        (news,) = [news for news in updates(wire_of(card)) if news.get("poster_url")]
        assert set(news) == {"poster_url"}
        assert await card.poster() == picture_in(card.poster_url)
        await card.refresh()
        assert len(host.requests) == api.count("GET") - 1 == 1
        assert "SECRET" not in everything(wire_of(card))

    with_card(body)


def test_no_poster_is_made_before_the_project_is_complete(hosting: Hosting) -> None:
    host = hosting()

    async def body(card: VideoProject, api: Api) -> None:
        await card.refresh()
        assert host.requests == []
        await card
        await until(lambda: card.poster_url)

    with_card(body, rendering, rendering, film)


def test_cards_of_one_project_share_their_poster(hosting: Hosting) -> None:
    host = hosting()

    async def body(card: VideoProject, api: Api) -> None:
        others = [VideoProject("clx1", client=card._client) for _ in range(3)]
        await until(lambda: all(each.poster_url for each in [card, *others]))
        assert len(host.requests) == 1

    with_card(body)


@pytest.mark.parametrize("why", ["poster=False", "public", "off", "no PyAV"])
def test_a_card_that_shall_have_none_fetches_nothing(
    hosting: Hosting, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    host = hosting()
    if why == "public":
        monkeypatch.setenv("MAGIC_HOUR_PUBLIC_PROJECTS", "")
    if why == "off":
        monkeypatch.setenv("MAGIC_HOUR_POSTER", "off")
    if why == "no PyAV":
        monkeypatch.delitem(sys.modules, "av")
        monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    async def body(card: VideoProject, api: Api) -> None:
        assert card.status == "complete"
        await asyncio.sleep(1)
        assert (card.poster_url, host.requests) == (None, [])
        assert "<img" not in card._static_html()

    with_card(body, poster=False if why == "poster=False" else None)


def test_a_public_page_has_posters_where_they_were_asked_for(
    hosting: Hosting, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosting()
    monkeypatch.setenv("MAGIC_HOUR_PUBLIC_PROJECTS", "clx1")

    async def body(card: VideoProject, api: Api) -> None:
        await until(lambda: card.poster_url)

    with_card(body, poster=True)


def test_a_transfer_goes_first_and_the_poster_is_made_after_it(hosting: Hosting, tmp_path: Path) -> None:
    stalling = Stalling(FILM)
    host = hosting(stalling.respond, FILM)

    async def body(card: VideoProject, api: Api) -> None:
        await stalling.stalled()
        (path,) = await card.save()
        assert path.read_bytes() == FILM
        assert card.poster_url is None
        stalling.go_on.set()
        await until(lambda: card.poster_url)
        # It was read from the disk.
        assert host.ranges == ["bytes=0-524287", None]

    with_card(body, download_directory=tmp_path)


def test_a_closed_card_stops_making_its_poster(hosting: Hosting) -> None:
    stalling = Stalling(FILM)
    hosting(stalling.respond)

    async def body(card: VideoProject, api: Api) -> None:
        asking = asyncio.ensure_future(card.poster())
        await stalling.stalled()
        card.close()
        stalling.go_on.set()
        with pytest.raises((TransferError, WatchClosed)):
            await asking

    with_card(body, poster=False)


def test_a_deleted_project_has_no_poster_any_more(hosting: Hosting) -> None:
    hosting()

    async def body(card: VideoProject, api: Api) -> None:
        await until(lambda: card.poster_url)
        await card.delete()
        assert (card.status, card.poster_url) == ("deleted", None)

    with_card(body)


def test_another_project_begins_without_a_poster(hosting: Hosting) -> None:
    hosting()

    async def body(card: VideoProject, api: Api) -> None:
        await until(lambda: card.poster_url)
        card.project_id = "clx2"
        assert card.poster_url is None
        await settled()
        assert card.poster_url is None

    with_card(body, film, lambda: rendering() | {"id": "clx2"})


def test_static_html_shows_the_poster_and_its_name(hosting: Hosting) -> None:
    hosting()

    async def body(card: VideoProject, api: Api) -> None:
        await until(lambda: card.poster_url)
        page = card._repr_mimebundle_()[0]["text/html"]
        assert page.startswith(
            f'<div><img src="{card.poster_url}" alt="A &lt;walk&gt;" height="180"><br><strong>'
        )

    with_card(body, lambda: film(name="A <walk>"))


def test_a_saved_card_with_the_largest_poster_has_at_most_70_kb(hosting: Hosting) -> None:
    hosting(clip(NOISE, width=640, height=360))

    async def body(card: VideoProject, api: Api) -> None:
        await until(lambda: card.poster_url)
        largest = "data:image/jpeg;base64," + "x" * (poster.MAX_BYTES * 4 // 3)
        assert len(card.poster_url or "") <= len(largest)
        state = card.get_state() | {"poster_url": largest}
        html = card._static_html().replace(card.poster_url or "", largest)
        assert len(json.dumps(state)) + len(json.dumps(html)) <= 70_000

    with_card(body)


@pytest.mark.parametrize(("width", "has_pyav"), [(40, False), (40, True), (1000, True)])
def test_a_small_picture_is_its_own_poster_and_a_large_one_is_made_small(
    hosting: Hosting, monkeypatch: pytest.MonkeyPatch, width: int, *, has_pyav: bool
) -> None:
    picture = still(STRIPES if width < 100 else NOISE, "png", width, width)
    host = hosting(picture)
    if not has_pyav:
        monkeypatch.setitem(sys.modules, "av", None)

    async def test() -> None:
        card = ImageProject("clx1", client=Paths("image").client())
        await until(lambda: card.poster_url)
        url = card.poster_url or ""
        is_small = width < 100
        assert url.startswith(f"data:image/{'png' if is_small else 'jpeg'};base64,")
        assert (base64.b64decode(url.partition(",")[2]) == picture) == is_small
        assert host.ranges[0] == f"bytes=0-{poster.MAX_BYTES - 1}"
        card.close()

    run(test())


def test_a_gallery_makes_posters_only_when_it_is_asked(hosting: Hosting) -> None:
    host = hosting()

    async def test() -> None:
        gallery = VideoGallery(["clx1"], client=Api(film()).client())
        await gallery
        await asyncio.sleep(1)
        assert host.requests == []
        assert (await gallery["clx1"].poster()).startswith(b"\xff\xd8\xff")
        assert "poster" not in str(gallery.get_state(["cards", "projects"]))
        gallery.close()

    run(test())
