"""``VideoProject`` over a comm that writes everything down: what goes out, and what a view can not do."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import types
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import ipywidgets
import pytest

from mh_widgets import (
    AsyncClient,
    Client,
    InvalidProject,
    NotAllowed,
    ProjectDeleted,
    RenderFailed,
    VideoProject,
    WatchClosed,
    WatchDeadline,
    _loops,
)
from tests.unit.file_host import FileHost
from tests.unit.recording_comm import customs, everything, forge, say, updates, wire_of, without_revision
from tests.unit.virtual_time import (
    TOKEN,
    Api,
    Later,
    VirtualLoop,
    film,
    project,
    refusal,
    run,
    settled,
    until,
)

FILM = bytes(range(200))
Body = Callable[[VideoProject, Api], Coroutine[Any, Any, None]]


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> FileHost:
    host = FileHost(FILM)
    host.replace(monkeypatch)
    return host


def with_card(body: Body, *gets: Callable[[], object], project: object = "clx1", **settings: Any) -> None:
    """Run ``body`` with a card whose first answer has come, and close the card."""

    async def test() -> None:
        api = Api(*[answer() for answer in gets or (film,)])
        card = VideoProject(project, client=api.client(), **settings)
        await settled()
        try:
            await body(card, api)
        finally:
            card.close()

    run(test())


def rendering() -> dict[str, Any]:
    return project("rendering")


def reported(card: VideoProject) -> tuple[str, str]:
    assert card.error is not None
    assert set(card.error) == {"code", "message", "hint"}
    return card.error["code"], card.error["message"]


# --- one message a change


def test_a_film_comes_in_two_messages_each_with_what_changed() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        # The first picture is true by itself: a host may lose what comes after it.
        assert wire_of(card).sent[0][1]["state"]["watch"]["state"] == "watching"
        assert [sorted(state) for state in updates(wire_of(card))] == [["details", "estimate", "status"]]
        api.answers["GET"][0] = film()
        await until(lambda: card.status == "complete")
        assert sorted(updates(wire_of(card))[-1]) == ["details", "estimate", "status", "watch"]
        assert len(updates(wire_of(card))) == 2

    with_card(body, rendering)


def test_a_saved_finished_card_is_below_45_kb() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        assert card.status == "complete"
        # As nbclient and JupyterLab keep it in the notebook: the view's program, its words and the state.
        assert len(json.dumps(card.get_state())) < 45_000

    with_card(body)


def test_an_hour_of_polls_that_bring_nothing_new_sends_nothing() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        sent = len(wire_of(card).sent)
        await asyncio.sleep(3000)
        assert len(api.requests) > 50
        assert len(wire_of(card).sent) == sent

    with_card(body, rendering)


def test_after_the_end_nothing_is_sent() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        sent = len(wire_of(card).sent)
        await asyncio.sleep(10_000)
        assert len(wire_of(card).sent) == sent
        assert len(api.requests) == 1

    with_card(body)


def test_each_attempt_of_a_retry_is_one_message() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        before = len(updates(wire_of(card)))
        await until(lambda: len(api.requests) == 5)
        assert [sorted(state) for state in updates(wire_of(card))[before:]] == [["watch"]] * 4

    with_card(body, lambda: 503)


def test_moving_to_another_project_is_one_message() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        before = len(updates(wire_of(card)))
        api.answers["GET"][0] = Later(10, film())
        card.project_id = "clx2"
        assert len(updates(wire_of(card))) == before + 1

    with_card(body, rendering)


# --- the view is not trusted


def test_the_synced_traits_are_those_of_the_contract() -> None:
    own = set(VideoProject.class_traits(sync=True)) - set(ipywidgets.DOMWidget.class_traits(sync=True))
    assert own == {
        "project_id",
        "status",
        "details",
        "error",
        "watch",
        "transfer",
        "estimate",
        "notice",
        "allow_delete",
        "allow_save",
        "editable",
        "save_label",
        "words",
        "revision",
    }


def test_a_forged_update_of_any_trait_changes_nothing() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        before = card.get_state()
        sent = len(wire_of(card).sent)
        for name in card.keys:
            for value in ("clx666", True, False, {"a": 1}, None, 5, ["x"]):
                forge(card, **{name: value})
        forge(card, **{**dict.fromkeys(card.keys, "x"), "comm": None, "_client": None, "_closed": True})
        await settled()
        assert card.get_state() == before
        assert len(wire_of(card).sent) == sent
        assert len(api.requests) == 1

    with_card(body, rendering, allow_delete=False, allow_save=False)


def test_what_is_not_allowed_does_not_happen_whatever_message_comes(host: FileHost, tmp_path: Path) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        forge(card, allow_delete=True, allow_save=True, editable=True)
        say(card, {"kind": "delete", "confirmed": True})
        say(card, {"kind": "save", "directory": "/", "allow_save": True})
        say(card, {"kind": "set_project", "project": "clx2"})
        await settled()
        assert api.count("DELETE") == 0
        assert host.requests == []
        assert card.project_id == "clx1"
        assert [card.allow_delete, card.allow_save, card.editable] == [False] * 3
        with pytest.raises(NotAllowed):
            await card.delete()

    with_card(body, allow_delete=False, allow_save=False, download_directory=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", [None, "delete", [], {"kind": "close"}, {"kind": "delete", "confirmed": 1}, 5, {}]
)
@pytest.mark.documented("films: an invalid message from the page")
def test_a_message_that_is_none_is_ignored(content: object) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        before = card.get_state()
        say(card, content)
        await settled()
        assert card.get_state() == before
        assert len(api.requests) == 1

    with_card(body)


def test_traits_that_follow_from_the_api_can_not_be_assigned_either() -> None:
    card = VideoProject()
    for name in ("status", "details", "error", "watch", "transfer", "estimate", "notice", "save_label"):
        with pytest.raises(Exception, match="read-only"):
            setattr(card, name, "x")


# --- secrets


def test_key_and_link_query_are_only_in_the_answer_to_source(
    caplog: pytest.LogCaptureFixture, host: FileHost, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)

    async def body(card: VideoProject, api: Api) -> None:
        await card.save()
        say(card, {"kind": "download", "output": 0, "id": "v1"})
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.threads_wait_for_us = True  # for the acknowledgement
        await until(lambda: customs(wire_of(card), "chunk"))
        say(card, {"kind": "ack", "id": "v1", "index": 0})
        await until(lambda: customs(wire_of(card), "end"))
        api.answers["GET"][0] = refusal(401, f"Bad key {TOKEN} for https://h.test/?X-Sig=SECRET")
        say(card, {"kind": "refresh"})
        await settled()
        assert card.notice is not None
        bundle, _ = card._repr_mimebundle_()
        texts = [
            everything(wire_of(card)),
            repr(card),
            str(bundle),
            repr(card.get_state()),
            repr(card.trait_values()),
        ]
        assert not [text for text in texts if TOKEN in text or "SECRET" in text or "files.test" in text]
        say(card, {"kind": "source", "output": 0})
        await settled()
        assert everything(wire_of(card)).count("SECRET") == 1

    with_card(body, download_directory=tmp_path)
    assert caplog.text
    assert TOKEN not in caplog.text
    assert "SECRET" not in caplog.text


def test_the_static_html_shows_text_as_text_and_no_link() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        bundle, _ = card._repr_mimebundle_()
        page = bundle["text/html"]
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "&lt;img src=x&gt;" in page
        assert "512 × 960" in page
        assert "files.test" not in page
        assert bundle["text/plain"] == "VideoProject('clx1', status='<img src=x>')"
        assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == card.model_id

    with_card(body, lambda: film(name="<script>alert(1)</script>") | {"status": "<img src=x>"})


def test_static_html_says_that_there_is_no_project_or_an_error() -> None:
    assert "no project yet" in VideoProject()._repr_mimebundle_()[0]["text/html"]
    page = VideoProject("../")._repr_mimebundle_()[0]["text/html"]
    assert "This is not a project ID." in page

    async def body(card: VideoProject, api: Api) -> None:
        page = card._repr_mimebundle_()[0]["text/html"]
        assert "The API answered 404: &lt;b&gt;no&lt;/b&gt;." in page
        assert "<code>clx1</code>" in page

    with_card(body, lambda: refusal(404, "<b>no</b>"))


AS_OF = r"As of \d{4}-\d\d-\d\d \d\d:\d\d UTC\."


@pytest.mark.documented("hosts: a notebook shown as a document (GitHub and others)")
@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("rendering", f"{AS_OF} It may have changed since. Run this cell again for the live card."),
        ("complete", f"{AS_OF} Run this cell again for the live card."),
    ],
)
def test_the_static_html_says_when_it_was_true_and_how_to_go_on(status: str, words: str) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        page = card._repr_mimebundle_()[0]["text/html"]
        assert re.search(f"{words}</div>$", page), page
        assert f"{status} · Image to video · 512 × 960 · 5 s · 1,200 credits<br>" in page

    facts = {"status": status, "type": "IMAGE_TO_VIDEO", "start_seconds": 1, "end_seconds": 6}
    with_card(body, lambda: film() | facts | {"credits_charged": 1200})


# --- which project


@pytest.mark.parametrize(
    "value",
    ["clx7", " clx7 ", "https://magichour.ai/my-library?videoId=clx7", types.SimpleNamespace(id="clx7")],
    ids=["id", "blanks", "link", "sdk"],
)
def test_a_card_takes_ids_links_and_sdk_responses(value: object) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        assert card.project_id == "clx7"
        assert api.requests[0].url.path.endswith("/clx7")
        assert not card.editable
        assert wire_of(card).sent[0][1]["state"]["project_id"] == "clx7"

    with_card(body, project=value)


@pytest.mark.parametrize("value", ["../", "a b", 5, {"id": 5}, ["clx1"], b"clx1"], ids=str)
def test_what_is_no_project_is_a_sentence_on_the_card_and_no_request(value: object) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        assert card.project_id == ""
        code, message = reported(card)
        assert code == "invalid_project"
        assert message.startswith("This is not a project")
        assert card.watch["state"] == "idle"
        assert not card.editable
        assert api.requests == []
        with pytest.raises(InvalidProject):
            await card

    with_card(body, project=value)


@pytest.mark.parametrize("value", ["", None])
def test_without_a_project_the_card_asks_for_one(value: object) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        assert (card.project_id, card.status, card.editable) == ("", "", True)
        assert card.get_state("error") == {"error": None}
        say(card, {"kind": "set_project", "project": "../"})
        await settled()
        assert reported(card)[0] == "invalid_project"
        assert api.requests == []
        say(card, {"kind": "set_project", "project": " https://magichour.ai/my-library?videoId=clx7 "})
        await settled()
        assert (card.project_id, card.status) == ("clx7", "complete")
        assert card.get_state("error") == {"error": None}

    with_card(body, project=value)


def test_a_refused_project_goes_to_the_view_in_one_message() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        say(card, {"kind": "set_project", "project": "a b"})
        assert [sorted(state) for state in updates(wire_of(card))] == [["error"]]
        say(card, {"kind": "set_project", "project": "c d"})
        assert len(updates(wire_of(card))) == 1

    with_card(body, project="")


def test_assigning_an_id_moves_the_card() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        waiting = asyncio.ensure_future(card.refresh())
        await waiting
        api.answers["GET"][0] = Later(5, project("queued"))
        card.project_id = "https://magichour.ai/my-library?videoId=clx2"
        assert (card.project_id, card.status, card.details) == ("clx2", "", {})
        assert card.watch["state"] == "watching"
        await until(lambda: card.status == "queued")
        assert card.details["id"] == "clx2"
        asked = {request.url.path[-4:] for request in api.requests[2:]}
        assert asked == {"clx2"}

    with_card(body, rendering)


def test_the_page_moves_an_editable_card_as_often_as_it_likes() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        assert (card.project_id, card.editable) == ("clx7", True)
        for given, project_id in (
            ("clx2", "clx2"),
            (" https://magichour.ai/my-library?videoId=clx3 ", "clx3"),
        ):
            say(card, {"kind": "set_project", "project": given})
            await until(lambda: card.status == "complete")
            assert card.project_id == project_id
            assert card.notice is None
        assert [request.url.path[-4:] for request in api.requests] == ["clx7", "clx2", "clx3"]

    with_card(body, project="clx7", editable=True)


def test_what_the_page_gives_and_is_no_project_leaves_the_card_as_it_was() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        before = (card.project_id, card.status, card.details, card.error)
        for _ in range(2):
            sent = len(updates(wire_of(card)))
            say(card, {"kind": "set_project", "project": "../"})
            await settled()
            assert (card.project_id, card.status, card.details, card.error) == before
            assert (card.notice or {})["code"] == "invalid_project"
            assert updates(wire_of(card))[sent:][-1] == {"notice": card.notice}, (
                "said anew, for the ear as well"
            )
        assert len(api.requests) == 1

    with_card(body, project="clx7", editable=True)


def test_a_link_to_the_project_on_show_is_answered_and_asks_nothing_anew() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        say(card, {"kind": "set_project", "project": "https://magichour.ai/my-library?videoId=clx7"})
        await settled()
        assert (card.notice or {})["code"] == "same_project"
        assert len(api.requests) == 1

    with_card(body, project="clx7", editable=True)


def test_a_late_answer_about_the_project_before_does_not_show_on_the_card() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        api.answers["GET"][0] = Later(10, film(name="old"))
        late = asyncio.ensure_future(card.refresh())
        await settled()
        api.answers["GET"][0] = project("queued", name="new")
        card.project_id = "clx2"
        await late
        assert (card.status, card.details["name"]) == ("queued", "new")

    with_card(body, rendering)


def test_who_waited_for_the_project_before_is_told() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        waiting = asyncio.ensure_future(card.finished())
        await settled()
        card.project_id = "clx2"
        with pytest.raises(WatchClosed):
            await waiting
        await settled()

    with_card(body, rendering)


@pytest.mark.parametrize(
    "wrong",
    [
        "../",
        5,
        "",
        None,
    ],
)
def test_assigning_what_is_no_project_empties_the_card(wrong: object) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        card.project_id = wrong
        await settled()
        assert (card.project_id, card.status, card.details) == ("", "", {})
        assert (card.error is not None) == (wrong not in ("", None))
        assert len(api.requests) == 1

    with_card(body, rendering)


def test_emptying_a_refused_card_takes_the_error_away() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        card.project_id = ""
        assert card.error is None

    with_card(body, project="../")


class Ambiguous:
    """As an array: compared with anything it gives no plain yes or no."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> Any:
        class Many:
            def __bool__(self) -> bool:
                raise ValueError("The truth value is ambiguous.")

        return Many()


