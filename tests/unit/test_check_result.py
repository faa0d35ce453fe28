"""``check_result``: one call that waits, survives what passes, saves without overwriting, and says how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest

from mh_widgets import (
    ApiError,
    Client,
    InvalidProject,
    MagicHourError,
    MissingToken,
    ProjectDeleted,
    ProjectDetails,
    TransferError,
    WatchDeadline,
)
from mh_widgets.check_result import check_result
from mh_widgets.project_ids import Kind
from tests.unit.fake_card import Card
from tests.unit.file_host import FileHost, Stalling
from tests.unit.virtual_time import (
    Api,
    Later,
    clock,
    film,
    now,
    of_each_kind,
    project,
    refusal,
    run,
    settled,
    watched,
)

FILM = bytes(range(200))
PICTURE = b"\x89PNG\r\n\x1a\npicture"
A, B = "https://files.test/a.mp4?X-Sig=SECRET", "https://files.test/b.png?X-Sig=SECRET"
FAILED = project("error", error={"code": "no_source_face", "message": "No face."})


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> FileHost:
    host = FileHost(FILM)
    host.put("/b.png", PICTURE)
    host.replace(monkeypatch, chunk_bytes=10)
    return host


@pytest.fixture(autouse=True)
def no_interval_of_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAGIC_HOUR_POLL_INTERVAL", raising=False)


async def check(api: Api, *, wait: bool = True, save: bool = False, **more: Any) -> ProjectDetails:
    arguments = {"directory": None, "deadline_s": 3600.0, "clock": clock(), **more}
    client = arguments.pop("client", None) or api.client()
    return await check_result(client.api, arguments.pop("project", "clx1"), wait=wait, save=save, **arguments)


def checked(*gets: Callable[[], object] | object, **arguments: Any) -> tuple[ProjectDetails, Api]:
    """Run one call, whose answers may be made on its loop, and leave nothing."""

    async def test() -> tuple[ProjectDetails, Api]:
        api = Api(*[answer() if callable(answer) else answer for answer in gets])
        details = await check(api, **arguments)
        asked = {request.url.path.split("/")[2] for request in api.requests}
        assert asked == {f"{arguments.get('kind', 'video')}-projects"}
        assert not watched()
        return details, api

    return run(test())


def failure(*gets: Callable[[], object] | object, **arguments: Any) -> MagicHourError:
    with pytest.raises(MagicHourError) as caught:
        checked(*gets, **arguments)
    assert "SECRET" not in f"{caught.value!r} {caught.value}"
    return caught.value


async def beside(call: Coroutine[Any, Any, ProjectDetails]) -> asyncio.Task[ProjectDetails]:
    task = asyncio.create_task(call)
    await settled()
    return task


# --- waiting


@of_each_kind
def test_it_waits_for_the_film_and_returns_it(kind: Kind) -> None:
    details, api = checked(project(), project("rendering"), film, kind=kind)
    assert (details.status, details.downloaded_paths) == ("complete", None)
    assert details.downloads[0].url == A
    assert api.count("GET") == 3


async def test_what_has_ended_is_one_request_and_no_pause() -> None:
    api = Api(film())
    assert (await check(api)).status == "complete"
    assert (api.count("GET"), now()) == (1, 0)


@of_each_kind
@pytest.mark.documented("waiting: a status that it doesn't know")
def test_a_status_that_nobody_knows_yet_is_waited_on(kind: Kind) -> None:
    details, _ = checked(project(), project("upscaling"), film, kind=kind)
    assert details.status == "complete"


@of_each_kind
@pytest.mark.parametrize("ended", [FAILED, project("canceled")], ids=["error", "canceled"])
@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.documented("waiting: a render that ends in `error` or `canceled`")
def test_a_render_without_a_film_is_returned_and_saves_nothing(
    ended: dict[str, Any], wait: bool, kind: Kind
) -> None:
    details, _ = checked(ended, wait=wait, save=True, directory="no-such-folder", kind=kind)
    assert (details.status, details.downloaded_paths) == (ended["status"], None)
    assert not Path("no-such-folder").exists()
    if ended is FAILED:
        assert details.error is not None
        assert details.error.code == "no_source_face"


@of_each_kind
@pytest.mark.documented("waiting: `wait_for_completion=False`")
def test_without_waiting_it_is_one_look(kind: Kind) -> None:
    details, api = checked(project("rendering"), film, wait=False, save=True, kind=kind)
    assert (details.status, details.downloaded_paths, api.count("GET")) == ("rendering", None, 1)


@of_each_kind
@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize(
    "trouble",
    [refusal(429), 502, 503, 500, httpx.ConnectError("no"), httpx.ReadTimeout("no"), "nonsense"],
    ids=repr,
)
@pytest.mark.documented("waiting: 429, 503, a connection that is reset")
def test_what_passes_is_ridden_out(trouble: object, wait: bool, kind: Kind) -> None:
    details, api = checked(trouble, trouble, film, wait=wait, kind=kind)
    assert (details.status, api.count("GET")) == ("complete", 3)


@of_each_kind
@pytest.mark.parametrize("wait", [True, False])
def test_a_retry_after_is_obeyed(wait: bool, kind: Kind) -> None:
    _, api = checked(refusal(429, headers={"Retry-After": "120"}), film, wait=wait, kind=kind)
    assert api.times[1] - api.times[0] >= 120


@of_each_kind
@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("status_code", [400, 401, 402, 403, 404, 422])
@pytest.mark.documented("waiting: 404, a wrong key")
def test_what_does_not_pass_is_raised_at_once(status_code: int, wait: bool, kind: Kind) -> None:
    error = failure(refusal(status_code, "No."), wait=wait, kind=kind)
    assert isinstance(error, ApiError)
    assert error.status_code == status_code


@pytest.mark.parametrize("wait", [True, False])
def test_no_key_and_no_project_are_sentences_without_a_request(wait: bool) -> None:
    api = Api()
    with pytest.raises(MissingToken):
        run(check(api, client=api.client(token=""), wait=wait))
    for nothing in ("", "what is this?"):
        with pytest.raises(InvalidProject):
            run(check(api, project=nothing, wait=wait))
    assert not api.requests


@of_each_kind
@pytest.mark.parametrize("gets", [(project(enabled=False),), (project(), 404)], ids=["said", "gone"])
@pytest.mark.documented("waiting: a deleted project")
def test_a_project_that_was_deleted_is_said(gets: tuple[object, ...], kind: Kind) -> None:
    assert isinstance(failure(*gets, kind=kind), ProjectDeleted)


def test_whatever_a_card_takes_is_a_project() -> None:
    _, api = checked(film, project="https://magichour.ai/my-library?videoId=clx9")
    assert api.requests[0].url.path.endswith("/clx9")


# --- the deadline


@pytest.mark.parametrize(("deadline_s", "span"), [(3600.0, "60 min"), (2.5, "2.5 s")])
@pytest.mark.documented("waiting: deadline")
async def test_after_the_deadline_it_says_so_and_how_to_go_on(deadline_s: float, span: str) -> None:
    with pytest.raises(WatchDeadline) as caught:
        await check(Api(project()), deadline_s=deadline_s)
    assert now() == pytest.approx(deadline_s)
    assert caught.value.message == f"Not finished after {span}. The render continues."
    assert "check_result" in caught.value.hint
    assert not watched()


@of_each_kind
@pytest.mark.parametrize(("wait", "word"), [(True, "Not finished"), (False, "No answer")])
def test_trouble_that_does_not_pass_ends_at_the_deadline_and_is_named(
    wait: bool, word: str, kind: Kind
) -> None:
    error = failure(refusal(503, "Busy"), deadline_s=600.0, wait=wait, kind=kind)
    assert isinstance(error, WatchDeadline)
    assert error.message == f"{word} after 10 min. The API answered 503: Busy."


@of_each_kind
def test_an_answer_that_hangs_ends_at_the_deadline(kind: Kind) -> None:
    assert isinstance(failure(Later(50.0, film), wait=False, deadline_s=5.0, kind=kind), WatchDeadline)


async def test_without_a_deadline_it_waits_for_ever() -> None:
    api = Api(project())
    task = await beside(check(api, deadline_s=None))
    await asyncio.sleep(3 * 3600)
    api.answers["GET"][0] = film()
    assert (await task).status == "complete"


@pytest.mark.parametrize("deadline_s", [0, -1, float("nan")])
def test_a_deadline_that_is_none_is_refused(deadline_s: float) -> None:
    with pytest.raises(ValueError, match="deadline_s"):
        checked(film, deadline_s=deadline_s)


# --- together with a card


@pytest.mark.documented("waiting: a card of the same project and client")
async def test_it_shares_the_requests_of_a_card() -> None:
    api = Api(project(), project("rendering"), project("rendering"), film())
    client = api.client()
    card = Card(client)
    results = await asyncio.gather(card.watcher.finished(), *(check(api, client=client) for _ in range(3)))
    assert {details.status for details in results} == {"complete"}
    assert api.count("GET") == 4
    card.close()


async def test_a_look_is_news_to_the_card() -> None:
    api = Api(project(), project("rendering"))
    client = api.client()
    card = Card(client)
    await settled()
    assert (await check(api, client=client, wait=False)).status == card.watch.status == "rendering"
    assert (api.count("GET"), now()) == (2, 0)
    card.close()


async def test_its_end_and_its_deadline_are_not_the_cards() -> None:
    api = Api(project())
    client = api.client()
    card = Card(client)
    with pytest.raises(WatchDeadline):
        await check(api, client=client, deadline_s=60.0)
    assert card.watcher.state == "watching"
    task = await beside(check(api, client=client))
    task.cancel()
    await settled()
    assert card.watcher.state == "watching"
    card.close()


async def test_a_paused_card_stays_paused_while_it_waits() -> None:
    api = Api(project())
    client = api.client()
    card = Card(client)
    await settled()
    card.watcher.pause()
    task = await beside(check(api, client=client))
    assert card.watcher.state == "paused"
    api.answers["GET"][0] = film()
    assert (await task).status == "complete"
    card.close()


async def test_what_a_finished_card_knows_is_asked_anew() -> None:
    api = Api(film())
    client = api.client()
    card = Card(client)
    await settled()
    api.answers["GET"][0] = film(name="Renamed", ends_in_s=10)
    assert (await check(api, client=client)).name == "Renamed"
    api.answers["GET"][0] = refusal(404)
    with pytest.raises(ProjectDeleted):
        await check(api, client=client)
    assert card.watch.status == "deleted"
    card.close()


async def test_it_asks_again_where_a_card_was_refused() -> None:
    api = Api(refusal(401), film())
    client = api.client()
    card = Card(client)
    await settled()
    assert card.watcher.state == "stopped"
    assert (await check(api, client=client)).status == "complete"
    card.close()


async def test_cancelled_it_leaves_nothing() -> None:
    task = await beside(check(Api(project())))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await settled()
    assert not watched()


# --- the pace


def gaps(monkeypatch: pytest.MonkeyPatch, interval: str) -> set[float]:
    monkeypatch.setenv("MAGIC_HOUR_POLL_INTERVAL", interval)
    _, api = checked(project(), project(), project(), film)
    return {round(later - earlier, 3) for earlier, later in zip(api.times, api.times[1:], strict=False)}


@pytest.mark.documented("waiting: interval")
def test_the_interval_that_the_sdk_obeys_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gaps(monkeypatch, "0.5") == {0.5}
    assert gaps(monkeypatch, "0.001") == {0.1}


@pytest.mark.parametrize("nonsense", ["", "fast", "0", "-1", "nan", "inf"])
def test_an_interval_that_is_none_is_our_own_pace(monkeypatch: pytest.MonkeyPatch, nonsense: str) -> None:
    assert min(gaps(monkeypatch, nonsense)) >= 1


# --- saving


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.documented(
    "waiting: `wait_for_completion=False` with `download_outputs=True`",
    "waiting: `downloaded_paths`",
)
def test_the_files_of_a_film_are_saved_and_named(host: FileHost, tmp_path: Path, wait: bool) -> None:
    details, _ = checked(lambda: film(A, B), wait=wait, save=True, directory=str(tmp_path / "new"))
    assert details.downloaded_paths == (tmp_path / "new" / "clx1.mp4", tmp_path / "new" / "clx1.png")
    assert [path.read_bytes() for path in details.downloaded_paths] == [FILM, PICTURE]
    assert not any("authorization" in request.headers for request in host.requests)


@pytest.mark.parametrize("nowhere", [None, ""])
def test_no_directory_is_the_current_one(
    host: FileHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nowhere: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    details, _ = checked(film, save=True, directory=nowhere)
    assert details.downloaded_paths == (Path("clx1.mp4"),)
    assert (tmp_path / "clx1.mp4").read_bytes() == FILM


@pytest.mark.documented("waiting: a file with the same name")
def test_check_result_keeps_another_file_and_recognises_the_same_one(host: FileHost, tmp_path: Path) -> None:
    (tmp_path / "clx1.mp4").write_bytes(b"mine")
    for _ in range(2):
        details, _ = checked(film, save=True, directory=tmp_path)
        assert details.downloaded_paths == (tmp_path / "clx1-2.mp4",)
    assert (tmp_path / "clx1.mp4").read_bytes() == b"mine"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.documented("waiting: a broken download, a link that has ended")
def test_a_link_that_has_ended_is_fetched_anew(host: FileHost, tmp_path: Path) -> None:
    details, api = checked(lambda: film(ends_in_s=5), film, save=True, directory=tmp_path)
    assert details.downloaded_paths == (tmp_path / "clx1.mp4",)
    assert api.count("GET") == 2


@pytest.mark.documented("waiting: one of several files fails")
def test_where_one_file_fails_the_others_are_saved_and_named(host: FileHost, tmp_path: Path) -> None:
    host.put("/b.png", 500)
    error = failure(lambda: film(B, A), save=True, directory=tmp_path)
    assert isinstance(error, TransferError)
    assert error.paths == [tmp_path / "clx1.mp4"]


def test_a_film_without_files_is_an_error_that_says_so(host: FileHost, tmp_path: Path) -> None:
    error = failure(project("complete"), save=True, directory=tmp_path)
    assert isinstance(error, TransferError)
    assert error.message == "The project is complete, but its files are not listed yet."
    assert checked(project("complete"))[0].downloads == ()


def test_files_that_are_listed_some_seconds_later_are_saved(host: FileHost, tmp_path: Path) -> None:
    details, _ = checked(project("complete"), project("complete"), film, save=True, directory=tmp_path)
    assert details.downloaded_paths == (tmp_path / "clx1.mp4",)


def test_a_directory_that_cannot_be_is_a_sentence(host: FileHost, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    error = failure(film, save=True, directory=tmp_path / "taken")
    assert isinstance(error, TransferError)
    assert error.code == "disk"
    assert not host.requests


async def test_saving_does_not_count_for_the_deadline(host: FileHost, tmp_path: Path) -> None:
    slow = Stalling(FILM)
    host.put("/a.mp4", slow.respond)
    task = await beside(check(Api(film()), save=True, directory=tmp_path, deadline_s=1.0))
    await slow.stalled()
    asyncio.get_running_loop().call_later(60.0, slow.go_on.set)
    asyncio.get_running_loop().threads_wait_for_us = True  # type: ignore[attr-defined]
    assert (await task).downloaded_paths == (tmp_path / "clx1.mp4",)
    assert now() >= 60


@pytest.mark.parametrize("by", ["cancel", "delete"])
def test_a_save_that_is_stopped_leaves_no_file_under_the_name(
    host: FileHost, tmp_path: Path, by: str
) -> None:
    async def test() -> None:
        slow = Stalling(FILM)
        host.put("/a.mp4", slow.respond)
        api = Api(film())
        client = api.client()
        card = Card(client)
        await settled()
        task = await beside(check(api, client=client, save=True, directory=tmp_path))
        await slow.stalled()
        if by == "cancel":
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            await card.watch.delete()
            with pytest.raises(TransferError, match="deleted"):
                await task
        slow.go_on.set()
        card.close()

    run(test())
    assert not (tmp_path / "clx1.mp4").exists()


# --- the two faces


async def test_the_client_calls_it_by_the_arguments_of_the_sdk(host: FileHost, tmp_path: Path) -> None:
    api = Api(film(ends_in_s=10**9))
    details = await api.client().check_result("clx1", True, True, str(tmp_path))
    assert details.downloaded_paths == (tmp_path / "clx1.mp4",)
    again = await api.client().check_result(
        id="clx1",
        wait_for_completion=False,
        download_outputs=False,
        download_directory=None,
        deadline_s=5.0,
    )
    assert (again.status, again.downloaded_paths) == ("complete", None)


def test_the_blocking_client_does_the_same_without_a_loop() -> None:
    api = Api(project(), lambda: httpx.Response(200, json=film()), project("rendering"))
    client = Client("key")
    client.async_client = api.client()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAGIC_HOUR_POLL_INTERVAL", "0.1")
        assert client.check_result("clx1", True, False).status == "complete"
    assert client.check_result("clx1", False, False).status == "rendering"
    with pytest.raises(ValueError, match="deadline_s"):
        client.check_result("clx1", True, False, deadline_s=0)
    client.close()


async def test_nothing_of_a_link_or_the_key_is_in_the_frames_of_an_error(
    host: FileHost, tmp_path: Path
) -> None:
    host.put("/a.mp4", 500)
    api = Api(film())
    with pytest.raises(TransferError) as caught:
        await check(api, save=True, directory=tmp_path)
    ours = [entry for entry in caught.traceback if Path(str(entry.path)).parent.name == "mh_widgets"]
    assert [entry.name for entry in ours] == ["check_result"]
    assert "SECRET" not in repr(ours[0].frame.f_locals)
