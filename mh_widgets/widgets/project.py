"""``Project``, the card of any kind: its traits and its messages. All logic lives elsewhere.

Functions import modules that only the first card needs, so that importing the package stays fast.
"""

from __future__ import annotations

import asyncio
import pathlib
from typing import TYPE_CHECKING, Any

from mh_widgets._directories import directory_label, local_directory
from mh_widgets._seconds import read_seconds
from mh_widgets.controllers.settings import Settings
from mh_widgets.controllers.state import IDLE, idle_state
from mh_widgets.errors import InvalidProject, WatchClosed
from mh_widgets.polling.presence import Presence
from mh_widgets.widgets.actions import Details_co, ProjectActions
from mh_widgets.widgets.base import WidgetBase, check_keywords
from mh_widgets.widgets.clients import read_client
from mh_widgets.widgets.owner_loop import OwnerLoop
from mh_widgets.widgets.project_trait import ProjectOfKind, ProjectTrait, RefusedProject, asked_kind
from mh_widgets.widgets.project_values import ProjectValues
from mh_widgets.widgets.still import StaticCard, is_unattended
from mh_widgets.widgets.translations import view_words

if TYPE_CHECKING:
    from mh_widgets.blocking_client import Client
    from mh_widgets.client import AsyncClient
    from mh_widgets.controllers.messages import Message
    from mh_widgets.controllers.project import ProjectController
    from mh_widgets.project_ids import AnyKind

#: The built views.
STATIC = pathlib.Path(__file__).parents[1] / "static"

_MOVED = "This card now shows another project."
_MOVED_HINT = "Make a card for each project."


