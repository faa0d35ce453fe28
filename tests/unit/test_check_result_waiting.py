"""``check_result`` waits: it survives what passes, has a deadline and a pace, and says how it ended."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from mh_widgets import ApiError, InvalidProject, MissingToken, ProjectDeleted, WatchDeadline
from mh_widgets.project_ids import Kind
from tests.unit.checking import A, beside, check, checked, failure
from tests.unit.virtual_time import Api, Later, film, now, of_each_kind, project, refusal, run, watched

FAILED = project("error", error={"code": "no_source_face", "message": "No face."})


@pytest.fixture(autouse=True)
def no_interval_of_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAGIC_HOUR_POLL_INTERVAL", raising=False)


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
