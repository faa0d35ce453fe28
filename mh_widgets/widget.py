"""``VideoProject``: traits, messages, nothing that could live elsewhere."""

from __future__ import annotations

import pathlib
from typing import Any

import anywidget
import traitlets as t

from mh_widgets.client import AsyncClient, Client, default_client
from mh_widgets.directories import directory_label, local_directory
from mh_widgets.errors import InvalidProject, WatchClosed
from mh_widgets.home import Home, Verbs, check_times
from mh_widgets.messages import Message, parse_message
from mh_widgets.models import parse_project
from mh_widgets.session import IDLE, Session, Settings
from mh_widgets.static_view import static_html
from mh_widgets.words import view_words

_STATIC = pathlib.Path(__file__).parent / "static"


class _Project(t.TraitType[str, Any]):
    """A project ID; takes whatever ``parse_project`` takes. What is none becomes "" and a sentence on the card."""

    default_value = ""

    def validate(self, obj: Any, value: object) -> str:
        try:
            project_id, refused = parse_project(value), None
        except InvalidProject as error:
            project_id, refused = "", error
        obj._refuse(refused)
        return project_id

    def set(self, obj: Any, value: object) -> None:
        # Moving to another project changes nearly everything that a card shows: all of it is one message.
        with obj.hold_sync():
            super().set(obj, value)


