"""``gallery.compare``: what can stand side by side, from Python and from the page."""

from __future__ import annotations

from typing import Any

import pytest

from mh_widgets.widgets.project_gallery import ProjectGallery
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.gallery_fixtures import (
    Gallery,
    MixedStudio,
    Studio,
    of_both_galleries,
    say,
    states,
    with_gallery,
)
from tests.unit.virtual_time import film, project_of, settled, until

IDS = ["clx1", "clx2", "clx3", "clx4", "clx5"]
LINK = "https://magichour.ai/my-library?videoId=clx2"


def paper() -> object:
    """A finished project with nothing that a page can show."""
    return film("https://files.test/output.pdf")


def on_films(body: Any, made: type[Gallery] = VideoGallery, **settings: Any) -> None:
    """Run ``body`` with a gallery of five films, of which the last is still rendered."""
    with_gallery(body, IDS, dict.fromkeys(IDS[:4], film), made, **settings)


def test_finished_projects_stand_side_by_side_in_the_given_order() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        assert gallery.compared == []
        gallery.compare("clx3", LINK, gallery["clx1"])
        assert gallery.compared == ["clx3", "clx2", "clx1"]
        assert states(gallery)[-1] == {"compared": ["clx3", "clx2", "clx1"]}
        gallery.compare()
        assert gallery.compared == []

    on_films(body)


@pytest.mark.parametrize(
    ("projects", "sentence"),
    [
        (["clx1"], "A comparison takes 2 to 4 projects, got 1."),
        (IDS, "A comparison takes 2 to 4 projects, got 5."),
        (["clx1", "clx1"], "A project can't be compared with itself."),
        (["clx1", "clx5"], "clx5 is not finished, its status is rendering."),
        (["clx1", "clx9"], "clx9 is not in this gallery."),
        (["clx1", 5], "One of the values is not in this gallery."),
    ],
    ids=str,
)
def test_what_can_not_be_compared_is_refused_in_one_sentence(projects: list[object], sentence: str) -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery.compare("clx1", "clx2")
        with pytest.raises(ValueError, match=f"^{sentence}$"):
            gallery.compare(*projects)
        assert gallery.compared == ["clx1", "clx2"]

    on_films(body)


def test_a_project_without_anything_to_show_is_not_compared() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        with pytest.raises(ValueError, match=r"^clx2 has no output that a page can show\.$"):
            gallery.compare("clx1", "clx2")

    with_gallery(body, IDS[:2], {"clx1": film, "clx2": paper})


def test_before_the_first_answer_nothing_is_finished() -> None:
    gallery = VideoGallery(IDS[:2])
    with pytest.raises(ValueError, match=r"^clx1 is not finished\.$"):
        gallery.compare("clx1", "clx2")
    gallery.close()


def test_the_page_opens_and_closes_the_comparison() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        say(gallery, kind="compare", projects=["clx2", "clx1"])
        assert gallery.compared == ["clx2", "clx1"]
        say(gallery, kind="compare", projects=[])
        assert gallery.compared == []

    on_films(body)


@pytest.mark.parametrize(
    "content",
    [
        {"projects": ["clx1"]},
        {"projects": IDS},
        {"projects": ["clx1", "clx5"]},
        {"projects": ["clx1", "clx9"]},
        {"projects": ["clx1", "clx1"]},
        {"projects": ["clx1", LINK]},
        {"projects": ["clx1", 2]},
        {"projects": "clx"},
        {"projects": None},
        {"project": "clx1"},
        {},
    ],
    ids=repr,
)
@of_both_galleries
def test_a_page_that_asks_for_anything_else_changes_nothing(
    content: dict[str, object], made: type[Gallery]
) -> None:
    async def body(gallery: Gallery, studio: Studio) -> None:
        gallery.compare("clx1", "clx2")
        before = gallery.get_state()
        gallery._receive({"kind": "compare", **content})  # itself: what it raises would end in a log
        await settled()
        assert gallery.get_state() == before

    on_films(body, made)


def test_it_ends_when_one_of_them_leaves_the_gallery() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery.compare("clx1", "clx2")
        gallery.remove("clx3")
        assert gallery.compared == ["clx1", "clx2"]
        gallery.remove("clx1")
        assert gallery.compared == []

    on_films(body)


@of_both_galleries
def test_it_ends_when_one_of_them_is_deleted(made: type[Gallery]) -> None:
    async def body(gallery: Gallery, studio: Studio) -> None:
        gallery.starred = ["clx2", "clx3"]
        gallery.compare("clx1", "clx2")
        await gallery["clx3"].delete()
        await until(lambda: gallery.cards["clx3"]["status"] == "deleted")
        assert gallery.compared == ["clx1", "clx2"]
        await gallery["clx2"].delete()
        await until(lambda: gallery.cards["clx2"]["status"] == "deleted")
        assert gallery.compared == []
        [last] = [state for state in states(gallery) if "compared" in state][-1:]
        assert (last["compared"], last["changed"]["clx2"]["status"]) == ([], "deleted")
        assert gallery.starred == ["clx2", "clx3"]

    on_films(body, made)


def test_it_ends_when_one_of_them_is_replaced_by_the_page() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery.compare("clx1", "clx2")
        say(gallery, kind="set_project", project="clx2", to="clx8")
        await settled()
        assert "clx8" in gallery
        assert gallery.compared == []

    on_films(body, editable=True)


def test_a_gallery_of_a_mix_compares_pictures_and_sounds_too() -> None:
    url = {"url": "https://files.test/output?X-Sig=SECRET"}
    finished = {
        f"{kind}1": lambda kind=kind: project_of(kind, "complete", downloads=[url])
        for kind in ("video", "image", "audio")
    }

    async def body(gallery: ProjectGallery[Any], studio: MixedStudio) -> None:
        await until(lambda: set(gallery.statuses.values()) == {"complete"}, 60)
        await settled()
        gallery.compare(gallery["image1"], "video1", "audio1")
        assert gallery.compared == ["image1", "video1", "audio1"]
        say(gallery, kind="compare", projects=["image1", "audio1"])
        assert gallery.compared == ["image1", "audio1"]

    with_gallery(body, [*finished], finished, ProjectGallery, MixedStudio)
