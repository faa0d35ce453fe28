"""How long this user's own renders took, in seconds: it sharpens the estimates. The store keeps them, nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mh_widgets.store.base import KEEP_DURATIONS, MAX_DURATION_S

#: ``(origin, kind, seconds)``: one more render, to be kept.
OnAdd = Callable[[str, str, float], None]


class RenderHistory:
    """What is known on one loop. Without ``on_add`` nothing is learned: nobody would remember it."""

    def __init__(self, on_add: OnAdd | None = None) -> None:
        self._on_add = on_add
        self._known: dict[tuple[str, str], tuple[float, ...]] = {}

    def of(self, origin: str, kind: str | None) -> tuple[float, ...]:
        """Seconds that the last finished renders of this type took, oldest first; () while nothing is loaded."""
        return self._known.get((origin, kind or ""), ())

    def load(self, origin: str, known: Mapping[str, tuple[float, ...]]) -> None:
        """Take over what the store has."""
        for kind, values in known.items():
            lawful = [seconds for seconds in values if 0 < seconds < MAX_DURATION_S]
            self._known[origin, kind] = tuple(lawful[-KEEP_DURATIONS:])

    def add(self, origin: str, kind: str | None, seconds: float) -> None:
        """Remember one more render."""
        if self._on_add is not None and kind and 0 < seconds < MAX_DURATION_S:
            seconds = round(seconds, 1)
            self._known[origin, kind] = (*self.of(origin, kind), seconds)[-KEEP_DURATIONS:]
            self._on_add(origin, kind, seconds)
