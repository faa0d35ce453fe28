"""One project on one card, without widgets: its films saved and downloaded, and its end."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from mh_widgets import MagicHourError
from mh_widgets.project_ids import Kind
from tests.unit.file_host import FileHost, Stalling
from tests.unit.film_host import FILM
from tests.unit.project_desk import Desk, May, with_session
from tests.unit.virtual_time import Api, Later, film, of_each_kind, project, settled, until

# --- films


@of_each_kind
def test_save_says_what_it_saved_by_name_and_not_where(host: FileHost, tmp_path: Path, kind: Kind) -> None:
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

    with_session(body, directory=tmp_path, kind=kind)


@of_each_kind
def test_without_permission_a_view_saves_nothing_but_code_does(
    host: FileHost, tmp_path: Path, kind: Kind
) -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("save")
        await settled()
        assert desk.notice["code"] == "not_allowed"
        assert host.requests == []
        (path,) = await desk.session.save()
        assert path.read_bytes() == FILM

    with_session(body, directory=tmp_path, may=May(allow_save=False), kind=kind)


@of_each_kind
def test_a_save_that_fails_is_a_notice(host: FileHost, tmp_path: Path, kind: Kind) -> None:
    async def body(desk: Desk, api: Api) -> None:
        host.put("/a.mp4", 500)
        desk.say("save")
        await until(lambda: desk.state["notice"])
        assert (desk.notice["tone"], desk.notice["code"]) == ("error", "http_500")
        assert desk.notice["hint"]

    with_session(body, directory=tmp_path, kind=kind)


def test_a_bug_of_ours_is_a_notice_without_its_text(host: FileHost, tmp_path: Path) -> None:
    async def body(desk: Desk, api: Api) -> None:
        host.put("/a.mp4", ZeroDivisionError("SECRET"))
        desk.say("save")
        await until(lambda: desk.state["notice"])
        assert desk.notice["code"] == "internal"
        assert "SECRET" not in json.dumps(desk.states)

    with_session(body, directory=tmp_path)


@of_each_kind
@pytest.mark.parametrize(
    ("fields", "name", "chunks"),
    [({}, "A-walk-clx1.mp4", 1), ({"zip": True}, "A-walk-clx1.zip", 3)],
)
def test_a_download_sends_chunks_and_an_end(
    host: FileHost, fields: dict[str, object], name: str, chunks: int, kind: Kind
) -> None:
    async def body(desk: Desk, api: Api) -> None:
        desk.say("download", output=0, id="v1", **fields)
        await until(lambda: desk.sent and desk.sent[-1]["kind"] != "chunk")
        assert [content["kind"] for content in desk.sent] == ["chunk"] * chunks + ["end"]
        assert desk.sent[-1]["name"] == name
        assert desk.state["notice"] is None

    with_session(body, lambda: film(*["https://files.test/a.mp4?X-Sig=SECRET"] * 2), kind=kind)


@of_each_kind
def test_a_second_download_at_the_same_time_is_refused_to_its_view(host: FileHost, kind: Kind) -> None:
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

    with_session(body, kind=kind)


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