def test_an_array_is_no_project_and_no_traceback() -> None:
    assert reported(VideoProject(Ambiguous()))[0] == "invalid_project"


# --- outcomes


def test_awaiting_a_card_gives_the_film_or_says_why_not() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        assert (await card).status == "complete"
        assert (await card).downloads[0].url.startswith("https://files.test/")

    with_card(body, rendering, film)

    async def failed(card: VideoProject, api: Api) -> None:
        with pytest.raises(RenderFailed):
            await card
        assert reported(card) == ("no_face", "No face.")

    with_card(failed, lambda: project("error", error={"code": "no_face", "message": "No face."}))


async def test_no_key_is_a_sentence_with_a_next_step() -> None:
    card = VideoProject("clx1")
    await settled()
    assert reported(card)[0] == "missing_token"
    assert "MAGIC_HOUR_API_KEY" in (card.error or {})["hint"]
    assert card.watch["state"] == "stopped"
    card.close()


def test_the_deadline_is_on_the_card_and_resume_goes_on() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        with pytest.raises(WatchDeadline):
            await card
        assert reported(card)[0] == "deadline"
        assert card.watch["state"] == "stopped"
        card.resume()
        assert not card.error
        assert card.watch["state"] == "watching"
        card.pause()
        assert card.watch["state"] == "paused"

    with_card(body, rendering, deadline_s=100)


