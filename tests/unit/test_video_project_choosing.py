"""Which project a ``VideoProject`` shows: what it takes for one, and how it moves to another."""

from __future__ import annotations

import asyncio
import types
from typing import Any

import pytest

from mh_widgets import InvalidProject, Project, VideoProject, WatchClosed
from tests.unit.card_fixtures import of_each_card, rendering, reported, with_card
from tests.unit.recording_comm import say, updates, wire_of
from tests.unit.virtual_time import Api, Later, film, project, settled, until


@of_each_card
@pytest.mark.parametrize(
    "value",
    ["clx7", " clx7 ", "https://magichour.ai/my-library?videoId=clx7", types.SimpleNamespace(id="clx7")],
    ids=["id", "blanks", "link", "sdk"],
)
def test_a_card_takes_ids_links_and_sdk_responses(value: object, card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        assert card.project_id == "clx7"
        assert api.requests[0].url.path.endswith("/clx7")
        assert not card.editable
        assert wire_of(card).sent[0][1]["state"]["project_id"] == "clx7"

    with_card(body, project=value, card_class=card_class)


@of_each_card
@pytest.mark.parametrize("value", ["../", "a b", 5, {"id": 5}, ["clx1"], b"clx1"], ids=str)
def test_what_is_no_project_is_a_sentence_on_the_card_and_no_request(
    value: object, card_class: type[Project]
) -> None:
    async def body(card: Project, api: Api) -> None:
        assert card.project_id == ""
        code, message = reported(card)
        assert code == "invalid_project"
        assert message.startswith("This is not a project")
        assert card.watch["state"] == "idle"
        assert not card.editable
        assert api.requests == []
        with pytest.raises(InvalidProject):
            await card

    with_card(body, project=value, card_class=card_class)


@pytest.mark.parametrize("value", ["", None])
def test_without_a_project_the_card_asks_for_one(value: object) -> None:
    async def body(card: Project, api: Api) -> None:
        assert (card.project_id, card.status, card.editable) == ("", "", True)
        assert card.get_state("error") == {"error": None}
        say(card, {"kind": "set_project", "project": "../"})
        await settled()
        assert reported(card)[0] == "invalid_project"
        assert api.requests == []
        say(card, {"kind": "set_project", "project": " https://magichour.ai/my-library?videoId=clx7 "})
        await settled()
        assert (card.project_id, card.status) == ("clx7", "complete")
        assert card.get_state("error") == {"error": None}

    with_card(body, project=value)


def test_a_refused_project_goes_to_the_view_in_one_message() -> None:
    async def body(card: Project, api: Api) -> None:
        say(card, {"kind": "set_project", "project": "a b"})
        assert [sorted(state) for state in updates(wire_of(card))] == [["error"]]
        say(card, {"kind": "set_project", "project": "c d"})
        assert len(updates(wire_of(card))) == 1

    with_card(body, project="")


def test_assigning_an_id_moves_the_card() -> None:
    async def body(card: Project, api: Api) -> None:
        waiting = asyncio.ensure_future(card.refresh())
        await waiting
        api.answers["GET"][0] = Later(5, project("queued"))
        card.project_id = "https://magichour.ai/my-library?videoId=clx2"
        assert (card.project_id, card.status, card.details) == ("clx2", "", {})
        assert card.watch["state"] == "watching"
        await until(lambda: card.status == "queued")
        assert card.details["id"] == "clx2"
        asked = {request.url.path[-4:] for request in api.requests[2:]}
        assert asked == {"clx2"}

    with_card(body, rendering)


@of_each_card
def test_the_page_moves_an_editable_card_as_often_as_it_likes(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        assert (card.project_id, card.editable) == ("clx7", True)
        for given, project_id in (
            ("clx2", "clx2"),
            (" https://magichour.ai/my-library?videoId=clx3 ", "clx3"),
        ):
            say(card, {"kind": "set_project", "project": given})
            await until(lambda: card.status == "complete")
            assert card.project_id == project_id
            assert card.notice is None
        assert [request.url.path[-4:] for request in api.requests] == ["clx7", "clx2", "clx3"]

    with_card(body, project="clx7", editable=True, card_class=card_class)


@of_each_card
def test_what_the_page_gives_and_is_no_project_leaves_the_card_as_it_was(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        before = (card.project_id, card.status, card.details, card.error)
        for _ in range(2):
            sent = len(updates(wire_of(card)))
            say(card, {"kind": "set_project", "project": "../"})
            await settled()
            assert (card.project_id, card.status, card.details, card.error) == before
            assert (card.notice or {})["code"] == "invalid_project"
            assert updates(wire_of(card))[sent:][-1] == {"notice": card.notice}, (
                "said anew, for the ear as well"
            )
        assert len(api.requests) == 1

    with_card(body, project="clx7", editable=True, card_class=card_class)


def test_a_link_to_the_project_on_show_is_answered_and_asks_nothing_anew() -> None:
    async def body(card: Project, api: Api) -> None:
        say(card, {"kind": "set_project", "project": "https://magichour.ai/my-library?videoId=clx7"})
        await settled()
        assert (card.notice or {})["code"] == "same_project"
        assert len(api.requests) == 1

    with_card(body, project="clx7", editable=True)


@of_each_card
def test_a_late_answer_about_the_project_before_does_not_show_on_the_card(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        api.answers["GET"][0] = Later(10, film(name="old"))
        late = asyncio.ensure_future(card.refresh())
        await settled()
        api.answers["GET"][0] = project("queued", name="new")
        card.project_id = "clx2"
        await late
        assert (card.status, card.details["name"]) == ("queued", "new")

    with_card(body, rendering, card_class=card_class)


@of_each_card
def test_who_waited_for_the_project_before_is_told(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        waiting = asyncio.ensure_future(card.finished())
        await settled()
        card.project_id = "clx2"
        with pytest.raises(WatchClosed):
            await waiting
        await settled()

    with_card(body, rendering, card_class=card_class)


@pytest.mark.parametrize(
    "wrong",
    [
        "../",
        5,
        "",
        None,
    ],
)
def test_assigning_what_is_no_project_empties_the_card(wrong: object) -> None:
    async def body(card: Project, api: Api) -> None:
        card.project_id = wrong
        await settled()
        assert (card.project_id, card.status, card.details) == ("", "", {})
        assert (card.error is not None) == (wrong not in ("", None))
        assert len(api.requests) == 1

    with_card(body, rendering)


def test_emptying_a_refused_card_takes_the_error_away() -> None:
    async def body(card: Project, api: Api) -> None:
        card.project_id = ""
        assert card.error is None

    with_card(body, project="../")


class Ambiguous:
    """As an array: compared with anything it gives no plain yes or no."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> Any:
        class Many:
            def __bool__(self) -> bool:
                raise ValueError("The truth value is ambiguous.")

        return Many()


def test_an_array_is_no_project_and_no_traceback() -> None:
    assert reported(VideoProject(Ambiguous()))[0] == "invalid_project"
