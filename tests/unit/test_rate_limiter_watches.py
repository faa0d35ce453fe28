"""One rate for all watches of a client: a thousand share it, and a 429 quietens all of them."""

from __future__ import annotations

import asyncio

import pytest

from mh_widgets.polling.rate_limiter import PER_S
from tests.unit.fake_card import Card
from tests.unit.virtual_time import Api, film, now, project, refusal, run, settled, until
from tests.unit.waiting_fixtures import most_within


def most_in_a_second(times: list[float]) -> int:
    """The largest number of requests within any one second."""
    return most_within(1 - 1e-9, times)


def test_a_thousand_watches_stay_within_ten_requests_a_second() -> None:
    async def test() -> tuple[list[float], float]:
        # Of every kind and age, so that their own paces differ.
        kinds = ("AUTO_SUBTITLE", "FACE_SWAP", "LIP_SYNC", "VIDEO_TO_VIDEO", "NEW")
        api = Api(project("rendering"))
        api.answers["GET"].extend(project("rendering", type=kind) for kind in kinds * 400)
        client = api.client()
        cards = [Card(client, f"clx{n}") for n in range(1000)]
        await asyncio.sleep(400)
        asked = {request.url.path for request in api.requests}
        assert len(asked) == 1000
        for card in cards:
            card.close()
        return api.times, now()

    times, end = run(test())
    assert most_in_a_second(times) <= 10
    # The rate is used, too: the budget isn't kept by sleeping.
    assert len(times) > 0.8 * PER_S * end


async def test_with_a_thousand_watches_everybody_is_asked_again_in_time() -> None:
    api = Api(project("rendering", type="FACE_SWAP"))
    client = api.client()
    cards = [Card(client, f"clx{n}") for n in range(1000)]
    await asyncio.sleep(120)
    counts = dict.fromkeys((f"clx{n}" for n in range(1000)), 0)
    began = len(api.requests)
    await asyncio.sleep(400)
    for request in api.requests[began:]:
        counts[request.url.path.rpartition("/")[2]] += 1
    assert min(counts.values()) >= 2
    for card in cards:
        card.close()


def test_few_watches_are_not_slowed_down() -> None:
    async def test() -> list[float]:
        api = Api(*[project("rendering")] * 3, film())
        card = Card(api.client())
        await card.watcher.finished()
        card.close()
        return api.times

    assert run(test()) == pytest.approx([0, 3, 6, 9], abs=0.2)


async def test_a_429_quietens_everybody_and_slows_them_until_answers_come() -> None:
    api = Api(project("rendering"))
    client = api.client()
    cards = [Card(client, f"clx{n}") for n in range(20)]
    await asyncio.sleep(30)
    api.answers["GET"].appendleft(refusal(429, headers={"retry-after": "20"}))
    await until(lambda: len(api.answers["GET"]) == 1)
    # Whatever had left by then may still be under way; after that it is quiet.
    refused_at, sent = now(), len(api.times)
    await asyncio.sleep(19.9)
    assert len(api.times) == sent
    await asyncio.sleep(20)
    after = [at for at in api.times if at > refused_at + 1]
    assert after
    assert most_in_a_second(after[:10]) <= 6
    for card in cards:
        card.close()


async def test_a_429_also_quietens_a_pace_that_is_fixed_by_hand() -> None:
    api = Api(project("rendering"))
    client = api.client()
    fixed, other = Card(client, "fixed", poll_interval_s=1), Card(client, "other", poll_interval_s=1)
    await asyncio.sleep(5.5)
    api.answers["GET"].appendleft(refusal(429, headers={"retry-after": "60"}))
    await asyncio.sleep(2)
    sent = len(api.times)
    await asyncio.sleep(50)
    assert len(api.times) == sent
    await asyncio.sleep(20)
    assert len(api.times) > sent
    fixed.close()
    other.close()


async def test_a_pace_fixed_by_hand_is_outside_of_the_budget() -> None:
    api = Api(project("rendering"))
    client = api.client()
    cards = [Card(client, f"clx{n}", poll_interval_s=0.5) for n in range(20)]
    await asyncio.sleep(10)
    assert len(api.times) == pytest.approx(400, abs=25)
    for card in cards:
        card.close()


async def test_after_a_blocked_loop_what_was_missed_is_not_caught_up_with() -> None:
    api = Api(project("rendering"))
    client = api.client()
    cards = [Card(client, f"clx{n}") for n in range(200)]
    await asyncio.sleep(60)
    loop = asyncio.get_running_loop()
    # What a synchronous cell does: time goes on, and nothing runs.
    loop.jump(3.0)  # type: ignore[attr-defined]
    woke = now()
    await asyncio.sleep(5)
    after = [at for at in api.times if at >= woke]
    assert most_in_a_second(after) <= 10
    assert min(after) - woke < 0.2
    for card in cards:
        card.close()


async def test_a_card_that_closes_while_it_waits_for_its_turn_asks_nothing() -> None:
    api = Api(project())
    client = api.client()
    cards = [Card(client, f"clx{n}") for n in range(5)]
    await settled()
    for card in cards:
        card.close()
    await asyncio.sleep(5)
    assert len(api.requests) == 1


async def test_an_answer_while_a_poller_waits_for_its_turn_spares_its_request() -> None:
    api = Api(project("rendering"))
    client = api.client()
    Card(client, "first").close()
    cards = [Card(client, f"clx{n}") for n in range(3)]
    await cards[2].watch.refresh()
    await asyncio.sleep(1)
    assert [r.url.path.rpartition("/")[2] for r in api.requests].count("clx2") == 1
    for card in cards:
        card.close()
