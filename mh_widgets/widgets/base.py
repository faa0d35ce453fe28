"""What a card and a gallery are as widgets: a page that is told everything and may write nothing."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

import anywidget
import ipywidgets
import traitlets as t

from mh_widgets.widgets.actions import OwnerLoop
from mh_widgets.widgets.observers import Observed

if TYPE_CHECKING:
    from mh_widgets.controllers.messages import Message
    from mh_widgets.controllers.outbox import Outbox

W = TypeVar("W", bound="WidgetBase")


#: What a view has from the beginning, for good.
_FIXED = frozenset({"_esm", "_css", "_anywidget_id", "words"})


class _Revision(t.Dict):
    """The revision of the state: the widget counts it and nobody sets it."""

    def get(self, obj: Any, cls: Any = None) -> dict[str, Any]:
        """Return the revision as it is now."""
        revision: dict[str, Any] = obj._revision_now()  # noqa: SLF001 - the widget's own trait
        return revision


class WidgetBase(anywidget.AnyWidget, Observed):
    """A widget whose own logic nobody can take away: it hangs on no ``observe`` and on no ``on_msg``."""

    revision = _Revision(
        read_only=True,
        help=(
            "``{now, whole}``: the number of the last message with changes, and of the last with all "
            "of the state. ``pull`` is in it where the host shows only what is sent while a message "
            "of the view is handled."
        ),
    ).tag(sync=True)

    allow_delete = t.Bool(True, help="Whether the page may delete projects.").tag(sync=True)
    allow_save = t.Bool(True, help="Whether the page may save to the kernel's disk.").tag(sync=True)
    editable = t.Bool(False, help="Whether the page may put another project in the place of one.").tag(
        sync=True
    )
    save_label = t.Unicode("./", read_only=True, help="The directory as Save buttons name it.").tag(sync=True)
    words = t.Dict(
        read_only=True,
        help="The words of the view, in the language of ``MAGIC_HOUR_LANGUAGE`` when it was made.",
    ).tag(sync=True)

    _owner_loop: OwnerLoop
    #: Whether it has been made and not closed.
    _live = False
    _number = 0
    _whole_number = 0
    #: Whether something changed that no message has told yet.
    _has_news = False

    def __init__(self, begin: Callable[[], object], **traits: Any) -> None:
        """Run ``begin`` and then tell the page of the widget: so its first picture is true without any more news."""
        self._live = True
        try:
            begin()
            super().__init__(**traits)
        except BaseException:
            self.close()
            raise

    @functools.cached_property
    def _outbox(self) -> Outbox:
        # Loaded by the first card, and not by the import of the package.
        from mh_widgets.controllers.outbox import Outbox

        return Outbox(self.send)

    def _parse(self, content: object) -> Message | None:
        """Return a view's message, or None for anything that is not one."""
        raise NotImplementedError

    def _receive(self, content: object) -> None:
        message = self._parse(content)
        if message is not None:
            self._owner_loop.call(self._answer, message)

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

    def __del__(self) -> None:
        # At the interpreter's end there is no page to tell, and modules can't be imported any more.
        if not sys.is_finalizing():
            super().__del__()

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
        if key is None:
            state["revision"] = {**state["revision"], "whole": self._number}
        return state

    def notify_change(self, change: Any) -> None:
        """Tell the page, and then observers; what the page is told has a new revision."""
        if change["name"] in self.keys and self.comm is not None:
            self._has_news = True
        super().notify_change(change)

    def send_state(self, key: Any = None) -> None:
        """Send the state or some of it, with its revision where that says something new."""
        if self._has_news:
            self._has_news = False
            self._number += 1
            key = key and {"revision", *([key] if isinstance(key, str) else key)}
        if key is None:
            self._whole_number = self._number
        super().send_state(key)

    def _revision_now(self) -> dict[str, Any]:
        from mh_widgets.api.credentials import in_colab

        pull = {"pull": True} if in_colab() else {}
        return {"now": self._number, "whole": self._whole_number, **pull}

    def _answer(self, message: Message) -> None:
        """Handle a view's message. Before this returns the view has all that it has missed, if it tells that."""
        is_stale = 0 <= message.seen < self._number
        with self._outbox.answering(message.heard):
            self._handle(message)
            if message.kind == "poll" and message.id:
                self._outbox.send({"kind": "polled", "id": message.id}, [])
        if is_stale or (message.kind == "refresh" and self._shows(message.project)):
            self._whole_number = self._number
            self.send_state([name for name in self._own_keys() if name not in _FIXED])

    def _own_keys(self) -> set[str]:
        return set(self.keys) - set(ipywidgets.DOMWidget.class_traits())

    def _shows(self, project_id: str) -> bool:
        """Return whether this widget shows the project."""
        raise NotImplementedError

    def _handle(self, message: Any) -> None:
        """Do what a view asks for, on the widget's loop."""
        raise NotImplementedError

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
            import difflib  # only for who mistypes

            close = difflib.get_close_matches(name, names, 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise TypeError(f"{ours.__name__}() got an unexpected keyword argument {name!r}.{hint}")