class Project(ProjectActions[Details_co], StaticCard, ProjectValues, WidgetBase):
    """A live card for one Magic Hour project: a video, images or audio.

    An ID doesn't tell the kind. The card asks for a video first, then for images, then for audio, and
    remembers the answer. A response of the official SDK tells its kind. ``VideoProject``, ``ImageProject``
    and ``AudioProject`` are cards of one kind, with the same arguments, values and actions.

    It polls on the running event loop, or in a plain script during ``wait()``. If ``project`` or the API key
    is not valid, the card says so. ``with Project(…) as card`` closes it at the end.
    """

    #: What the API is asked for, unless the given project tells its own kind.
    _kind: AnyKind = "any"
    _esm = STATIC / "project.js"
    _css = STATIC / "project.css"

    project_id = ProjectTrait(
        help=(
            'Project ID, ``[A-Za-z0-9_-]{1,128}``, or "". Assign an ID, a link or an SDK response to '
            "show another project."
        )
    ).tag(sync=True)

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
        poster: bool | None = None,
        **widget: Any,
    ) -> None:
        """Create the card, which starts at once where an event loop runs.

        Args:
            project: A project ID, a library link, an answer of the API, or an object with an ``.id``. Without
                one the card asks for it.
            client: An ``AsyncClient`` or ``Client``, the official SDK's client, or an API key. Default: a
                client that is made from the environment and shared by all cards.
            download_directory: The directory on the kernel's disk for ``save`` and the card's Save button.
            allow_delete: Whether the project may be deleted.
            allow_save: Whether a visitor of the page may save to the kernel's disk.
            editable: Whether the page may change the ID. Default: only if created without one.
            deadline_s: Seconds after which polling stops; None is never.
            poll_interval_s: Seconds between two requests, at least 0.1. None is the usual pace.
            poster: Whether the card keeps a picture of the finished project, for saved notebooks. It needs
                PyAV (``pip install 'mh_widgets[poster]'``). Default: if that is installed, and never if
                ``MAGIC_HOUR_PUBLIC_PROJECTS`` makes the page public.
            **widget: ``layout`` and the other keywords of every ipywidget.

        Raises:
            ValueError: A number of seconds is not valid.
            TypeError: ``client`` is not a client, or a keyword is unknown.
        """
        check_keywords(type(self), Project, widget)
        deadline_s = read_seconds("deadline_s", deadline_s)
        poll_interval_s = read_seconds("poll_interval_s", poll_interval_s, endless=False)
        self._client = read_client(client)
        self._settings = Settings(local_directory(download_directory), deadline_s, poll_interval_s, poster)
        self._owner_loop = OwnerLoop(self._detach)
        self._presence = Presence(self._on_presence)
        self._controller: ProjectController | None = None
        self._offer: asyncio.Task[None] | None = None
        with self._observers_last(show=True):  # a subclass's observers run after the whole card was created
            words = view_words(kinds=self._kind != "video")
            self._publish({"save_label": directory_label(download_directory), "words": words})
            self.project_id = project
            super().__init__(
                self._switch_project,
                allow_delete=allow_delete,
                allow_save=allow_save,
                editable=not (self.project_id or self._refusal()) if editable is None else editable,
                **widget,
            )

    def __repr__(self) -> str:
        status = f", status={self.status!r}" if self.status else ""
        # A terminal shows no card, so this is the only place for the error.
        error = f", error={self.error['message']!r}" if self.error else ""
        return f"{type(self).__name__}({self.project_id!r}{status}{error})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        self._displayed = True
        # The still says the same.
        words = {} if self._show_still() else {"text/html": self._static_html()}
        return {**data, **words}, metadata

    async def _finish(self, project_id: str, timeout_s: float | None) -> Details_co:
        details = await super()._finish(project_id, timeout_s)
        controller = self._running_controller()
        if controller is not None and controller.poster.is_coming and is_unattended():
            await controller.poster.settled()
            self._send_finished()
        self._show_still()
        return details

    def _end(self) -> None:
        self._call_controller(lambda controller: controller.close())
        self._publish(
            {"watch": {"state": "stopped", "reason": "The card was closed.", "next_attempt_at": None}}
        )

    def _running_controller(self) -> ProjectController | None:
        """Return the controller of the shown project. Close the controller of any other project."""
        controller = self._controller
        if controller is not None and not self._is_on_show(controller.project_id, controller.asked_kind):
            self._controller = None
            moved = WatchClosed(_MOVED, code="moved", hint=_MOVED_HINT)
            self._owner_loop.call(controller.close, moved)
        return self._controller

    @property
    def _asked_kind(self) -> AnyKind:
        return asked_kind(self.project_id, self._kind)

    def _is_on_show(self, project_id: str, kind: AnyKind) -> bool:
        """Return whether the card shows this project. The same ID of another kind is another project."""
        return (project_id, kind) == (self.project_id, self._asked_kind)

    def _switch_project(self) -> None:
        """Switch to the present project, and start its controller."""
        self._sync_traits()
        self._owner_loop.call(self._ensure_controller)

    def _ensure_controller(self) -> ProjectController | None:
        """Return the controller of the shown project, and start it on the owner loop if needed."""
        if self.project_id and self._live and self._running_controller() is None:
            from mh_widgets.controllers.project import ProjectController

            self._controller = controller = ProjectController(
                self._client.api,
                self.project_id,
                self._settings,
                self,
                on_change=self._sync_traits,
                send=self._outbox.send,
                kind=self._asked_kind,
                presence=self._presence,
            )
            controller.start()
        return self._running_controller()

    def _refusal(self) -> InvalidProject | None:
        """Return why the given text is not a project, or None."""
        return self.project_id.error if isinstance(self.project_id, RefusedProject) else None

    def _sync_traits(self) -> None:
        """Update the traits from the controller."""
        controller, refusal = self._running_controller(), self._refusal()
        state = controller.state() if controller else idle_state(self._asked_kind)
        if refusal is not None:
            state["error"] = refusal.as_dict()
        self._publish({**state, "poster_url": controller.poster.url if controller else None})

    def _parse(self, content: object) -> Message | None:
        from mh_widgets.controllers.messages import parse_message

        return parse_message(content)

    def _shows(self, project_id: str) -> bool:
        return project_id in ("", self.project_id)

    def _on_presence(self) -> None:
        if controller := self._running_controller():
            controller.poller.update_pace()

    def _handle(self, message: Message) -> None:
        from mh_widgets.controllers.messages import note_presence

        if note_presence(self._presence, message):
            return
        if message.kind == "set_project":
            if self.editable:
                self._move(message.project)
        elif message.kind == "recent":
            self._offer_projects()
        elif controller := self._running_controller():
            controller.handle(message)

    def _offer_projects(self) -> None:
        """Send the latest projects for the field's menu, unless that is under way."""
        if self.editable and self._live and (self._offer is None or self._offer.done()):
            self._offer = asyncio.create_task(self._send_latest(), name="mh_widgets recent")

    async def _send_latest(self) -> None:
        from mh_widgets.controllers.suggestions import latest_projects

        projects = await latest_projects(self._client.api)
        if self._live:
            self._outbox.send({"kind": "recent", "projects": projects}, [])

    def _move(self, given: str) -> None:
        """Show the project that the page gave, of any kind, as its ID doesn't tell one.

        A card with a project keeps it if the text is not an ID.
        """
        controller = self._running_controller()
        if controller is None:
            # A card without a project shows the error by itself.
            self.project_id = ProjectOfKind(given, "any")
            return
        from mh_widgets.controllers.moving import read_target

        project_id = read_target(controller, given)
        if project_id is not None:
            self.project_id = ProjectOfKind(project_id, "any")

    def _controller_for(self, project_id: str) -> ProjectController:
        if not self._live:
            raise WatchClosed("The card was closed.", hint="Make a new one with the same project ID.")
        if not self._is_on_show(project_id, asked_kind(project_id, self._kind)):
            raise WatchClosed(f"{_MOVED} Nothing was done.", code="moved", hint=_MOVED_HINT)
        controller = self._ensure_controller()
        if controller is None:
            raise self._refusal() or InvalidProject(
                "There is no project yet.", code="no_project", hint="Give a project ID."
            )
        return controller

    def _send_finished(self) -> None:
        self.send_state([*IDLE] if self.poster_url is None else [*IDLE, "poster_url"])

    def _detach(self) -> None:
        """Close the controller, as another loop takes over."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.close()
