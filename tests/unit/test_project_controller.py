"""One project on one card, without widgets: what it shows, and what a view's messages do."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast

import pytest

from mh_widgets import MagicHourError, NotAllowed
from mh_widgets.controllers.messages import parse_message
from mh_widgets.controllers.project import ProjectController
from mh_widgets.controllers.settings import Settings
from mh_widgets.controllers.state import IDLE
from tests.unit.file_host import FileHost, Stalling
from tests.unit.virtual_time import START, Api, Later, clock, film, project, refusal, run, settled, until

FILM = bytes(range(200))


@dataclasses.dataclass
class May:
    """Permissions that a test can change."""

    allow_delete: bool = True
    allow_save: bool = True


class Desk:
    """A session, what it sends, and each state it told of."""

    def __init__(self, api: Api, directory: Path = Path(), may: May | None = None, **settings: Any) -> None:
        self.sent: list[dict[str, Any]] = []
        self.states: list[dict[str, Any]] = []
        self.session = ProjectController(
            api.client().api,
            "clx1",
            Settings(directory, **settings),
            may or May(),
            on_change=lambda: self.states.append(self.state),
            send=self._send,
            clock=clock(),
        )

    def _send(self, content: dict[str, Any], _buffers: list[bytes]) -> None:
        self.sent.append(content)
        if content["kind"] == "chunk":
            self.say("ack", id=content["id"], index=content["index"])

    def say(self, kind: str, **fields: object) -> None:
        message = parse_message({"kind": kind, **fields})
        assert message is not None
        self.session.handle(message)

    @property
    def state(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self.session.state())

    @property
    def notice(self) -> dict[str, str]:
        notice = self.state["notice"]
        assert isinstance(notice, dict)
        assert set(notice) == {"tone", "code", "message", "hint"}
        return notice


Body = Callable[[Desk, Api], Coroutine[Any, Any, None]]


def with_session(
    body: Body, *gets: Callable[[], object], delete: tuple[object, ...] = (204,), **setup: Any
) -> None:
    """Run ``body`` with a session whose first answer has come."""

    async def test() -> None:
        api = Api(*[answer() for answer in gets or (film,)], delete=delete)
        desk = Desk(api, **setup)
        desk.session.start()
        await settled()
        try:
            await body(desk, api)
        finally:
            desk.session.close()

    run(test())


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> FileHost:
    host = FileHost(FILM)
    host.replace(monkeypatch)
    return host


# --- what it shows


def test_the_state_has_exactly_the_traits_of_an_idle_card() -> None:
    async def body(desk: Desk, api: Api) -> None:
        assert set(desk.state) == set(IDLE)
        assert all(set(state) == set(IDLE) for state in desk.states)
        json.dumps(desk.states, allow_nan=False)

    with_session(body)


def test_a_render_under_way_shows_its_details_and_an_estimate() -> None:
    async def body(desk: Desk, api: Api) -> None:
        state = desk.state
        assert state["status"] == "rendering"
        assert state["details"]["name"] == "A walk"
        assert state["estimate"] == {"usual_s": 96, "source": "documented median of July 2026"}
        assert state["watch"] == {"state": "watching", "reason": "", "next_attempt_at": None}
        assert state["error"] is None

    with_session(body, lambda: project("rendering"))


@pytest.mark.parametrize("kind", ["NEW_KIND", None, "face_swap "])
def test_a_type_that_nobody_timed_has_no_estimate(kind: str | None) -> None:
    async def body(desk: Desk, api: Api) -> None:
        assert desk.state["estimate"] is None

    with_session(body, lambda: project("rendering", type=kind))


def test_no_link_and_no_query_is_in_any_state() -> None:
    async def body(desk: Desk, api: Api) -> None:
        assert desk.state["details"]["outputs"] == [{"media": "video"}]
        text = json.dumps(desk.states)
        assert "SECRET" not in text
        assert "files.test" not in text

    with_session(body)


def test_retrying_has_a_reason_and_a_time_and_an_ordinary_poll_has_none() -> None:
    async def body(desk: Desk, api: Api) -> None:
        await until(lambda: desk.state["watch"]["state"] == "retrying")
        watch = desk.state["watch"]
        assert watch["reason"].startswith("The API answered 503")
        assert START < watch["next_attempt_at"] < START + 60
        assert desk.state["status"] == "queued"
        await until(lambda: desk.state["watch"]["state"] != "retrying")
        assert desk.state["watch"]["next_attempt_at"] is None

    with_session(body, project, lambda: 503, lambda: project("rendering"))


def test_the_render_s_own_failure_is_the_error() -> None:
    async def body(desk: Desk, api: Api) -> None:
        assert desk.state["error"] == {"code": "no_source_face", "message": "No face.", "hint": ""}
        assert desk.state["watch"]["state"] == "stopped"

    with_session(body, lambda: project("error", error={"code": "no_source_face", "message": "No face."}))


def test_a_fatal_answer_is_the_error_and_resume_takes_it_away() -> None:
    async def body(desk: Desk, api: Api) -> None:
        assert desk.state["error"]["code"] == "http_401"
        assert desk.state["watch"]["state"] == "stopped"
        api.answers["GET"][0] = project("rendering")
        desk.say("resume")
        assert desk.state["error"] is None
        await asyncio.sleep(0.2)  # the client's budget: ten questions a second
        assert desk.state["status"] == "rendering"

    with_session(body, lambda: 401)


def test_the_deadline_is_an_error_with_that_code() -> None:
    async def body(desk: Desk, api: Api) -> None:
        await asyncio.sleep(101)
        assert desk.state["error"]["code"] == "deadline"
        assert desk.state["watch"]["state"] == "stopped"
        desk.say("resume")
        assert desk.state["watch"]["state"] == "watching"

    with_session(body, lambda: project("rendering"), deadline_s=100)


def test_pause_and_resume_by_message() -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("pause")
        assert desk.state["watch"]["state"] == "paused"
        desk.say("resume")
        assert desk.state["watch"]["state"] == "watching"

    with_session(body, lambda: project("rendering"))


# --- source


def test_a_view_gets_the_link_it_asks_for() -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("source", output=0, renew=False)
        await settled()
        assert desk.sent == [
            {
                "kind": "source",
                "output": 0,
                "url": "https://files.test/a.mp4?X-Sig=SECRET",
                "expires_at": START + 86400,
                "media": "video",
            }
        ]
        assert api.count("GET") == 1

    with_session(body)


def test_a_link_without_an_end_says_none() -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("source")
        await settled()
        assert desk.sent[0]["expires_at"] is None

    with_session(body, lambda: film(ends_in_s=None))


def test_a_player_that_failed_gets_a_fresh_link() -> None:
    async def body(desk: Desk, api: Api) -> None:
        api.answers["GET"][0] = film("https://files.test/fresh.mp4")
        desk.say("source", output=0, renew=True)
        await settled()
        assert desk.sent[0]["url"] == "https://files.test/fresh.mp4"

    with_session(body)


@pytest.mark.parametrize(
    ("output", "answer", "code"), [(5, None, "no_output"), (0, 401, "http_401"), (0, 404, "deleted")]
)
def test_a_link_that_is_not_to_be_had_is_an_error_for_the_view(
    output: int, answer: object, code: str
) -> None:
    async def body(desk: Desk, api: Api) -> None:
        if answer is not None:
            api.answers["GET"][0] = answer
        desk.say("source", output=output, renew=answer is not None)
        await settled()
        (reply,) = desk.sent
        assert (reply["kind"], reply["output"], reply["error"]["code"]) == ("source", output, code)
        assert set(reply["error"]) == {"code", "message", "hint"}
        assert "url" not in reply

    with_session(body)


# --- refresh and delete


def test_refresh_asks_once_and_says_when_it_fails() -> None:
    async def body(desk: Desk, api: Api) -> None:
        api.answers["GET"][0] = refusal(403, "Not yours.")
        desk.say("refresh")
        await settled()
        assert api.count("GET") == 2
        assert desk.notice["tone"] == "error"
        assert desk.notice["code"] == "http_403"
        assert "Not yours." in desk.notice["message"]
        api.answers["GET"][0] = film()
        desk.say("refresh")
        await settled()
        assert desk.state["notice"] is None

    with_session(body)


def test_delete_needs_its_confirmation() -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("delete")
        desk.say("delete", confirmed=False)
        await settled()
        assert api.count("DELETE") == 0
        desk.say("delete", confirmed=True)
        desk.say("delete", confirmed=True)
        await settled()
        assert api.count("DELETE") == 1
        assert desk.state["status"] == "deleted"
        assert desk.state["notice"] is None

    with_session(body)


def test_a_refused_delete_is_a_notice_with_the_api_s_reason() -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("delete", confirmed=True)
        await settled()
        assert desk.state["status"] == "complete"
        assert desk.notice["code"] == "http_422"
        assert "Templates stay." in desk.notice["message"]

    with_session(body, delete=(refusal(422, "Templates stay."),))


def test_without_permission_nothing_is_deleted_whoever_asks() -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("delete", confirmed=True)
        await settled()
        assert desk.notice["code"] == "not_allowed"
        with pytest.raises(NotAllowed):
            await desk.session.delete("clx1")
        assert api.count("DELETE") == 0

    with_session(body, may=May(allow_delete=False))


def test_the_kernel_may_change_its_mind() -> None:
    may = May(allow_delete=False)

    async def body(desk: Desk, api: Api) -> None:
        may.allow_delete = True
        desk.say("delete", confirmed=True)
        await settled()
        assert api.count("DELETE") == 1

    with_session(body, may=may)


# --- films


def test_save_says_what_it_saved_by_name_and_not_where(host: FileHost, tmp_path: Path) -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("save")
        await until(lambda: desk.state["notice"])
        assert desk.notice == {"tone": "info", "code": "saved", "message": "Saved as clx1.mp4.", "hint": ""}
        assert (tmp_path / "clx1.mp4").read_bytes() == FILM
        assert {"kind": "save", "received_bytes": 0, "total_bytes": None} in [
            s["transfer"] for s in desk.states
        ]
        assert desk.state["transfer"] is None
        assert str(tmp_path) not in json.dumps(desk.states)

    with_session(body, directory=tmp_path)


def test_without_permission_a_view_saves_nothing_but_code_does(host: FileHost, tmp_path: Path) -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("save")
        await settled()
        assert desk.notice["code"] == "not_allowed"
        assert host.requests == []
        (path,) = await desk.session.save()
        assert path.read_bytes() == FILM

    with_session(body, directory=tmp_path, may=May(allow_save=False))


def test_a_save_that_fails_is_a_notice(host: FileHost, tmp_path: Path) -> None:
    async def body(desk: Desk, api: Api) -> None:
        host.put("/a.mp4", 500)
        desk.say("save")
        await until(lambda: desk.state["notice"])
        assert (desk.notice["tone"], desk.notice["code"]) == ("error", "http_500")
        assert desk.notice["hint"]

    with_session(body, directory=tmp_path)


def test_a_bug_of_ours_is_a_notice_without_its_text(host: FileHost, tmp_path: Path) -> None:
    async def body(desk: Desk, api: Api) -> None:
        host.put("/a.mp4", ZeroDivisionError("SECRET"))
        desk.say("save")
        await until(lambda: desk.state["notice"])
        assert desk.notice["code"] == "internal"
        assert "SECRET" not in json.dumps(desk.states)

    with_session(body, directory=tmp_path)


def test_a_download_sends_chunks_and_an_end(host: FileHost) -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("download", output=0, id="v1")
        await until(lambda: desk.sent and desk.sent[-1]["kind"] != "chunk")
        assert [content["kind"] for content in desk.sent] == ["chunk", "end"]
        assert desk.state["notice"] is None

    with_session(body)


def test_a_second_download_at_the_same_time_is_refused_to_its_view(host: FileHost) -> None:
    film_body = Stalling(FILM)
    host.put("/a.mp4", film_body.respond)

    async def body(desk: Desk, api: Api) -> None:
        desk.say("download", output=0, id="v1")
        await film_body.stalled()
        desk.say("download", output=0, id="v2")
        await settled()
        (refused,) = [content for content in desk.sent if content["kind"] == "failed"]
        assert refused["id"] == "v2"
        assert set(refused["error"]) == {"code", "message", "hint"}
        film_body.go_on.set()
        await until(lambda: desk.sent[-1]["kind"] == "end")
        assert desk.sent[-1]["id"] == "v1"

    with_session(body)


def test_a_cancel_is_no_failure_to_complain_about(host: FileHost, tmp_path: Path) -> None:
    film_body = Stalling(FILM)
    host.put("/a.mp4", film_body.respond)

    async def body(desk: Desk, api: Api) -> None:
        desk.say("save")
        await film_body.stalled()
        assert desk.state["transfer"]
        desk.say("cancel")
        await settled()
        film_body.go_on.set()
        assert desk.state["transfer"] is None
        assert desk.state["notice"] is None

    with_session(body, directory=tmp_path)


def test_the_next_action_takes_the_last_notice_away(host: FileHost, tmp_path: Path) -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("save")
        await until(lambda: desk.state["notice"])
        desk.say("refresh")
        assert desk.state["notice"] is None

    with_session(body, directory=tmp_path)


# --- the end


def test_a_closed_session_says_nothing_more_and_leaves_no_task() -> None:
    async def body(desk: Desk, api: Api) -> None:
        api.answers["GET"][0] = Later(10, film())
        desk.say("source", output=0, renew=True)
        desk.say("refresh")
        await settled()
        desk.session.close()
        await settled()
        left = {task.get_name() for task in asyncio.all_tasks()}
        assert left.isdisjoint(
            {"mh_widgets source 0 clx1", "mh_widgets refresh clx1", "mh_widgets watch clx1"}
        )
        told = len(desk.states)
        await asyncio.sleep(100)
        assert desk.sent == []
        assert len(desk.states) == told

    with_session(body)


def test_closing_in_the_middle_of_a_save_ends_it_without_a_word_or_a_file(
    host: FileHost, tmp_path: Path
) -> None:
    film_body = Stalling(FILM)
    host.put("/a.mp4", film_body.respond)

    async def body(desk: Desk, api: Api) -> None:
        desk.say("save")
        await film_body.stalled()
        desk.session.close()
        told = len(desk.states)
        film_body.go_on.set()
        await asyncio.sleep(10)
        assert len(desk.states) == told

    with_session(body, directory=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_message_that_comes_after_the_end_does_nothing() -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.session.close()
        desk.say("delete", confirmed=True)
        desk.say("refresh")
        await settled()
        assert [request.method for request in api.requests] == ["GET"]

    with_session(body)


def test_a_save_that_waits_its_turn_does_not_begin_after_the_deletion(host: FileHost, tmp_path: Path) -> None:
    async def body(desk: Desk, api: Api) -> None:
        first = asyncio.ensure_future(desk.session.save())
        second = asyncio.ensure_future(desk.session.save(tmp_path / "second"))
        await settled()
        await desk.session.delete("clx1")
        await asyncio.gather(first, second, return_exceptions=True)
        assert desk.state["status"] == "deleted"

    with_session(body, directory=tmp_path / "first")
    assert not (tmp_path / "second").exists()


def test_finished_is_the_watch_s_outcome() -> None:
    async def body(desk: Desk, api: Api) -> None:
        with pytest.raises(MagicHourError) as caught:
            await desk.session.finished()
        assert caught.value.code == "canceled"

    with_session(body, lambda: project("canceled"))
