"""One watch per project and loop: all cards share it, and it is let go with the last one."""

from __future__ import annotations

import asyncio
import gc
import itertools
import weakref
from typing import Any

import pytest

from mh_widgets.polling import registry
from tests.unit.fake_card import Card
from tests.unit.virtual_time import Api, project, run, settled


def our_tasks() -> list[str]:
    return sorted(t.get_name() for t in asyncio.all_tasks() if t.get_name().startswith("mh_widgets"))


async def test_all_cards_of_a_project_share_one_task_and_its_requests() -> None:
    api = Api(project())
    client = api.client()
    cards = [Card(client) for _ in range(5)]
    other = Card(client, "another")
    assert our_tasks() == ["mh_widgets watch another", "mh_widgets watch clx1"]
    await asyncio.sleep(0.2)
    assert len(api.requests) == 2
    assert len({card.watch for card in cards}) == 1
    for card in cards[1:]:
        card.close()
    await asyncio.sleep(10)
    assert len(api.requests) == 4
    cards[0].close()
    other.close()
    await settled()
    assert our_tasks() == []
    await asyncio.sleep(1000)
    assert len(api.requests) == 4


def test_a_card_closed_while_an_answer_arrives_leaves_no_task_behind() -> None:
    async def test(step: int) -> int:
        api = Api(project("rendering"))
        card = Card(api.client())
        for _ in range(step):
            await asyncio.sleep(0)
        card.close()
        await settled()
        asked = len(api.requests)
        await asyncio.sleep(100)
        return len(api.requests) - asked

    assert [step for step in range(40) if run(test(step))] == []


async def test_two_clients_do_not_share_as_they_may_have_two_keys() -> None:
    first, second = Card(Api().client()), Card(Api().client())
    assert first.watch is not second.watch
    first.close()
    second.close()


def test_a_card_on_another_loop_has_a_watch_of_its_own() -> None:
    client = Api(project("complete")).client()

    async def test() -> None:
        card = Card(client)
        await card.watcher.finished()
        card.close()

    run(test())
    run(test())


async def test_a_closed_project_is_forgotten_and_watched_anew() -> None:
    api = Api(project())
    client = api.client()
    first = Card(client)
    await settled()
    first.close()
    second = Card(client)
    assert second.watch is not first.watch
    assert second.watch.status == ""
    second.close()
    second.close()


async def test_a_late_card_sees_the_present_state_at_once() -> None:
    client = Api(project("rendering")).client()
    first = Card(client)
    await settled()
    second = Card(client)
    assert second.watch.status == "rendering"
    first.close()
    second.close()


async def test_the_shortest_wish_of_those_who_watch_sets_the_pace() -> None:
    api = Api(project())
    client = api.client()
    slow, quick = Card(client, poll_interval_s=10), Card(client, poll_interval_s=2)
    await asyncio.sleep(6.5)
    assert api.times == [0, 2, 4, 6]
    quick.watcher.pause()
    await asyncio.sleep(20)
    assert api.times == [0, 2, 4, 6, 8, 18]
    slow.close()
    quick.close()


async def test_a_poller_asks_less_than_every_ten_seconds_after_a_long_watch() -> None:
    api = Api(project("rendering", type="VIDEO_TO_VIDEO"))
    card = Card(api.client())
    await asyncio.sleep(120)
    assert api.times[1] <= 10
    assert max(later - before for before, later in itertools.pairwise(api.times)) > 15
    card.close()


def test_the_watches_of_a_closed_loop_are_let_go() -> None:
    async def abandoned() -> None:
        Card(Api().client())

    before = len(registry.registry)
    asyncio.run(abandoned())
    asyncio.run(abandoned())
    gc.collect()
    kept = [loop for loop in registry.registry if loop.is_closed()]
    for loop in kept:
        del registry.registry[loop]
    assert len(kept) <= before + 1


def test_loops_of_other_threads_may_come_while_closed_ones_are_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Closed:
        def is_closed(self) -> bool:
            for known in (watches, sessions):
                known[Open()] = None  # another thread is quick,
                known.pop(self, None)  # and tidies as well
            return True

    class Open:
        def is_closed(self) -> bool:
            return False

    async def test() -> None:
        await client.get("clx1")
        Card(client).close()

    client = Api(project()).client()
    watches: dict[Any, Any] = {}
    monkeypatch.setattr(registry, "registry", watches)
    sessions: dict[Any, Any] = client.api.sender().sessions
    watches |= {Closed(): None, Closed(): None}
    sessions |= watches
    run(test())
    assert not [loop for loop in [*watches, *sessions] if isinstance(loop, Closed)]


async def test_a_client_that_nobody_uses_any_more_is_let_go_with_its_key() -> None:
    client = Api(project()).client()
    gone = weakref.ref(client)
    card = Card(client)
    await asyncio.sleep(1)
    card.close()
    del client, card
    await asyncio.sleep(1)
    gc.collect()
    assert gone() is None