async def test_delete_by_the_view_is_done_once_and_seen_by_every_card() -> None:
    api = Api(project("rendering"))
    client = api.client()
    first, second = VideoProject("clx1", client=client), VideoProject("clx1", client=client)
    await settled()
    say(first, {"kind": "delete", "confirmed": True})
    say(second, {"kind": "delete", "confirmed": True})
    await settled()
    assert [request.method for request in api.requests] == ["GET", "DELETE"]
    assert (first.status, second.status) == ("deleted", "deleted")
    with pytest.raises(ProjectDeleted):
        await second
    first.close()
    second.close()


async def test_a_card_made_later_shows_the_present_state_at_once() -> None:
    client = Api(project("rendering")).client()
    first = VideoProject("clx1", client=client)
    await settled()
    second = VideoProject("clx1", client=client)
    assert second.status == "rendering"
    first.close()
    second.close()


def test_save_and_embed_from_the_cell(host: FileHost, tmp_path: Path) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        assert await card.save() == [tmp_path / "clx1.mp4"]
        assert await card.save(str(tmp_path / "other")) == [tmp_path / "other" / "clx1.mp4"]
        video = await card.embed()
        assert video.data == FILM
        assert (video.embed, video.mimetype) == (True, "video/mp4")

    with_card(body, download_directory=tmp_path)


