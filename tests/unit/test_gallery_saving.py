"""Saving the films of a gallery: by call and by button, a few at a time, and whatever fails fails alone."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import itertools
import pathlib
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from mh_widgets import MagicHourError, TransferError
from mh_widgets.controllers.project import ProjectController
from mh_widgets.controllers.save_all import PARALLEL
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.file_host import FileHost, Stalling, streamed
from tests.unit.film_host import FILM
from tests.unit.gallery_fixtures import Studio, say, states, with_gallery
from tests.unit.virtual_time import VirtualLoop, film, project, settled, until


def finished(number: int, **paths: str) -> dict[str, Callable[[], object]]:
    """So many finished projects, with links of their own where ``paths`` names one."""
    return {
        each: functools.partial(film, f"https://files.test/{paths.get(each, 'a.mp4')}?X-Sig=SECRET")
        for each in (f"clx{place}" for place in range(1, number + 1))
    }


def test_every_finished_film_is_saved_and_nothing_else(host: FileHost, tmp_path: Path) -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        assert await gallery.save(str(tmp_path / "films")) == {
            "clx1": [tmp_path / "films" / "clx1.mp4"],
            "clx2": [tmp_path / "films" / "clx2.mp4"],
        }
        assert list(await gallery.save()) == ["clx1", "clx2"]
        assert films(tmp_path) == ["clx1.mp4", "clx2.mp4"]
        assert not gallery.transfer
        assert not gallery.notice

    with_gallery(body, ["clx1", "clx2", "clx3"], finished(2), download_directory=tmp_path)


def test_one_failure_does_not_stop_the_others(host: FileHost, tmp_path: Path) -> None:
    host.put("/gone.mp4", 404)

    async def body(gallery: VideoGallery, studio: Studio) -> None:
        saved = await gallery.save()
        assert saved["clx1"] == [tmp_path / "clx1.mp4"]
        assert isinstance(saved["clx2"], TransferError)
        assert saved["clx2"].__traceback__ is None
        assert saved["clx3"] == [tmp_path / "clx3.mp4"]

    with_gallery(body, [*finished(3)], finished(3, clx2="gone.mp4"), download_directory=tmp_path)


def test_a_bug_of_ours_is_one_film_s_failure(
    host: FileHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = ProjectController.save

    async def broken(self: ProjectController, directory: pathlib.Path | None = None) -> list[pathlib.Path]:
        if self.poller.project_id == "clx1":
            raise ZeroDivisionError
        return await save(self, directory)

    monkeypatch.setattr(ProjectController, "save", broken)

    async def body(gallery: VideoGallery, studio: Studio) -> None:
        saved = await gallery.save()
        assert isinstance(saved["clx1"], MagicHourError)
        assert str(saved["clx1"]) == "Saving failed (ZeroDivisionError)."
        assert saved["clx2"] == [tmp_path / "clx2.mp4"]

    with_gallery(body, [*finished(2)], finished(2), download_directory=tmp_path)


def films(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.mp4"))


def notices(gallery: VideoGallery) -> list[str]:
    """What has been told so far; before each there was none."""
    told = [state["notice"] for state in states(gallery) if "notice" in state]
    assert told[1::2] == [None] * (len(told) // 2)
    return [notice["message"] for notice in told[::2]]


class Gate:
    """A host of films that all wait at the same gate; counts how many are there at once."""

    def __init__(self) -> None:
        self.at_once = self.most = 0
        self.open = threading.Event()
        self.full = threading.Semaphore(0)
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        self.full.release()
        assert self.open.wait(100)
        with self._lock:
            self.at_once -= 1
        return streamed(FILM, length=len(FILM))(request)

    async def filled(self) -> None:
        for _ in range(PARALLEL):
            await asyncio.to_thread(self.full.acquire, timeout=100)


def test_a_few_at_a_time_and_the_page_sees_how_many_are_done(host: FileHost, tmp_path: Path) -> None:
    gate = Gate()
    host.put("/a.mp4", gate)

    async def body(gallery: VideoGallery, studio: Studio) -> None:
        here = asyncio.get_running_loop()
        assert isinstance(here, VirtualLoop)
        here.threads = concurrent.futures.ThreadPoolExecutor(16)  # more than a few could be at work
        here.set_default_executor(here.threads)
        saving = asyncio.ensure_future(gallery.save())
        say(gallery, kind="save_all")  # has to wait for its turn
        await gate.filled()
        assert gallery.transfer == {"kind": "save", "done": 0, "failed": 0, "total": 10}
        gate.open.set()
        assert len(await saving) == 10
        shown = [state["transfer"] for state in states(gallery) if "transfer" in state]
        done = [transfer["done"] for transfer in itertools.takewhile(bool, shown)]
        assert done == sorted(done)
        assert done[-1] == 10

    with_gallery(body, [*finished(10)], finished(10), download_directory=tmp_path)
    assert gate.most == PARALLEL


def test_the_button_saves_and_says_so_in_one_sentence(host: FileHost, tmp_path: Path) -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        say(gallery, kind="save_all")
        say(gallery, kind="save_all")
        assert [task.get_name() for task in asyncio.all_tasks()].count("mh_widgets save all") == 1
        await until(lambda: gallery.notice)
        assert gallery.notice == {"tone": "info", "code": "saved", "message": "Saved 2 videos.", "hint": ""}
        assert films(tmp_path) == ["clx1.mp4", "clx2.mp4"]
        for among, sentence in (
            (["clx2", "clx3", "clx9"], "Saved 1 video."),
            (["clx3"], "There is no finished video to save."),
            ([], "There is no finished video to save."),
        ):
            told = [*notices(gallery)]
            say(gallery, kind="save_all", projects=among)
            while notices(gallery) == told:
                await until(lambda: gallery.notice)
                await settled()
            assert notices(gallery)[-1] == sentence

    with_gallery(body, ["clx1", "clx2", "clx3"], finished(2), download_directory=tmp_path)


def test_the_button_says_how_many_failed_and_why_the_first(host: FileHost, tmp_path: Path) -> None:
    host.put("/gone.mp4", 404)

    async def body(gallery: VideoGallery, studio: Studio) -> None:
        say(gallery, kind="save_all")
        await until(lambda: gallery.notice)
        assert gallery.notice["tone"] == "error"
        assert gallery.notice["message"].startswith("Saved 2 videos; 1 failed: ")
        assert gallery.notice["message"].endswith(" (clx2)")
        assert "SECRET" not in repr(gallery.notice)

    with_gallery(body, [*finished(3)], finished(3, clx2="gone.mp4"), download_directory=tmp_path)


@pytest.mark.parametrize("by", ["button", "call"])
def test_cancel_stops_what_is_under_way_and_what_waits(host: FileHost, tmp_path: Path, by: str) -> None:
    stalling = Stalling(FILM)
    host.put("/slow.mp4", stalling.respond)

    async def body(gallery: VideoGallery, studio: Studio) -> None:
        saving = asyncio.ensure_future(gallery.save()) if by == "call" else None
        if saving is None:
            say(gallery, kind="save_all")
        await stalling.stalled()
        here = asyncio.get_running_loop()
        assert isinstance(here, VirtualLoop)
        here.threads_wait_for_us = True  # one stalls while the other is waited for
        await until(lambda: (gallery.transfer or {}).get("done") == 1)
        say(gallery, kind="cancel_all")
        await settled()
        stalling.go_on.set()
        if saving is not None:
            saved = await saving
            assert saved["clx2"] == [tmp_path / "clx2.mp4"]
            assert isinstance(saved["clx1"], TransferError)
            assert saved["clx1"].code == "canceled"
        else:
            assert gallery.notice
            assert gallery.notice["message"] == "Saved 1 video; 1 canceled."
        assert not gallery.transfer
        assert films(tmp_path) == ["clx2.mp4"]

    with_gallery(body, [*finished(2)], finished(2, clx1="slow.mp4"), download_directory=tmp_path)


def test_cancel_also_stops_a_button_that_waits_for_its_turn(host: FileHost, tmp_path: Path) -> None:
    stalling = Stalling(FILM)
    host.put("/slow.mp4", stalling.respond)

    async def body(gallery: VideoGallery, studio: Studio) -> None:
        saving = asyncio.ensure_future(gallery.save())
        await stalling.stalled()
        say(gallery, kind="save_all")
        await settled()
        say(gallery, kind="cancel_all")
        stalling.go_on.set()
        assert isinstance((await saving)["clx1"], TransferError)
        await until(lambda: gallery.notice)
        assert gallery.notice
        assert gallery.notice["message"] == "Saved 0 videos; 1 canceled."
        assert films(tmp_path) == []
        # The next click counts again.
        say(gallery, kind="save_all")
        await until(lambda: films(tmp_path))

    with_gallery(body, "clx1", finished(1, clx1="slow.mp4"), download_directory=tmp_path)


def test_an_interrupted_cell_stops_its_saving(host: FileHost, tmp_path: Path) -> None:
    stalling = Stalling(FILM)
    host.put("/slow.mp4", stalling.respond)

    async def body(gallery: VideoGallery, studio: Studio) -> None:
        saving = asyncio.ensure_future(gallery.save())
        await stalling.stalled()
        saving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await saving
        stalling.go_on.set()
        await settled()
        assert not gallery.transfer
        assert films(tmp_path) == []

    with_gallery(body, "clx1", finished(1, clx1="slow.mp4"), download_directory=tmp_path)


def test_closing_ends_the_saving(host: FileHost, tmp_path: Path) -> None:
    stalling = Stalling(FILM)
    host.put("/slow.mp4", stalling.respond)

    async def body(gallery: VideoGallery, studio: Studio) -> None:
        saving = asyncio.ensure_future(gallery.save())
        say(gallery, kind="save_all")
        await stalling.stalled()
        gallery.close()
        stalling.go_on.set()
        assert isinstance((await saving)["clx1"], TransferError)

    with_gallery(body, "clx1", finished(1, clx1="slow.mp4"), download_directory=tmp_path)


def test_nothing_is_saved_before_anything_is_known(host: FileHost, tmp_path: Path) -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery.add("clx2")
        assert await gallery.save() == {}
        assert project("rendering")["status"] == gallery.statuses["clx1"]

    with_gallery(body, "clx1", {}, download_directory=tmp_path)
    assert host.requests == []
