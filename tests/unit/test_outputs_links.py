"""Links to a card's films, with time left; and outputs and files that are not there yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from mh_widgets import ApiError, ProjectDeleted, TransferError
from mh_widgets.project_ids import Kind
from mh_widgets.transfers import remote_file
from mh_widgets.transfers.remote_file import MAX_FAILURES
from tests.unit.desk import NOWHERE, A, Desk, failure, jump_although_threads_are_at_work, with_films
from tests.unit.file_host import FileHost, hurried
from tests.unit.film_host import FILM
from tests.unit.virtual_time import Api, film, of_each_kind, project, settled, until

pytestmark = pytest.mark.usefixtures("small_chunks")


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
            hint.replace("await video", f"await {kind}"),
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
