"""Who looks at a project: the observers of its watch, and the pages that show a widget."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Protocol

#: Views that are remembered. A page that names more of them makes nobody work more, and no card go slower.
_MOST_VIEWS = 64


class Observer(Protocol):
    """Who looks at a watch: whether it wants the watch to run, how often, and how it hears of changes.

    ``rank`` is the page of a gallery that it stands on, from 0: in a crowd the lowest is asked about first.
    ``rechecks`` says whether an end that is only remembered is asked about once more.
    """

    poll_interval_s: float | None
    rank: int
    rechecks: bool

    @property
    def wants_polling(self) -> bool:
        """Whether it wants the watch to run."""

    @property
    def attentive(self) -> bool:
        """Whether somebody looks, or waits: without any the watch asks at the slowest pace."""

    def changed(self) -> None:
        """Something may be new."""


class Presence:
    """Whether somebody looks at a widget, or waits for all of it. ``on_change`` is called when that changes.

    A widget that was never shown counts as looked at: code may read it. One that pages did show, and none
    does any more (``clear_output``, ``interact``, a tab that was closed), does not.
    """

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self._on_change = on_change
        self._views: dict[str, None] = {}
        self._was_shown = False
        self._waiting = 0

    @property
    def attentive(self) -> bool:
        """Whether somebody looks or waits."""
        return bool(self._views or self._waiting) or not self._was_shown

    def shown(self, view: str) -> None:
        """A page shows the widget in a view of this name; it may say so again when it comes back."""
        with self._telling():
            self._views.pop(view, None)
            self._was_shown = True
            self._views[view] = None
            if len(self._views) > _MOST_VIEWS:
                del self._views[next(iter(self._views))]

    def hidden(self, view: str) -> None:
        """No page shows the view of this name any more."""
        with self._telling():
            self._views.pop(view, None)

    @contextlib.contextmanager
    def waited_for(self) -> Iterator[None]:
        """Somebody waits, as long as this lasts."""
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
