"""A card saves its films, one transfer at a time, and embeds them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from mh_widgets import TransferError
from mh_widgets.project_ids import Kind
from mh_widgets.transfers import atomic_file
from mh_widgets.transfers.remote_file import MAX_FAILURES
from tests.unit.desk import NOWHERE, A, B, Desk, failure, with_films
from tests.unit.file_host import FileHost, Stalling, streamed
from tests.unit.film_host import FILM, PICTURE
from tests.unit.virtual_time import Api, film, of_each_kind, settled

pytestmark = pytest.mark.usefixtures("small_chunks")


# --- saving


@of_each_kind
def test_every_output_is_saved_in_order(host: FileHost, tmp_path: Path, kind: Kind) -> None:
    async def test(desk: Desk, api: Api) -> None:
        paths = await desk.films.save(tmp_path)
        assert [path.name for path in paths] == ["clx1.mp4", "clx1.png"]
        assert [path.read_bytes() for path in paths] == [FILM, PICTURE]
        assert await desk.films.save(tmp_path) == paths

    with_films(test, lambda: film(A, B), kind=kind)
    assert len(list(tmp_path.iterdir())) == 2


def test_the_card_shows_that_it_saves_and_then_that_it_does_not(host: FileHost, tmp_path: Path) -> None:
    async def test(desk: Desk, api: Api) -> None:
        await desk.films.save(tmp_path)
        await settled()
        assert desk.shown[0] == {"kind": "save", "received_bytes": 0, "total_bytes": None}
        assert desk.shown[-1] is None

    with_films(test)


@of_each_kind
def test_a_link_that_has_ended_on_the_way_is_renewed_but_not_for_ever(
    host: FileHost, tmp_path: Path, kind: Kind
) -> None:
    async def test(desk: Desk, api: Api) -> None:
        host.put("/a.mp4", 403, FILM)
        (path,) = await desk.films.save(tmp_path)
        assert path.read_bytes() == FILM
        assert api.count("GET") == 2
        host.put("/a.mp4", 403)
        assert (await failure(desk.films.save(tmp_path))).code == "link_refused"
        assert api.count("GET") == 2 + MAX_FAILURES

    with_films(test, kind=kind)


@of_each_kind
def test_the_error_of_one_output_names_those_that_were_saved(
    host: FileHost, tmp_path: Path, kind: Kind
) -> None:
    async def test(desk: Desk, api: Api) -> None:
        host.put("/b.png", 500)
        error = await failure(desk.films.save(tmp_path))
        assert isinstance(error, TransferError)
        assert error.paths == [tmp_path / "clx1.mp4"]
        assert desk.shown[-1] is None

    with_films(test, lambda: film(A, B), kind=kind)


def test_two_saves_take_turns(host: FileHost, tmp_path: Path) -> None:
    async def test(desk: Desk, api: Api) -> None:
        first, second = await asyncio.gather(desk.films.save(tmp_path), desk.films.save(tmp_path))
        assert first == second

    with_films(test)
    assert [path.name for path in tmp_path.iterdir()] == ["clx1.mp4"]


@of_each_kind
@pytest.mark.parametrize("way", ["save", "relay", "embed"])
def test_a_transfer_that_is_canceled_ends_at_once_and_leaves_nothing(
    host: FileHost, tmp_path: Path, way: str, kind: Kind
) -> None:
    body = Stalling(FILM)
    host.put("/a.mp4", body.respond)

    async def test(desk: Desk, api: Api) -> None:
        ways: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
            "save": lambda: desk.films.save(tmp_path),
            "relay": lambda: desk.films.relay(0, "v1", NOWHERE),
            "embed": lambda: desk.films.embed(0, 10**6),
        }
        job = asyncio.ensure_future(ways[way]())
        await body.stalled()
        desk.films.cancel()
        error = await failure(job)
        assert (type(error), error.code) == (TransferError, "canceled")
        assert desk.shown[-1] is None
        desk.films.cancel()
        body.go_on.set()

    with_films(test, kind=kind)
    assert list(tmp_path.iterdir()) == []


def test_a_saved_film_that_is_cut_while_it_is_relayed_ends_in_failed(
    host: FileHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = atomic_file.read_chunks
    monkeypatch.setattr(atomic_file, "read_chunks", lambda path, size: itertools.islice(read(path, size), 3))

    async def test(desk: Desk, api: Api) -> None:
        await desk.films.save(tmp_path)
        assert (await failure(desk.films.relay(0, "v1", tmp_path))).code == "changed"
        assert desk.sent[-1]["error"]["message"] == "The saved video changed while it was read."

    with_films(test)


@of_each_kind
@pytest.mark.parametrize("way", ["save", "relay", "embed"])
def test_a_page_instead_of_an_output_is_a_sentence_in_every_transfer(
    host: FileHost, tmp_path: Path, way: str, kind: Kind
) -> None:
    page = streamed(b"<!doctype html><title>Log in</title>")
    host.put("/a.mp4", page)
    host.put("/b.png", page)

    async def test(desk: Desk, api: Api) -> None:
        ways: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
            "save": lambda: desk.films.save(tmp_path),
            "relay": lambda: desk.films.relay(0, "v1", NOWHERE),
            "embed": lambda: desk.films.embed(0, 10**6),
        }
        error = await failure(ways[way]())
        assert error.message == "The file host sent a web page instead of the image."
        assert error.hint == "Log in to this network, or check its proxy, and try again."
        assert desk.data == b""
        assert api.count("GET") >= MAX_FAILURES  # each try had a fresh link

    with_films(test, lambda: film(B, A), kind=kind)
    assert list(tmp_path.iterdir()) == []


# --- embedding


def test_an_embedded_film_comes_with_its_type(host: FileHost) -> None:
    async def test(desk: Desk, api: Api) -> None:
        assert await desk.films.embed(0, 1000) == (FILM, "video/mp4")
        assert await desk.films.embed(1, 1000) == (PICTURE, "image/png")
        assert (await failure(desk.films.embed(0, 100))).code == "too_large"

    with_films(test, lambda: film(A, B))


def test_bytes_that_came_are_not_lost_to_a_link_that_nobody_needs(host: FileHost) -> None:
    async def test(desk: Desk, api: Api) -> None:
        api.answers["GET"].extend([film(ends_in_s=10.0), film(ends_in_s=10.0), 401])
        api.answers["GET"].popleft()
        await desk.films.embed(0, 1000)

    with_films(test, lambda: film(ends_in_s=10.0))
