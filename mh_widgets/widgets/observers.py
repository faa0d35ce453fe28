"""Traits whose observers can fail without effect on the page and on other observers."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import traitlets as t
from traitlets.traitlets import EventHandler

from mh_widgets import _loops


class Observed(t.HasTraits):
    """Traits that notify the page of a change first, and then each observer, even if another one raises.

    This class stands behind ``ipywidgets.Widget`` in the order of the bases. So ``Widget.notify_change``
    tells the page first, and then this class calls the observers. Traitlets itself stops at the first
    observer that raises. Then the others, and with held changes even the page, would miss the change.

    An exception is raised where the trait was assigned, as with any trait, but after all observers were
    called. If several observers fail, the first exception is raised.
    """

    #: Changes that the page knows and whose observers wait; None while no changes are held.
    _pending: list[Any] | None = None
    #: What observers have raised so far; None while no observer is called.
    _raised: list[Exception] | None = None

    def observe(self, handler: Callable[..., Any], names: Any = t.All, type: Any = "change") -> None:  # noqa: A002
        """Call ``handler`` when a trait changes; see ``traitlets.HasTraits.observe``.

        What it raises stops no other observer.

        Args:
            handler: Gets the change. ``unobserve`` takes the same function.
            names: The trait, or several; by default all.
            type: What kind of change.
        """
        super().observe(_Observer(handler), names, type)

    def notify_change(self, change: Any) -> None:
        """Call the observers of one change, now or together with those of other changes."""
        with self._observers_last() as pending:
            pending.append(change)

    @contextlib.contextmanager
    def hold_trait_notifications(self) -> Iterator[None]:
        """Hold changes until the end of the block. Then the page gets them before any observer is called."""
        with self._observers_last(), super().hold_trait_notifications():
            yield

    @contextlib.contextmanager
    def _observers_last(self, *, show: bool = False) -> Iterator[list[Any]]:
        """Call no observer inside the block, and all of them at the end of the outermost block.

        Args:
            show: Whether to show their exceptions instead of raising one, if no code could catch it.

        Yields:
            The changes whose observers wait.
        """
        if self._pending is not None:
            yield self._pending
            return
        changes: list[Any] = []
        self._pending = changes
        completed = False
        try:
            yield changes
            completed = True
        finally:
            self._pending = None
            errors = self._call_observers(changes)
            raised = errors[:1] if completed and not show else []
            for error in errors[len(raised) :]:
                show_exception(f"An observer of a {type(self).__name__} failed", error)
        if raised:
            raise raised[0]

    def _call_observers(self, changes: list[Any]) -> list[Exception]:
        before, self._raised = self._raised, []  # an observer that sets a trait calls this a second time
        try:
            for change in changes:
                try:
                    super().notify_change(change)
                except Exception as error:  # noqa: BLE001 - of a `_<name>_changed`; the others go on
                    self._raised.append(error)
            return self._raised
        finally:
            self._raised = before


class _Observer:
    """A user's callback. Equal to the callback itself, so that ``unobserve`` finds it."""

    def __init__(self, handler: Callable[..., Any]) -> None:
        self.handler = handler

    def __call__(self, change: Any) -> None:
        owner, handler = change["owner"], self.handler
        if isinstance(handler, EventHandler) and handler.name is not None:
            # A method with @observe is registered under its name, as a subclass may override it.
            handler = getattr(owner, handler.name)
        try:
            handler(change)
        except Exception as error:
            if owner._raised is None:
                raise
            # The traceback begins at the callback: the frames before it are of this module.
            owner._raised.append(error.with_traceback(error.__traceback__ and error.__traceback__.tb_next))

    def __eq__(self, other: object) -> bool:
        return bool(self.handler == (other.handler if isinstance(other, _Observer) else other))

    def __hash__(self) -> int:
        return hash(self.handler)


def show_exception(message: str, error: Exception) -> None:
    """Show the traceback of a callback, where the running loop shows uncaught exceptions, or else on stderr.

    Args:
        message: What failed.
        error: What the callback raised.
    """
    loop = _loops.running_loop()
    if loop is None:
        sys.excepthook(type(error), error, error.__traceback__)
    else:
        loop.call_exception_handler({"message": message, "exception": error})
