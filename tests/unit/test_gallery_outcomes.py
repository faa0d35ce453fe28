"""Waiting for a gallery: outcomes, projects that come and go meanwhile, scripts, and the next loop."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mh_widgets import (
    MagicHourError,
    RenderCanceled,
    RenderFailed,
    VideoDetails,
    WatchClosed,
    WatchDeadline,
    _loops,
)
from mh_widgets.controllers.gallery import GAP_S
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.fake_store import FakeStore, use
from tests.unit.file_host import FileHost
from tests.unit.gallery_fixtures import Studio, states, wire, with_gallery
from tests.unit.virtual_time import VirtualLoop, film, project, refusal, run, settled, until


def words(outcomes: dict[str, VideoDetails | MagicHourError]) -> dict[str, str]:
    return {each: getattr(outcome, "code", "") or outcome.status for each, outcome in outcomes.items()}  # type: ignore[union-attr]  # one or the other


# --- outcomes


def test_each_project_has_its_outcome_in_the_order_of_the_gallery() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        outcomes = await gallery
        assert list(outcomes) == list(gallery)
        assert isinstance(outcomes["clx1"], VideoDetails)
        assert isinstance(outcomes["clx2"], RenderFailed)
        assert isinstance(outcomes["clx3"], RenderCanceled)
        assert words(outcomes) == {
            "clx1": "complete",
            "clx2": "no_face",
            "clx3": "canceled",
            "clx4": "http_404",
        }
        assert all(
            outcome.__traceback__ is None for outcome in outcomes.values() if isinstance(outcome, Exception)
        )

    answers = {
        "clx1": lambda: [project("rendering"), film()],
        "clx2": lambda: project("error", error={"code": "no_face", "message": "No face."}),
        "clx3": lambda: project("canceled"),
        "clx4": lambda: refusal(404),
    }
    with_gallery(body, ["clx1", "clx2", "clx3", "clx4"], answers)


def test_an_empty_gallery_has_ended() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        assert await gallery == {}
        gallery.add("../")
        assert await gallery == {}

    with_gallery(body, (), {})


def test_what_is_added_is_waited_for_and_what_is_removed_is_not() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        waiting = asyncio.ensure_future(gallery.finished())
        await settled()
        gallery.add("clx3")
        gallery.remove("clx1")
        studio.put("clx2", film())
        await until(lambda: gallery.statuses["clx2"] == "complete")
        await asyncio.sleep(100)
        assert not waiting.done()
        studio.put("clx3", film())
        assert words(await waiting) == {"clx2": "complete", "clx3": "complete"}

    with_gallery(body, ["clx1", "clx2"], {})


def test_one_that_goes_on_while_another_is_waited_for_is_waited_for_again() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        waiting = asyncio.ensure_future(gallery.finished())
        await settled()
        studio.put("clx1", project("rendering"))
        gallery["clx1"].resume()
        await until(lambda: gallery.statuses["clx1"] == "rendering")
        studio.put("clx2", film())
        await until(lambda: gallery.statuses["clx2"] == "complete")
        await asyncio.sleep(100)
        assert not waiting.done()
        studio.put("clx1", film())
        assert words(await waiting) == {"clx1": "complete", "clx2": "complete"}

    with_gallery(body, ["clx1", "clx2"], {"clx1": lambda: refusal(401)})


def test_the_deadline_is_an_outcome_and_resume_goes_on() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        assert isinstance((await gallery)["clx1"], WatchDeadline)
        assert gallery.cards["clx1"]["error"]["code"] == "deadline"
        gallery.resume()
        await asyncio.sleep(GAP_S)
        assert not gallery["clx1"].error
        assert gallery.cards["clx1"]["watch"]["state"] == "watching"

    with_gallery(body, "clx1", {}, deadline_s=100)


def test_closing_tells_who_waits_for_the_gallery_or_one_of_it() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        both = [asyncio.ensure_future(gallery.finished()), asyncio.ensure_future(gallery["clx1"].finished())]
        await settled()
        sent = wire(gallery).sent
        gallery.close()
        assert sent[-1][0] == "comm_close"
        for waiting in both:
            with pytest.raises(WatchClosed):
                await waiting
        for late in (gallery, gallery["clx1"]):
            with pytest.raises(WatchClosed, match="gallery was closed"):
                await late

    with_gallery(body, ["clx1", "clx2"], {})


def test_an_empty_gallery_has_ended_until_it_is_closed() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        assert await gallery == {}
        gallery.close()
        with pytest.raises(WatchClosed, match="gallery was closed"):
            await gallery

    with_gallery(body, [], {})


def test_the_end_of_a_wait_sends_all_cards_once_for_executed_notebooks() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        await gallery
        assert sorted(states(gallery)[-1]) == ["cards", "notice", "transfer"]
        assert [card["status"] for card in states(gallery)[-1]["cards"].values()] == ["complete", "complete"]
        sent = len(wire(gallery).sent)
        await gallery
        await gallery["clx1"]
        assert len(wire(gallery).sent) == sent

    with_gallery(body, ["clx1", "clx2"], {"clx1": film, "clx2": film})


def test_waiting_for_one_of_many_does_not_send_them_all() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        studio.put("clx1", film())
        await gallery["clx1"]
        assert not [state for state in states(gallery) if "cards" in state]
        assert [*states(gallery)[-1]["changed"]] == ["clx1"]

    with_gallery(body, [f"clx{number}" for number in range(101)], {})


async def test_no_key_is_an_outcome_with_a_next_step() -> None:
    gallery = VideoGallery(["clx1", "clx2"])
    assert words(await gallery) == {"clx1": "missing_token", "clx2": "missing_token"}
    gallery.close()


# --- no loop, and loops that come and go


def test_a_plain_script_watches_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    here = VirtualLoop()
    monkeypatch.setattr(_loops, "script_loop", lambda: here)
    studio = Studio(clx1=[project("rendering")] * 9 + [project("complete")], clx2=project("complete"))
    gallery = VideoGallery(["clx1", "clx2"], client=studio.client())
    gallery.pause()
    gallery.resume()
    assert (studio.requests, gallery.statuses) == ([], {"clx1": "", "clx2": ""})
    with pytest.raises(TimeoutError, match=r"Not finished after 2 s\. Polling continues\."):
        gallery.wait(2)
    assert gallery.statuses == {"clx1": "rendering", "clx2": "complete"}
    gallery.add("clx3")
    studio.put("clx3", project("complete"))
    assert words(gallery.wait()) == {"clx1": "complete", "clx2": "complete", "clx3": "complete"}
    assert gallery["clx3"].wait().status == "complete"
    gallery.close()
    with pytest.raises(WatchClosed):
        gallery.wait()
    here.run_until_complete(settled())
    here.threads.shutdown()
    here.close()


def test_on_the_next_loop_it_knows_what_it_knew(host: FileHost, tmp_path: Path) -> None:
    studio = Studio(clx2=project("error"))
    gallery = VideoGallery(["clx1", "clx2"], client=studio.client(), download_directory=tmp_path)
    known = {"clx1": "complete", "clx2": "error"}

    async def look() -> None:
        studio.put("clx1", film())
        await gallery

    async def save() -> None:
        assert gallery.statuses == known
        assert await gallery.save() == {"clx1": [tmp_path / "clx1.mp4"]}
        assert gallery.statuses == known
        await until(lambda: studio.asked("clx2") == 2)

    run(look())
    run(save())
    # No card went back to knowing nothing on the way.
    assert "" not in [
        card["status"] for state in states(gallery) for card in state.get("changed", {}).values()
    ]
    gallery.close()


async def test_a_video_whose_links_are_refused_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, FakeStore())
    with VideoGallery(["clx1"], client=Studio(clx1=film()).client()) as first:
        assert words(await first) == {"clx1": "complete"}
        await settled()
    # The store keeps no links, so this one asks.
    with VideoGallery(["clx1"], client=Studio(clx1=refusal(401)).client()) as gallery:
        await until(lambda: gallery.statuses["clx1"])
        outcomes = await gallery
        assert gallery.statuses == {"clx1": "complete"}
        assert words(outcomes) == {"clx1": "http_401"}
        assert outcomes["clx1"].__traceback__ is None  # type: ignore[union-attr]  # it is an error
