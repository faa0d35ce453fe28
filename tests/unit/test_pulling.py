"""State has a revision: a view that lacks some gets all of it, in the handler of its message, and nobody else does."""

from __future__ import annotations

import sys
import types
from typing import Any

import pytest

from mh_widgets import Project, VideoProject
from mh_widgets.api import credentials
from tests.unit import gallery_fixtures
from tests.unit.card_fixtures import of_each_card, rendering, with_card
from tests.unit.gallery_fixtures import Gallery, Studio, of_both_galleries, with_gallery
from tests.unit.recording_comm import customs, say, wire_of
from tests.unit.virtual_time import Api, project, settled, until


def states(card: Project) -> list[dict[str, Any]]:
    return [data["state"] for _, data, _ in wire_of(card).sent[1:] if data.get("method") == "update"]


@of_each_card
def test_each_message_with_changes_has_the_next_revision(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        assert wire_of(card).sent[0][1]["state"]["revision"] == {"now": 0, "whole": 0}
        card.allow_save = False
        card.pause()
        assert [state["revision"] for state in states(card)] == [
            {"now": number, "whole": 0} for number in (1, 2, 3)
        ]

    with_card(body, rendering, card_class=card_class)


@of_each_card
def test_a_page_that_asks_for_the_state_gets_all_of_it(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        assert card.get_state()["revision"] == {"now": 1, "whole": 1}
        card.send_state()
        assert states(card)[-1]["revision"] == {"now": 1, "whole": 1}

    with_card(body, rendering, card_class=card_class)


@of_each_card
@pytest.mark.parametrize("kind", ["shown", "poll"])
def test_a_view_that_lacks_state_gets_all_of_it_in_the_handler(kind: str, card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        before = len(wire_of(card).sent)
        say(card, {"kind": kind, "id": "", "seen": 0})
        assert len(wire_of(card).sent) == before + 1
        assert states(card)[-1]["revision"] == {"now": 1, "whole": 1}
        assert states(card)[-1]["status"] == "rendering"
        # What it has had from the beginning, and what is the page's own, would be most of it.
        assert not {"_esm", "_css", "words", "layout"} & set(states(card)[-1])

    with_card(body, rendering, card_class=card_class)


@of_each_card
@pytest.mark.parametrize("seen", [{}, {"seen": 1}, {"seen": 7}])
@pytest.mark.parametrize("kind", ["shown", "poll"])
def test_a_view_that_lacks_nothing_gets_nothing(
    kind: str, seen: dict[str, int], card_class: type[Project]
) -> None:
    async def body(card: Project, api: Api) -> None:
        before = len(wire_of(card).sent)
        say(card, {"kind": kind, "id": "", **seen})
        await settled()
        assert len(wire_of(card).sent) == before

    with_card(body, rendering, card_class=card_class)


@of_each_card
def test_refresh_sends_all_of_the_state_again_in_the_handler(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        before = len(wire_of(card).sent)
        say(card, {"kind": "refresh"})
        assert len(wire_of(card).sent) == before + 1
        assert states(card)[-1]["status"] == "rendering"

    with_card(body, rendering, card_class=card_class)


@of_each_card
def test_a_poll_with_a_name_is_answered_in_any_case(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        say(card, {"kind": "poll", "id": "x"})
        assert customs(card.comm) == [{"kind": "polled", "id": "x"}]

    with_card(body, rendering, card_class=card_class)


@of_each_card
def test_a_link_that_came_between_two_polls_comes_again(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        await until(lambda: card.status == "complete")
        say(card, {"kind": "source", "output": 0, "heard": 0})
        await settled()
        (lost,) = customs(card.comm, "source")
        say(card, {"kind": "poll", "heard": 0})
        assert customs(card.comm, "source") == [lost, lost]
        say(card, {"kind": "poll", "heard": lost["number"]})
        assert customs(card.comm, "source") == [lost, lost]

    with_card(body, card_class=card_class)


@of_both_galleries
def test_a_gallery_sends_all_its_cards_to_a_view_that_lacks_some(made: type[Gallery]) -> None:
    async def body(gallery: Gallery, studio: Studio) -> None:
        before = len(gallery_fixtures.states(gallery))
        gallery_fixtures.say(gallery, kind="shown", id="v", seen=0)
        (whole,) = gallery_fixtures.states(gallery)[before:]
        assert {each: card["status"] for each, card in whole["cards"].items()} == {
            "clx1": "complete",
            "clx2": "rendering",
        }

    with_gallery(body, ["clx1", "clx2"], {"clx1": lambda: project("complete"), "clx2": rendering}, made)


def test_the_page_is_told_that_the_kernel_is_colab_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))

    async def body(card: VideoProject, api: Api) -> None:
        assert card.revision["pull"] is True

    with_card(body, rendering)


def test_a_widget_that_could_not_be_made_watches_nothing() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        asked = len(api.requests)
        with pytest.raises(Exception, match="layout"):
            VideoProject("clx9", client=api.client(), layout=5)
        await settled()
        await settled()
        assert len(api.requests) == asked

    with_card(body, rendering)


class Refusal(Exception):
    """What Colab raises where its user has not granted the secret."""


class SecretNotFoundError(Exception):
    """What Colab raises where there is no such secret."""


@pytest.mark.parametrize(("error", "asked"), [(Refusal, 1), (SecretNotFoundError, 2)])
def test_a_secret_that_was_refused_is_asked_for_once(
    error: type[Exception], asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []

    def get(name: str) -> str:
        names.append(name)
        raise error

    colab = types.ModuleType("google.colab")
    vars(colab)["userdata"] = types.SimpleNamespace(get=get)
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    monkeypatch.setattr(credentials, "_refusals", [])
    for name in ("MAGIC_HOUR_API_KEY", "API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for _ in range(2):
        assert credentials.resolve_settings(None, None)[0] == ""
    assert names == ["MAGIC_HOUR_API_KEY"] * asked


def test_a_kernel_in_the_browser_is_one_sentence_and_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "emscripten")

    async def body(card: VideoProject, api: Api) -> None:
        assert card.error is not None
        assert card.error["message"] == "This kernel runs in the browser and can't reach the Magic Hour API."
        assert api.requests == []

    with_card(body, rendering)
