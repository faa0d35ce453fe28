"""When to ask next: the API's advice, back-off in trouble, and Retry-After."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mh_widgets import pace

seconds = st.floats(0, 1e6)
chances = st.floats(0, 1, exclude_max=True)


def middle() -> float:
    return 0.5


def test_the_usual_pace_is_3_s_growing_by_half_to_30_s() -> None:
    waits = [pace.interval_s(answers, None, middle) for answers in range(1, 9)]
    assert waits == pytest.approx([3, 4.5, 6.75, 10.125, 15.1875, 22.78125, 30, 30])


@given(st.integers(1, 10**9), chances)
def test_jitter_is_ten_percent_either_way(answers: int, chance: float) -> None:
    wait = pace.interval_s(answers, None, lambda: chance)
    assert 0.9 * pace.FLOOR_S <= wait <= 1.1 * pace.CEILING_S
    assert wait == pytest.approx(pace.interval_s(answers, None, middle) * (0.9 + 0.2 * chance))


def test_a_poll_interval_replaces_the_pace_down_to_a_tenth() -> None:
    assert {pace.interval_s(answers, 7.5, middle) for answers in (1, 5, 50)} == {7.5}
    assert pace.interval_s(1, 0.01, middle) == 0.1
    assert pace.interval_s(9, 120, middle) == 120


def test_trouble_doubles_the_wait_up_to_a_minute() -> None:
    longest = [pace.backoff_s(failures, lambda: 1.0) for failures in range(1, 9)]
    assert longest == pytest.approx([2, 4, 8, 16, 32, 60, 60, 60])
    assert pace.backoff_s(1, lambda: 0.0) == 1
    assert pace.backoff_s(10**9, lambda: 0.0) == 30


def test_a_bad_gateway_is_given_half_a_minute() -> None:
    assert pace.backoff_s(1, middle, status_code=502) == 30
    assert pace.backoff_s(1, middle, status_code=503) < 2


@given(st.integers(1, 100), chances, st.none() | st.sampled_from([429, 502, 503]), seconds)
def test_never_sooner_than_the_api_asks_and_never_later_than_five_minutes(
    failures: int, chance: float, status_code: int | None, asked: float
) -> None:
    wait = pace.backoff_s(failures, lambda: chance, status_code=status_code, retry_after_s=asked)
    assert min(asked, 300) <= wait <= 300


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7", 7),
        (" 1.5 ", 1.5),
        ("0", 0),
        ("-3", 0),
        ("86400", 300),
        ("inf", 300),
        ("-inf", 0),
        ("nan", None),
        ("Sun, 01 Mar 2026 12:00:20 GMT", 20),
        ("Sunday, 01-Mar-26 12:00:20 GMT", 20),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Sun, 01 Mar 2099 12:00:00 GMT", 300),
        ("Sun, 99 Mar 2026 12:00:00 GMT", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_bounded(value: str | None, expected: float | None) -> None:
    assert pace.parse_retry_after(value, 1772366400.0) == expected


@given(st.text(max_size=60) | st.floats().map(str) | st.integers().map(str), seconds)
def test_no_retry_after_raises_or_waits_for_ever(value: str, now: float) -> None:
    wait = pace.parse_retry_after(value, now)
    assert wait is None or 0 <= wait <= 300


@pytest.fixture
def in_auckland(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_auckland")
@pytest.mark.parametrize(
    "date",
    [
        "Sun, 01 Mar 2026 12:00:20 GMT",
        "Sun Mar  1 12:00:20 2026",
    ],
)
def test_a_date_means_the_same_wherever_the_kernel_is(date: str) -> None:
    assert pace.parse_retry_after(date, 1772366400.0) == 20


def test_the_usual_times_are_those_that_are_documented() -> None:
    assert pace.USUAL_S["FACE_SWAP"] == 96
    assert len(pace.USUAL_S) == 11
    assert "2026" in pace.USUAL_SOURCE
