"""A card's film goes to the browser: in order, whole, and no more on its way than the window."""

from __future__ import annotations

import asyncio
import base64
import gc

import httpx
import pytest

from mh_widgets.project_ids import Kind
from mh_widgets.transfers.browser_stream import WINDOW, BrowserStream
from tests.unit.desk import NOWHERE, A, B, Desk, failure, jump_although_threads_are_at_work, with_films
from tests.unit.file_host import ETAG, FileHost, streamed
from tests.unit.film_host import FILM
from tests.unit.virtual_time import Api, film, now, of_each_kind, until

pytestmark = pytest.mark.usefixtures("small_chunks")


def test_a_film_arrives_in_order_and_whole_with_name_and_type(host: FileHost) -> None:
    async def test(desk: Desk, api: Api) -> None:
        await desk.films.relay(0, "v1", NOWHERE)
        assert desk.data == FILM
        assert desk.chunks == list(range(20))
        assert desk.sent[4] == {
            "kind": "chunk",
            "id": "v1",
            "index": 4,
            "received_bytes": 50,
            "total_bytes": 200,
        }
        assert desk.sent[-1] == {"kind": "end", "id": "v1", "name": "A-walk-clx1.mp4", "type": "video/mp4"}
        assert desk.shown[-1] is None

    with_films(test)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (None, "clx1.mp4"),
        ("../../etc/passwd", "etc-passwd-clx1.mp4"),
        ("CON", "CON-clx1.mp4"),
        ("映画 №1", "映画-1-clx1.mp4"),
        ('a"; rm -rf /', "a-rm--rf-clx1.mp4"),
        ("…", "clx1.mp4"),
        ("n" * 300, "n" * 60 + "-clx1.mp4"),
    ],
)
def test_the_downloaded_file_s_name_holds_the_project_s_id_and_nothing_odd(
    host: FileHost, name: str | None, expected: str
) -> None:
    async def test(desk: Desk, api: Api) -> None:
        await desk.films.relay(0, "v1", NOWHERE)
        assert desk.sent[-1]["name"] == expected

    with_films(test, lambda: film(name=name))


def test_the_second_output_has_its_number_in_its_name(host: FileHost) -> None:
    async def test(desk: Desk, api: Api) -> None:
        await desk.films.relay(1, "v1", NOWHERE)
        assert desk.sent[-1] == {"kind": "end", "id": "v1", "name": "A-walk-clx1-2.png", "type": "image/png"}

    with_films(test, lambda: film(A, B))


def test_no_more_than_the_window_is_on_its_way_unacknowledged(host: FileHost) -> None:
    async def test(desk: Desk, api: Api) -> None:
        jump_although_threads_are_at_work()
        job = asyncio.ensure_future(desk.films.relay(0, "v1", NOWHERE))
        await until(lambda: len(desk.chunks) == WINDOW)
        await asyncio.sleep(5)
        assert desk.chunks == [0, 1, 2, 3]
        desk.films.acknowledge("another", 3)
        await asyncio.sleep(5)
        assert desk.chunks == [0, 1, 2, 3]
        desk.films.acknowledge("v1", 0)
        await until(lambda: len(desk.chunks) == 5)
        desk.films.acknowledge("v1", 3)
        desk.films.acknowledge("v1", 1)  # an old one takes nothing back
        await until(lambda: len(desk.chunks) == 8, within_s=30)
        await asyncio.sleep(5)
        assert desk.chunks == list(range(8))
        desk.films.cancel()
        assert (await failure(job)).code == "canceled"
        assert desk.sent[-1]["kind"] == "failed"
        assert desk.sent[-1]["error"]["code"] == "canceled"

    with_films(test, acknowledge=False)
    gc.collect()  # a generator that nobody closed complains here


def test_an_ack_for_what_was_never_sent_does_not_open_the_window(host: FileHost) -> None:
    async def test(desk: Desk, api: Api) -> None:
        jump_although_threads_are_at_work()
        job = asyncio.ensure_future(desk.films.relay(0, "v1", NOWHERE))
        await until(lambda: desk.chunks)
        desk.films.acknowledge("v1", 2**31 - 1)
        for _ in range(100):
            await asyncio.sleep(0.01)
        desk.films.cancel()
        await failure(job)
        assert len(desk.chunks) < 20

    host.put("/a.mp4", FILM * 5)
    with_films(test, acknowledge=False)
    gc.collect()  # a generator that nobody closed complains here


