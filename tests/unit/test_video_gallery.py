"""``VideoGallery`` over a comm that writes everything down: which projects, what goes out, what a view can not do."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

import mh_widgets
from mh_widgets import NotAllowed, WatchClosed
from mh_widgets.controllers.gallery import GAP_S
from mh_widgets.controllers.messages import (
    GALLERY_KINDS,
    KINDS,
    GalleryMessage,
    parse_gallery_message,
    parse_message,
)
from mh_widgets.controllers.state import IDLE
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.file_host import FileHost
from tests.unit.gallery_fixtures import Studio, customs, forge, looked_at, say, states, wire, with_gallery
from tests.unit.virtual_time import TOKEN, VirtualLoop, film, project, refusal, settled, until

FILM = bytes(range(200))
LINK = "https://magichour.ai/my-library?videoId=clx2"


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> FileHost:
    host = FileHost(FILM)
    host.replace(monkeypatch)
    return host


def rendering() -> dict[str, Any]:
    return project("rendering")


# --- which projects


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


# --- what goes out


def test_the_synced_traits_are_those_of_the_seam() -> None:
    own = set(VideoGallery.class_traits(sync=True)) - set(ipywidgets.DOMWidget.class_traits(sync=True))
    assert own == {
        *("projects", "cards", "changed", "refused", "transfer", "notice"),
        *("allow_delete", "allow_save", "editable", "save_label", "columns", "words", "revision"),
    }


def test_however_many_change_in_one_turn_it_is_one_message_with_those() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        # That they are looked at was no news, the three answers were.
        assert [[*state["changed"]] for state in states(gallery)] == [["clx1"], ["clx2"], ["clx3"]]
        await asyncio.sleep(GAP_S)
        gallery["clx1"].pause()
        gallery["clx3"].pause()
        await settled()
        assert [[*state] for state in states(gallery)[3:]] == [["changed"]]
        assert [*states(gallery)[3]["changed"]] == ["clx1", "clx3"]
        card = states(gallery)[-1]["changed"]["clx3"]
        # What is None stays unsaid in the news, and is in what a new view gets.
        assert None not in card.values()
        assert gallery.cards["clx3"] == {"project_id": "clx3", **IDLE, **card}
        assert (card["status"], card["watch"]["state"]) == ("rendering", "paused")

    with_gallery(body, ["clx1", "clx2", "clx3"], {})


def test_what_follows_the_first_news_within_a_blink_comes_in_one_message() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        await asyncio.sleep(GAP_S)
        before = len(states(gallery))
        for project_id in gallery:
            gallery[project_id].pause()
            await settled()
        # The first is told at once.
        assert [[*state["changed"]] for state in states(gallery)[before:]] == [["clx1"]]
        await asyncio.sleep(GAP_S)
        assert [[*state["changed"]] for state in states(gallery)[before:]] == [["clx1"], ["clx2", "clx3"]]

    with_gallery(body, ["clx1", "clx2", "clx3"], {})


def test_a_gallery_that_is_closed_keeps_what_it_had_not_told_yet() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        await asyncio.sleep(GAP_S)
        gallery["clx1"].pause()
        await settled()
        studio.put("clx2", film())
        await gallery["clx2"].refresh()
        assert gallery.cards["clx2"]["status"] == "rendering"
        gallery.close()
        assert gallery.statuses["clx2"] == gallery.cards["clx2"]["status"] == "complete"

    with_gallery(body, ["clx1", "clx2"], {})


def test_the_opening_state_of_a_view_that_comes_later_has_all_cards() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        data = {"method": "request_state"}
        wire(gallery).handle_msg({"content": {"data": data}, "buffers": []})
        cards = states(gallery)[-1]["cards"]
        assert {each: card["status"] for each, card in cards.items()} == {
            "clx1": "complete",
            "clx2": "rendering",
        }

    with_gallery(body, ["clx1", "clx2"], {"clx1": film})


def test_a_page_without_a_kernel_gets_the_whole_state_with_defaults() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        # As ipywidgets.embed asks; the view's own program is among what it would leave out.
        state = gallery.get_state(drop_defaults=True)
        assert state == gallery.get_state()
        assert state["_esm"]
        assert state["refused"] == []

    with_gallery(body, ["a"], {})


def test_one_change_is_one_small_message_and_no_change_is_none() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        sent = len(wire(gallery).sent)
        await asyncio.sleep(1000)
        assert len(studio.requests) > 10
        assert len(wire(gallery).sent) == sent
        studio.put("clx7", film())
        await until(lambda: gallery.statuses["clx7"] == "complete")
        await settled()
        # The answer and the end of the watch are a turn apart.
        assert [[*state["changed"]] for state in states(gallery)[10:]] == [["clx7"]] * (
            len(wire(gallery).sent) - sent
        )
        assert len(wire(gallery).sent) - sent <= 2
        assert len(json.dumps(wire(gallery).sent[-1][1])) < 800

    with_gallery(body, [f"clx{number}" for number in range(10)], {})


def test_after_the_end_nothing_is_sent() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        sent = len(wire(gallery).sent)
        await asyncio.sleep(10_000)
        assert (len(wire(gallery).sent), len(studio.requests)) == (sent, 2)

    with_gallery(body, ["clx1", "clx2"], {"clx1": film, "clx2": film})


def test_a_thousand_projects_are_made_at_once_and_begin_a_few_at_a_time() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        began = time.process_time()
        large = VideoGallery((f"clx{number}" for number in range(1000)), client=gallery._client)
        assert time.process_time() - began < 1
        assert len(large._gallery._controllers) < 50
        turns = 0
        while len(large._gallery._controllers) < 1000:
            turns += 1
            await asyncio.sleep(0)
        assert turns >= 20
        large.close()

    with_gallery(body, (), {})


def test_a_project_paused_before_it_began_is_not_polled_until_resumed() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery.add(f"clx{number}" for number in range(100))
        gallery.pause()
        await asyncio.sleep(100)
        assert studio.requests == []
        assert {gallery[each].watch["state"] for each in gallery} == {"paused"}
        gallery.resume()
        await until(lambda: len(studio.requests) == 100)

    with_gallery(body, (), {})


def test_resume_polls_only_what_has_not_ended() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        gallery.pause()
        assert gallery["clx2"].watch["state"] == "paused"
        await asyncio.sleep(1000)
        asked = len(studio.requests)
        gallery.resume()
        await settled()
        await until(lambda: len(studio.requests) == asked + 1)
        assert studio.asked("clx1") == 1
        assert gallery["clx2"].watch["state"] == "watching"

    with_gallery(body, ["clx1", "clx2"], {"clx1": film})


# --- the view is not trusted


FORGED: list[object] = ["clx666", ["clx666"], True, {"clx1": {}}, None, 5]


def test_a_forged_update_of_any_trait_changes_nothing() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        before, sent = gallery.get_state(), len(wire(gallery).sent)
        for name in gallery.keys:
            for value in FORGED:
                forge(gallery, **{name: value})
        await settled()
        assert gallery.get_state() == before
        assert (len(wire(gallery).sent), len(studio.requests)) == (sent, 1)

    with_gallery(body, "clx1", {}, allow_delete=False, allow_save=False)


def test_what_is_not_allowed_does_not_happen_whatever_message_comes(host: FileHost, tmp_path: Path) -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
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
        body, "clx1", {"clx1": film}, allow_delete=False, allow_save=False, download_directory=tmp_path
    )
    assert list(tmp_path.iterdir()) == []


def test_permissions_are_those_of_the_moment_of_the_message() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
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

    with_gallery(body, ["clx1", "clx2"], {})


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
    content: dict[str, Any],
) -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        before, sent = gallery.get_state(), len(wire(gallery).sent)
        gallery._receive(content)  # itself: what it raises would end in a log
        await settled()
        assert gallery.get_state() == before
        assert (len(wire(gallery).sent), len(studio.requests)) == (sent, 1)

    with_gallery(body, "clx1", {"clx1": film})


def test_a_card_s_messages_name_its_project_both_ways() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
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

    with_gallery(body, ["clx1", "clx2"], {"clx2": film})


def test_a_closed_gallery_ignores_messages() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
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

    with_gallery(body, "clx1", {})


def test_traits_that_follow_from_the_api_can_not_be_assigned_either() -> None:
    gallery = VideoGallery()
    for name in ("projects", "cards", "changed", "refused", "transfer", "notice", "save_label", "words"):
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


# --- what it says of itself


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
