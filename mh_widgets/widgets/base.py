"""What a card and a gallery are as widgets: a page that is told everything and may write nothing."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, TypeVar

import anywidget
import ipywidgets

from mh_widgets.widgets.observers import Observed

W = TypeVar("W", bound="WidgetBase")


class WidgetBase(anywidget.AnyWidget, Observed):
    """A widget whose own logic nobody can take away: it hangs on no ``observe`` and on no ``on_msg``."""

    #: Whether it has been made and not closed.
    _live = False

    def _receive(self, content: object) -> None:
        """Handle what a view sent."""
        raise NotImplementedError

    def _end(self) -> None:
        """End what is under way."""
        raise NotImplementedError

    def close(self) -> None:
        """End it: the watch, a transfer under way, and the widget. Whoever waits gets ``WatchClosed``."""
        with self._observers_last(show=True):
            try:
                # __del__ calls this as well, on objects whose __init__ has raised.
                if self._live:
                    self._live = False
                    self._end()
            finally:
                super().close()

    def __enter__(self: W) -> W:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Ignore what a view wants to write: the view is not trusted, and no trait is its to set."""

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """All of the state: ``ipywidgets.embed`` drops defaults, and the view's own program is one of them."""
        state: dict[str, Any] = super().get_state(key)
        return state

    @contextlib.contextmanager
    def _together(self, *, show: bool = False) -> Iterator[None]:
        """Whatever changes within is one message to the page, and only then observers hear of it."""
        with self._observers_last(show=show), self.hold_sync(), self.hold_trait_notifications():
            yield

    def _publish(self, state: Mapping[str, Any]) -> None:
        """Set traits that only the widget sets: one message for whatever changed, none when nothing did.

        What an observer raises is shown and not raised: this is no assignment of theirs that could fail.
        """
        with self._together(show=True):
            for name, value in state.items():
                self.set_trait(name, value)

    def _handle_custom_msg(self, content: object, buffers: object) -> None:
        try:
            self._receive(content)
        finally:
            super()._handle_custom_msg(content, buffers)


def check_keywords(
    made: type[ipywidgets.DOMWidget], ours: type[ipywidgets.DOMWidget], given: Mapping[str, Any]
) -> None:
    """Check the keywords that a widget passes on to ipywidgets.

    Args:
        made: The class that is being made: ``ours``, or somebody's subclass of it.
        ours: The class of this package.
        given: The keywords.

    Raises:
        TypeError: A keyword is neither one of ipywidgets' nor a trait of the subclass.
    """
    own = set(ours.class_traits()) - set(ipywidgets.DOMWidget.class_traits())
    for name in given:
        if name != "model_id" and (name in own or name not in made.class_traits()):
            names = [*(ours.__init__.__kwdefaults__ or ()), "layout", "tabbable", "tooltip"]
            close = difflib.get_close_matches(name, names, 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise TypeError(f"{ours.__name__}() got an unexpected keyword argument {name!r}.{hint}")
