"""When to ask next: the API's advice, back-off in trouble, and Retry-After."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mh_widgets.api import retry
from mh_widgets.polling import intervals
from tests.benchmarks import simulation

seconds = st.floats(0, 1e6)
chances = st.floats(0, 1, exclude_max=True)


def middle() -> float:
    return 0.5


KINDS = sorted(intervals.MEDIAN_DURATION_S)


def gap(elapsed_s: float, kind: str = "FACE_SWAP", **more: object) -> float:
    return intervals.interval_s(elapsed_s, intervals.estimate_duration(kind), middle, **more)  # type: ignore[arg-type]


def test_it_asks_seldom_while_the_end_is_far_and_often_when_it_is_near() -> None:
    gaps = {elapsed: gap(elapsed) for elapsed in (0, 30, 96, 200)}
    assert gaps[0] > 2 * gaps[30] > 2 * gaps[96]
    assert gaps[96] < 4 < gap(400, "VIDEO_TO_VIDEO")
    assert gap(0, "VIDEO_TO_VIDEO") == intervals.CEILING_S


def test_the_interval_is_the_square_root_of_twice_the_price_by_the_rate() -> None:
    usual = intervals.estimate_duration("VIDEO_TO_VIDEO")
    # Late, where the rate hardly changes within one interval, adding up comes to the law itself.
    assert gap(2000, "VIDEO_TO_VIDEO") == pytest.approx(
        math.sqrt(2 * intervals.REQUEST_COST_S / usual.rate(2000)), rel=0.02
    )


@given(st.sampled_from(KINDS), st.floats(1, 1e5))
def test_the_rate_is_that_of_a_log_normal(kind: str, elapsed_s: float) -> None:
    usual = intervals.estimate_duration(kind)
    law = statistics.NormalDist(math.log(usual.median_s), usual.spread)
    left = 1 - law.cdf(math.log(elapsed_s))
    if left > 1e-6:  # else the textbook's formula is the one that is inexact
        assert usual.rate(elapsed_s) == pytest.approx(
            law.pdf(math.log(elapsed_s)) / elapsed_s / left, rel=1e-4
        )


def test_the_rate_has_no_jump_where_the_formula_changes() -> None:
    usual = intervals.estimate_duration("FACE_SWAP")
    edge = usual.median_s * math.exp(6 * usual.spread)
    assert usual.rate(edge * 0.9999) == pytest.approx(usual.rate(edge * 1.0001), rel=0.01)
    assert usual.rate(1e300) >= 0
    assert usual.rate(0) == usual.rate(-5) == 0


@given(st.floats(-1e9, 1e9), st.sampled_from([*KINDS, "NEW_KIND"]), chances, st.booleans(), st.floats(0, 1e9))
def test_never_under_the_floor_nor_over_the_ceiling(
    elapsed_s: float, kind: str, chance: float, queued: bool, watched_s: float
) -> None:
    usual = intervals.estimate_duration(kind)
    wait = intervals.interval_s(elapsed_s, usual, lambda: chance, queued=queued, watched_s=watched_s)
    assert intervals.FLOOR_S <= wait <= intervals.CEILING_S


def test_jitter_is_ten_percent_either_way() -> None:
    usual = intervals.estimate_duration("FACE_SWAP")
    low, mid, high = (intervals.interval_s(60, usual, lambda c=c: c) for c in (0.0, 0.5, 1.0))  # type: ignore[misc]
    assert (low, high) == pytest.approx((0.9 * mid, 1.1 * mid))


def test_while_queued_it_asks_every_five_to_twenty_seconds() -> None:
    assert gap(10_000, "AUTO_SUBTITLE", queued=True) == 5
    assert gap(0, "FACE_SWAP", queued=True) == pytest.approx(8)
    assert gap(0, "VIDEO_TO_VIDEO", queued=True) == 20


def test_a_card_that_has_just_begun_looks_again_soon() -> None:
    assert gap(0, "VIDEO_TO_VIDEO", watched_s=0) == 10
    assert gap(20, "VIDEO_TO_VIDEO", watched_s=20) == 20
    assert gap(40, "VIDEO_TO_VIDEO", watched_s=40) == 30


def test_of_an_unknown_kind_nothing_is_claimed() -> None:
    assert intervals.estimate_duration("NEW_KIND").source == intervals.estimate_duration(None).source == ""
    assert 1 < gap(100, "NEW_KIND") < 10


def test_it_keeps_what_the_simulation_promises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "RENDERS", 100)
    mine = simulation.mean(
        [simulation.simulate(simulation.ours(Random(2)), wrong_by, Random(1)) for wrong_by in (0.5, 1, 2)]
    )
    sdk = simulation.mean(
        [simulation.simulate(simulation.PACES[simulation.SDK], w, Random(1)) for w in (0.5, 1, 2)]
    )
    assert sdk.questions / mine.questions >= 12
    assert mine.delay_s <= 2.5
    # 0.75 with the 400 renders of each kind that the benchmark takes
    assert mine.delay_s / mine.fixed_delay_s <= 0.78


def test_own_renders_sharpen_the_estimate_and_are_named() -> None:
    documented, own = (
        intervals.estimate_duration("FACE_SWAP"),
        intervals.estimate_duration("FACE_SWAP", [30.0] * 12),
    )
    assert (documented.median_s, documented.source) == (96, "documented median of July 2026")
    assert own.source == "your last 12 renders"
    assert 30 < own.median_s < 40
    assert own.spread < documented.spread
    # Two are too few to be named; they move it a little.
    assert intervals.estimate_duration("FACE_SWAP", [30.0] * 2).source == documented.source
    assert 30 < intervals.estimate_duration("FACE_SWAP", [30.0] * 2).median_s < 96
    assert intervals.estimate_duration("NEW_KIND", [20.0, 20.0, 20.0]).median_s == pytest.approx(20)
    assert intervals.estimate_duration("NEW_KIND", [20.0, 20.0, 20.0]).source == "your last 3 renders"


@given(st.lists(st.floats(0.1, 1e6), max_size=12), st.sampled_from([*KINDS, "NEW_KIND"]))
def test_no_history_makes_it_overconfident(own: list[float], kind: str) -> None:
    usual = intervals.estimate_duration(kind, own)
    assert usual.spread >= 0.3
    assert min([*own, intervals.MEDIAN_DURATION_S.get(kind, 117)]) * 0.99 <= usual.median_s
    assert usual.median_s <= max([*own, intervals.MEDIAN_DURATION_S.get(kind, 117)]) * 1.01


def test_trouble_doubles_the_wait_up_to_a_minute() -> None:
    longest = [retry.backoff_s(failures, lambda: 1.0) for failures in range(1, 9)]
    assert longest == pytest.approx([2, 4, 8, 16, 32, 60, 60, 60])
    assert retry.backoff_s(1, lambda: 0.0) == 1
    assert retry.backoff_s(10**9, lambda: 0.0) == 30


def test_a_bad_gateway_is_given_half_a_minute() -> None:
    assert retry.backoff_s(1, middle, status_code=502) == 30
    assert retry.backoff_s(1, middle, status_code=503) < 2


@given(st.integers(1, 100), chances, st.none() | st.sampled_from([429, 502, 503]), seconds)
def test_never_sooner_than_the_api_asks_and_never_later_than_five_minutes(
    failures: int, chance: float, status_code: int | None, asked: float
) -> None:
    wait = retry.backoff_s(failures, lambda: chance, status_code=status_code, retry_after_s=asked)
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
    assert retry.parse_retry_after(value, 1772366400.0) == expected


@given(st.text(max_size=60) | st.floats().map(str) | st.integers().map(str), seconds)
def test_no_retry_after_raises_or_waits_for_ever(value: str, now: float) -> None:
    wait = retry.parse_retry_after(value, now)
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
    assert retry.parse_retry_after(date, 1772366400.0) == 20


def test_the_usual_times_are_those_that_are_documented() -> None:
    assert intervals.MEDIAN_DURATION_S["FACE_SWAP"] == 96
    assert len(intervals.MEDIAN_DURATION_S) == 11
    assert "2026" in intervals.MEDIAN_SOURCE


def test_usual_times_of_images_and_audio_are_seconds_and_their_own() -> None:
    face_swap, voice = (
        intervals.estimate_duration("image FACE_SWAP"),
        intervals.estimate_duration("audio VOICE_GENERATOR"),
    )
    assert (face_swap.median_s, voice.median_s) == (4, 21)
    assert face_swap.source == voice.source == "documented median of August 2026"
    assert intervals.estimate_duration("FACE_SWAP").median_s == 96
    assert len(intervals.MEDIAN_OTHER_S) == 16


@pytest.mark.parametrize(
    ("kind", "median_s"), [("image", 9), ("image NEW", 9), ("audio MUSIC_GENERATOR", 21)]
)
def test_image_or_audio_of_an_unknown_type_is_paced_as_its_kind(kind: str, median_s: float) -> None:
    usual = intervals.estimate_duration(kind)
    assert (usual.median_s, usual.source) == (median_s, "")


def test_queued_render_of_seconds_is_asked_about_each_second() -> None:
    assert gap(0, "image FACE_SWAP", queued=True) == 1
    assert gap(0, "image AI_IMAGE_EDITOR", queued=True) == pytest.approx(2.25)
    assert gap(0, "audio VOICE_GENERATOR", queued=True) == 5


@pytest.mark.parametrize("kind", sorted(intervals.MEDIAN_OTHER_S))
def test_end_of_a_render_of_seconds_is_noticed_after_about_a_second(kind: str) -> None:
    chance, pace = Random(1), simulation.ours(Random(2))
    median_s = intervals.estimate_duration(kind).median_s
    ends = [chance.lognormvariate(math.log(median_s), simulation.SPREAD) for _ in range(300)]
    watched = [simulation.watch(pace, kind, end_s) for end_s in ends]
    assert statistics.fmean(delay_s for _, delay_s in watched) < 1.1
    sdk = [simulation.watch(simulation.PACES[simulation.SDK], kind, end_s) for end_s in ends]
    assert sum(asked for asked, _ in watched) < 0.7 * sum(asked for asked, _ in sdk)
