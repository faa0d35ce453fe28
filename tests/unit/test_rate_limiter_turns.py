"""Whose turn it is: ten questions a second, the likeliest first, and a 429 slows everybody."""

from __future__ import annotations

import asyncio
import math
import time

import pytest

from mh_widgets.errors import ApiError
from mh_widgets.polling.intervals import MIN_INTERVAL_S
from mh_widgets.polling.rate_limiter import PER_S, RateLimiter
from mh_widgets.polling.scheduler import PollScheduler
from tests.unit.virtual_time import Api, clock, now, run, settled


def test_of_those_that_wait_the_most_urgent_goes_first() -> None:
    async def test() -> list[str]:
        rate_limiter, order = RateLimiter(), []

        async def ask(name: str, urgency: float) -> None:
            await rate_limiter.queue(urgency)
            order.append(name)

        await asyncio.gather(
            *(
                ask(name, urgency)
                for name, urgency in [("head", 0), ("far", 0.1), ("near", 2), ("new", 9), ("too", 2)]
            )
        )
        assert now() == pytest.approx(0.4)
        return order

    assert run(test()) == ["head", "new", "near", "too", "far"]


def test_the_lowest_rank_goes_first_and_within_it_the_most_urgent() -> None:
    async def test() -> list[str]:
        rate_limiter, order = RateLimiter(), []

        async def ask(name: str, urgency: float, rank: int) -> None:
            await rate_limiter.queue(urgency, rank=rank)
            order.append(name)

        questions = [("head", 0, 9), ("late", 9, 2), ("far", 1, 0), ("near", 2, 0), ("next", 5, 1)]
        await asyncio.gather(*(ask(*question) for question in questions))
        return order

    assert run(test()) == ["head", "near", "far", "next", "late"]


@pytest.mark.parametrize(("urgency", "rank"), [(0.1, 0), (5, 3)])
async def test_a_question_that_others_keep_overtaking_has_its_turn(urgency: float, rank: int) -> None:
    rate_limiter = RateLimiter()
    await rate_limiter.queue(0)
    overtaken = rate_limiter.queue(urgency, rank=rank)
    for _ in range(300):
        assert not overtaken.done()
        await rate_limiter.queue(5)
    more_urgent = rate_limiter.queue(5)
    await overtaken
    assert not more_urgent.done()
    await more_urgent


def test_of_three_turns_first_questions_leave_one_to_later_ones() -> None:
    async def test() -> str:
        rate_limiter, order = RateLimiter(), []

        async def ask(name: str, urgency: float) -> None:
            await rate_limiter.queue(urgency)
            order.append(name)

        await asyncio.gather(*(ask("f", math.inf) for _ in range(8)), *(ask("l", 1) for _ in range(5)))
        return "".join(order)

    assert run(test()) == "fflfflfflffll"


async def test_a_question_that_waits_is_told_how_long_but_of_no_short_wait() -> None:
    rate_limiter, told = RateLimiter(), []
    for n in range(60):
        rate_limiter.request_rate(n, 0.1)
        rate_limiter.queue(math.inf, on_wait=lambda wait_s, why, n=n: told.append((n, wait_s, why)))  # type: ignore[misc]
    await asyncio.sleep(4)
    assert [n for n, _, _ in told] == [*range(23, 60)]
    assert [wait_s for _, wait_s, _ in told] == pytest.approx(
        [n / PER_S - 0.25 for n in range(23, 60)], abs=0.11
    )
    assert {why for _, _, why in told} == {"Waiting for its turn: 60 projects share 10 requests a second."}


async def test_a_patient_question_says_nothing_of_a_crowd_but_of_a_429() -> None:
    rate_limiter, told = RateLimiter(), []
    for _ in range(60):
        rate_limiter.queue(1.0, on_wait=lambda wait_s, why: told.append((round(wait_s), why)), patient=True)
    await asyncio.sleep(3)
    assert told == []
    rate_limiter.on_rate_limited(30)
    await settled()
    assert len(told) == pytest.approx(30, abs=1)
    assert {why for _, why in told} == {"The API asked for fewer requests (429)."}
    assert [wait_s for wait_s, _ in told] == sorted(wait_s for wait_s, _ in told)
    assert told[-1][0] == 36  # after the quiet at half the rate


async def test_whoever_gave_up_is_told_nothing_and_nobody_waits_for_it() -> None:
    rate_limiter, told = RateLimiter(), []
    waiting = [
        rate_limiter.queue(math.inf, on_wait=lambda wait_s, _why: told.append(wait_s)) for _ in range(60)
    ]
    for future in [*waiting[:25], *waiting[40:]]:
        future.cancel()
    await asyncio.sleep(2)
    assert all(future.done() for future in waiting)
    assert told == []


