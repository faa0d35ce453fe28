"""Which projects a ``VideoGallery`` has: what it takes, adds, removes and refuses."""

from __future__ import annotations

import asyncio
import itertools
import types
from collections.abc import Iterator

import pytest

from mh_widgets import WatchClosed
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.gallery_fixtures import Studio, looked_at, states, wire, with_gallery
from tests.unit.virtual_time import TOKEN, film, settled, until

LINK = "https://magichour.ai/my-library?videoId=clx2"


def test_ids_links_and_sdk_responses_come_in_any_mix_and_each_project_once() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        assert list(gallery) == gallery.projects == ["clx1", "clx2", "clx3"]
        assert wire(gallery).sent[0][1]["state"]["projects"] == ["clx1", "clx2", "clx3"]
        assert [studio.asked(each) for each in gallery] == [1, 1, 1]
        assert gallery.refused == []

    with_gallery(body, ["clx1", LINK, types.SimpleNamespace(id="clx3"), " clx1 ", "", None], {})


def generator() -> Iterator[str]:
    yield from ("clx1", "clx2")


@pytest.mark.parametrize(
    ("projects", "ids"),
    [
        ((), []),
        (None, []),
        ("", []),
        ("clx1", ["clx1"]),
        (LINK, ["clx2"]),
        (types.SimpleNamespace(id="clx1"), ["clx1"]),
        (generator(), ["clx1", "clx2"]),
        (dict.fromkeys(["clx2", "clx1"]), ["clx2", "clx1"]),
        (itertools.chain(["clx1"], generator()), ["clx1", "clx2"]),
    ],
)
def test_one_project_several_or_none(projects: object, ids: list[str]) -> None:
    gallery = VideoGallery(projects)
    assert list(gallery) == ids
    assert gallery.refused == []
    assert bool(gallery)


def test_what_is_no_project_has_a_line_and_the_others_live() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        assert list(gallery) == ["clx1"]
        assert {line["code"] for line in gallery.refused} == {"invalid_project"}
        assert [set(line) for line in gallery.refused] == [{"project", "code", "message", "hint"}] * 4
        assert [line["project"] for line in gallery.refused] == [
            "No. 1 (../)",
            "No. 3 (int)",
            "No. 4 (list)",
            "object",
        ]
        assert len(studio.requests) == 1

    async def body_and_add(gallery: VideoGallery, studio: Studio) -> None:
        gallery.add(object())
        await body(gallery, studio)

    with_gallery(body_and_add, ["../", "clx1", 5, ["clx1"]], {})


def test_a_key_in_the_wrong_place_is_not_repeated() -> None:
    key = "mhk live 0123456789"
    gallery = VideoGallery([key, f"no id {TOKEN}"], client=Studio().client(TOKEN))
    assert "0123" not in repr(gallery.get_state())
    assert "mhk_live" not in repr(gallery.get_state())


def test_thousands_of_refusals_are_a_few_lines() -> None:
    gallery = VideoGallery(range(5000))
    assert len(gallery.refused) == 21
    assert gallery.refused[-1]["project"] == "4,980 more"


NO_MEMBERS: list[object] = ["clx3", "", None, "../", 0, []]


def test_a_gallery_is_iterated_like_a_dict() -> None:
    gallery = VideoGallery(["clx1", "clx2"])
    assert len(gallery) == 2
    assert "clx1" in gallery
    assert LINK in gallery
    assert types.SimpleNamespace(id="clx1") in gallery
    assert not [each for each in NO_MEMBERS if each in gallery]
    assert gallery[LINK].project_id == "clx2"
    for unknown in NO_MEMBERS:
        with pytest.raises(KeyError):
            gallery[unknown]


def test_projects_are_added_behind_the_others_in_one_message() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        before = len(states(gallery))
        gallery.add("clx3", ["clx1", "clx2", "a b"], generator())
        assert list(gallery) == ["clx1", "clx3", "clx2"]
        assert len(states(gallery)) == before + 1
        assert sorted(states(gallery)[-1]) == ["projects", "refused"]
        await looked_at(gallery, studio)
        assert gallery.statuses == {"clx1": "rendering", "clx3": "rendering", "clx2": "rendering"}

    with_gallery(body, "clx1", {})


def test_a_removed_project_is_polled_no_more_and_its_waiters_are_told() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        handle = gallery["clx1"]
        waiting = asyncio.ensure_future(handle.finished())
        await settled()
        before = len(states(gallery))
        gallery.remove(LINK.replace("clx2", "clx1"))
        assert list(gallery) == gallery.projects == ["clx2"]
        assert list(gallery.cards) == ["clx2"]
        assert len(states(gallery)) == before + 1
        with pytest.raises(WatchClosed):
            await waiting
        for verb in (handle.refresh, handle.save, handle.delete):
            with pytest.raises(WatchClosed, match="removed"):
                await verb()
        handle.resume()
        asked = studio.asked("clx1")
        await asyncio.sleep(1000)
        assert studio.asked("clx1") == asked
        assert studio.count("DELETE") == 0
        with pytest.raises(KeyError):
            gallery.remove("clx1")

    with_gallery(body, ["clx1", "clx2"], {})


def test_a_project_that_comes_back_as_it_was_is_news_again() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery.remove("clx1")
        gallery.add("clx1")
        await until(lambda: studio.asked("clx1") == 2)
        await settled()
        assert states(gallery)[-1]["changed"]["clx1"]["status"] == "complete"
        assert gallery.cards["clx1"]["status"] == "complete"

    with_gallery(body, "clx1", {"clx1": film})
