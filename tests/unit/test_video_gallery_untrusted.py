"""A gallery does not trust its view: forged state, permissions, and messages that are none."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

from mh_widgets import NotAllowed
from mh_widgets.controllers.messages import (
    GALLERY_KINDS,
    KINDS,
    GalleryMessage,
    parse_gallery_message,
    parse_message,
)
from tests.unit.file_host import FileHost
from tests.unit.gallery_fixtures import (
    Gallery,
    Studio,
    customs,
    forge,
    of_both_galleries,
    say,
    wire,
    with_gallery,
)
from tests.unit.virtual_time import film, settled

LINK = "https://magichour.ai/my-library?videoId=clx2"


FORGED: list[object] = ["clx666", ["clx666"], True, {"clx1": {}}, None, 5]


@of_both_galleries
def test_a_forged_update_of_any_trait_changes_nothing(made: type[Gallery]) -> None:
    async def body(gallery: Gallery, studio: Studio) -> None:
        before, sent = gallery.get_state(), len(wire(gallery).sent)
        for name in gallery.keys:
            for value in FORGED:
                forge(gallery, **{name: value})
        await settled()
        assert gallery.get_state() == before
        assert (len(wire(gallery).sent), len(studio.requests)) == (sent, 1)

    with_gallery(body, "clx1", {}, made, allow_delete=False, allow_save=False)


@of_both_galleries
def test_what_is_not_allowed_does_not_happen_whatever_message_comes(
    *, host: FileHost, tmp_path: Path, made: type[Gallery]
) -> None:
    async def body(gallery: Gallery, studio: Studio) -> None:
        forge(gallery, allow_delete=True, allow_save=True)
        say(gallery, kind="delete", confirmed=True, project="clx1")
        say(gallery, kind="save", project="clx1", allow_save=True)
        say(gallery, kind="save_all")
        await settled()
        assert studio.count("DELETE") == 0
        assert host.requests == []
        assert gallery.notice == {
            "tone": "error",
            **NotAllowed(
                "This gallery doesn't allow saving.", hint="It was made with allow_save=False."
            ).as_dict(),
        }
        assert gallery.cards["clx1"]["notice"]["code"] == "not_allowed"
        with pytest.raises(NotAllowed):
            await gallery["clx1"].delete()

    with_gallery(
        body, "clx1", {"clx1": film}, made, allow_delete=False, allow_save=False, download_directory=tmp_path
    )
    assert list(tmp_path.iterdir()) == []


@of_both_galleries
def test_permissions_are_those_of_the_moment_of_the_message(made: type[Gallery]) -> None:
    async def body(gallery: Gallery, studio: Studio) -> None:
        gallery.allow_delete = False
        say(gallery, kind="delete", confirmed=True, project="clx1")
        await settled()
        assert studio.count("DELETE") == 0
        gallery.allow_delete = True
        say(gallery, kind="delete", confirmed=True, project="clx1")
        await settled()
        assert gallery.statuses == {"clx1": "deleted", "clx2": "rendering"}
        assert [request.url.path[-4:] for request in studio.requests if request.method == "DELETE"] == [
            "clx1"
        ]

    with_gallery(body, ["clx1", "clx2"], {}, made)


@of_both_galleries
@pytest.mark.parametrize(
    "content",
    [
        {"kind": "refresh"},
        {"kind": "refresh", "project": "clx2"},
        {"kind": "refresh", "project": LINK.replace("clx2", "clx1")},
        {"kind": "refresh", "project": ["clx1"]},
        {"kind": "delete", "project": "clx1"},
        {"kind": "delete", "project": "clx1", "confirmed": 1},
        {"kind": "set_project", "project": "clx2"},
        {"kind": "save_all", "projects": "clx1"},
        {"kind": "save_all", "projects": [1]},
        {"kind": "close"},
        {"kind": "remove", "project": "clx1"},
        {},
    ],
    ids=repr,
)
def test_a_message_that_is_invalid_or_about_another_project_is_ignored(
    *, content: dict[str, Any], made: type[Gallery]
) -> None:
    async def body(gallery: Gallery, studio: Studio) -> None:
        before, sent = gallery.get_state(), len(wire(gallery).sent)
        gallery._receive(content)  # itself: what it raises would end in a log
        await settled()
        assert gallery.get_state() == before
        assert (len(wire(gallery).sent), len(studio.requests)) == (sent, 1)

    with_gallery(body, "clx1", {"clx1": film}, made)


@of_both_galleries
def test_a_card_s_messages_name_its_project_both_ways(made: type[Gallery]) -> None:
    async def body(gallery: Gallery, studio: Studio) -> None:
        say(gallery, kind="source", output=0, project="clx2")
        say(gallery, kind="refresh", project="clx1")
        await settled()
        (answer,) = customs(gallery)
        assert (answer["kind"], answer["project"], answer["media"]) == ("source", "clx2", "video")
        assert "files.test" in answer["url"]
        assert (studio.asked("clx1"), studio.asked("clx2")) == (2, 1)
        gallery.remove("clx2")
        say(gallery, kind="source", output=0, project="clx2")
        await settled()
        assert len(customs(gallery)) == 1

    with_gallery(body, ["clx1", "clx2"], {"clx2": film}, made)


@of_both_galleries
def test_a_closed_gallery_ignores_messages(made: type[Gallery]) -> None:
    async def body(gallery: Gallery, studio: Studio) -> None:
        receive = gallery._receive
        gallery.close()
        gallery.close()
        receive({"kind": "save_all"})
        receive({"kind": "refresh", "project": "clx1"})
        gallery.add("clx2")
        gallery.resume()
        await asyncio.sleep(1000)
        assert len(studio.requests) == 1
        assert gallery["clx1"].watch["state"] == "stopped"

    with_gallery(body, "clx1", {}, made)


@of_both_galleries
def test_traits_that_follow_from_the_api_can_not_be_assigned_either(made: type[Gallery]) -> None:
    gallery = made()
    told = ("projects", "cards", "changed", "refused", "transfer", "notice", "compared")
    for name in (*told, "save_label", "words"):
        with pytest.raises(traitlets.TraitError, match="read-only"):
            setattr(gallery, name, [])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(KINDS | GALLERY_KINDS)), json_values, json_values)
def test_a_list_of_projects_is_one_of_texts_or_no_message(
    kind: str, projects: object, project: object
) -> None:
    message = parse_gallery_message({"kind": kind, "projects": projects, "project": project})
    if message is not None:
        assert isinstance(message.project, str)
        assert message.projects is None or all(isinstance(each, str) for each in message.projects)
        assert (message.projects is None) == (projects is None)


def test_save_all_is_no_message_to_a_card_and_a_list_may_not_be_endless() -> None:
    assert parse_message({"kind": "save_all"}) is None
    assert parse_gallery_message({"kind": "save_all", "projects": ["x"] * 10_001}) is None
    assert parse_gallery_message({"kind": "save_all", "projects": ["x" * 2049]}) is None
    assert parse_gallery_message({"kind": "save_all", "projects": ["x"]}) == GalleryMessage(
        "save_all", projects=("x",)
    )
