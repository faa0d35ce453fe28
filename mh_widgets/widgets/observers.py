"""Observers that can't come between a widget and its page, nor between one another."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import traitlets as t
from traitlets.traitlets import EventHandler

from mh_widgets import _loops


class Observed(t.HasTraits):
    """Traits whose page hears of everything first, and then each observer, whatever another one raises.

    Stands behind ``ipywidgets.Widget`` in the order of the bases: what that does in ``notify_change``, which
    is to tell the page, comes first, and what comes here are the observers alone. Traitlets itself stops at
    the first observer that raises: neither the others nor, where changes were held, the page would ever hear
    of the rest.

    The exception appears where a trait was assigned, as with any trait, when everybody has heard; of several
    the first.
    """

    #: Changes that the page has been told and whose observers wait; None while nobody holds them.
    _pending: list[Any] | None = None
    #: What observers have raised so far; None while none is being called.
    _raised: list[Exception] | None = None

    def observe(self, handler: Callable[..., Any], names: Any = t.All, type: Any = "change") -> None:  # noqa: A002
        """As ever; what ``handler`` raises stops no other observer. ``unobserve`` takes the same ``handler``."""
        super().observe(_Observer(handler), names, type)

    def notify_change(self, change: Any) -> None:
        """Call the observers of one change, now or together with those of other changes."""
        with self._observers_last() as pending:
            pending.append(change)

    @contextlib.contextmanager
    def hold_trait_notifications(self) -> Iterator[None]:
        """As ever; at the end the page hears of all that changed before any observer is called."""
        with self._observers_last(), super().hold_trait_notifications():
            yield

    @contextlib.contextmanager
    def _observers_last(self, *, show: bool = False) -> Iterator[list[Any]]:
        """Within, nobody is called; at the end of the outermost all are, one after the other.

        Args:
            show: Whether what they raise is shown, as there is nobody who could catch it, instead of raised.

        Yields:
            The changes whose observers wait.
        """
        if self._pending is not None:
            yield self._pending
            return
        changes: list[Any] = []
        self._pending = changes
        whole = False
        try:
            yield changes
            whole = True
        finally:
            self._pending = None
            errors = self._call_observers(changes)
            raised = errors[:1] if whole and not show else []
            for error in errors[len(raised) :]:
                show_exception(self, error)
        if raised:
            raise raised[0]

    def _call_observers(self, changes: list[Any]) -> list[Exception]:
        before, self._raised = self._raised, []  # an observer that sets a trait comes here a second time
        try:
            for change in changes:
                try:
                    super().notify_change(change)
                except Exception as error:  # noqa: BLE001 - of a method `_<name>_changed`: the others hear all the same
                    self._raised.append(error)
            return self._raised
        finally:
            self._raised = before


class _Observer:
    """Somebody's callback; equal to the callback itself, so that ``unobserve`` finds it."""

    def __init__(self, handler: Callable[..., Any]) -> None:
        self.handler = handler

    def __call__(self, change: Any) -> None:
        owner, handler = change["owner"], self.handler
        if isinstance(handler, EventHandler) and handler.name is not None:
            # a method below @observe is registered as it stands in its class
            handler = getattr(owner, handler.name)
        try:
            handler(change)
        except (
            Exception
        ) as error:  # somebody's callback: theirs to see, and no reason why others shouldn't hear
            if owner._raised is None:
                raise
            # From the callback on: the frames before it are ours, and no news to anybody.
            owner._raised.append(error.with_traceback(error.__traceback__ and error.__traceback__.tb_next))

    def __eq__(self, other: object) -> bool:
        return bool(self.handler == (other.handler if isinstance(other, _Observer) else other))

    def __hash__(self) -> int:
        return hash(self.handler)


def show_exception(owner: object, error: Exception) -> None:
    """Show the traceback of somebody's observer where a loop shows what nobody caught; without one on stderr."""
    loop = _loops.running_loop()
    if loop is None:
        sys.excepthook(type(error), error, error.__traceback__)
    else:
        message = f"An observer of a {type(owner).__name__} failed"
        loop.call_exception_handler({"message": message, "exception": error})
