"""A gallery's observers that raise: its page hears everything, and the traceback is seen."""

from __future__ import annotations

import asyncio

from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit import gallery_fixtures
from tests.unit.broken_observers import broken, page, seen_by_the_loop
from tests.unit.gallery_fixtures import Studio, with_gallery
from tests.unit.virtual_time import film


def test_a_gallery_s_page_hears_all_whichever_observer_raises() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery.observe(broken)
        studio.put("clx1", film())
        await gallery["clx1"].refresh()
        gallery.add("clx2", "../")
        await gallery_fixtures.looked_at(gallery, studio)
        await asyncio.sleep(1)
        state = page(gallery_fixtures.wire(gallery))
        assert (state["projects"], len(state["refused"])) == (["clx1", "clx2"], 1)
        told = [
            card for state in gallery_fixtures.states(gallery) for card in state.get("changed", {}).values()
        ]
        assert [card["status"] for card in told if card["project_id"] == "clx1"][-1] == "complete"
        assert [card["status"] for card in told if card["project_id"] == "clx2"] == ["rendering"]
        gallery.remove("clx1")
        asked = studio.asked("clx1")
        await asyncio.sleep(1000)
        assert (list(gallery), studio.asked("clx1")) == (["clx2"], asked)
        wire = gallery_fixtures.wire(gallery)
        gallery.close()
        assert wire.sent[-1][0] == "comm_close"
        asked = len(studio.requests)
        await asyncio.sleep(1000)
        assert len(studio.requests) == asked
        assert all("ZeroDivisionError" in each for each in seen_by_the_loop())

    with_gallery(body, "clx1", {})
