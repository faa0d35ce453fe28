"""``on_finished``: a callback gets the outcome once, whatever it is and whichever loop runs."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest

from mh_widgets import Project, RenderFailed, VideoDetails, VideoGallery, VideoProject, WatchClosed, _loops
from tests.unit.broken_observers import seen_by_the_loop
from tests.unit.card_fixtures import of_each_card, rendering, with_card
from tests.unit.gallery_fixtures import Studio, with_gallery
from tests.unit.virtual_time import Api, film, project, settled


def failed() -> dict[str, Any]:
    return project("error", error={"code": "no_face", "message": "No face."})


@of_each_card
def test_a_callback_gets_the_finished_project_once(card_class: type[Project]) -> None:
    async def body(card: Project, api: Api) -> None:
        outcomes: list[Any] = []
        assert card.on_finished(outcomes.append) == outcomes.append
        await settled()
        assert outcomes == []
        assert (await card).id == "clx1"
        await card.refresh()
        await settled()
        assert [outcome.status for outcome in outcomes] == ["complete"]

    with_card(body, rendering, film, film, card_class=card_class)


def test_a_callback_gets_the_error_in_place_of_a_project() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        outcomes: list[Any] = []
        card.on_finished(outcomes.append)
        with pytest.raises(RenderFailed):
            await card
        await settled()
        (error,) = outcomes
        assert isinstance(error, RenderFailed)
        assert error.__traceback__ is None

    with_card(body, rendering, failed)


def test_a_callback_of_an_ended_project_is_called_soon() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        outcomes: list[Any] = []
        card.on_finished(outcomes.append)
        await settled()
        assert isinstance(outcomes[0], VideoDetails)

    with_card(body)


def test_a_coroutine_function_is_awaited_as_a_callback() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        saved: list[str] = []

        @card.on_finished
        async def save(outcome: Any) -> None:
            await asyncio.sleep(0)
            saved.append(outcome.status)

        await settled()
        assert saved == ["complete"]

    with_card(body)


def test_the_exception_of_a_callback_is_shown_and_stops_no_other() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        async def late(outcome: Any) -> None:
            raise ZeroDivisionError

        outcomes: list[Any] = []
        card.on_finished(lambda outcome: 1 / 0)
        card.on_finished(late)
        card.on_finished(outcomes.append)
        await settled()
        assert len(outcomes) == 1
        assert ["ZeroDivisionError" in each for each in seen_by_the_loop()] == [True, True]

    with_card(body)


def test_a_callback_learns_that_its_card_was_closed_or_moved() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        outcomes: list[Any] = []
        card.on_finished(outcomes.append)
        card.project_id = "clx2"
        await settled()
        card.on_finished(outcomes.append)
        await settled()
        card.close()
        await settled()
        assert [type(outcome) for outcome in outcomes] == [WatchClosed, WatchClosed]

    with_card(body, rendering, rendering)


def test_what_cannot_be_called_is_refused_as_a_callback() -> None:
    async def body(card: VideoProject, api: Api) -> None:
        with pytest.raises(TypeError, match="on_finished needs a function, got 'beep'"):
            card.on_finished("beep")  # type: ignore[type-var]

    with_card(body)


def test_a_script_calls_callbacks_before_its_wait_returns() -> None:
    api = Api(rendering(), failed())
    card = VideoProject("clx1", client=api.client(), poll_interval_s=0.1)
    outcomes: list[Any] = []

    @card.on_finished
    async def slow(outcome: Any) -> None:
        await asyncio.sleep(0)
        outcomes.append(outcome)

    with pytest.raises(TimeoutError):
        card.wait(0)
    assert outcomes == []
    with pytest.raises(RenderFailed):
        card.wait()
    assert [type(outcome) for outcome in outcomes] == [RenderFailed]
    card.close()


def test_a_callback_waits_on_the_loop_that_takes_over() -> None:
    api = Api(rendering(), failed())
    outcomes: list[Any] = []

    async def cell() -> VideoProject:
        card = VideoProject("clx1", client=api.client(), poll_interval_s=0.1)
        card.on_finished(outcomes.append)
        return card

    first = asyncio.new_event_loop()
    card = first.run_until_complete(cell())
    with pytest.raises(RenderFailed):
        card.wait()
    assert [type(outcome) for outcome in outcomes] == [RenderFailed]
    card.close()
    _loops._close(first, os.getpid())


def test_a_gallery_calls_back_for_one_project_and_for_all() -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        outcomes: list[Any] = []
        gallery["a"].on_finished(lambda outcome: outcomes.append(outcome.id))
        gallery.on_finished(lambda all_outcomes: outcomes.append([*all_outcomes]))
        await settled()
        assert outcomes == ["a"]
        studio.put("b", failed())
        await gallery
        await settled()
        assert outcomes == ["a", ["a", "b"]]

    with_gallery(body, ["a", "b"], {"a": film, "b": rendering})


@pytest.mark.parametrize("projects", [[], ["a"]])
def test_a_callback_of_a_closed_gallery_learns_that_it_was_closed(projects: list[str]) -> None:
    async def body(gallery: VideoGallery, studio: Studio) -> None:
        outcomes: list[Any] = []
        gallery.close()
        gallery.on_finished(outcomes.append)
        await settled()
        assert [type(outcome) for outcome in outcomes] == [WatchClosed]

    with_gallery(body, projects, {"a": film})
