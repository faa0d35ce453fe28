"""``check_result`` together with a card of the same project."""

from __future__ import annotations

import asyncio

import pytest

from mh_widgets import ProjectDeleted, WatchDeadline
from tests.unit.checking import beside, check
from tests.unit.fake_card import Card
from tests.unit.virtual_time import Api, film, now, project, refusal, settled, watched


@pytest.fixture(autouse=True)
def no_interval_of_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAGIC_HOUR_POLL_INTERVAL", raising=False)


@pytest.mark.documented("waiting: a card of the same project and client")
async def test_it_shares_the_requests_of_a_card() -> None:
    api = Api(project(), project("rendering"), project("rendering"), film())
    client = api.client()
    card = Card(client)
    results = await asyncio.gather(card.watcher.finished(), *(check(api, client=client) for _ in range(3)))
    assert {details.status for details in results} == {"complete"}
    assert api.count("GET") == 4
    card.close()


async def test_a_look_is_news_to_the_card() -> None:
    api = Api(project(), project("rendering"))
    client = api.client()
    card = Card(client)
    await settled()
    assert (await check(api, client=client, wait=False)).status == card.watch.status == "rendering"
    assert (api.count("GET"), now()) == (2, 0)
    card.close()


async def test_its_end_and_its_deadline_are_not_the_cards() -> None:
    api = Api(project())
    client = api.client()
    card = Card(client)
    with pytest.raises(WatchDeadline):
        await check(api, client=client, deadline_s=60.0)
    assert card.watcher.state == "watching"
    task = await beside(check(api, client=client))
    task.cancel()
    await settled()
    assert card.watcher.state == "watching"
    card.close()


async def test_a_paused_card_stays_paused_while_it_waits() -> None:
    api = Api(project())
    client = api.client()
    card = Card(client)
    await settled()
    card.watcher.pause()
    task = await beside(check(api, client=client))
    assert card.watcher.state == "paused"
    api.answers["GET"][0] = film()
    assert (await task).status == "complete"
    card.close()


async def test_what_a_finished_card_knows_is_asked_anew() -> None:
    api = Api(film())
    client = api.client()
    card = Card(client)
    await settled()
    api.answers["GET"][0] = film(name="Renamed", ends_in_s=10)
    assert (await check(api, client=client)).name == "Renamed"
    api.answers["GET"][0] = refusal(404)
    with pytest.raises(ProjectDeleted):
        await check(api, client=client)
    assert card.watch.status == "deleted"
    card.close()


async def test_it_asks_again_where_a_card_was_refused() -> None:
    api = Api(refusal(401), film())
    client = api.client()
    card = Card(client)
    await settled()
    assert card.watcher.state == "stopped"
    assert (await check(api, client=client)).status == "complete"
    card.close()


async def test_cancelled_it_leaves_nothing() -> None:
    task = await beside(check(Api(project())))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await settled()
    assert not watched()
