"""One card's end of a watch: its own deadline, its own pause, and the outcome that is waited for."""

from __future__ import annotations

import asyncio

import pytest

from mh_widgets import (
    ApiError,
    MagicHourError,
    ProjectDeleted,
    RenderCanceled,
    RenderFailed,
    WatchClosed,
    WatchDeadline,
)
from mh_widgets.polling.subscription import Subscription
from mh_widgets.project_ids import Kind
from tests.unit.fake_card import Card
from tests.unit.virtual_time import Api, Later, film, now, of_each_kind, project, refusal, settled, until


async def outcome(watcher: Subscription) -> MagicHourError:
    with pytest.raises(MagicHourError) as caught:
        await watcher.finished()
    return caught.value


async def test_a_film_is_the_outcome_for_everybody_who_waits() -> None:
    card = Card(Api(project(), film()).client())
    results = await asyncio.gather(*(card.watcher.finished() for _ in range(3)))
    assert {details.status for details in results} == {"complete"}
    assert (await card.watcher.finished()).downloads
    card.close()


@of_each_kind
async def test_a_failed_render_says_the_api_s_reason(kind: Kind) -> None:
    failed = project("error", error={"code": "no_source_face", "message": "No face."})
    card = Card(Api(failed).client(), kind=kind)
    error = await outcome(card.watcher)
    assert isinstance(error, RenderFailed)
    assert (error.code, error.message) == ("no_source_face", "No face.")
    assert error.details.status == "error"
    card.close()


@pytest.mark.parametrize("reason", [None, {}, {"code": "", "message": ""}, {"code": None, "message": 5}])
async def test_a_failed_render_without_a_reason_is_a_sentence_all_the_same(reason: object) -> None:
    card = Card(Api(project("error", error=reason)).client())
    error = await outcome(card.watcher)
    assert (error.code, error.message) == (
        "render_failed",
        "The render failed, and the API gave no reason.",
    )
    card.close()


@of_each_kind
async def test_a_canceled_render_is_an_outcome_of_its_own(kind: Kind) -> None:
    card = Card(Api(project("canceled")).client(), kind=kind)
    assert isinstance(await outcome(card.watcher), RenderCanceled)
    card.close()


async def test_closing_wakes_whoever_waits() -> None:
    card = Card(Api(project()).client())
    waiting = asyncio.create_task(card.watcher.finished())
    await settled()
    card.close()
    with pytest.raises(WatchClosed):
        await waiting
    assert card.watcher.state == "stopped"
    card.watcher.start()
    card.watcher.pause()
    assert not card.watch.running


async def test_a_caller_that_gives_up_leaves_nothing_behind() -> None:
    card = Card(Api(project()).client())
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(card.watcher.finished(), 10)
    assert not card.watcher._waiting
    assert card.watcher.state == "watching"
    card.close()


# --- deadline


@of_each_kind
async def test_the_deadline_stops_this_card_and_says_that_the_render_goes_on(kind: Kind) -> None:
    api = Api(project("rendering"))
    card = Card(api.client(), deadline_s=600, kind=kind)
    error = await outcome(card.watcher)
    assert now() == 600
    assert isinstance(error, WatchDeadline)
    assert "10 min" in error.message
    assert error.code == "deadline"
    assert (card.watcher.state, card.watcher.error) == ("stopped", error)
    assert card.watcher.reason == str(error)
    asked = len(api.requests)
    await asyncio.sleep(1000)
    assert len(api.requests) == asked
    card.close()


@pytest.mark.parametrize(("before", "what"), [([], "No answer"), ([project("rendering")], "Not finished")])
async def test_a_deadline_in_trouble_says_which(before: list[object], what: str) -> None:
    card = Card(Api(*before, refusal(503)).client(), deadline_s=600)
    why = "The API answered 503: Service Unavailable. Polling has stopped."
    assert (await outcome(card.watcher)).message == f"{what} after 10 min. {why}"
    card.close()


@pytest.mark.parametrize(
    ("deadline_s", "words"), [(3600, "60 min"), (90, "2 min"), (45, "45 s"), (0.5, "0.5 s")]
)
async def test_the_deadline_is_told_in_minutes_or_seconds(deadline_s: float, words: str) -> None:
    card = Card(Api(project()).client(), deadline_s=deadline_s)
    assert f" {words}." in (await outcome(card.watcher)).message
    card.close()


async def test_a_new_start_is_a_new_deadline() -> None:
    card = Card(Api(project()).client(), deadline_s=100)
    await outcome(card.watcher)
    card.watcher.start()
    assert card.watcher.state == "watching"
    await outcome(card.watcher)
    assert now() == 200
    card.close()


async def test_starting_while_it_runs_counts_from_the_start_too() -> None:
    card = Card(Api(project()).client(), deadline_s=100)
    await asyncio.sleep(60)
    card.watcher.start()
    await outcome(card.watcher)
    assert now() == 160
    card.close()


