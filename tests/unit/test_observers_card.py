"""A card's observers that raise: its page and all others hear everything, and the traceback is seen."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

import ipywidgets
import pytest
import traitlets

from mh_widgets import VideoProject
from mh_widgets.controllers.state import IDLE
from tests.unit.broken_observers import broken, page, seen_by_the_loop
from tests.unit.card_fixtures import with_card
from tests.unit.recording_comm import updates, wire_of
from tests.unit.virtual_time import Api, film, project, settled, until


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a place without a loop shows."""
    errors: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: errors.append(str(error)))
    yield errors
    ipywidgets.Widget.close_all()


@pytest.mark.parametrize("name", [*IDLE, traitlets.All])
def test_a_page_hears_all_whichever_observer_raises(name: Any) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        before, heard = len(updates(wire_of(card))), []
        card.observe(broken, name)
        card.observe(lambda change: heard.append(change["name"]))
        api.answers["GET"].append(film())
        await card
        await settled()
        state = page(wire_of(card))
        assert (state["status"], state["watch"]["state"]) == ("complete", "stopped")
        assert state["details"]["outputs"] == [{"media": "video"}]
        assert len(updates(wire_of(card))) == before + 2  # the news, and the whole at the end of the await
        assert set(heard) == {"status", "details", "watch", "estimate"}
        assert all("ZeroDivisionError" in each for each in seen_by_the_loop())
        card.unobserve_all()

    with_card(body, lambda: project("rendering"))


def test_what_an_observer_raised_is_shown_from_its_own_frame_on() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        errors: list[BaseException] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _loop, context: errors.append(context["exception"])
        )
        card.observe(broken, "status")
        await card.refresh()
        (error,) = errors
        assert error.__traceback__ is not None
        assert error.__traceback__.tb_frame.f_code is broken.__code__

    with_card(body, lambda: project("rendering"), film)


def test_the_page_hears_before_the_observers_do() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        told: list[str] = []
        card.observe(
            lambda _change: told.append(page(wire_of(card))["details"]["status"]), ["status", "watch"]
        )
        await card.refresh()
        assert set(told) == {"complete"}
        card.unobserve_all()

    with_card(body, lambda: project("rendering"), film)


def test_an_assignment_raises_what_its_observer_raised_when_all_is_told() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        heard: list[str] = []
        card.observe(broken, "project_id")
        card.observe(lambda change: heard.append(change["new"]), "project_id")
        with pytest.raises(ZeroDivisionError, match="project_id"):
            card.project_id = "clx2"
        assert heard == ["clx2"]
        assert page(wire_of(card))["project_id"] == "clx2"
        await until(lambda: card.status == "complete")
        assert api.requests[-1].url.path.endswith("clx2")
        assert seen_by_the_loop() == []

    with_card(body)


def test_of_several_the_first_is_raised_and_the_others_are_shown() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        card.observe(broken, ["project_id", "status"])
        card.observe(broken, ["allow_save"])

        def assign_both() -> None:
            with card.hold_trait_notifications():
                card.project_id = "clx2"
                card.allow_save = False

        with pytest.raises(ZeroDivisionError, match="project_id"):
            assign_both()
        state = page(wire_of(card))
        assert (state["project_id"], state["status"], state["allow_save"]) == ("clx2", "", False)
        assert len(seen_by_the_loop()) == 2
        card.unobserve_all()

    with_card(body)


def test_what_goes_wrong_in_a_hold_comes_before_what_observers_raise() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        card.observe(broken, "allow_save")

        def assign_and_fail() -> None:
            with card.hold_trait_notifications():
                card.allow_save = False
                raise KeyError

        with pytest.raises(KeyError):
            assign_and_fail()
        assert page(wire_of(card))["allow_save"] is False
        assert len(seen_by_the_loop()) == 1

    with_card(body)


def test_an_interrupt_in_an_observer_leaves_no_page_half_told() -> None:
    def interrupted(change: dict[str, Any]) -> None:
        raise KeyboardInterrupt

    card = VideoProject("../")
    card.observe(interrupted, "project_id")
    with pytest.raises(KeyboardInterrupt):
        card.project_id = "clx2"
    state = page(wire_of(card))
    assert (state["project_id"], state["error"]) == ("clx2", None)


@pytest.mark.parametrize("name", ["watch", traitlets.All])
def test_a_card_is_closed_whatever_its_observers_raise(name: Any, shown: list[str]) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        wire = wire_of(card)
        card.observe(broken, name)
        card.close()
        assert wire.sent[-1][0] == "comm_close"
        assert page(wire)["watch"]["reason"] == "The card was closed."
        asked = len(api.requests)
        await asyncio.sleep(1000)
        assert len(api.requests) == asked
        assert seen_by_the_loop()

    with_card(body, lambda: project("rendering"))
    assert shown == []


def test_without_a_loop_a_traceback_is_shown_all_the_same(shown: list[str]) -> None:
    card = VideoProject("clx1")
    card.observe(broken, "watch")
    card.close()
    assert shown == ["watch"]


class Watched(VideoProject):
    """A subclass with observers of its own, of which the first raises."""

    heard: list[str]

    @traitlets.observe("status")
    def _broken(self, change: dict[str, Any]) -> None:
        raise ZeroDivisionError

    @traitlets.observe("status", "details")
    def _hear(self, change: dict[str, Any]) -> None:
        self.__dict__.setdefault("heard", []).append(change["name"])

    def _watch_changed(self, change: dict[str, Any]) -> None:
        raise ZeroDivisionError


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # traitlets' own, of the method's old way
def test_methods_of_a_subclass_that_raise_stop_nobody_either() -> None:
    async def body(other: VideoProject, api: Api) -> None:
        card = Watched("clx2", client=other._client)
        await until(lambda: card.status == "complete")
        await settled()
        assert set(card.heard) == {"status", "details"}
        state = page(wire_of(card))
        assert (state["status"], state["watch"]["state"]) == ("complete", "stopped")
        assert len(seen_by_the_loop()) >= 2
        card.close()
        seen_by_the_loop()

    with_card(body)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_subclass_whose_observers_raise_is_made_all_the_same(shown: list[str]) -> None:
    card = Watched("clx1")
    assert card.comm is not None
    assert page(wire_of(card))["project_id"] == card.project_id == "clx1"
    assert shown


def test_an_observer_is_called_once_and_taken_off_by_itself() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        heard: list[object] = []
        for _ in range(2):
            card.observe(heard.append, "allow_save")
        card.allow_save = False
        assert len(heard) == 1
        card.unobserve(heard.append, "allow_save")
        card.allow_save = True
        assert len(heard) == 1

    with_card(body)


def test_an_observer_that_assigns_gets_what_the_next_one_raises() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        caught: list[object] = []

        def assigning(change: dict[str, Any]) -> None:
            try:
                card.allow_delete = False
            except ZeroDivisionError as error:
                caught.append(error)

        card.observe(assigning, "allow_save")
        card.observe(broken, "allow_delete")
        card.allow_save = False
        assert len(caught) == 1
        assert page(wire_of(card))["allow_delete"] is False

    with_card(body)