def test_a_view_that_stops_answering_ends_the_download(host: FileHost) -> None:
    async def test(desk: Desk, api: Api) -> None:
        jump_although_threads_are_at_work()
        error = await failure(desk.films.relay(0, "v1", NOWHERE))
        assert error.code == "view_gone"
        assert error.hint == "This environment can't download files from the kernel. Use Save instead."
        assert now() >= 60
        assert desk.sent[-1]["kind"] == "failed"
        assert desk.sent[-1]["error"]["code"] == "view_gone"
        assert desk.chunks == [0, 1, 2, 3]

    with_films(test, acknowledge=False)
    gc.collect()  # a generator that nobody closed complains here


def test_a_download_as_text_sends_base64_and_no_buffers(host: FileHost) -> None:
    host.put("/a.mp4", FILM)

    async def test(desk: Desk, api: Api) -> None:
        await desk.films.relay(0, "v1", NOWHERE, as_text=True)
        chunks = [message for message in desk.sent if message["kind"] == "chunk"]
        assert b"".join(base64.b64decode(chunk["base64"]) for chunk in chunks) == FILM
        assert desk.data == b""

    with_films(test)


async def test_an_ack_that_waited_behind_a_long_cell_still_counts() -> None:
    sent: list[int] = []
    relay = BrowserStream("v1", lambda content, _buffers: sent.append(content["index"]))
    for index in range(WINDOW):
        await relay._send_chunk(index, {"index": index}, [])
    turn = asyncio.ensure_future(relay._send_chunk(WINDOW, {"index": WINDOW}, []))
    await asyncio.sleep(60.5)  # its time is over, and it looks a last time
    relay.acknowledge(0)
    await turn
    assert sent == [0, 1, 2, 3, 4]


@of_each_kind
@pytest.mark.parametrize(
    "answer", [500, 418, b"", streamed(length=200)], ids=["500", "418", "empty", "nothing"]
)
def test_a_film_that_does_not_arrive_ends_in_failed(host: FileHost, answer: object, kind: Kind) -> None:
    host.put("/a.mp4", answer)

    async def test(desk: Desk, api: Api) -> None:
        error = await failure(desk.films.relay(0, "v1", NOWHERE))
        assert desk.sent[-1] == {"kind": "failed", "id": "v1", "error": error.as_dict()}
        assert "SECRET" not in f"{desk.sent} {desk.troubles}"

    with_films(test, kind=kind)


@of_each_kind
def test_a_film_that_breaks_off_is_told_and_goes_on_where_it_was(host: FileHost, kind: Kind) -> None:
    host.put("/a.mp4", streamed(FILM[:50], length=200, etag=ETAG, fail=httpx.ReadError("reset")), FILM)

    async def test(desk: Desk, api: Api) -> None:
        await desk.films.relay(0, "v1", NOWHERE)
        assert desk.data == FILM
        assert host.ranges == [None, "bytes=50-"]

    with_films(test, kind=kind)


@of_each_kind
def test_a_film_that_always_breaks_off_at_the_same_place_is_given_up(host: FileHost, kind: Kind) -> None:
    host.put("/a.mp4", streamed(FILM[:50], length=200))

    async def test(desk: Desk, api: Api) -> None:
        assert (await failure(desk.films.relay(0, "v1", NOWHERE))).code == "incomplete"

    with_films(test, kind=kind)


def test_a_download_of_no_output_ends_in_failed_as_well() -> None:
    async def test(desk: Desk, api: Api) -> None:
        await failure(desk.films.relay(7, "v1", NOWHERE))
        assert desk.sent[-1]["error"]["code"] == "no_output"

    with_films(test)


def test_a_bug_of_ours_ends_in_failed_too(host: FileHost) -> None:
    async def test(desk: Desk, api: Api) -> None:
        with pytest.raises(ZeroDivisionError):
            await desk.films.relay(0, "v1", NOWHERE)
        assert desk.sent
        assert desk.sent[-1]["kind"] == "failed"

    host.put("/a.mp4", ZeroDivisionError())
    with_films(test)


def test_an_ack_when_nothing_is_under_way_is_ignored() -> None:
    async def test(desk: Desk, api: Api) -> None:
        desk.films.acknowledge("v1", 5)
        desk.films.cancel()

    with_films(test)
