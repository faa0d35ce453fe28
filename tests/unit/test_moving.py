"""A card that moves from project to project: whatever is done to it is done to the project on show, or not at all."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import traitlets

from mh_widgets import VideoProject, WatchClosed
from tests.unit.gallery_fixtures import Studio
from tests.unit.recording_comm import customs, say, updates, wire_of
from tests.unit.virtual_time import film, now, project, run, settled, until, watched

Body = Callable[[VideoProject, Studio], Coroutine[Any, Any, None]]
Move = Callable[[VideoProject], object]


def with_card(body: Body, card_class: type[VideoProject] = VideoProject, **settings: Any) -> None:
    """Run ``body`` with a card that shows the film of ``one``; ``two`` is rendering."""

    async def test() -> None:
        studio = Studio(one=film(id="one"), two=project("rendering", id="two"))
        card = card_class("one", client=studio.client(), **settings)
        await until(lambda: card.status == "complete")
        await settled()
        try:
            await body(card, studio)
        finally:
            card.close()

    run(test())


def deleted(studio: Studio) -> list[str]:
    return [request.url.path.rpartition("/")[2] for request in studio.requests if request.method == "DELETE"]


class Holder(traitlets.HasTraits):
    value = traitlets.Unicode("two")


def held(card: VideoProject) -> None:
    with card.hold_trait_notifications():
        card.project_id = "two"
        card.allow_save = False


def synced(card: VideoProject) -> None:
    with card.hold_sync():
        card.project_id = "two"


def in_a_thread(card: VideoProject) -> None:
    thread = threading.Thread(target=setattr, args=(card, "project_id", "two"))
    thread.start()
    thread.join()


MOVES: dict[str, Move] = {
    "assigned": lambda card: setattr(card, "project_id", "two"),
    "set_trait": lambda card: card.set_trait("project_id", "two"),
    "linked": lambda card: traitlets.link((Holder(), "value"), (card, "project_id")),
    "held": held,
    "hold_sync": synced,
    "thread": in_a_thread,
    "behind_its_back": lambda card: card._trait_values.update(project_id="two"),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
@pytest.mark.parametrize("own_callbacks", ["kept", "taken off"])
def test_a_moved_card_deletes_the_project_that_it_shows(move: Move, own_callbacks: str) -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        card.observe(print, "error")
        if own_callbacks == "taken off":
            card.unobserve_all()
            card._msg_callbacks.callbacks = []
        move(card)
        await settled()
        await card.delete()
        assert deleted(studio) == ["two"]
        assert (card.project_id, card.status) == ("two", "deleted")
        assert watched() == ["two"]

    with_card(body)


@pytest.mark.parametrize("move", [move for name, move in MOVES.items() if name != "behind_its_back"])
def test_a_moved_card_shows_the_new_project_without_its_callbacks(move: Move) -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        card.unobserve_all()
        move(card)
        await until(lambda: card.status == "rendering")
        assert card.details["id"] == "two"
        assert updates(wire_of(card))[-1]["status"] == "rendering"

    with_card(body)


def test_a_view_deletes_after_all_callbacks_were_taken_off() -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        card.unobserve_all()
        card._msg_callbacks.callbacks = []
        say(card, {"kind": "delete", "confirmed": True})
        await until(lambda: card.status == "deleted")
        assert deleted(studio) == ["one"]

    with_card(body)


# --- between the call and the deed


@pytest.mark.parametrize("verb", ["delete", "save", "embed", "refresh", "finished"])
def test_what_was_called_for_one_project_isn_t_done_to_another(verb: str) -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        asked = len(studio.requests)
        call = getattr(card, verb)()
        card.project_id = "two"
        with pytest.raises(WatchClosed, match="another project") as caught:
            await call
        assert caught.value.code == "moved"
        assert studio.count("DELETE") == 0
        assert studio.asked("one") == asked

    with_card(body)


def test_a_card_that_has_come_back_may_do_what_was_called_for() -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        call = card.delete()
        card.project_id = "two"
        card.project_id = "one"
        await call
        assert deleted(studio) == ["one"]

    with_card(body)


def test_a_deletion_that_has_begun_goes_on_when_the_card_moves() -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        call = asyncio.ensure_future(card.delete())
        await asyncio.sleep(0)
        card.project_id = "two"
        await call
        await until(lambda: card.status == "rendering")
        assert deleted(studio) == ["one"]

    with_card(body)


def test_a_card_moved_by_an_observer_deletes_what_it_then_shows() -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        def move(change: Any) -> None:
            card.project_id = "two"

        card.observe(move, "allow_save")
        card.allow_save = False
        await settled()
        await card.delete()
        assert deleted(studio) == ["two"]

    with_card(body)


def test_a_session_deletes_no_other_project_than_its_own() -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        session = card._running_controller()
        assert session is not None
        with pytest.raises(WatchClosed):
            await session.delete("two")
        assert studio.count("DELETE") == 0

    with_card(body)


# --- what the page says


def test_a_page_that_names_the_project_on_show_deletes_it() -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        say(card, {"kind": "delete", "confirmed": True, "project": "one"})
        await until(lambda: card.status == "deleted")
        assert deleted(studio) == ["one"]

    with_card(body)


def test_a_page_that_names_another_project_deletes_nothing_and_is_told() -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        card.project_id = "two"
        say(card, {"kind": "delete", "confirmed": True, "project": "one"})
        await settled()
        assert studio.count("DELETE") == 0
        assert card.notice == {
            "tone": "error",
            "code": "moved",
            "message": "Nothing was deleted, because this card now shows another project.",
            "hint": "Delete it on the card that shows it.",
        }
        assert updates(wire_of(card))[-1]["notice"] == card.notice

    with_card(body)


def test_other_messages_of_a_page_with_another_project_do_nothing() -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        sent, asked = len(wire_of(card).sent), len(studio.requests)
        for kind in ("source", "refresh", "pause", "save", "download"):
            say(card, {"kind": kind, "project": "two"})
        await settled()
        assert (len(wire_of(card).sent), len(studio.requests)) == (sent, asked)
        say(card, {"kind": "source", "project": "one"})
        await settled()
        assert [answer["output"] for answer in customs(wire_of(card), "source")] == [0]

    with_card(body)


# --- what was refused moves, too


def test_a_refusal_survives_the_end_of_a_hold() -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        with card.hold_trait_notifications():
            card.project_id = "../"
        assert (card.project_id, card.status) == ("", "")
        assert card.error is not None
        assert card.error["code"] == "invalid_project"
        await until(lambda: now() > 100)
        assert len(studio.requests) == 1

    with_card(body)


def test_a_linked_card_shows_the_refusal_as_well() -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        other = VideoProject(client=card._client)
        traitlets.link((card, "project_id"), (other, "project_id"))
        card.project_id = "two"
        assert other.project_id == "two"
        card.project_id = "../"
        assert (other.project_id, other.error) == ("", card.error)
        assert card.error
        other.close()

    with_card(body)


class Picky(VideoProject):
    """A subclass with a rule of its own."""

    @traitlets.validate("project_id")
    def _not_two(self, proposal: Any) -> str:
        if proposal["value"] == "two":
            raise traitlets.TraitError("not that one")
        return str(proposal["value"])


def test_a_move_that_a_subclass_refuses_leaves_the_card_where_it_was() -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        with pytest.raises(traitlets.TraitError, match="not that one"):
            card.project_id = "two"
        await settled()
        assert (card.project_id, card.status) == ("one", "complete")
        assert studio.asked("two") == 0
        await card.delete()
        assert deleted(studio) == ["one"]

    with_card(body, Picky)


def test_who_waits_for_a_project_is_told_that_the_card_moved() -> None:
    async def body(card: VideoProject, studio: Studio) -> None:
        card.project_id = "two"
        await until(lambda: card.status == "rendering")
        waiting = asyncio.create_task(card.finished())
        await settled()
        card.project_id = "one"
        with pytest.raises(WatchClosed) as caught:
            await waiting
        assert caught.value.code == "moved"
        assert caught.value.message == "This card now shows another project."

    with_card(body)
