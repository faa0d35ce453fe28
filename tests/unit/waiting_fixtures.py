"""What the tests of waiting cards share: a 429, and when a card says that it asks."""

from __future__ import annotations

from tests.unit.fake_card import Card
from tests.unit.virtual_time import START, refusal


def refused(quiet_s: float) -> object:
    return refusal(429, headers={"retry-after": f"{quiet_s:g}"})


def at(card: Card) -> float:
    """When it says that it asks, in seconds since the loop began."""
    assert card.watch.next_attempt_at is not None
    return card.watch.next_attempt_at - START
