"""One watch of a project: at which pace it asks, and what ends it."""

from __future__ import annotations

import asyncio

import pytest

from tests.unit.fake_card import Card
from tests.unit.virtual_time import Api, film, now, project, until


async def test_a_poller_asks_at_once_then_at_the_usual_pace_until_the_end() -> None:
    api = Api(*[project("rendering")] * 4, film())
    card = Card(api.client())
    details = await card.watcher.finished()
    assert details.status == "complete"
    # A minute old, and usually done after 1:36: it is asked every 3 s.
    assert api.times == pytest.approx([0, 3, 6, 9, 12], abs=0.2)
    assert not card.watch.running
    await asyncio.sleep(1000)
    assert len(api.times) == 5
    card.close()


async def test_while_queued_it_asks_less_often_as_the_end_can_t_be_near() -> None:
    api = Api(*[project("queued")] * 2, *[project("rendering")] * 2, film())
    card = Card(api.client())
    await card.watcher.finished()
    assert api.times == pytest.approx([0, 8, 16, 19, 22], abs=0.2)
    card.close()


@pytest.mark.parametrize("status", ["complete", "error", "canceled"])
async def test_a_terminal_status_ends_it_at_the_first_answer(status: str) -> None:
    api = Api({**film(), "status": status})
    card = Card(api.client())
    await asyncio.sleep(1000)
    assert len(api.requests) == 1
    assert (card.watch.status, card.watcher.state, card.watcher.error) == (status, "stopped", None)
    card.close()


async def test_a_complete_project_without_outputs_is_asked_until_they_are_listed() -> None:
    api = Api(project("rendering"), *[project("complete")] * 4, film())
    card = Card(api.client())
    assert (await card.watcher.finished()).downloads == ()  # whoever waits for the end has it
    complete_at = now()
    assert card.watcher.state == "watching"
    await until(lambda: card.watch.details is not None and card.watch.details.downloads)
    assert [round(time - complete_at, 1) for time in api.times[2:]] == pytest.approx(
        [1.5, 4.5, 10.5, 22.5], abs=0.2
    )
    assert (card.watch.status, card.watcher.state) == ("complete", "stopped")
    await asyncio.sleep(1000)
    assert len(api.requests) == 6
    card.close()


async def test_outputs_that_are_never_listed_are_asked_for_two_minutes() -> None:
    api = Api(project("complete"))
    card = Card(api.client(), poll_interval_s=0.1)
    await until(lambda: not card.watch.running and api.requests)
    assert 60 <= now() <= 125
    assert (len(api.requests), card.watcher.state, card.watcher.error) == (7, "stopped", None)
    await asyncio.sleep(1000)
    await card.watch.refresh()
    await asyncio.sleep(1000)
    assert len(api.requests) == 8
    card.close()


async def test_a_complete_project_whose_links_are_refused_is_not_asked_again() -> None:
    api = Api(film("javascript:alert(1)"))
    card = Card(api.client())
    await asyncio.sleep(1000)
    assert len(api.requests) == 1
    card.close()


@pytest.mark.parametrize("end", ["close", "delete", "disabled"])
async def test_a_project_that_ends_for_good_awaits_no_outputs(end: str) -> None:
    api = Api(project("complete"))
    card = Card(api.client())
    await until(lambda: api.requests)
    if end == "close":
        card.close()
    elif end == "delete":
        await card.watch.delete()
    else:
        api.answers["GET"].append(project("complete", enabled=False))
        await until(lambda: card.watch.deleted)
    asked = len(api.requests)
    await asyncio.sleep(1000)
    assert len(api.requests) == asked
    card.close()


async def test_outputs_that_are_gone_for_a_moment_come_back_by_themselves() -> None:
    api = Api(film(), project("complete"), film())
    card = Card(api.client())
    await card.watcher.finished()
    assert (await card.watch.refresh()).downloads == ()  # as a player does, whose link was refused
    await until(lambda: card.watch.details is not None and card.watch.details.downloads)
    assert len(api.requests) == 3
    card.close()


async def test_a_status_that_nobody_knows_yet_is_watched_on() -> None:
    api = Api(project("dreaming"), project("dreaming"), film())
    card = Card(api.client())
    await card.watcher.finished()
    assert len(api.requests) == 3
    card.close()
