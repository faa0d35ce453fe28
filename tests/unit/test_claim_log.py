"""The judge of the crash test: what it must find, and what it must let pass."""

from __future__ import annotations

import pytest

from mh_widgets.polling.rate_limiter import PER_S
from mh_widgets.store.base import GRACE_S, LEASE_S
from tests.kernel import claim_log
from tests.kernel.claim_log import LATE_S, Event

WHOLE = (0.0, 20.0)


def kernel(*said: tuple[float, str, object], turns: tuple[float, float] = WHOLE) -> list[Event]:
    """A kernel that knows its project from the beginning, and whose loop turns between two moments."""
    own = [Event(at, kind, "clx1", value) for at, kind, value in (*said, (turns[0], "status", "rendering"))]
    begin, end = (round(10 * each) for each in turns)
    turning = [Event(n / 10, "turns", "", None) for n in range(begin, end + 1)]
    return sorted([*own, *turning], key=lambda each: (each.time, each.kind != "status"))


def question(at: float, *, answered: bool = True) -> list[tuple[float, str, object]]:
    before: list[tuple[float, str, object]] = [(at, "claims", None), (at + 0.01, "granted", 0.0)]
    asks = (at + 0.02, "asks", None)
    return (
        [*before, asks, (at + 0.03, "asked", None), (at + 0.04, "recorded", 1)]
        if answered
        else [*before, asks]
    )


def silence_s(*kernels: list[Event]) -> float:
    return sum(b - a for a, b in claim_log.silences(kernels, "clx1", 1.0, WHOLE))


def test_kernels_that_ask_in_time_are_no_silence() -> None:
    asked = [each for n in range(20) for each in question(n)]
    assert silence_s(kernel(*asked), kernel()) == 0


def test_kernels_that_turn_and_ask_nothing_are_a_silence() -> None:
    assert silence_s(kernel(*question(0)), kernel()) == pytest.approx(20 - 1 - GRACE_S[1], abs=0.1)


def test_one_that_is_killed_explains_its_lease_and_no_more() -> None:
    killed = kernel(*question(0, answered=False), turns=(0.0, 0.5))
    assert silence_s(killed, kernel()) == pytest.approx(20 - 0.5 - LEASE_S - LATE_S, abs=0.1)


def test_a_moment_in_which_no_loop_turns_does_not_count() -> None:
    assert silence_s(kernel(*question(0), turns=(0.0, 1.0))) == 0


def test_two_that_ask_at_once_are_found_unless_one_was_stopped() -> None:
    one, other = kernel(*question(5)), kernel(*question(5.2))
    assert len(claim_log.doubled([one, other], "clx1", 1.0)) == 1
    late = kernel(*[(2.0, "claims", None), (2.1, "granted", 0.0)], turns=(0.0, 2.1))
    late += kernel((5.2, "asks", None), turns=(5.2, 8.0))
    assert claim_log.doubled([one, late], "clx1", 1.0) == []


def test_a_question_without_the_store_is_counted_as_such() -> None:
    alone = kernel((1.0, "claims", None), (1.1, "alone", 0.0), (1.2, "asks", None))
    assert claim_log.alone([alone, kernel()], "clx1") == 1
    assert claim_log.doubled([alone, kernel(*question(1.3))], "clx1", 1.0) == []


def test_claims_that_are_all_refused_are_a_silence() -> None:
    refused = [
        (n / 10 + late, kind, None) for n in range(200) for late, kind in ((0, "claims"), (0.05, "refused"))
    ]
    assert silence_s(kernel(*refused)) > 19


def test_one_that_has_loaded_takes_its_turn_and_then_has_to_ask() -> None:
    loads = [(1.0, "loads", None), (10.0, "loaded", None)]
    others = [Event(0.0, "status", f"clx{n}", "rendering") for n in range(2, 7)]
    for known in (1, 6):
        log = sorted([*kernel(*loads), *others[: known - 1]], key=lambda each: each.time)
        assert silence_s(log) == pytest.approx(1.0 + 20 - 10 - known / PER_S, abs=0.01)
