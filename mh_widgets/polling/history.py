"""The durations of this user's own renders, which sharpen the estimates.

Times are in seconds. The store keeps them, and the loop never waits for it. Without a store they last as long
as the process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mh_widgets.store.base import KEEP_DURATIONS, MAX_DURATION_S

#: Called with ``(origin, kind, seconds)`` to keep the duration of one more render.
OnAdd = Callable[[str, str, float], None]


class RenderHistory:
    """The durations that one loop knows.

    Args:
        on_add: Keeps each new duration beyond the process.
    """

    def __init__(self, on_add: OnAdd | None = None) -> None:
        self._on_add = on_add
        self._known: dict[tuple[str, str], tuple[float, ...]] = {}

    def of(self, origin: str, kind: str | None) -> tuple[float, ...]:
        """Return the durations of the last finished renders of this type.

        Returns:
            Seconds, oldest first; () while nothing is loaded.
        """
        return self._known.get((origin, kind or ""), ())

    def load(self, origin: str, known: Mapping[str, tuple[float, ...]]) -> None:
        """Replace the durations of ``origin`` with those of the store."""
        for kind, values in known.items():
            plausible = [seconds for seconds in values if 0 < seconds < MAX_DURATION_S]
            self._known[origin, kind] = tuple(plausible[-KEEP_DURATIONS:])

    def add(self, origin: str, kind: str | None, seconds: float) -> None:
        """Remember the duration of one more render."""
        if kind and 0 < seconds < MAX_DURATION_S:
            seconds = round(seconds, 1)
            self._known[origin, kind] = (*self.of(origin, kind), seconds)[-KEEP_DURATIONS:]
            if self._on_add is not None:
                self._on_add(origin, kind, seconds)


#: What all clients without a store have learned in this process.
of_process = RenderHistory()
