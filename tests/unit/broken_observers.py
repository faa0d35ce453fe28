"""What the tests of observers share: one that raises, what the loop was told, and the state that a page has."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.unit.recording_comm import Wire
from tests.unit.virtual_time import VirtualLoop


def broken(change: dict[str, Any]) -> None:
    raise ZeroDivisionError(change["name"])


def seen_by_the_loop() -> list[str]:
    """What the loop was told that nobody caught, from now on forgotten."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    seen = [*loop.unseen]
    loop.unseen.clear()
    return seen


def page(wire: Wire) -> dict[str, Any]:
    """The state as a page has it."""
    state: dict[str, Any] = {}
    for _, data, _ in wire.sent:
        state.update(data.get("state", {}))
    return state
