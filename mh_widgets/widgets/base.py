"""The base of a card and a gallery: a widget that sends all state to its page and accepts none."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

import anywidget
import ipywidgets
import traitlets as t

from mh_widgets.widgets.observers import Observed
from mh_widgets.widgets.owner_loop import OwnerLoop

if TYPE_CHECKING:
    from mh_widgets.controllers.messages import Message
    from mh_widgets.controllers.outbox import Outbox

W = TypeVar("W", bound="WidgetBase")


#: The traits that a view gets once and that never change.
_FIXED = frozenset({"_esm", "_css", "_anywidget_id", "words"})


class _Revision(t.Dict):
    """The revision of the state, which only the widget changes."""

    def get(self, obj: Any, cls: Any = None) -> dict[str, Any]:
        """Return the revision as it is now."""
        revision: dict[str, Any] = obj._revision_now()  # noqa: SLF001 - the widget's own trait
        return revision


class WidgetBase(anywidget.AnyWidget, Observed):
    """A widget whose own logic doesn't depend on ``observe`` or ``on_msg``, so users can't remove it."""

    revision = _Revision(
        read_only=True,
        help=(
            "``{now, whole}``: the numbers of the last message with changes and of the last with all "
            "state. It contains ``pull`` if the host shows only what is sent while a message of the "
            "view is handled."
        ),
    ).tag(sync=True)

    allow_delete = t.Bool(True, help="Whether the page may delete projects.").tag(sync=True)
    allow_save = t.Bool(True, help="Whether the page may save to the kernel's disk.").tag(sync=True)
    editable = t.Bool(False, help="Whether the page may replace a project.").tag(sync=True)
    save_label = t.Unicode("./", read_only=True, help="The directory that Save buttons name.").tag(sync=True)
    words = t.Dict(
        read_only=True,
        help="The words of the view in the language that ``MAGIC_HOUR_LANGUAGE`` named at creation.",
    ).tag(sync=True)

    _owner_loop: OwnerLoop
    #: Whether it was created and not closed.
    _live = False
    _number = 0
    _whole_number = 0
    #: Whether a change has not been sent yet.
    _has_news = False

    def __init_subclass__(cls, **arguments: Any) -> None:
        """Read the files of the view, unless they are reloaded while somebody edits them.

        anywidget would keep every widget for as long as a file that may change: also a closed one.
        """
        super().__init_subclass__(**arguments)
        if os.environ.get("ANYWIDGET_HMR") != "1":
            for name in {"_esm", "_css"} & cls.__dict__.keys():
                view = cls.__dict__[name]
                # Each widget has a class of its own, in which these are traits already.
                if not isinstance(view, t.TraitType):
                    setattr(cls, name, str(view))

    def __init__(self, begin: Callable[[], object], **traits: Any) -> None:
        """Run ``begin``, and open the widget on the page after it, so that its first state is complete."""
        self._live = True
        try:
            begin()
            super().__init__(**traits)
        except BaseException:
            self.close()
            raise

    @functools.cached_property
    def _outbox(self) -> Outbox:
        # Imported by the first card, so that importing the package stays fast.
        from mh_widgets.controllers.outbox import Outbox

        return Outbox(self.send)

    def _parse(self, content: object) -> Message | None:
        """Return a view's message, or None if it is not valid."""
        raise NotImplementedError

    def _receive(self, content: object) -> None:
        message = self._parse(content)
        if message is not None:
            self._owner_loop.call(self._answer, message)

    def _end(self) -> None:
        """End polling and transfers."""
        raise NotImplementedError

    def close(self) -> None:
        """End polling, transfers and the widget. Callers that wait get ``WatchClosed``."""
        with self._observers_last(show=True):
            try:
                # __del__ also calls this on objects whose __init__ has raised.
                if self._live:
                    self._live = False
                    self._end()
            finally:
                super().close()

    def __del__(self) -> None:
        # At the interpreter's end there is no page to notify, and imports fail.
        if not sys.is_finalizing():
            super().__del__()

    def __enter__(self: W) -> W:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Ignore what a view sends. The view is not trusted, and may set no trait."""

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """Return all state with defaults, which ``ipywidgets.embed`` drops: the view's code is one."""
        state: dict[str, Any] = super().get_state(key)
        if key is None:
            state["revision"] = {**state["revision"], "whole": self._number}
        return state

    def notify_change(self, change: Any) -> None:
        """Notify the page and then the observers. The page's state gets a new revision."""
        if change["name"] in self.keys and self.comm is not None:
            self._has_news = True
        super().notify_change(change)

    def send_state(self, key: Any = None) -> None:
        """Send all or some of the state, with its revision if that is new."""
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
        """Handle a view's message, and send all that the view has reported as missing before this returns."""
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
        """Perform the action of a view's message, on the owner loop."""
        raise NotImplementedError

    @contextlib.contextmanager
    def _together(self, *, show: bool = False) -> Iterator[None]:
        """Send all changes within this context in one message, and notify observers after it."""
        with self._observers_last(show=show), self.hold_sync(), self.hold_trait_notifications():
            yield

    def _publish(self, state: Mapping[str, Any]) -> None:
        """Set traits that only the widget may set, with one message for all changes and none without.

        An observer's exception is shown but not raised, as no assignment of a user caused it.
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
        made: The class of the new widget: ``ours``, or a subclass of it.
        ours: The class of this package.
        given: The keywords.

    Raises:
        TypeError: A keyword is neither one of ipywidgets nor a trait of the subclass.
    """
    own = set(ours.class_traits()) - set(ipywidgets.DOMWidget.class_traits())
    for name in given:
        if name != "model_id" and (name in own or name not in made.class_traits()):
            names = [*(ours.__init__.__kwdefaults__ or ()), "layout", "tabbable", "tooltip"]
            import difflib  # imported late, for mistyped keywords only

            close = difflib.get_close_matches(name, names, 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise TypeError(f"{made.__name__}() got an unexpected keyword argument {name!r}.{hint}")
