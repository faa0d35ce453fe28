"""The attention that a project gets: its observers, and the pages that show a widget."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Protocol

#: Views that are remembered. A page that names more of them costs no memory and slows down no card.
_MOST_VIEWS = 64


class Observer(Protocol):
    """A card's interest in a project: whether to poll, how often, and how to notify it.

    ``rank`` is the page of a gallery that it stands on, from 0. In a crowd the lowest rank is polled first.
    ``rechecks`` says whether a remembered end is checked with the API once.
    """

    poll_interval_s: float | None
    rank: int
    rechecks: bool

    @property
    def wants_polling(self) -> bool:
        """Whether it wants the poller to run."""

    @property
    def attentive(self) -> bool:
        """Whether a page shows it or code waits for it. Without attention, polling takes its slowest pace."""

    def changed(self) -> None:
        """Handle a possible change."""


class Presence:
    """Whether a page shows a widget, or code waits for it.

    A widget that was never shown counts as seen, because code may read it. A widget that pages have shown,
    and none shows any more, doesn't. That happens with ``clear_output``, ``interact`` or a closed tab.

    Args:
        on_change: Called when ``attentive`` changes.
    """

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self._on_change = on_change
        self._views: dict[str, None] = {}
        self._was_shown = False
        self._waiting = 0

    @property
    def attentive(self) -> bool:
        """Whether a page shows the widget, or code waits for it."""
        return bool(self._views or self._waiting) or not self._was_shown

    def shown(self, view: str) -> None:
        """Note that a page shows the widget in a view of this name, possibly again."""
        with self._telling():
            self._views.pop(view, None)
            self._was_shown = True
            self._views[view] = None
            if len(self._views) > _MOST_VIEWS:
                del self._views[next(iter(self._views))]

    def hidden(self, view: str) -> None:
        """Note that no page shows the view of this name any more."""
        with self._telling():
            self._views.pop(view, None)

    @contextlib.contextmanager
    def waited_for(self) -> Iterator[None]:
        """Count as attentive within this context."""
        with self._telling():
            self._waiting += 1
        try:
            yield
        finally:
            with self._telling():
                self._waiting -= 1

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        before = self.attentive
        yield
        if self.attentive is not before:
            self._on_change()