async def test_one_card_s_deadline_is_not_another_s() -> None:
    client = Api(Later(0.5, project())).client()
    short, long = Card(client, deadline_s=50), Card(client, deadline_s=500)
    await outcome(short.watcher)
    assert (long.watcher.state, short.watch.running) == ("watching", True)
    await outcome(long.watcher)
    assert now() == 500
    assert not short.watch.running
    short.close()
    long.close()


async def test_without_a_deadline_it_watches_on() -> None:
    card = Card(Api(project()).client(), poll_interval_s=3600)
    await asyncio.sleep(7 * 86400)
    assert card.watcher.state == "watching"
    card.close()


async def test_no_deadline_after_the_end() -> None:
    card = Card(Api(film()).client(), deadline_s=100)
    await card.watcher.finished()
    await asyncio.sleep(1000)
    assert card.watcher.error is None
    card.close()


async def test_a_film_that_another_card_learns_of_undoes_the_deadline() -> None:
    api = Api(project())
    client = api.client()
    short, long = Card(client, deadline_s=10), Card(client)
    await asyncio.sleep(20)
    assert short.watcher.state == "stopped"
    api.answers["GET"][0] = film()
    assert (await long.watcher.finished()).status == "complete"
    assert short.watcher.error is None
    assert (await short.watcher.finished()).status == "complete"
    short.close()
    long.close()


async def test_the_deadline_comes_also_while_it_is_retrying() -> None:
    card = Card(Api(503).client(), deadline_s=100)
    assert isinstance(await outcome(card.watcher), WatchDeadline)
    assert card.watch.next_attempt_at is None
    card.close()


# --- pause


async def test_a_pause_stops_the_questions_and_a_start_goes_on() -> None:
    api = Api(project("rendering"))
    card = Card(api.client(), deadline_s=100)
    await settled()
    card.watcher.pause()
    assert (card.watcher.state, card.watcher.reason) == ("paused", "")
    await asyncio.sleep(1000)
    assert len(api.requests) == 1
    assert card.watcher.state == "paused"  # a pause has no deadline
    card.watcher.start()
    assert card.watcher.state == "watching"
    await asyncio.sleep(1)
    assert len(api.requests) == 2
    card.close()


async def test_one_card_s_pause_is_not_another_s() -> None:
    api = Api(project("queued"), project("rendering"))
    client = api.client()
    paused, other = Card(client), Card(client)
    await settled()
    paused.watcher.pause()
    await asyncio.sleep(10)
    assert (other.watcher.state, paused.watcher.state) == ("watching", "paused")
    assert paused.watch.status == "rendering"
    api.answers["GET"][0] = film()
    await other.watcher.finished()
    assert paused.watcher.state == "stopped"
    paused.close()
    other.close()


@pytest.mark.parametrize("answer", ["film", 404], ids=["finished", "refused"])
async def test_a_pause_after_the_end_has_no_effect(answer: object) -> None:
    card = Card(Api(film() if answer == "film" else answer).client())
    await asyncio.sleep(1)
    card.watcher.pause()
    assert card.watcher.state == "stopped"
    card.close()


async def test_a_pause_while_retrying_forgets_the_next_attempt() -> None:
    card = Card(Api(refusal(503, "Down.")).client())
    await until(lambda: card.watcher.state == "retrying")
    assert "Down." in card.watcher.reason
    card.watcher.pause()
    assert (card.watcher.state, card.watcher.reason, card.watch.next_attempt_at) == ("paused", "", None)
    card.close()


async def test_a_refresh_during_a_pause_brings_news_and_no_watch() -> None:
    api = Api(project("queued"), project("rendering"), film())
    card = Card(api.client())
    await settled()
    card.watcher.pause()
    await card.watch.refresh()
    assert (card.watch.status, card.watcher.state) == ("rendering", "paused")
    await card.watch.refresh()
    assert (card.watch.status, card.watcher.state) == ("complete", "stopped")
    card.close()


async def test_it_hears_of_every_change_and_only_of_few_things_more() -> None:
    card = Card(Api(*[project("rendering")] * 5, film()).client())
    await card.watcher.finished()
    assert 6 <= card.told <= 8
    card.close()
    told = card.told
    await asyncio.sleep(100)
    assert card.told == told


async def test_starting_after_the_deletion_asks_nothing() -> None:
    api = Api(project())
    card = Card(api.client())
    await settled()
    await card.watch.delete()
    card.watcher.start()
    assert isinstance(await outcome(card.watcher), ProjectDeleted)
    assert api.count("GET") == 1
    card.close()


async def test_a_second_card_on_a_project_that_was_refused_asks_again_for_both() -> None:
    api = Api(401, film())
    client = api.client()
    first = Card(client)
    assert isinstance(await outcome(first.watcher), ApiError)
    second = Card(client)
    await second.watcher.finished()
    assert (await first.watcher.finished()).status == "complete"
    assert first.watcher.error is None
    first.close()
    second.close()
