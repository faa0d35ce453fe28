"""A card that may not ask yet says why and until when: a 429 of its client, or the budget of a crowd."""

from __future__ import annotations

import asyncio

import pytest

from mh_widgets import ApiError
from mh_widgets.polling.rate_limiter import PER_S
from tests.unit.fake_card import Card
from tests.unit.gallery_fixtures import Studio
from tests.unit.virtual_time import START, Api, film, now, project, refusal, settled, until

QUIET = "The API asked for fewer requests (429)."


def refused(quiet_s: float) -> object:
    return refusal(429, headers={"retry-after": f"{quiet_s:g}"})


def at(card: Card) -> float:
    """When it says that it asks, in seconds since the loop began."""
    assert card.watch.next_attempt_at is not None
    return card.watch.next_attempt_at - START


async def client_in_quiet(quiet_s: float = 60.0) -> tuple[Studio, Card]:
    """A client of which one card has just been refused; the others are rendering."""
    studio = Studio(refused=[refused(quiet_s), project("rendering")])
    card = Card(studio.client(), "refused", chance=0.0)
    await until(lambda: card.watcher.state == "retrying")
    return studio, card


# --- a 429


async def test_a_card_made_during_the_quiet_says_why_and_until_when() -> None:
    studio, first = await client_in_quiet()
    card = Card(first.client, "new")
    await settled()
    assert (card.watcher.state, card.watcher.reason) == ("retrying", QUIET)
    assert at(card) == pytest.approx(60, abs=0.2)
    assert studio.asked("new") == 0
    await asyncio.sleep(60.3)
    assert (card.watch.status, card.watcher.state, card.watch.next_attempt_at) == (
        "rendering",
        "watching",
        None,
    )
    for each in (first, card):
        each.close()


@pytest.mark.parametrize("poll_interval_s", [None, 1.0])
async def test_another_card_says_why_when_it_may_not_ask_and_goes_on_at_once(
    poll_interval_s: float | None,
) -> None:
    studio = Studio()
    client = studio.client()
    one, other = (Card(client, name, poll_interval_s=poll_interval_s) for name in ("one", "other"))
    await asyncio.sleep(5)
    studio.put("one", refused(60), project("rendering"))
    await until(lambda: one.watcher.state == "retrying")
    quiet_until = at(one)
    await until(lambda: other.watcher.state == "retrying")
    assert now() < quiet_until - 50
    assert (other.watcher.reason, other.watch.status) == (QUIET, "rendering")
    assert at(other) == pytest.approx(quiet_until, abs=0.5)
    asked = studio.asked("other")
    await asyncio.sleep(quiet_until - now() + 0.5)
    assert studio.asked("other") == asked + 1
    assert (other.watcher.state, other.watcher.reason) == ("watching", "")
    for card in (one, other):
        card.close()


async def test_a_short_wait_changes_nothing() -> None:
    _, first = await client_in_quiet(1.5)
    card = Card(first.client, "new")
    states = set()
    while card.watch.status == "":
        states.add(card.watcher.state)
        await asyncio.sleep(0.1)
    assert states == {"watching"}
    for each in (first, card):
        each.close()


@pytest.mark.parametrize("poll_interval_s", [None, 1.0])
async def test_a_quiet_that_is_prolonged_is_kept_and_told(poll_interval_s: float | None) -> None:
    studio, first = await client_in_quiet(20)
    card = Card(first.client, "new", poll_interval_s=poll_interval_s)
    await asyncio.sleep(10)
    studio.put("refused", refused(60))
    with pytest.raises(ApiError):
        await first.watch.refresh()
    await asyncio.sleep(18)
    assert studio.asked("new") == 0
    assert (card.watcher.state, card.watcher.reason) == ("retrying", QUIET)
    assert at(card) == pytest.approx(70, abs=2.5)
    for each in (first, card):
        each.close()


async def test_a_refresh_during_the_quiet_asks_at_once() -> None:
    studio, first = await client_in_quiet()
    card = Card(first.client, "new")
    await settled()
    assert (await card.watch.refresh()).status == "rendering"
    assert (card.watcher.state, card.watch.next_attempt_at) == ("watching", None)
    await asyncio.sleep(50)
    assert studio.asked("new") == 1
    # Due meanwhile, and held up once more.
    assert card.watcher.state == "retrying"
    for each in (first, card):
        each.close()


@pytest.mark.parametrize("how", ["refresh", "delete"])
async def test_a_429_to_what_a_person_asked_for_quietens_the_client_too(how: str) -> None:
    studio = Studio()
    studio.answers["DELETE"][0] = refused(60)
    client = studio.client()
    one, other = Card(client, "one"), Card(client, "other")
    await asyncio.sleep(5)
    if how == "refresh":
        studio.put("one", refused(60), project("rendering"))
    with pytest.raises(ApiError):
        await getattr(one.watch, how)()
    asked = studio.asked("other")
    await asyncio.sleep(50)
    assert studio.asked("other") == asked
    assert other.watcher.reason == QUIET
    for card in (one, other):
        card.close()


async def test_a_card_paused_while_it_may_not_ask_says_nothing_more() -> None:
    _, first = await client_in_quiet()
    card = Card(first.client, "new")
    await settled()
    card.watcher.pause()
    await asyncio.sleep(10)
    assert (card.watcher.state, card.watcher.reason, card.watch.next_attempt_at) == ("paused", "", None)
    for each in (first, card):
        each.close()


async def test_a_deadline_says_what_it_was_that_kept_it_from_asking() -> None:
    studio, first = await client_in_quiet(300)
    with pytest.raises(TimeoutError, match="fewer requests"):
        await first.client.check_result("new", True, False, deadline_s=100)
    assert studio.asked("new") == 0
    first.close()


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
    await until(lambda: all(card.watch.status for card in cards), 100)
    for card in cards:
        card.close()
