"""``ProjectGallery``: videos, images and audio in any mix, each found as what it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import magic_hour.types.models as sdk
import pandas as pd
import pytest

from mh_widgets import AudioDetails, ImageDetails, RenderFailed, VideoDetails
from mh_widgets.project_ids import KINDS, Kind
from mh_widgets.widgets.project_gallery import ProjectGallery
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.gallery_fixtures import (
    Gallery,
    MixedStudio,
    of_both_galleries,
    say,
    states,
    wire,
    with_gallery,
)
from tests.unit.kinds_api import CLASSES
from tests.unit.virtual_time import of_each_kind, project_of, settled, until

if TYPE_CHECKING:
    from typing_extensions import assert_type

    from mh_widgets import Dashboard, MagicHourError, ProjectDetails

    async def _types() -> None:
        """``mypy`` and other checkers know the results of each gallery without a cast."""
        assert_type(await VideoGallery("clx1"), dict[str, VideoDetails | MagicHourError])
        assert_type(await VideoGallery("clx1")["clx1"], VideoDetails)
        assert_type(ProjectGallery("clx1").wait(), dict[str, ProjectDetails | MagicHourError])
        assert_type(Dashboard("clx1").gallery["clx1"].wait(), ProjectDetails)
        images: ProjectGallery[ImageDetails] = ProjectGallery("clx1")
        assert_type(await images.values()[0].refresh(), ImageDetails)


MIX = ["video1", "image1", "audio1"]
LINK = "https://files.test/output?X-Sig=SECRET"


def finished(kind: Kind, **more: object) -> dict[str, Any]:
    return project_of(kind, "complete", downloads=[{"url": LINK}], **more)


FINISHED = {f"{kind}1": lambda kind=kind: finished(kind) for kind in KINDS}


async def known(gallery: Gallery) -> None:
    """Wait for an answer about each project."""
    await until(lambda: all(gallery.statuses.values()), 60)
    await settled()


# --- what it takes


def test_ids_of_all_kinds_are_found_in_their_order() -> None:
    async def body(gallery: Gallery, studio: MixedStudio) -> None:
        await known(gallery)
        assert gallery.statuses == dict.fromkeys(MIX, "rendering")
        assert [each.kind for each in gallery.values()] == [*KINDS]
        assert [gallery.cards[each]["details"].get("kind", "video") for each in MIX] == [*KINDS]

    with_gallery(body, MIX, {}, ProjectGallery, MixedStudio)


@of_each_kind
def test_a_response_of_the_sdk_is_asked_for_as_what_it_is(kind: Kind) -> None:
    response = getattr(sdk, f"V1{kind.capitalize()}ProjectsGetResponse").model_construct(id=f"{kind}1")

    async def body(gallery: Gallery, studio: MixedStudio) -> None:
        assert studio.paths(f"{kind}1") == [kind]

    with_gallery(body, [response], {}, ProjectGallery, MixedStudio)


@pytest.mark.parametrize("made", [pd.DataFrame, dict])
def test_the_kinds_of_a_table_are_believed(made: Any) -> None:
    table = made({"id": [*MIX, "audio2"], "kind": ["video", "image", "audio", None]})

    async def body(gallery: Gallery, studio: MixedStudio) -> None:
        await known(gallery)
        assert [studio.paths(each) for each in MIX] == [[kind] for kind in KINDS]
        assert studio.paths("audio2") == [*KINDS]

    with_gallery(body, table, {}, ProjectGallery, MixedStudio)


def test_what_a_gallery_gives_as_a_table_costs_no_second_question() -> None:
    async def body(gallery: Gallery, studio: MixedStudio) -> None:
        await known(gallery)
        frame = gallery.to_frame()
        assert list(frame["kind"]) == [*KINDS]
        for table in (frame, frame.set_index("id"), frame.to_dict("list"), frame.to_dict("records")):
            with ProjectGallery(table) as again:
                assert [each.kind for each in again.values()] == [*KINDS]
                assert again.refused == []

    with_gallery(body, MIX, {}, ProjectGallery, MixedStudio)


@of_both_galleries
def test_an_unknown_kind_in_a_table_is_one_sentence(made: type[Gallery]) -> None:
    gallery = made(pd.DataFrame({"id": ["clx1", "clx2"], "kind": ["movie", "video"]}))
    assert list(gallery) == ["clx2"]
    (line,) = gallery.refused
    assert (line["project"], line["code"]) == ("No. 1 (clx1)", "unknown_kind")
    assert line["message"] == "The table gives this project an unknown kind."
    assert "movie" not in str(line)


def test_before_the_first_answer_a_kind_is_shown_only_where_it_is_certain() -> None:
    gallery = ProjectGallery({"id": ["clx1", "clx2"], "kind": ["image", "any"]})
    assert [each.kind for each in gallery.values()] == ["image", "any"]
    assert gallery["clx1"].details == {"kind": "image"}
    assert gallery["clx2"].details == {}
    assert gallery.to_frame()["kind"].fillna("unknown").tolist() == ["image", "unknown"]
    assert VideoGallery("clx1").to_frame()["kind"].tolist() == ["video"]


def test_a_project_given_twice_is_shown_once_as_the_kind_that_was_told() -> None:
    image, video = ImageDetails("clx1", "complete"), VideoDetails("clx1", "complete")
    for given in (["clx1", "clx2", image], [image, "clx2", "clx1", video]):
        gallery = ProjectGallery(given)
        assert [(each, project.kind) for each, project in gallery.items()] == [
            ("clx1", "image"),
            ("clx2", "any"),
        ]
        gallery.add("clx1", AudioDetails("clx2", "complete"))
        assert [project.kind for project in gallery.values()] == ["image", "audio"]


@pytest.mark.parametrize("kind", ["image", "audio"])
def test_a_gallery_of_videos_refuses_other_kinds_in_one_sentence(kind: Kind) -> None:
    response = getattr(sdk, f"V1{kind.capitalize()}ProjectsGetResponse").model_construct(id="clx2")
    names = {"image": "an image project", "audio": "an audio project"}
    for other in (response, CLASSES[kind]("clx2", "complete"), {"id": "clx2", "kind": kind}):
        gallery = VideoGallery(["clx1", other])
        assert list(gallery) == ["clx1"]
        (line,) = gallery.refused
        assert line["message"] == f"This is {names[kind]}, not a video."
        assert line["hint"] == "Pass it to ProjectGallery, which shows every kind."
    gallery = VideoGallery(pd.DataFrame({"id": ["clx1", "clx2"], "kind": ["any", kind]}))
    assert [(each, project.kind) for each, project in gallery.items()] == [("clx1", "video")]
    assert [line["code"] for line in gallery.refused] == ["other_kind"]


# --- what a page types


@of_both_galleries
def test_what_a_page_types_is_of_any_kind(made: type[Gallery]) -> None:
    async def body(gallery: Gallery, studio: MixedStudio) -> None:
        say(gallery, kind="set_project", project="video1", to="audio1")
        await until(lambda: gallery.statuses == {"audio1": "rendering", "video2": "rendering"})
        assert gallery["audio1"].kind == "audio"
        assert studio.paths("audio1") == [*KINDS]

    with_gallery(body, ["video1", "video2"], {}, made, MixedStudio, editable=True)


def test_an_id_that_is_no_video_is_found_when_it_is_typed_again() -> None:
    async def body(gallery: Gallery, studio: MixedStudio) -> None:
        assert gallery["image1"].error
        say(gallery, kind="set_project", project="image1", to="image1")
        await until(lambda: gallery.statuses["image1"] == "rendering", 60)
        await settled()
        assert list(gallery) == ["video1", "image1"]
        assert states(gallery)[-1]["changed"]["image1"]["details"]["kind"] == "image"
        asked = len(studio.requests)
        say(gallery, kind="set_project", project="image1", to="image1")
        await until(lambda: gallery.cards["image1"]["notice"], 1)
        assert gallery.cards["image1"]["notice"]["code"] == "same_project"
        assert len(studio.requests) == asked

    with_gallery(body, ["video1", "image1"], {}, VideoGallery, MixedStudio, editable=True)


# --- what it gives


def test_awaiting_it_gives_the_details_of_each_kind_or_its_error() -> None:
    async def body(gallery: Gallery, studio: MixedStudio) -> None:
        outcomes = await gallery
        assert [type(each) for each in outcomes.values()] == [*CLASSES.values(), RenderFailed]
        assert type(await gallery["image1"]) is ImageDetails

    failed = {"image2": lambda: project_of("image", "error", error={"code": "x", "message": "No face."})}
    with_gallery(body, [*MIX, "image2"], {**FINISHED, **failed}, ProjectGallery, MixedStudio)


def test_each_kind_is_deleted_at_its_own_path() -> None:
    async def body(gallery: Gallery, studio: MixedStudio) -> None:
        await known(gallery)
        for each in MIX:
            say(gallery, kind="delete", confirmed=True, project=each)
        await until(lambda: set(gallery.statuses.values()) == {"deleted"})
        deleted = [request.url.path for request in studio.requests if request.method == "DELETE"]
        assert sorted(deleted) == sorted(f"/v1/{kind}-projects/{kind}1" for kind in KINDS)

    with_gallery(body, MIX, FINISHED, ProjectGallery, MixedStudio)


def test_the_static_table_names_the_kinds_of_a_mix_alone() -> None:
    async def body(gallery: Gallery, studio: MixedStudio) -> None:
        await known(gallery)
        html = gallery._repr_mimebundle_()[0]["text/html"]
        assert ">Kind</th>" in html
        assert [f"<td>{kind.capitalize()}</td>" in html for kind in KINDS] == [True] * 3

    with_gallery(body, MIX, {}, ProjectGallery, MixedStudio)
    assert ">Kind</th>" not in VideoGallery("clx1")._repr_mimebundle_()[0]["text/html"]


def test_only_a_mix_has_the_view_and_the_words_of_other_kinds() -> None:
    mixed, videos = (wire(made("clx1")).sent[0][1]["state"] for made in (ProjectGallery, VideoGallery))
    assert "kinds" in mixed["words"]
    assert videos["words"] == {name: word for name, word in mixed["words"].items() if name != "kinds"}
    assert ("project-gallery" in mixed["_esm"], "video-gallery" in videos["_esm"]) == (True, True)
    assert set(mixed) == set(videos)


@pytest.mark.parametrize(("made", "noun"), [(ProjectGallery, "project"), (VideoGallery, "video")])
def test_saving_all_speaks_of_what_the_gallery_holds(made: type[Gallery], noun: str) -> None:
    async def body(gallery: Gallery, studio: MixedStudio) -> None:
        say(gallery, kind="save_all")
        await until(lambda: gallery.notice)
        assert gallery.notice["message"] == f"There is no finished {noun} to save."

    with_gallery(body, "video1", {}, made, MixedStudio)


async def test_a_gallery_of_a_mix_shows_the_same_on_another_loop() -> None:
    studio = MixedStudio()
    gallery = ProjectGallery(MIX, client=studio.client())
    await known(gallery)
    gallery._detach()
    assert [each.kind for each in gallery.values()] == [*KINDS]
    assert asyncio.get_running_loop() is gallery._owner_loop.loop
    gallery.close()
