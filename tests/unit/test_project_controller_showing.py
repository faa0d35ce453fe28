"""One project on one card, without widgets: what it shows, and how it answers, refreshes and deletes."""

from __future__ import annotations

import asyncio
import json

import pytest

from mh_widgets import NotAllowed
from mh_widgets.controllers.state import IDLE
from mh_widgets.project_ids import Kind
from tests.unit.project_desk import Desk, May, with_session
from tests.unit.virtual_time import START, Api, film, of_each_kind, project, refusal, settled, until

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


@of_each_kind
def test_the_render_s_own_failure_is_the_error(kind: Kind) -> None:
    async def body(desk: Desk, api: Api) -> None:
        assert desk.state["error"] == {"code": "no_source_face", "message": "No face.", "hint": ""}
        assert desk.state["watch"]["state"] == "stopped"

    with_session(
        body, lambda: project("error", error={"code": "no_source_face", "message": "No face."}), kind=kind
    )


@of_each_kind
def test_a_fatal_answer_is_the_error_and_resume_takes_it_away(kind: Kind) -> None:
    async def body(desk: Desk, api: Api) -> None:
        assert desk.state["error"]["code"] == "http_401"
        assert desk.state["watch"]["state"] == "stopped"
        api.answers["GET"][0] = project("rendering")
        desk.say("resume")
        assert desk.state["error"] is None
        await asyncio.sleep(0.2)  # the client's budget: ten questions a second
        assert desk.state["status"] == "rendering"

    with_session(body, lambda: 401, kind=kind)


@of_each_kind
def test_the_deadline_is_an_error_with_that_code(kind: Kind) -> None:
    async def body(desk: Desk, api: Api) -> None:
        await asyncio.sleep(101)
        assert desk.state["error"]["code"] == "deadline"
        assert desk.state["watch"]["state"] == "stopped"
        desk.say("resume")
        assert desk.state["watch"]["state"] == "watching"

    with_session(body, lambda: project("rendering"), deadline_s=100, kind=kind)


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


@of_each_kind
def test_a_player_that_failed_gets_a_fresh_link(kind: Kind) -> None:
    async def body(desk: Desk, api: Api) -> None:
        api.answers["GET"][0] = film("https://files.test/fresh.mp4")
        desk.say("source", output=0, renew=True)
        await settled()
        assert desk.sent[0]["url"] == "https://files.test/fresh.mp4"

    with_session(body, kind=kind)


@of_each_kind
@pytest.mark.parametrize(
    ("output", "answer", "code"), [(5, None, "no_output"), (0, 401, "http_401"), (0, 404, "deleted")]
)
def test_a_link_that_is_not_to_be_had_is_an_error_for_the_view(
    output: int, answer: object, code: str, kind: Kind
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

    with_session(body, kind=kind)


# --- refresh and delete


@of_each_kind
def test_refresh_asks_once_and_says_when_it_fails(kind: Kind) -> None:
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

    with_session(body, kind=kind)


@of_each_kind
def test_delete_needs_its_confirmation(kind: Kind) -> None:
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

    with_session(body, kind=kind)


@of_each_kind
def test_a_refused_delete_is_a_notice_with_the_api_s_reason(kind: Kind) -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("delete", confirmed=True)
        await settled()
        assert desk.state["status"] == "complete"
        assert desk.notice["code"] == "http_422"
        assert "Templates stay." in desk.notice["message"]

    with_session(body, delete=(refusal(422, "Templates stay."),), kind=kind)


def test_an_action_that_failed_for_the_moment_says_to_try_again() -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("delete", confirmed=True)
        await settled()
        assert desk.state["status"] == "complete"
        assert desk.notice["code"] == "http_503"
        assert desk.notice["hint"] == "Try again in a moment."

    with_session(body, delete=(refusal(503),))


@of_each_kind
def test_without_permission_nothing_is_deleted_whoever_asks(kind: Kind) -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("delete", confirmed=True)
        await settled()
        assert desk.notice["code"] == "not_allowed"
        with pytest.raises(NotAllowed):
            await desk.session.delete("clx1")
        assert api.count("DELETE") == 0

    with_session(body, may=May(allow_delete=False), kind=kind)


def test_the_kernel_may_change_its_mind() -> None:
    may = May(allow_delete=False)

    async def body(desk: Desk, api: Api) -> None:
        may.allow_delete = True
        desk.say("delete", confirmed=True)
        await settled()
        assert api.count("DELETE") == 1

    with_session(body, may=may)
