"""The simulator's clock. One callable gives the time of timelines, links and `Date`."""

from __future__ import annotations

import threading
from datetime import datetime, timezone


class ManualClock:
    """A clock that only a test advances, for `Simulator(clock=...)`. Safe from any thread."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        """Start at `start`, in Unix seconds. The default is in 2027, to reveal mix-ups with the real time."""
        self._now = start
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """Return the time in Unix seconds."""
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> float:
        """Advance by `seconds` and return the new time."""
        with self._lock:
            self._now += seconds
            return self._now


def iso(moment: float) -> str:
    """Return Unix seconds in the form of the live API: `2024-10-19T05:16:19.027Z`."""
    text = datetime.fromtimestamp(moment, timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
