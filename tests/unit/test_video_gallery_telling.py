"""What a ``VideoGallery`` says of itself: to viewers without widgets, to observers, and of its settings."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import traitlets

import mh_widgets
from mh_widgets.controllers.gallery import GAP_S
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.gallery_fixtures import Studio, looked_at, states, with_gallery
from tests.unit.virtual_time import TOKEN, VirtualLoop, film, project, refusal, settled


def test_key_and_link_are_in_no_state_and_no_page() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        texts = [
            repr(gallery),
            repr(gallery.get_state()),
            repr(gallery._repr_mimebundle_()),
            json.dumps(states(gallery)),
        ]
        texts.append(gallery.to_frame().to_csv())
        assert not [text for text in texts if TOKEN in text or "SECRET" in text or "files.test" in text]

    with_gallery(body, "clx1", {"clx1": film})


def test_without_widgets_it_is_a_table_of_text() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        bundle, _ = gallery._repr_mimebundle_()
        page = bundle["text/html"]
        assert bundle["text/plain"] == "VideoGallery(2 projects)"
        assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == gallery.model_id
        assert page.count("<tr>") == 3
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "512 × 960" in page
        assert "The API answered 404: &lt;b&gt;no&lt;/b&gt;." in page
        assert "No. 3 (&lt;i&gt;): This is not a project ID." in page
        assert "UTC. It may have changed since. Run this cell again for the live cards.</div>" in page

    answers = {
        "clx1": lambda: film(name="<script>alert(1)</script>"),
        "clx2": lambda: refusal(404, "<b>no</b>"),
    }
    with_gallery(body, ["clx1", "clx2", "<i>"], answers)
    assert "no projects yet" in VideoGallery()._repr_mimebundle_()[0]["text/html"]


def test_the_table_stops_at_a_hundred_rows_and_says_so() -> None:
    page = VideoGallery(f"clx{number}" for number in range(1500))._repr_mimebundle_()[0]["text/html"]
    assert page.count("<tr>") == 101
    assert "The first 100 of 1,500 projects." in page


def test_observers_hear_of_projects_and_of_cards_that_changed() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        heard: list[object] = []
        await asyncio.sleep(GAP_S)
        gallery.observe(lambda change: heard.append(change["new"]), "projects")
        gallery.observe(lambda change: heard.append([*change["new"]]), "changed")
        gallery.add("clx2")
        await looked_at(gallery, studio)
        await asyncio.sleep(GAP_S)
        assert heard == [["clx1", "clx2"], ["clx2"]]

    with_gallery(body, "clx1", {"clx2": film})


def test_an_observer_that_raises_ends_nothing_and_is_told() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        def broken(change: dict[str, Any]) -> None:
            raise ZeroDivisionError

        gallery.observe(broken, "changed")
        studio.put("clx1", film())
        outcomes = await gallery
        assert outcomes["clx1"].status == "complete"  # type: ignore[union-attr]  # the film, or this fails
        here = asyncio.get_running_loop()
        assert isinstance(here, VirtualLoop)
        assert "ZeroDivisionError" in here.unseen[0]
        here.unseen.clear()
        gallery.unobserve_all()

    with_gallery(body, "clx1", {})


@pytest.mark.parametrize(
    "settings",
    [
        {"deadline_s": 0},
        {"poll_interval_s": -1},
        {"columns": 0},
        {"columns": "many"},
        {"columns": True},
        {"columns": 1.5},
    ],
    ids=repr,
)
def test_a_setting_that_is_none_is_refused_in_the_cell(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        VideoGallery("clx1", **settings)


def test_columns_and_label_are_for_the_view() -> None:
    gallery = VideoGallery(columns=3, download_directory="films")
    assert (gallery.columns, gallery.save_label) == (3, "films")
    gallery.columns = "auto"
    with pytest.raises(traitlets.TraitError):
        gallery.columns = "many"


def test_it_is_exported() -> None:
    assert mh_widgets.VideoGallery is VideoGallery
    assert "VideoGallery" in mh_widgets.__all__


async def test_a_gallery_and_a_card_of_one_project_share_its_watch() -> None:
    studio = Studio()
    client = studio.client()
    card, gallery = mh_widgets.VideoProject("clx1", client=client), VideoGallery("clx1", client=client)
    await settled()
    assert (card.status, gallery.statuses, len(studio.requests)) == (
        "rendering",
        {"clx1": "rendering"},
        1,
    )
    card.close()
    gallery.close()


def test_the_cards_of_a_state_are_a_copy_for_other_threads() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        state = gallery.get_state("cards")["cards"]
        assert state == gallery.cards != {}
        assert state is not gallery.cards

    with_gallery(body, ["a"], {"a": lambda: project("rendering")})
