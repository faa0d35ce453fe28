"""What a card does with its films: links with time left, saving, embedding, relaying; one transfer at a time."""

from __future__ import annotations

import asyncio
import base64
import gc
import itertools
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest

from mh_widgets import ApiError, MagicHourError, ProjectDeleted, TransferError
from mh_widgets.polling.poller import Poller
from mh_widgets.project_ids import Kind
from mh_widgets.transfers import atomic_file, remote_file
from mh_widgets.transfers.browser_stream import WINDOW, BrowserStream
from mh_widgets.transfers.outputs import Outputs
from mh_widgets.transfers.remote_file import MAX_FAILURES
from mh_widgets.transfers.types import Transfer
from tests.unit.fake_card import Card
from tests.unit.file_host import ETAG, FileHost, Stalling, hurried, streamed
from tests.unit.virtual_time import (
    START,
    Api,
    VirtualLoop,
    film,
    now,
    of_each_kind,
    project,
    run,
    settled,
    until,
)

A, B = "https://files.test/a.mp4?X-Sig=SECRET", "https://files.test/b.png?X-Sig=SECRET"
FILM = bytes(range(200))
PICTURE = b"\x89PNG\r\n\x1a\npicture"
NOWHERE = Path("no-such-folder")


class Desk:
    """The films of one watch, and all that they say."""

    def __init__(self, watch: Poller, *, acknowledge: bool = True) -> None:
        self.sent: list[dict[str, Any]] = []
        self.data = b""
        self.shown: list[Transfer | None] = []
        self.troubles: list[str] = []
        self.acknowledge = acknowledge
        self.films = Outputs(
            watch, self._send, self.shown.append, self.troubles.append, lambda: START + now()
        )

    def _send(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.sent.append(content)
        self.data += b"".join(buffers)
        if self.acknowledge and content["kind"] == "chunk":
            self.films.acknowledge(content["id"], content["index"])

    @property
    def chunks(self) -> list[int]:
        return [content["index"] for content in self.sent if content["kind"] == "chunk"]


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> FileHost:
    host = FileHost(FILM)
    host.put("/b.png", PICTURE)
    host.replace(monkeypatch, chunk_bytes=10)
    return host


def with_films(
    body: Callable[[Desk, Api], Any],
    *gets: Callable[[], object],
    acknowledge: bool = True,
    kind: Kind = "video",
) -> None:
    """Run ``body`` with a card whose first answer has come."""

    async def test() -> None:
        api = Api(*[answer() for answer in gets or (film,)])
        card = Card(api.client(), kind=kind)
        await settled()
        try:
            await body(Desk(card.watch, acknowledge=acknowledge), api)
        finally:
            card.close()

    run(test())


def jump_although_threads_are_at_work() -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    loop.threads_wait_for_us = True


async def failure(awaitable: Any) -> MagicHourError:
    with pytest.raises(MagicHourError) as caught:
        await awaitable
    return caught.value


# --- links


def test_a_link_with_time_left_is_handed_out_as_it_is() -> None:
    async def test(desk: Desk, api: Api) -> None:
        assert (await desk.films.link(0)).url == A
        assert api.count("GET") == 1

    with_films(test)


@of_each_kind
@pytest.mark.parametrize("left_s", [59.0, 0.0, -1000.0])
def test_a_link_that_ends_soon_is_renewed_first(left_s: float, kind: Kind) -> None:
    async def test(desk: Desk, api: Api) -> None:
        api.answers["GET"][0] = film("https://files.test/fresh.mp4")
        assert (await desk.films.link(0)).url == "https://files.test/fresh.mp4"
        assert api.count("GET") == 2

    with_films(test, lambda: film(ends_in_s=left_s), kind=kind)


def test_a_link_whose_end_is_unknown_is_taken_as_it_is() -> None:
    async def test(desk: Desk, api: Api) -> None:
        await desk.films.link(0)
        assert api.count("GET") == 1

    with_films(test, lambda: film(ends_in_s=None))


def test_a_link_that_failed_is_renewed_when_asked() -> None:
    async def test(desk: Desk, api: Api) -> None:
        await desk.films.link(0, renew=True)
        assert api.count("GET") == 2

    with_films(test)


@pytest.mark.parametrize("output", [1, 99, -1])
def test_there_is_no_link_to_an_output_that_is_not_there(output: int) -> None:
    async def test(desk: Desk, api: Api) -> None:
        error = await failure(desk.films.link(output))
        assert (type(error), error.code) == (TransferError, "no_output")

    with_films(test)


REASON = {"code": "no_face", "message": "No face was found."}
#: What there is instead of a film: the answer, and the code, message and hint of the error.
NO_FILM = [
    (
        project("rendering"),
        (
            "not_finished",
            "The render has not finished yet (status: rendering).",
            "Wait for it first: `await video`.",
        ),
    ),
    (
        project("a new word"),
        (
            "not_finished",
            "The render has not finished yet (status: a new word).",
            "Wait for it first: `await video`.",
        ),
    ),
    (
        project("error", error=REASON),
        ("render_failed", "The render failed, so there is no video.", "No face was found."),
    ),
    (
        project("complete", downloads=[{"url": "javascript:alert(1)"}]),
        ("bad_link", "The link to the video is not a valid http(s) URL.", ""),
    ),
    (project("canceled"), ("render_canceled", "The render was canceled, so there is no video.", "")),
]


@of_each_kind
@pytest.mark.documented("films: the render has not finished, failed or was canceled")
@pytest.mark.parametrize(("answer", "expected"), NO_FILM, ids=[case[1][0] for case in NO_FILM])
@pytest.mark.parametrize("way", ["link", "save", "relay", "embed"])
def test_where_there_is_no_film_it_says_why(
    tmp_path: Path, way: str, answer: dict[str, Any], expected: tuple[str, str, str], kind: Kind
) -> None:
    async def test(desk: Desk, api: Api) -> None:
        ways: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
            "link": lambda: desk.films.link(0),
            "save": lambda: desk.films.save(tmp_path),
            "relay": lambda: desk.films.relay(0, "v1", NOWHERE),
            "embed": lambda: desk.films.embed(0, 10**6),
        }
        error = await failure(ways[way]())
        assert type(error) is TransferError
        code, message, hint = expected
        assert (error.code, error.message, error.hint) == (
            code,
            message.replace("video.", f"{kind}.").replace("video is", f"{kind} is"),
            hint,
        )
        assert desk.shown == []
        if way == "relay":
            assert desk.sent == [{"kind": "failed", "id": "v1", "error": error.as_dict()}]

    with_films(test, lambda: answer, kind=kind)


