"""A card that no page shows any more asks once a minute, until a view comes back or somebody waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from mh_widgets import AsyncClient, WatchDeadline
from mh_widgets.polling.rate_limiter import RateLimiter
from mh_widgets.polling.scheduler import PollScheduler
from tests.unit.fake_card import Card
from tests.unit.gallery_fixtures import Studio
from tests.unit.virtual_time import Api, clock, film, now, project, refusal, run, settled, until


def unseen(client: AsyncClient, project_id: str = "clx1", **settings: float) -> Card:
    card = Card(client, project_id, **settings)  # type: ignore[arg-type]  # one of the numbers that it takes
    card.shown()
    card.hidden()
    return card


@pytest.mark.parametrize("poll_interval_s", [None, 0.1, 5.0])
@pytest.mark.parametrize(
    "answer", [lambda: project("rendering"), lambda: refusal(503)], ids=["rendering", "trouble"]
)
async def test_six_forgotten_cards_are_six_questions_a_minute(
    poll_interval_s: float | None, answer: Callable[[], object]
) -> None:
    api = Api(answer())
    client = api.client()
    cards = [Card(client, f"clx{n}", poll_interval_s=poll_interval_s) for n in range(6)]
    for card in cards:
        card.shown()
    await asyncio.sleep(30)
    for card in cards:
        card.hidden()
    asked = len(api.requests)
    await asyncio.sleep(600)
    assert 54 <= len(api.requests) - asked <= 66
    for card in cards:
        card.close()


async def test_a_pace_slower_than_a_minute_stays_as_it_is() -> None:
    api = Api(project("rendering"))
    card = unseen(api.client(), poll_interval_s=300)
    await asyncio.sleep(1000)
    assert api.times == [0, 300, 600, 900]
    card.close()


def test_a_card_that_was_never_shown_watches_as_ever() -> None:
    async def test() -> list[float]:
        api = Api(project("rendering"))
        card = Card(api.client())
        card.hidden()
        await asyncio.sleep(60)
        card.close()
        return api.times

    assert len(run(test())) > 15


async def test_a_view_that_comes_back_is_told_at_once_what_is_new() -> None:
    api = Api(project("rendering"), film())
    card = unseen(api.client())
    await asyncio.sleep(40)
    assert len(api.requests) == 1
    card.shown()
    await settled()
    assert (card.watch.status, now()) == ("complete", 40)
    card.close()


async def test_a_view_that_comes_back_soon_waits_as_if_nothing_had_been() -> None:
    api = Api(project("rendering"))
    card = Card(api.client())
    card.shown()
    await asyncio.sleep(7)
    card.hidden("v")
    await asyncio.sleep(1)
    card.shown("w")
    await asyncio.sleep(10)
    # As in test_poller_pace: every 3 s.
    assert api.times == pytest.approx([0, 3, 6, 9, 12, 15], abs=0.3)
    card.close()


async def test_who_waits_makes_it_ask_as_usual_and_ends_that_by_leaving() -> None:
    api = Api(project("rendering"))
    card = unseen(api.client())
    await asyncio.sleep(30)
    assert len(api.requests) == 1
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(card.watcher.finished(), 30)
    asked = len(api.requests)
    assert asked > 8
    await asyncio.sleep(50)
    assert len(api.requests) == asked
    card.close()


def test_who_leaves_when_the_loop_is_closed_already_troubles_nobody() -> None:
    loop = asyncio.new_event_loop()

    async def begin() -> tuple[PollScheduler, Coroutine[Any, Any, bool]]:
        pacer = PollScheduler(Api().client().api, RateLimiter(), clock())
        sleep = pacer.sleep_for(30)
        sleep.send(None)
        return pacer, sleep

    pacer, sleep = loop.run_until_complete(begin())
    loop.close()
    pacer.set_attentive(False)
    sleep.close()


async def test_nothing_is_lost_while_nobody_looks() -> None:
    api = Api(project("rendering"), film())
    card = unseen(api.client())
    await until(lambda: card.watch.status == "complete", 61)
    assert card.watcher.state == "stopped"
    card.close()


async def test_the_deadline_goes_on_while_nobody_looks() -> None:
    card = unseen(Api(project()).client(), deadline_s=600)
    await asyncio.sleep(601)
    assert isinstance(card.watcher.error, WatchDeadline)
    card.close()


async def test_of_two_cards_of_a_project_the_one_that_is_seen_sets_the_pace() -> None:
    api = Api(project("rendering"))
    client = api.client()
    forgotten, seen = unseen(client, poll_interval_s=10), Card(client, poll_interval_s=10)
    await asyncio.sleep(35)
    assert api.times == [0, 10, 20, 30]
    seen.watcher.pause()
    await asyncio.sleep(200)
    assert api.times[3:] == [30, 90, 150, 210]
    forgotten.close()
    seen.close()


async def test_trouble_that_nobody_sees_says_the_time_at_which_it_asks() -> None:
    api = Api(503)
    card = unseen(api.client(), chance=0.0)
    await until(lambda: card.watcher.state == "retrying")
    assert card.watch.next_attempt_at == pytest.approx(clock().now() + 60, abs=0.1)
    await asyncio.sleep(20)
    card.shown()
    await settled()
    assert len(api.requests) == 2
    assert card.watch.next_attempt_at == pytest.approx(clock().now() + 2, abs=0.1)
    card.close()


async def test_a_view_that_comes_with_an_answer_or_a_pause_revives_no_trouble() -> None:
    api = Api(503, project("rendering"), 503)
    card = unseen(api.client())
    await until(lambda: card.watcher.state == "retrying")
    card.watcher._on_change = card.shown  # in the very moment of the answer
    await card.watch.refresh()
    assert (card.watcher.state, card.watch.next_attempt_at) == ("watching", None)
    await until(lambda: card.watcher.state == "retrying")
    card.watcher.pause()
    card.watcher._on_change = lambda: None
    card.hidden()
    assert (card.watcher.state, card.watch.next_attempt_at) == ("paused", None)
    card.watcher.start()
    assert (card.watcher.state, card.watch.next_attempt_at) == ("watching", None)
    card.close()


async def test_forgotten_cards_take_no_share_of_the_rate_from_seen_ones() -> None:
    studio = Studio()
    client = studio.client()
    # More than the rate allows, so that some always wait.
    forgotten = [unseen(client, f"clx{n}") for n in range(700)]
    await asyncio.sleep(150)
    seen = Card(client, "seen", rank=1)
    await asyncio.sleep(30)
    assert studio.asked("seen") >= 5
    for card in (seen, *forgotten):
        card.close()


async def test_what_cards_leave_unasked_is_there_for_others_as_soon_as_they_go() -> None:
    studio = Studio()
    client = studio.client()
    cards = [Card(client, f"clx{n}") for n in range(300)]
    for card in cards:
        card.shown()
    await asyncio.sleep(90)
    for card in cards[1:]:
        card.hidden()
    began = studio.asked("clx0")
    await asyncio.sleep(50)
    assert studio.asked("clx0") - began >= 6
    for card in cards:
        card.close()