class VideoProject(Verbs, anywidget.AnyWidget):
    """A live card for one Magic Hour video project.

    ``project`` is a project ID, a link from the library, or anything with an ``.id``, as the SDK's response; without
    one the card asks for it. ``client`` is an ``AsyncClient`` or ``Client``; default: one made from the environment
    and shared by all cards. ``download_directory`` is where ``save`` and the card's Save button write, on the
    kernel's disk. ``allow_delete`` and ``allow_save`` say what a visitor of the page may do; ``editable`` whether the
    page may change the ID (default: only when made without one). Watching stops ``deadline_s`` seconds after it began
    (None: never). ``poll_interval_s`` fixes the seconds between two questions, down to 0.1; None is the usual pace.

    The card watches on the running event loop; without one, as in a plain script, it watches during ``wait()``. What is
    wrong with ``project`` or the API key is a sentence on the card. Raises ``ValueError`` for a time that is none.
    """

    _esm = _STATIC / "widget.js"
    _css = _STATIC / "widget.css"

    #: Project ID, ``[A-Za-z0-9_-]{1,128}``, or "". Assign an ID, a link or an SDK response to move the card.
    project_id = _Project().tag(sync=True)
    #: "" before the first answer, then the API's own word, or ``deleted``.
    status = t.Unicode("", read_only=True).tag(sync=True)
    #: The safe part of the project under the API's own names (``VideoDetails.public``), {} before the first answer.
    details = t.Dict(read_only=True).tag(sync=True)
    #: ``{code, message, hint}`` of what ended the watch or the render, or None.
    error = t.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    #: ``{state, reason, next_attempt_at}``; state: idle watching retrying paused stopped; time in Unix seconds or None.
    watch = t.Dict(default_value=IDLE["watch"], read_only=True).tag(sync=True)
    #: ``{kind, received_bytes, total_bytes}`` while a film is moved (kind: save, download), else None.
    transfer = t.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    #: ``{usual_s, source}``: how long renders of this type usually take, in seconds, and who says so; or None.
    estimate = t.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    #: ``{tone, code, message, hint}``: how the last action ended (tone: info, error), or None.
    notice = t.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    #: Whether the page may delete the project.
    allow_delete = t.Bool(True).tag(sync=True)
    #: Whether the page may save to the kernel's disk.
    allow_save = t.Bool(True).tag(sync=True)
    #: Whether the page may change the ID.
    editable = t.Bool(False).tag(sync=True)
    #: The directory as the Save button names it.
    save_label = t.Unicode("./", read_only=True).tag(sync=True)
    #: The words of the view, in the language of ``MAGIC_HOUR_LANGUAGE`` when the card was made.
    words = t.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        project: object = "",
        *,
        client: AsyncClient | Client | None = None,
        download_directory: str | pathlib.Path | None = ".",
        allow_delete: bool = True,
        allow_save: bool = True,
        editable: bool | None = None,
        deadline_s: float | None = 3600.0,
        poll_interval_s: float | None = None,
    ) -> None:
        check_times(deadline_s=deadline_s, poll_interval_s=poll_interval_s)
        self._client = client.async_client if isinstance(client, Client) else client or default_client()
        self._settings = Settings(local_directory(download_directory), deadline_s, poll_interval_s)
        self._home = Home(self._leave)
        self._session: Session | None = None
        self._refused: InvalidProject | None = None
        self._closed = False
        self.set_trait("save_label", directory_label(download_directory))
        self.set_trait("words", view_words())
        self.project_id = project
        super().__init__(
            allow_delete=allow_delete,
            allow_save=allow_save,
            editable=not (self.project_id or self._refused) if editable is None else editable,
        )
        self.on_msg(lambda _widget, content, _buffers: self._receive(content))
        self.observe(lambda _change: self._turn(), "project_id")
        self._turn()

    def __repr__(self) -> str:
        status = f", status={self.status!r}" if self.status else ""
        # A terminal has no card, and there this is all that says what is wrong.
        error = f", error={self.error['message']!r}" if self.error else ""
        return f"{type(self).__name__}({self.project_id!r}{status}{error})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/html": static_html(self.project_id, self.status, self.details, self.error)}, metadata

    def close(self) -> None:
        """End it: the watch, a transfer under way, and the card. Whoever waits gets ``WatchClosed``."""
        # __del__ calls this as well, on objects whose __init__ has raised.
        if not getattr(self, "_closed", True):
            self._closed = True
            self._tell(Session.close)
            self.set_trait("watch", {"state": "stopped", "reason": "The card was closed.", "next_attempt_at": None})
        super().close()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Ignore what a view wants to write: the view is not trusted, and no trait is its to set."""

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """All of the state: ``ipywidgets.embed`` drops defaults, and the view's own program is one of them."""
        state: dict[str, Any] = super().get_state(key)
        return state

    def _refuse(self, error: InvalidProject | None) -> None:
        """Remember why what was given is no project, and say so where there was none: "" to "" notifies nobody."""
        self._refused = error
        if self.comm is not None and not self.project_id:
            self._show()

    def _turn(self) -> None:
        """Leave the project that was watched, and begin with the present one."""
        self._tell(Session.close)
        self._session = None
        self._show()
        self._home.call(self._begin)

    def _begin(self) -> None:
        """Start the session of the present project, on the loop that is home."""
        if self.project_id and self._session is None and not self._closed:
            self._session = Session(
                self._client, self.project_id, self._settings, self, on_change=self._show, send=self.send
            )
            self._session.start()

    def _show(self) -> None:
        """Bring the traits up to date: one message for whatever changed, none when nothing did."""
        state = self._session.state() if self._session else dict(IDLE)
        if self._session is None and self._refused is not None:
            state["error"] = self._refused.as_dict()
        # Observers hear of it when all of it is there, and the views in one message.
        with self.hold_sync(), self.hold_trait_notifications():
            for name, value in state.items():
                self.set_trait(name, value)

    def _receive(self, content: object) -> None:
        message = parse_message(content)
        if message is not None:
            self._home.call(self._handle, message)

    def _handle(self, message: Message) -> None:
        if message.kind == "set_project":
            if self.editable:
                self.project_id = message.project
        elif self._session is not None:
            self._session.handle(message)

    def _session_at_home(self) -> Session:
        if self._closed:
            raise WatchClosed("The card was closed.", hint="Make a new one with the same project ID.")
        self._begin()
        if self._session is None:
            raise self._refused or InvalidProject("There is no project yet.", code="no_project", hint="Give an ID.")
        return self._session

    def _running_session(self) -> Session | None:
        return self._session

    def _send_finished(self) -> None:
        self.send_state([*IDLE])

    def _leave(self) -> None:
        """Home moves: what lived on the loop before ends."""
        if self._session is not None:
            self._session.close()
            self._session = None
