"""A card that may not ask yet says why and until when: after a 429 of its client."""

from __future__ import annotations

import asyncio

import pytest

from mh_widgets import ApiError
from tests.unit.fake_card import Card
from tests.unit.gallery_fixtures import Studio
from tests.unit.virtual_time import now, project, settled, until
from tests.unit.waiting_fixtures import at, refused

QUIET = "The API asked for fewer requests (429)."


async def client_in_quiet(quiet_s: float = 60.0) -> tuple[Studio, Card]:
    """A client of which one card has just been refused; the others are rendering."""
    studio = Studio(refused=[refused(quiet_s), project("rendering")])
    card = Card(studio.client(), "refused", chance=0.0)
    await until(lambda: card.watcher.state == "retrying")
    return studio, card


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
