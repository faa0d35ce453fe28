"""How a ``VideoProject`` ends: outcomes of its verbs, closing, and loops that come and go."""

from __future__ import annotations

import asyncio
import gc
import weakref
from pathlib import Path
from typing import Any

import pytest
from IPython.display import Video

from mh_widgets import (
    Client,
    Project,
    ProjectDeleted,
    RenderFailed,
    VideoGallery,
    VideoProject,
    WatchClosed,
    WatchDeadline,
    _loops,
)
from tests.unit.card_fixtures import of_each_card, rendering, reported, with_card
from tests.unit.file_host import FileHost
from tests.unit.film_host import FILM
from tests.unit.recording_comm import say, updates, wire_of, without_revision
from tests.unit.virtual_time import Api, VirtualLoop, film, project, run, settled

# --- outcomes


@of_each_card
def test_awaiting_a_card_gives_the_film_or_says_why_not(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        assert (await card).status == "complete"
        assert (await card).downloads[0].url.startswith("https://files.test/")

    with_card(body, rendering, film, card_class=card_class)

    async def failed(card: Project, api: Api) -> None:
        with pytest.raises(RenderFailed):
            await card
        assert reported(card) == ("no_face", "No face.")

    with_card(
        failed,
        lambda: project("error", error={"code": "no_face", "message": "No face."}),
        card_class=card_class,
    )


async def test_no_key_is_a_sentence_with_a_next_step() -> None:
    card = VideoProject("clx1")
    await settled()
    assert reported(card)[0] == "missing_token"
    assert "MAGIC_HOUR_API_KEY" in (card.error or {})["hint"]
    assert card.watch["state"] == "stopped"
    card.close()


@of_each_card
def test_the_deadline_is_on_the_card_and_resume_goes_on(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        with pytest.raises(WatchDeadline):
            await card
        assert reported(card)[0] == "deadline"
        assert card.watch["state"] == "stopped"
        card.resume()
        assert not card.error
        assert card.watch["state"] == "watching"
        card.pause()
        assert card.watch["state"] == "paused"

    with_card(body, rendering, deadline_s=100, card_class=card_class)


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


@of_each_card
def test_save_and_embed_from_the_cell(host: FileHost, tmp_path: Path, card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        assert await card.save() == [tmp_path / "clx1.mp4"]
        assert await card.save(str(tmp_path / "other")) == [tmp_path / "other" / "clx1.mp4"]
        video = await card.embed()
        assert isinstance(video, Video)
        assert video.data == FILM
        assert (video.embed, video.mimetype) == (True, "video/mp4")

    with_card(body, download_directory=tmp_path, card_class=card_class)


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


@of_each_card
def test_closing_ends_everything(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
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

    with_card(body, rendering, card_class=card_class)


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


@of_each_card
def test_waiting_no_time_for_a_film_that_is_there_gives_it(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        assert (await card._finish("clx1", 0)).status == "complete"

    with_card(body, card_class=card_class)


@of_each_card
def test_the_end_of_a_wait_sends_the_whole_state_for_executed_notebooks(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        await card
        last = updates(wire_of(card))[-1]
        assert set(last) == {"status", "details", "error", "watch", "transfer", "estimate", "notice"}
        assert last["status"] == "complete"

    with_card(body, card_class=card_class)


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


@pytest.mark.parametrize("made", [VideoProject, VideoGallery])
def test_what_was_closed_is_freed(made: type[VideoProject | VideoGallery]) -> None:
    async def test() -> weakref.ref[Any]:
        closed: Any = made("clx1", client=Api(film()).client())
        await closed
        closed.close()
        await settled()
        return weakref.ref(closed)

    freed = run(test())
    gc.collect()
    assert freed() is None