@pytest.mark.parametrize(
    ("directory", "label"),
    [(".", "./"), (Path(), "./"), ("films", "films"), ("films/", "films/"), (Path("a/b"), "a/b")],
)
def test_the_save_button_names_the_directory_as_it_was_passed(directory: str | Path, label: str) -> None:
    assert VideoProject(download_directory=directory).save_label == label


@pytest.mark.parametrize("name", ["deadline_s", "poll_interval_s"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), "60"])
def test_a_time_that_is_none_is_refused_in_the_cell(name: str, value: object) -> None:
    settings: dict[str, Any] = {name: value}
    with pytest.raises(ValueError, match=name):
        VideoProject("clx1", **settings)


async def test_no_deadline_and_a_blocking_client_are_fine() -> None:
    card = VideoProject("clx1", client=Client("key", base_url="http://127.0.0.1:9"), deadline_s=None)
    card.close()
    await settled()


# --- the end


def test_closing_ends_everything() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        wire = wire_of(card)
        waiting = asyncio.ensure_future(card.finished())
        await settled()
        card.close()
        card.close()
        with pytest.raises(WatchClosed):
            await waiting
        assert wire.sent[-1][0] == "comm_close"
        assert without_revision(wire.sent[-2][1]["state"]) == {
            "watch": {"state": "stopped", "reason": "The card was closed.", "next_attempt_at": None}
        }
        await asyncio.sleep(1000)
        assert len(api.requests) == 1
        for action in (card.refresh, card.save, card.delete):
            with pytest.raises(WatchClosed):
                await action()
        card.project_id = "clx2"
        card.resume()
        await asyncio.sleep(1000)
        assert len(api.requests) == 1

    with_card(body, rendering)