# --- outputs that are not listed yet, and files that are not there yet


@of_each_kind
@pytest.mark.parametrize("way", ["save", "relay", "embed"])
def test_a_complete_project_that_lists_nothing_yet_is_asked_again(
    host: FileHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, kind: Kind
) -> None:
    waits = hurried(monkeypatch)

    async def test(desk: Desk, api: Api) -> None:
        api.answers["GET"].extend([project("complete")] * 3 + [film(A)])
        if way == "save":
            assert [path.read_bytes() for path in await desk.films.save(tmp_path)] == [FILM]
        elif way == "embed":
            assert await desk.films.embed(0, 1000) == (FILM, "video/mp4")
        else:
            await desk.films.relay(0, "v1", NOWHERE)
            assert desk.data == FILM
        await settled()
        said = "The project is complete, but its files are not listed yet; next attempt in 0 s."
        assert [trouble for trouble in desk.troubles if trouble] == [said] * len(waits)
        assert desk.troubles[-1] == ""
        assert waits == [1, 2, 3, 4]  # ever less often

    with_films(test, lambda: project("complete"), kind=kind)


@of_each_kind
def test_a_complete_project_that_never_lists_anything_is_given_up(
    host: FileHost, tmp_path: Path, kind: Kind
) -> None:
    async def test(desk: Desk, api: Api) -> None:
        before = api.count("GET")
        error = await failure(desk.films.save(tmp_path))
        assert (type(error), error.code) == (TransferError, "no_files")
        assert api.count("GET") == before + 1 + MAX_FAILURES
        assert host.requests == []

    with_films(test, lambda: project("complete"), kind=kind)


def test_waiting_for_outputs_is_a_transfer_that_can_be_canceled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_file, "backoff_s", lambda *_: 60.0)

    async def test(desk: Desk, api: Api) -> None:
        jump_although_threads_are_at_work()
        job = asyncio.ensure_future(desk.films.save(tmp_path))
        await until(lambda: desk.shown)
        assert desk.shown == [{"kind": "save", "received_bytes": 0, "total_bytes": None}]
        desk.films.cancel()
        assert (await failure(job)).code == "canceled"
        assert desk.shown[-1] is None

    with_films(test, lambda: project("complete"))


def test_a_fresh_link_that_lists_nothing_for_a_moment_is_asked_again(host: FileHost, tmp_path: Path) -> None:
    async def test(desk: Desk, api: Api) -> None:
        host.put("/a.mp4", 403, FILM)
        api.answers["GET"].extend([project("complete"), film(A)])
        api.answers["GET"].popleft()
        (path,) = await desk.films.save(tmp_path)
        assert path.read_bytes() == FILM

    with_films(test)


@of_each_kind
def test_a_link_that_can_not_be_renewed_says_why(kind: Kind) -> None:
    async def test(desk: Desk, api: Api) -> None:
        api.answers["GET"][0] = 401
        assert isinstance(await failure(desk.films.link(0, renew=True)), ApiError)
        api.answers["GET"][0] = 404
        assert isinstance(await failure(desk.films.link(0, renew=True)), ProjectDeleted)

    with_films(test, kind=kind)


@of_each_kind
def test_a_deleted_project_has_no_link_any_more(kind: Kind) -> None:
    async def test(desk: Desk, api: Api) -> None:
        await desk.films._poller.delete()
        assert isinstance(await failure(desk.films.link(0)), ProjectDeleted)

    with_films(test, kind=kind)


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


# --- relaying


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


@pytest.mark.parametrize(
    "answer", [500, 418, b"", streamed(length=200)], ids=["500", "418", "empty", "nothing"]
)
def test_a_film_that_does_not_arrive_ends_in_failed(host: FileHost, answer: object) -> None:
    host.put("/a.mp4", answer)

    async def test(desk: Desk, api: Api) -> None:
        error = await failure(desk.films.relay(0, "v1", NOWHERE))
        assert desk.sent[-1] == {"kind": "failed", "id": "v1", "error": error.as_dict()}
        assert "SECRET" not in f"{desk.sent} {desk.troubles}"

    with_films(test)


def test_a_film_that_breaks_off_is_told_and_goes_on_where_it_was(host: FileHost) -> None:
    host.put("/a.mp4", streamed(FILM[:50], length=200, etag=ETAG, fail=httpx.ReadError("reset")), FILM)

    async def test(desk: Desk, api: Api) -> None:
        await desk.films.relay(0, "v1", NOWHERE)
        assert desk.data == FILM
        assert host.ranges == [None, "bytes=50-"]

    with_films(test)


def test_a_film_that_always_breaks_off_at_the_same_place_is_given_up(host: FileHost) -> None:
    host.put("/a.mp4", streamed(FILM[:50], length=200))

    async def test(desk: Desk, api: Api) -> None:
        assert (await failure(desk.films.relay(0, "v1", NOWHERE))).code == "incomplete"

    with_films(test)


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
