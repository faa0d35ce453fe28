"""All outputs of a project as one zip, when one of them, the view or the user gets in its way."""

from __future__ import annotations

import asyncio
import gc
import itertools
from collections.abc import Callable

import httpx
import pytest

from mh_widgets.project_ids import Kind
from mh_widgets.transfers.outputs import Outputs
from mh_widgets.transfers.remote_file import MAX_FAILURES
from tests.unit.desk import NOWHERE, A, B, Desk, failure, jump_although_threads_are_at_work, with_films
from tests.unit.file_host import ETAG, FileHost, Stalling, streamed
from tests.unit.film_host import FILM, PICTURE
from tests.unit.virtual_time import Api, film, now, of_each_kind, project
from tests.unit.zip_desk import BREAK, both, content

pytestmark = pytest.mark.usefixtures("small_chunks")


def each_time_another(_request: httpx.Request) -> httpx.Response:
    """Break after 50 bytes, with an ETag that no other answer has."""
    etag = f'"{next(_numbers)}"'
    return streamed(FILM[:50], length=200, etag=etag, fail=httpx.ReadError("reset"))(_request)


_numbers = itertools.count()
OTHER = bytes(reversed(FILM))
REPLACED = streamed(OTHER, length=200, etag='"other"')


@pytest.mark.parametrize(
    ("answers", "expected", "begins", "gets"),
    [
        ([BREAK, FILM], FILM, 1, 1),
        ([403, FILM], FILM, 1, 2),
        ([BREAK, 403, FILM], FILM, 1, 2),
        ([BREAK, REPLACED], OTHER, 2, 1),
        ([BREAK, streamed(FILM, length=200, etag=ETAG)], FILM, 2, 1),
        ([BREAK, 416, FILM], FILM, 2, 1),
        ([*[BREAK, REPLACED] * 3, FILM], FILM, 4, 1),
    ],
    ids=[
        "a break",
        "a link that has ended",
        "a break, and the link has ended meanwhile",
        "replaced",
        "a host without ranges",
        "a 416",
        "replaced three times",
    ],
)
@pytest.mark.parametrize("first", [True, False], ids=["first", "second"])
@of_each_kind
@pytest.mark.documented(
    "films: the connection breaks or the link ends within a zip",
    "films: an output of a zip is replaced, or its host can't continue it",
)
def test_a_zip_is_whole_after_trouble_with_an_output(
    host: FileHost,
    *,
    answers: list[object],
    expected: bytes,
    begins: int,
    gets: int,
    first: bool,
    kind: Kind,
) -> None:
    async def test(desk: Desk, api: Api) -> None:
        await desk.films.relay_zip("v1", NOWHERE)
        assert content(desk) == ([expected, PICTURE] if first else [PICTURE, expected])
        assert desk.chunks.count(0) == begins
        assert desk.sent[-1]["kind"] == "end"
        assert api.count("GET") == gets
        assert "SECRET" not in f"{desk.sent} {desk.troubles}"

    host.put("/a.mp4", *answers)
    with_films(test, lambda: film(*((A, B) if first else (B, A))), kind=kind)
    gc.collect()  # a generator that nobody closed complains here


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        (404, "not_there", "Output 2: "),
        (410, "not_there", "Output 2: "),
        (500, "http_500", "Output 2: The file host answered 500."),
        (BREAK, "changed", "The outputs keep changing during the transfer."),
        (each_time_another, "changed", "The outputs keep changing during the transfer."),
    ],
    ids=["404", "410", "500", "begins again for ever", "replaced for ever"],
)
@of_each_kind
@pytest.mark.documented("films: one output of a zip fails")
def test_a_zip_without_one_of_its_outputs_is_none(
    host: FileHost, *, answer: object, code: str, message: str, kind: Kind
) -> None:
    async def test(desk: Desk, api: Api) -> None:
        error = await failure(desk.films.relay_zip("v1", NOWHERE))
        assert error.code == code
        assert error.message.startswith(message)
        assert error.hint
        assert desk.sent[-1] == {"kind": "failed", "id": "v1", "error": error.as_dict()}
        assert desk.shown[-1] is None
        assert desk.chunks.count(0) == (MAX_FAILURES if code == "changed" else 1)
        assert "SECRET" not in f"{desk.sent} {desk.troubles}"

    host.put("/a.mp4", answer)
    with_films(test, lambda: film(B, A), kind=kind)
    gc.collect()  # a generator that nobody closed complains here


@pytest.mark.documented("films: Cancel during a download", "films: a download is running")
@pytest.mark.parametrize(
    "stop",
    [Outputs.cancel, lambda films: films.stop_all("It is being deleted.")],
    ids=["Cancel", "a deletion"],
)
@of_each_kind
def test_a_zip_ends_at_once_when_it_is_stopped(
    host: FileHost, stop: Callable[[Outputs], object], kind: Kind
) -> None:
    body = Stalling(FILM)
    host.put("/a.mp4", body.respond)

    async def test(desk: Desk, api: Api) -> None:
        job = asyncio.ensure_future(desk.films.relay_zip("v1", NOWHERE))
        await body.stalled()
        stop(desk.films)
        assert (await failure(job)).code == "canceled"
        body.go_on.set()
        assert desk.sent[-1]["error"]["code"] == "canceled"
        assert desk.shown[-1] is None

    with_films(test, lambda: film(B, A), kind=kind)
    gc.collect()  # a generator that nobody closed complains here


@pytest.mark.documented("films: the page is closed")
@of_each_kind
def test_a_view_that_stops_answering_ends_the_zip(host: FileHost, kind: Kind) -> None:
    async def test(desk: Desk, api: Api) -> None:
        jump_although_threads_are_at_work()
        error = await failure(desk.films.relay_zip("v1", NOWHERE))
        assert error.code == "view_gone"
        assert now() >= 60
        assert desk.chunks == [0, 1, 2, 3]
        assert desk.sent[-1] == {"kind": "failed", "id": "v1", "error": error.as_dict()}

    with_films(test, both, acknowledge=False, kind=kind)
    gc.collect()  # a generator that nobody closed complains here


@pytest.mark.documented("films: a zip of a project with one output")
@pytest.mark.parametrize(
    ("answer", "code"),
    [(film, "no_zip"), (lambda: project("rendering"), "not_finished")],
    ids=["one output", "none yet"],
)
def test_there_is_no_zip_of_fewer_than_two_outputs(
    host: FileHost, answer: Callable[[], object], code: str
) -> None:
    async def test(desk: Desk, api: Api) -> None:
        assert (await failure(desk.films.relay_zip("v1", NOWHERE))).code == code
        assert [message["kind"] for message in desk.sent] == ["failed"]
        assert desk.shown == []
        assert host.requests == []

    with_films(test, answer)
