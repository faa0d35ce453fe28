"""The simulator's time. Everything it says about time (timelines, links, `Date`) comes from one callable."""

from __future__ import annotations

import threading
from datetime import datetime, timezone


class ManualClock:
    """A clock that stands still until it is told to go on; hand it to `Simulator(clock=...)`. Safe from any thread."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        """`start`: Unix seconds (the default is 2027-01-15T08:00:00Z, so that a mix-up with the real time shows)."""
        self._now = start
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """The time now, in Unix seconds."""
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> float:
        """Go on by `seconds` and return the new time."""
        with self._lock:
            self._now += seconds
            return self._now


def iso(moment: float) -> str:
    """Unix seconds in the form that the live API uses: `2024-10-19T05:16:19.027Z`."""
    text = datetime.fromtimestamp(moment, timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
