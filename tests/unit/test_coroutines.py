"""The ways to wait and to end: coroutines for tasks and groups, ``with``, a collection, a forgotten ``await``."""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import Any

import pytest

from mh_widgets import RenderFailed, VideoProject, WatchClosed, _loops
from mh_widgets.widgets.coroutines import Call
from mh_widgets.widgets.gallery_project import GalleryProject
from mh_widgets.widgets.project_gallery import ProjectGallery
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.card_fixtures import with_card
from tests.unit.gallery_fixtures import Studio, wire, with_gallery
from tests.unit.recording_comm import Wire, wire_of
from tests.unit.virtual_time import Api, VirtualLoop, film, project, settled, watched


def failed() -> dict[str, Any]:
    return project("error", error={"code": "no_face", "message": "No face."})


# --- the end as a coroutine


def test_a_card_s_end_can_be_a_task() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        task = asyncio.create_task(card.finished(), name="mine")
        done, _ = await asyncio.wait({task})
        assert (await done.pop()).status == "complete"

    with_card(body, lambda: project("rendering"), film)


def test_a_card_s_end_can_be_gathered_timed_and_run_from_a_thread() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        here = asyncio.get_running_loop()
        results = await asyncio.gather(
            card.finished(),
            card,
            asyncio.wait_for(card.finished(), 1000),
            asyncio.wrap_future(asyncio.run_coroutine_threadsafe(card.finished(), here)),
        )
        assert {details.status for details in results} == {"complete"}

    with_card(body, lambda: project("rendering"), film)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="TaskGroup came with Python 3.11")
def test_the_ends_of_a_card_and_a_gallery_can_be_in_a_task_group() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        gallery = VideoGallery(["clx1"], client=card._client)
        async with asyncio.TaskGroup() as group:  # type: ignore[attr-defined]  # mypy looks with Python 3.10
            one = group.create_task(card.finished())
            all_of_it = group.create_task(gallery.finished())
            other = group.create_task(gallery["clx1"].finished())
        assert one.result() == other.result() == all_of_it.result()["clx1"]
        gallery.close()

    with_card(body, lambda: project("rendering"), film)


def test_an_end_raises_what_an_await_raises() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        with pytest.raises(RenderFailed, match="No face"):
            await card.finished()

    with_card(body, failed)


def test_an_end_can_be_cancelled_and_the_watch_goes_on() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        task = asyncio.create_task(card.finished())
        await settled()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert card.watch["state"] == "watching"

    with_card(body, lambda: project("rendering"))


# --- an await that was forgotten


@pytest.mark.parametrize("verb", ["save", "delete", "refresh", "embed", "finished"])
def test_a_forgotten_await_says_so_where_a_cell_shows_its_value(verb: str) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        call = getattr(card, verb)()
        assert repr(call) == f"<VideoProject.{verb}() has not started: write await in front of it>"
        task = asyncio.ensure_future(call)
        await settled()
        assert repr(call) == f"<VideoProject.{verb}()>"
        assert f"VideoProject.{verb}" in repr(task)
        task.cancel()
        await asyncio.wait({task})
        assert api.count("DELETE") == (verb == "delete")

    with_card(body, lambda: project("rendering"))


def test_a_gallery_s_calls_say_so_as_well() -> None:
    gallery = VideoGallery(["clx1"])
    for call in (gallery.save(), gallery.finished(), gallery["clx1"].save()):
        assert "has not started: write await in front of it" in repr(call)
        call.close()


def test_python_s_own_warning_names_what_was_called() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        def forget() -> None:
            card.delete()  # type: ignore[unused-coroutine]  # that is the test
            gc.collect()

        with pytest.warns(RuntimeWarning, match=r"^coroutine 'VideoProject\.delete' was never awaited$"):
            forget()
        assert api.count("DELETE") == 0

    with_card(body)


async def test_a_call_is_a_coroutine_in_every_respect() -> None:
    async def twice() -> str:
        try:
            await asyncio.sleep(10)
        except ValueError as error:
            return str(error)
        return "slept"

    call = Call("x.y", twice())
    assert asyncio.iscoroutine(call)
    assert await call == "slept"
    with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
        await call
    by_hand = Call("x.y", twice())
    by_hand.send(None)
    with pytest.raises(StopIteration, match="thrown"):
        by_hand.throw(ValueError("thrown"))


# --- with


def test_with_closes_a_card_at_its_end() -> None:
    async def body(other: VideoProject, api: Api) -> None:
        with VideoProject("clx2", client=other._client) as card:
            wire = wire_of(card)
            assert isinstance(card, VideoProject)
            await settled()
            assert watched() == ["clx1", "clx2"]
        assert wire.sent[-1][0] == "comm_close"
        assert watched() == ["clx1"]
        with pytest.raises(WatchClosed):
            await card.refresh()

    with_card(body, lambda: project("rendering"))


def test_with_closes_a_gallery_also_after_an_error_which_goes_on() -> None:
    async def body(other: VideoGallery, studio: Studio) -> None:
        async def use_and_fail() -> None:
            with VideoGallery(["clx2"], client=other._client) as gallery:
                comms.append(wire(gallery))
                await settled()
                raise KeyError

        comms: list[Wire] = []
        with pytest.raises(KeyError):
            await use_and_fail()
        assert comms[0].sent[-1][0] == "comm_close"
        assert watched() == ["clx1"]

    with_gallery(body, ["clx1"], {})


def test_with_in_a_plain_script_waits_and_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    here = VirtualLoop()
    monkeypatch.setattr(_loops, "script_loop", lambda: here)
    with VideoProject("clx1", client=Api(project(), project("complete")).client()) as card:
        assert card.wait().status == "complete"
    assert card.comm is None
    here.run_until_complete(settled())
    here.threads.shutdown()
    here.close()


# --- a gallery as a collection


def test_a_gallery_gives_values_items_and_get_in_its_order() -> None:
    gallery = VideoGallery(["clx2", "clx1"])
    assert [each.project_id for each in gallery.values()] == ["clx2", "clx1"]
    assert [(project_id, each.project_id) for project_id, each in gallery.items()] == [
        ("clx2", "clx2"),
        ("clx1", "clx1"),
    ]
    as_dict = dict(gallery.items())
    assert list(as_dict) == ["clx2", "clx1"]
    assert isinstance(as_dict["clx1"], GalleryProject)


def test_get_gives_a_project_or_the_default() -> None:
    gallery = VideoGallery(["clx1"])
    found = gallery.get("https://magichour.ai/my-library?videoId=clx1")
    assert isinstance(found, GalleryProject)
    assert found.project_id == "clx1"
    strangers: list[object] = ["clx9", "../", None, 5, []]
    for unknown in strangers:
        assert gallery.get(unknown) is None
        assert gallery.get(unknown, "none") == "none"


def test_keys_is_ipywidgets_own_attribute() -> None:
    gallery = VideoGallery(["clx1"])
    assert "projects" in gallery.keys
    assert "dict(gallery.items())" in (ProjectGallery.__doc__ or "")
