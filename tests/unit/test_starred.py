"""The stars of a gallery: given on the page or in Python, and kept only for projects that it shows."""

from __future__ import annotations

import pytest
import traitlets

from mh_widgets import VideoGallery
from mh_widgets.controllers.messages import GalleryMessage, parse_gallery_message
from tests.unit.gallery_fixtures import Gallery, Studio, of_both_galleries, say, states, with_gallery
from tests.unit.virtual_time import settled


def test_a_page_gives_stars_and_takes_them_away() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        heard: list[list[str]] = []
        gallery.observe(lambda change: heard.append(change["new"]), "starred")
        say(gallery, kind="star", project="b", starred=True)
        say(gallery, kind="star", project="a", starred=True)
        say(gallery, kind="star", project="a", starred=True)
        say(gallery, kind="star", project="b", starred=False)
        say(gallery, kind="star", project="c", starred=False)
        assert heard == [["b"], ["b", "a"], ["a"]]
        assert [state["starred"] for state in states(gallery) if "starred" in state] == heard

    with_gallery(body, ["a", "b", "c"], {})


def test_python_sets_stars_with_whatever_names_a_project() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery.starred = ["b", "https://magichour.ai/my-library?videoId=a", gallery["b"]]
        assert gallery.starred == ["b", "a"]
        for wrong in (["b", "nowhere"], ["b", 7], ["b", ""]):
            with pytest.raises(traitlets.TraitError, match=r"^No\. 2 of starred is not a project of this"):
                gallery.starred = wrong
        assert gallery.starred == ["b", "a"]

    with_gallery(body, ["a", "b"], {})


def test_a_project_that_goes_takes_its_star_with_it() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery.starred = ["a", "b", "c"]
        gallery.remove("a")
        assert gallery.starred == ["b", "c"]
        say(gallery, kind="set_project", project="c", to="d")
        await settled()
        assert gallery.starred == ["b"]

    with_gallery(body, ["a", "b", "c"], {}, editable=True)


@of_both_galleries
def test_a_star_of_an_unknown_project_is_no_star(made: type[Gallery]) -> None:
    async def body(gallery: Gallery, studio: Studio) -> None:
        say(gallery, kind="star", project="nowhere", starred=True)
        say(gallery, kind="star", starred=True)
        assert gallery.starred == []

    with_gallery(body, ["a"], {}, made)


def test_a_star_message_says_yes_or_no_and_nothing_else() -> None:
    given = {"kind": "star", "project": "a"}
    assert parse_gallery_message({**given, "starred": True}) == GalleryMessage(
        "star", project="a", starred=True
    )
    for wrong in (1, "true", None):
        assert parse_gallery_message({**given, "starred": wrong}) is None
