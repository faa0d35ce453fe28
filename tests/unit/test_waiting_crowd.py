"""A card in a crowd says when its turn is, and who comes first."""

from __future__ import annotations

import asyncio

import pytest

from mh_widgets.polling.rate_limiter import PER_S
from tests.unit.fake_card import Card
from tests.unit.gallery_fixtures import Studio
from tests.unit.virtual_time import Api, film, now, project, refusal, until, until_all
from tests.unit.waiting_fixtures import at, refused

# --- a crowd


async def test_in_a_crowd_the_first_look_says_when_its_turn_is() -> None:
    api = Api(film())
    client = api.client()
    cards = [Card(client, f"clx{n}") for n in range(200)]
    await asyncio.sleep(0.3)
    assert "retrying" not in {card.watcher.state for card in cards[:20]}
    assert {card.watcher.state for card in cards[25:]} == {"retrying"}
    # Three are finished already.
    assert cards[-1].watcher.reason == "Waiting for its turn: 197 projects share 10 requests a second."
    expected = [at(card) for card in cards[25:]]
    await asyncio.sleep(200 / PER_S)
    assert expected == pytest.approx(api.times[25:], abs=0.2)
    assert {card.watch.next_attempt_at for card in cards} == {None}
    for card in cards:
        card.close()


async def test_a_crowd_that_gets_slower_is_told_once_more_each() -> None:
    api = Api(project("rendering"))
    client = api.client()
    cards = [Card(client, f"clx{n}") for n in range(200)]
    await asyncio.sleep(0.3)
    # Those that wait for longer than a question takes to come again.
    slow = cards[100:]
    told, first_estimate = [card.told for card in slow], at(cards[-1])
    api.answers["GET"].appendleft(refused(0))
    await until(lambda: cards[-1].watch.status, 600)
    assert now() > first_estimate + 5
    # A time that it has overtaken, and its answer.
    assert max(card.told - before for card, before in zip(slow, told, strict=True)) == 2
    for card in cards:
        card.close()


async def test_an_estimate_that_time_has_overtaken_is_made_anew() -> None:
    api = Api(project("rendering"))
    client = api.client()
    cards = [Card(client, f"clx{n}") for n in range(400)]
    await asyncio.sleep(0.3)
    last, late_s = cards[-1], 0.0
    while not last.watch.status:
        assert last.watcher.state == "retrying"
        late_s = max(late_s, now() - at(last))
        await asyncio.sleep(0.5)
    assert now() > 45
    assert late_s < 6
    for card in cards:
        card.close()


async def test_what_is_known_just_goes_slower_in_a_crowd_and_says_nothing() -> None:
    api = Api(project("rendering"))
    client = api.client()
    known = [Card(client, f"known{n}") for n in range(30)]
    await until(lambda: all(card.watch.status for card in known))
    crowd = [Card(client, f"clx{n}") for n in range(300)]
    states = set()
    while not crowd[-1].watch.status:
        await asyncio.sleep(0.5)
        states |= {card.watcher.state for card in known}
    assert now() > 30
    assert states == {"watching"}
    for card in (*known, *crowd):
        card.close()


async def test_what_was_in_trouble_says_that_its_turn_comes_later() -> None:
    studio = Studio()
    client = studio.client()
    known = [Card(client, f"clx{n}") for n in range(60)]
    card = Card(client, "trouble", rank=1)
    await until(lambda: card.watch.status)
    studio.put("trouble", refusal(503, headers={"retry-after": "30"}), project("rendering"))
    await until(lambda: card.watcher.state == "retrying")
    # What a synchronous cell does: all are due when it ends.
    asyncio.get_running_loop().jump(60)  # type: ignore[attr-defined]
    await asyncio.sleep(0.5)
    assert card.watcher.reason == "Waiting for its turn: 61 projects share 10 requests a second."
    assert at(card) > now() + 2
    for each in (card, *known):
        each.close()


# --- who comes first


async def test_a_single_card_does_not_wait_behind_the_pages_of_a_crowd() -> None:
    studio = Studio()
    client = studio.client()
    crowd = [Card(client, f"clx{n}", rank=n // 100) for n in range(500)]
    await asyncio.sleep(15)
    card = Card(client, "single")
    began = now()
    await until(lambda: card.watch.status)
    assert now() - began < 0.5
    for each in (card, *crowd):
        each.close()


async def test_a_second_gallery_s_first_page_comes_before_the_first_one_s_third() -> None:
    api = Api(film())
    client = api.client()
    first = [Card(client, f"first{n}", rank=n // 100) for n in range(500)]
    await asyncio.sleep(15)
    second = [Card(client, f"second{n}", rank=n // 100) for n in range(200)]
    await asyncio.sleep(10.2)
    assert all(card.watch.status for card in second[:100])
    assert not any(card.watch.status for card in first[160:])
    for card in (*first, *second):
        card.close()


async def test_a_card_on_two_pages_counts_for_the_first_of_them() -> None:
    studio = Studio()
    client = studio.client()
    crowd = [Card(client, f"clx{n}", rank=1) for n in range(100)]
    twice = [Card(client, "twice", rank=5), Card(client, "twice", rank=0)]
    await asyncio.sleep(0.5)
    assert studio.asked("twice") == 1
    for card in (*twice, *crowd):
        card.close()


async def test_a_page_that_is_known_goes_on_moving_beside_a_crowd_s_first_looks() -> None:
    studio = Studio()
    client = studio.client()
    cards = [Card(client, f"clx{n}", rank=n // 100) for n in range(1000)]
    await asyncio.sleep(100)
    again = [studio.asked(f"clx{n}") for n in range(100)]
    assert min(again) >= 2
    assert sum(again) > 250
    # And the crowd isn't starved by it.
    await until_all(lambda card: card.watch.status, cards, 100)
    for card in cards:
        card.close()