# --- no loop, and loops that come and go


def test_a_plain_script_watches_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    here = VirtualLoop()
    monkeypatch.setattr(_loops, "script_loop", lambda: here)
    api = Api(project("rendering"), project("rendering"), project("complete"))
    card = VideoProject("clx1", client=api.client())
    assert card.watch["state"] == "idle"
    card.pause()
    card.resume()
    assert api.requests == []
    with pytest.raises(TimeoutError, match=r"Not finished after 2 s\. Polling continues\."):
        card.wait(2)
    assert len(api.requests) == 1
    assert (card.status, card.watch["state"]) == ("rendering", "watching")
    assert card.wait().status == "complete"
    assert updates(wire_of(card))[-1]["status"] == "complete"
    card.close()
    here.run_until_complete(settled())
    here.threads.shutdown()
    here.close()


def test_waiting_no_time_for_a_film_that_is_there_gives_it() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        assert (await card._finish("clx1", 0)).status == "complete"

    with_card(body)


def test_the_end_of_a_wait_sends_the_whole_state_for_executed_notebooks() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        await card
        last = updates(wire_of(card))[-1]
        assert set(last) == {"status", "details", "error", "watch", "transfer", "estimate", "notice"}
        assert last["status"] == "complete"

    with_card(body)


def test_a_card_made_without_a_loop_finds_one_at_each_await() -> None:
    api = Api(project("rendering"), film(ends_in_s=None))
    card = VideoProject("clx1", client=api.client())

    async def wait() -> str:
        return (await card.finished()).status

    async def look() -> str:
        return (await card.refresh()).status

    assert run(look()) == "rendering"
    assert asyncio.iscoroutinefunction(wait)
    assert run(wait()) == "complete"
    card.close()


# --- code of the user's


def test_every_trait_can_be_observed() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        seen: list[str] = []
        card.observe(lambda change: seen.append(change["new"]), "status")
        api.answers["GET"].extend([project("queued"), film()])
        await card
        assert seen == ["queued", "complete"]

    with_card(body, rendering)


def test_an_observer_of_the_status_finds_the_details_of_the_same_answer() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        seen: list[object] = []
        card.observe(lambda _change: seen.append(card.details.get("outputs")), "status")
        api.answers["GET"].append(film())
        await card
        assert seen == [[{"media": "video"}]]

    with_card(body, rendering)


def test_an_observer_that_raises_does_not_end_the_watch() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        def broken(change: dict[str, Any]) -> None:
            raise ZeroDivisionError

        other = VideoProject("clx1", client=card._client)
        card.observe(broken, "status")
        api.answers["GET"].extend([project("queued"), film()])
        try:
            await asyncio.wait_for(other.finished(), 100)
        finally:
            card.unobserve_all()
            other.close()
        assert other.status == "complete"
        # Told where a loop tells of what nobody caught, so whoever wrote the observer can see it.
        here = asyncio.get_running_loop()
        assert isinstance(here, VirtualLoop)
        assert "ZeroDivisionError" in here.unseen[0]
        here.unseen.clear()

    with_card(body, rendering)


def test_an_observer_that_moves_the_card_gets_a_clean_new_one() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        def next_one(change: dict[str, Any]) -> None:
            if change["new"] == "complete" and card.project_id == "clx1":
                card.project_id = "clx2"

        card.observe(next_one, "status")
        api.answers["GET"].extend([film(), Later(1000, project())])
        await until(lambda: card.project_id == "clx2")
        assert (card.status, card.details, card.watch["state"]) == ("", {}, "watching")

    with_card(body, rendering)


def test_a_client_of_the_user_s_own_is_the_one_that_asks() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        assert isinstance(card._client, AsyncClient)
        assert api.requests[0].headers["authorization"] == f"Bearer {TOKEN}"

    with_card(body)
