"""What the tests of waiting cards share: a 429, when a card says that it asks, and how many ask at once."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from tests.unit.fake_card import Card
from tests.unit.virtual_time import START, refusal


def refused(quiet_s: float) -> object:
    return refusal(429, headers={"retry-after": f"{quiet_s:g}"})


def at(card: Card) -> float:
    """When it says that it asks, in seconds since the loop began."""
    assert card.watch.next_attempt_at is not None
    return card.watch.next_attempt_at - START


def most_within(span_s: float, times: Sequence[float]) -> int:
    """The largest number of ``times``, which are in their order, that are less than ``span_s`` apart."""
    return max(bisect.bisect_left(times, begin + span_s) - index for index, begin in enumerate(times))
