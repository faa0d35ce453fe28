"""``VideoProject`` over a comm that writes everything down: what goes to a page, and what a page can not do."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from pathlib import Path

import ipywidgets
import pytest

from mh_widgets import NotAllowed, Project, VideoProject
from tests.unit.card_fixtures import of_each_card, rendering, with_card
from tests.unit.file_host import FileHost
from tests.unit.recording_comm import customs, everything, forge, say, updates, wire_of
from tests.unit.virtual_time import TOKEN, Api, Later, VirtualLoop, film, refusal, settled, until

# --- one message a change


def test_a_film_comes_in_two_messages_each_with_what_changed() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        # The first picture is true by itself: a host may lose what comes after it.
        assert wire_of(card).sent[0][1]["state"]["watch"]["state"] == "watching"
        assert [sorted(state) for state in updates(wire_of(card))] == [["details", "estimate", "status"]]
        api.answers["GET"][0] = film()
        await until(lambda: card.status == "complete")
        assert sorted(updates(wire_of(card))[-1]) == ["details", "estimate", "status", "watch"]
        assert len(updates(wire_of(card))) == 2

    with_card(body, rendering)


def test_a_saved_finished_card_is_about_45_kb_large() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        assert card.status == "complete"
        # As nbclient and JupyterLab keep it in the notebook: the view's program, its words and the state.
        assert len(json.dumps(card.get_state())) < 46_000  # the bell and the poster are 2 kB of it

    with_card(body)


@of_each_card
def test_an_hour_of_polls_that_bring_nothing_new_sends_nothing(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        sent = len(wire_of(card).sent)
        await asyncio.sleep(3000)
        assert len(api.requests) > 50
        assert len(wire_of(card).sent) == sent

    with_card(body, rendering, card_class=card_class)


@of_each_card
def test_after_the_end_nothing_is_sent(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        sent = len(wire_of(card).sent)
        await asyncio.sleep(10_000)
        assert len(wire_of(card).sent) == sent
        assert len(api.requests) == 1

    with_card(body, card_class=card_class)


@of_each_card
def test_each_attempt_of_a_retry_is_one_message(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        before = len(updates(wire_of(card)))
        await until(lambda: len(api.requests) == 5)
        assert [sorted(state) for state in updates(wire_of(card))[before:]] == [["watch"]] * 4

    with_card(body, lambda: 503, card_class=card_class)


@of_each_card
def test_moving_to_another_project_is_one_message(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        before = len(updates(wire_of(card)))
        api.answers["GET"][0] = Later(10, film())
        card.project_id = "clx2"
        assert len(updates(wire_of(card))) == before + 1

    with_card(body, rendering, card_class=card_class)


# --- the view is not trusted


@of_each_card
def test_the_synced_traits_are_those_of_the_contract(card_class: type[Project]) -> None:
    own = set(card_class.class_traits(sync=True)) - set(ipywidgets.DOMWidget.class_traits(sync=True))
    assert own == {
        "project_id",
        "status",
        "details",
        "error",
        "watch",
        "transfer",
        "estimate",
        "notice",
        "allow_delete",
        "allow_save",
        "editable",
        "save_label",
        "words",
        "revision",
        "poster_url",
    }


@of_each_card
def test_a_forged_update_of_any_trait_changes_nothing(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        before = card.get_state()
        sent = len(wire_of(card).sent)
        for name in card.keys:
            for value in ("clx666", True, False, {"a": 1}, None, 5, ["x"]):
                forge(card, **{name: value})
        forge(card, **{**dict.fromkeys(card.keys, "x"), "comm": None, "_client": None, "_closed": True})
        await settled()
        assert card.get_state() == before
        assert len(wire_of(card).sent) == sent
        assert len(api.requests) == 1

    with_card(body, rendering, allow_delete=False, allow_save=False, card_class=card_class)


@of_each_card
def test_what_is_not_allowed_does_not_happen_whatever_message_comes(
    host: FileHost, tmp_path: Path, card_class: type[Project]
) -> None:
    async def body(card: Project, api: Api) -> None:
        forge(card, allow_delete=True, allow_save=True, editable=True)
        say(card, {"kind": "delete", "confirmed": True})
        say(card, {"kind": "save", "directory": "/", "allow_save": True})
        say(card, {"kind": "set_project", "project": "clx2"})
        await settled()
        assert api.count("DELETE") == 0
        assert host.requests == []
        assert card.project_id == "clx1"
        assert [card.allow_delete, card.allow_save, card.editable] == [False] * 3
        with pytest.raises(NotAllowed):
            await card.delete()

    with_card(body, allow_delete=False, allow_save=False, download_directory=tmp_path, card_class=card_class)
    assert list(tmp_path.iterdir()) == []


@of_each_card
@pytest.mark.parametrize(
    "content", [None, "delete", [], {"kind": "close"}, {"kind": "delete", "confirmed": 1}, 5, {}]
)
@pytest.mark.documented("films: an invalid message from the page")
def test_a_message_that_is_none_is_ignored(content: object, card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        before = card.get_state()
        say(card, content)
        await settled()
        assert card.get_state() == before
        assert len(api.requests) == 1

    with_card(body, card_class=card_class)


@of_each_card
def test_traits_that_follow_from_the_api_can_not_be_assigned_either(card_class: type[Project]) -> None:
    card = card_class()
    for name in ("status", "details", "error", "watch", "transfer", "estimate", "notice", "save_label"):
        with pytest.raises(Exception, match="read-only"):
            setattr(card, name, "x")


# --- secrets


@of_each_card
def test_key_and_link_query_are_only_in_the_answer_to_source(
    caplog: pytest.LogCaptureFixture, host: FileHost, tmp_path: Path, card_class: type[Project]
) -> None:
    caplog.set_level(logging.DEBUG)

    async def body(card: Project, api: Api) -> None:
        await card.save()
        say(card, {"kind": "download", "output": 0, "id": "v1"})
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.threads_wait_for_us = True  # for the acknowledgement
        await until(lambda: customs(wire_of(card), "chunk"))
        say(card, {"kind": "ack", "id": "v1", "index": 0})
        await until(lambda: customs(wire_of(card), "end"))
        api.answers["GET"][0] = refusal(401, f"Bad key {TOKEN} for https://h.test/?X-Sig=SECRET")
        say(card, {"kind": "refresh"})
        await settled()
        assert card.notice is not None
        bundle, _ = card._repr_mimebundle_()
        texts = [
            everything(wire_of(card)),
            repr(card),
            str(bundle),
            repr(card.get_state()),
            repr(card.trait_values()),
        ]
        assert not [text for text in texts if TOKEN in text or "SECRET" in text or "files.test" in text]
        say(card, {"kind": "source", "output": 0})
        await settled()
        assert everything(wire_of(card)).count("SECRET") == 1

    with_card(body, download_directory=tmp_path, card_class=card_class)
    assert caplog.text
    assert TOKEN not in caplog.text
    assert "SECRET" not in caplog.text


def test_the_static_html_shows_text_as_text_and_no_link() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        bundle, _ = card._repr_mimebundle_()
        page = bundle["text/html"]
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "&lt;img src=x&gt;" in page
        assert "512 × 960" in page
        assert "files.test" not in page
        assert bundle["text/plain"] == "VideoProject('clx1', status='<img src=x>')"
        assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == card.model_id

    with_card(body, lambda: film(name="<script>alert(1)</script>") | {"status": "<img src=x>"})


def test_static_html_says_that_there_is_no_project_or_an_error() -> None:
    assert "no project yet" in VideoProject()._repr_mimebundle_()[0]["text/html"]
    page = VideoProject("../")._repr_mimebundle_()[0]["text/html"]
    assert "This is not a project ID." in page

    async def body(card: VideoProject, api: Api) -> None:
        page = card._repr_mimebundle_()[0]["text/html"]
        assert "The API answered 404: &lt;b&gt;no&lt;/b&gt;." in page
        assert "<code>clx1</code>" in page

    with_card(body, lambda: refusal(404, "<b>no</b>"))


AS_OF = r"As of \d{4}-\d\d-\d\d \d\d:\d\d UTC\."


@pytest.mark.documented("hosts: a notebook shown as a document (GitHub and others)")
@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("rendering", f"{AS_OF} It may have changed since. Run this cell again for the live card."),
        ("complete", f"{AS_OF} Run this cell again for the live card."),
    ],
)
def test_the_static_html_says_when_it_was_true_and_how_to_go_on(status: str, words: str) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        page = card._repr_mimebundle_()[0]["text/html"]
        assert re.search(f"{words}</div>$", page), page
        assert f"{status} · Image to video · 512 × 960 · 5 s · 1,200 credits<br>" in page

    facts = {"status": status, "type": "IMAGE_TO_VIDEO", "start_seconds": 1, "end_seconds": 6}
    with_card(body, lambda: film() | facts | {"credits_charged": 1200})