async def test_what_is_outside_of_the_rate_waits_for_the_quiet_alone() -> None:
    rate_limiter, told = RateLimiter(), []
    crowd = [rate_limiter.queue(1.0) for _ in range(100)]
    await rate_limiter.queue(None)
    assert now() == 0
    rate_limiter.on_rate_limited(20)
    outside = [
        rate_limiter.queue(None, on_wait=lambda wait_s, why: told.append((wait_s, why))) for _ in range(3)
    ]
    await asyncio.sleep(10)
    assert [wait_s for wait_s, _ in told] == pytest.approx([20] * 3)
    assert {why for _, why in told} == {"The API asked for fewer requests (429)."}
    rate_limiter.on_rate_limited(30)  # in the midst of it
    await asyncio.gather(*outside)
    assert now() == pytest.approx(40)
    for future in crowd:
        future.cancel()


async def test_whoever_gives_up_waiting_takes_no_turn() -> None:
    rate_limiter = RateLimiter()
    await rate_limiter.queue(1)
    given_up = [rate_limiter.queue(2) for _ in range(5)]
    await settled()
    for future in given_up:
        future.cancel()
    await rate_limiter.queue(1)
    assert now() == pytest.approx(0.1)


async def test_more_wishes_than_there_is_room_for_stretch_all_of_them() -> None:
    rate_limiter = RateLimiter()
    assert rate_limiter.slowdown == 1
    for n in range(100):
        rate_limiter.request_rate(n, 0.3)
    assert rate_limiter.slowdown == pytest.approx(30 / 9)
    for n in range(90):
        rate_limiter.request_rate(n, 0)
    assert rate_limiter.slowdown == 1


def test_a_turn_costs_next_to_nothing() -> None:
    """Time at work, loosely bounded: sums over a thousand wishes must not become sums over a million."""

    async def test() -> float:
        rate_limiter = RateLimiter()
        for n in range(1000):
            rate_limiter.request_rate(n, 0.01)
        began = time.process_time()
        for _ in range(100):
            assert rate_limiter.slowdown > 1
        return time.process_time() - began

    assert run(test()) < 1


async def test_however_many_429s_there_are_somebody_is_asked_every_two_seconds() -> None:
    rate_limiter = RateLimiter()
    for _ in range(200):
        rate_limiter.on_rate_limited(0)
    for _ in range(3):
        await rate_limiter.queue(0)
    assert now() == pytest.approx(4)


async def test_a_shorter_quiet_does_not_end_a_longer_one() -> None:
    rate_limiter = RateLimiter()
    rate_limiter.on_rate_limited(60)
    rate_limiter.on_rate_limited(1)
    await rate_limiter.queue(0)
    assert now() == pytest.approx(60)


async def test_a_fixed_interval_has_a_minimum_and_does_not_count_in_the_rate() -> None:
    rate_limiter = RateLimiter()
    pacer = PollScheduler(Api().client().api, rate_limiter, clock())
    rate_limiter.request_rate("others", 0.9 * PER_S)
    pacer.after_answer(None, None)
    assert rate_limiter.slowdown > 1
    assert pacer.after_answer(None, 0.001) == MIN_INTERVAL_S
    assert rate_limiter.slowdown == 1


async def test_intervals_are_three_times_as_long_at_three_times_the_rate() -> None:
    rate_limiter = RateLimiter()
    pacer = PollScheduler(Api().client().api, rate_limiter, clock())
    alone_s = pacer.after_answer(None, None)
    rate_limiter.request_rate("others", 3 * 0.9 * PER_S)
    assert pacer.after_answer(None, None) == pytest.approx(3 * alone_s, rel=0.02)


async def test_good_answers_bring_the_rate_back_and_a_new_start_the_short_waits() -> None:
    rate_limiter = RateLimiter()
    pacer = PollScheduler(Api().client().api, rate_limiter, clock(chance=1.0))
    busy = ApiError("Busy.", status_code=429)
    waits = [pacer.after_failure(busy) for _ in range(4)]
    assert waits == [2, 4, 8, 16]
    rate_limiter.request_rate("others", PER_S)
    before = rate_limiter.slowdown
    for _ in range(200):
        pacer.after_answer(None, 5.0)
    assert before > 10
    assert rate_limiter.slowdown < 2
    pacer.after_failure(busy)
    pacer.begin()
    assert pacer.after_failure(busy) == 2
