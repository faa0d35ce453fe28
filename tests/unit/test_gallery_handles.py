"""The handles of a gallery's projects, and the table of them."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from mh_widgets import ConfigurationError
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.file_host import FileHost
from tests.unit.film_host import FILM
from tests.unit.gallery_fixtures import Studio, with_gallery
from tests.unit.virtual_time import film, project

# --- one project of a gallery


def test_a_handle_has_the_values_and_the_verbs_of_a_card(host: FileHost, tmp_path: Path) -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        handle = gallery["clx1"]
        assert repr(handle) == "GalleryProject('clx1', status='rendering')"
        assert (handle.project_id, handle.status, handle.error, handle.transfer) == (
            "clx1",
            "rendering",
            None,
            None,
        )
        assert handle.details["name"] == "A walk"
        handle.pause()
        assert handle.watch["state"] == "paused"
        handle.resume()
        assert handle.watch["state"] == "watching"
        studio.put("clx1", film())
        assert (await handle.refresh()).status == handle.status == "complete"
        assert (await handle).name == "A walk"
        assert await handle.save() == [tmp_path / "clx1.mp4"]
        assert (await handle.embed()).data == FILM
        await handle.delete()
        assert gallery.statuses == {"clx1": "deleted", "clx2": "rendering"}
        assert gallery["clx2"].watch["state"] == "watching"

    with_gallery(body, ["clx1", "clx2"], {}, download_directory=tmp_path)


def test_what_a_handle_gives_away_is_a_copy() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery["clx1"].details["name"] = gallery["clx1"].watch["state"] = "x"
        assert (gallery["clx1"].details["name"], gallery["clx1"].watch["state"]) == ("A walk", "watching")

    with_gallery(body, "clx1", {})


def test_handles_can_be_gathered() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        films = await asyncio.gather(*(gallery[each] for each in gallery))
        assert [each.id for each in films] == ["clx1", "clx2"]

    with_gallery(body, ["clx1", "clx2"], {"clx1": film, "clx2": film})


# --- the table


def test_the_table_has_a_typed_row_for_each_project() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        frame = gallery.to_frame()
        assert (
            " ".join(frame.columns)
            == "id name status kind type created_at width height duration_s fps credits error"
        )
        assert list(frame["id"]) == ["clx1", "clx2", "clx3"]
        first = frame.iloc[0]
        assert (first["width"], first["duration_s"], first["credits"]) == (512, 15, 450)
        assert first["created_at"].isoformat() == "2026-03-01T11:59:00"
        assert list(frame["status"]) == ["complete", "error", "rendering"]
        assert frame["error"].iloc[1] == "No face."
        assert frame.isna()["width"].tolist() == [False, False, True]
        assert dict(VideoGallery("clx1").to_frame().dtypes) == dict(VideoGallery().to_frame().dtypes)

    answers = {
        "clx1": film,
        "clx2": lambda: project("error", error={"code": "no_face", "message": "No face."}),
        "clx3": lambda: project("rendering", width=-1, created_at=None, fps=None),
    }
    with_gallery(body, ["clx1", "clx2", "clx3"], answers)


def test_without_pandas_the_table_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ConfigurationError, match=r"needs pandas.* pip install pandas"):
        VideoGallery("clx1").to_frame()
