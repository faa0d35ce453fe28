"""``ProjectGallery``: its traits and its messages. All logic lives elsewhere."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import traitlets as t

from mh_widgets._directories import directory_label, local_directory
from mh_widgets._seconds import read_seconds
from mh_widgets.blocking_client import Client
from mh_widgets.client import AsyncClient
from mh_widgets.controllers.gallery import GalleryController
from mh_widgets.controllers.messages import GalleryMessage, note_presence, parse_gallery_message
from mh_widgets.controllers.moving import read_target
from mh_widgets.controllers.save_all import BatchSave
from mh_widgets.controllers.settings import Settings
from mh_widgets.widgets.actions import Details_co
from mh_widgets.widgets.base import WidgetBase, check_keywords
from mh_widgets.widgets.clients import read_client
from mh_widgets.widgets.compared_projects import ComparedProjects
from mh_widgets.widgets.gallery_actions import GalleryActions
from mh_widgets.widgets.gallery_project import ProjectsById
from mh_widgets.widgets.owner_loop import OwnerLoop
from mh_widgets.widgets.project_inputs import read_projects, with_kinds
from mh_widgets.widgets.recent_projects import RecentProjects
from mh_widgets.widgets.starred_projects import StarredProjects
from mh_widgets.widgets.static_html import static_table
from mh_widgets.widgets.translations import view_words

if TYPE_CHECKING:
    from mh_widgets.project_ids import AnyKind

#: The built views.
STATIC = pathlib.Path(__file__).parents[1] / "static"


class ProjectGallery(
    RecentProjects,
    GalleryActions[Details_co],
    ProjectsById[Details_co],
    ComparedProjects,
    StarredProjects,
    WidgetBase,
):
    """Live cards for many Magic Hour projects in one widget: videos, images and audio in any mix.

    An ID doesn't tell the kind. Each card asks for a video first, then for images, then for audio, and
    remembers the answer. Responses of the official SDK and answers of this package tell theirs, and so does
    a table's column ``kind``. ``VideoGallery`` is the gallery for videos alone.

    Iterating over it gives the IDs in their order, and ``gallery[id]`` is a ``GalleryProject``. There are
    ``len``, ``in``, ``get``, ``values`` and ``items``. ``keys`` is ipywidgets' own attribute, so write
    ``dict(gallery.items())`` for a dict. Observe the traits ``projects`` and ``changed`` to be notified of
    changes. ``statuses`` and ``to_frame`` are computed at each call. ``with ProjectGallery(…) as gallery``
    closes it at the end.

    Args:
        projects: One project or an iterable of them, each as for ``Project``, or a table with a column
            ``id`` and perhaps one ``kind`` (video, image, audio, any). Duplicates are shown once, and
            invalid entries are listed in ``refused``.
        client: As for ``Project``.
        columns: How many cards stand side by side, or "auto" for as many as fit.
        download_directory: As for ``Project``.
        allow_delete: Whether projects may be deleted.
        allow_save: Whether a visitor of the page may save to the kernel's disk.
        editable: Whether the page may replace projects.
        deadline_s: Seconds after which polling a card stops, counted from its first request.
        poll_interval_s: Seconds between two requests about a project.
        **widget: ``layout`` and the other keywords of every ipywidget.

    Raises:
        ValueError: A number of seconds or of columns is not valid.
        TypeError: ``client`` is not a client, or a keyword is unknown.
    """

    #: What the API is asked for, unless the given project tells its own kind.
    _kind: AnyKind = "any"
    _esm = STATIC / "project_gallery.js"
    _css = STATIC / "project_gallery.css"

    projects = t.List(
        t.Unicode(), read_only=True, help="IDs in their order; see ``add`` and ``remove``."
    ).tag(sync=True)
    cards = t.Dict(
        read_only=True,
        help=(
            "``{id: card}`` of all projects. A card is ``{project_id, …}`` with the traits of "
            "``Project`` from ``status`` to ``notice``. The dict changes in place, so observe "
            "``changed``. A page gets a copy, as it may ask on another thread (ipykernel 7.0-7.3)."
        ),
    ).tag(sync=True, to_json=lambda cards, _widget: dict(cards))
    changed = t.Dict(
        read_only=True,
        help=(
            "``{id: card}`` of the cards that changed last, without values of None. All changes are "
            "one assignment and one message. The next follows 0.05 s later or after that."
        ),
    ).tag(sync=True)
    refused = t.List(
        t.Dict(),
        read_only=True,
        help=(
            "``{project, code, message, hint}`` for each entry that is not a project. ``project`` is "
            "the beginning of the entry."
        ),
    ).tag(sync=True)
    transfer = t.Dict(
        default_value=None,
        allow_none=True,
        read_only=True,
        help=(
            '``{kind, done, failed, total}`` while ``save`` or the page\'s "Save all finished" runs, '
            "else None."
        ),
    ).tag(sync=True)
    notice = t.Dict(
        default_value=None,
        allow_none=True,
        read_only=True,
        help=("``{tone, code, message, hint}``: how the page's last action for all projects ended, or None."),
    ).tag(sync=True)
    columns = t.Union(
        [t.Enum(["auto"]), t.Int(min=1)],
        default_value="auto",
        help='How many cards stand side by side, or "auto".',
    ).tag(sync=True)

    def __init__(
        self,
        projects: object = (),
        *,
        client: AsyncClient | Client | None = None,
        columns: str | int = "auto",
        download_directory: str | pathlib.Path | None = ".",
        allow_delete: bool = True,
        allow_save: bool = True,
        editable: bool = False,
        deadline_s: float | None = 3600.0,
        poll_interval_s: float | None = None,
        **widget: Any,
    ) -> None:
        check_keywords(type(self), ProjectGallery, widget)
        deadline_s = read_seconds("deadline_s", deadline_s)
        poll_interval_s = read_seconds("poll_interval_s", poll_interval_s, endless=False)
        if columns != "auto" and (type(columns) is not int or columns < 1):
            raise ValueError(f'columns must be "auto" or a whole number of at least 1, got {columns!r}.')
        self._client = read_client(client)
        self._owner_loop = OwnerLoop(self._detach)
        settings = Settings(local_directory(download_directory), deadline_s, poll_interval_s)
        self._gallery = GalleryController(
            self._client.api, settings, self, on_news=self._show, send=self._send_one
        )
        self._saving = self._new_batch()
        self._unsent = False
        words = view_words(gallery=True, kinds=self._kind == "any")
        shown = {"save_label": directory_label(download_directory), "words": words}
        with self._observers_last(
            show=True
        ):  # a subclass's observers run after the whole gallery was created
            self._publish({"cards": self._gallery.cards, **shown})
            self._take(projects)
            super().__init__(
                lambda: self._owner_loop.call(self._gallery.begin),
                allow_delete=allow_delete,
                allow_save=allow_save,
                editable=editable,
                columns=columns,
                **widget,
            )

    def __repr__(self) -> str:
        number = len(self)
        return f"{type(self).__name__}({number} project{'' if number == 1 else 's'})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        kinds = self._gallery.ids if self._kind == "any" else None
        return {**data, "text/html": static_table(self._states(), self.refused, kinds)}, metadata

    def add(self, *projects: object) -> None:
        """Add projects at the end.

        Args:
            *projects: As at the creation, also lists of them.
        """
        with self._together(show=True):
            for each in projects:
                self._take(each)
            self._owner_loop.call(self._gallery.begin)

    def remove(self, project: object) -> None:
        """Remove a project from the gallery. Magic Hour keeps it, and callers that wait get ``WatchClosed``.

        Args:
            project: The project, as ``Project`` takes it.

        Raises:
            KeyError: The project is not in the gallery.
        """
        project_id = self[project].project_id
        self._gallery.ids = {each: kind for each, kind in self._gallery.ids.items() if each != project_id}
        self._owner_loop.call(self._gallery.drop, project_id)
        self._publish_projects()

    def _end(self) -> None:
        self._gallery.close()
        self._owner_loop.call(self._detach)

    def _take(self, given: object) -> None:
        kinds, refused = read_projects(given, self._client.scrub, self._kind)
        # A new dict, as the loop may be iterating over the old one on another thread.
        self._gallery.ids = with_kinds(self._gallery.ids, kinds)
        self._publish({"projects": [*self._gallery.ids], "refused": [*self.refused, *refused]})

    def _publish_projects(self) -> None:
        # "changed" is reset, or a project that is added again unchanged would not be sent.
        left = {"starred": self._keep_stars(), "compared": self._still_compared()}
        self._publish({"projects": [*self._gallery.ids], "changed": {}, **left})

    def _show(self, news: dict[str, dict[str, Any]]) -> None:
        """Update the traits."""
        if self._gallery.closed:
            return
        state: dict[str, Any] = {"transfer": self._saving.state, "notice": self._saving.notice}
        if news:
            self._unsent = True
            state = {"changed": news, "compared": self._still_compared(), **state}
        self._publish(state)

    def _send_one(self, project_id: str, content: dict[str, Any], buffers: list[bytes]) -> None:
        self._outbox.send({**content, "project": project_id}, buffers)

    def _send_cards(self, most: int | None = None) -> None:
        """Send all cards if they say more than has been sent, unless there are more than ``most``."""
        self._gallery.flush()
        if self._unsent and not self._gallery.closed and (most is None or len(self) <= most):
            self._unsent = False
            self.send_state(["cards", "transfer", "notice"])

    def _parse(self, content: object) -> GalleryMessage | None:
        return parse_gallery_message(content)

    def _shows(self, project_id: str) -> bool:
        return project_id in self._gallery.ids and not self._gallery.closed

    def _handle(self, message: GalleryMessage) -> None:
        if self._gallery.closed or note_presence(self._gallery.presence, message):
            return
        if message.kind == "save_all":
            self._saving.start_for_view(lambda: self._gallery.finished_ids(message.projects), self.allow_save)
        elif message.kind == "cancel_all":
            self._saving.cancel()
        elif message.kind == "compare":
            self._compare_for_view(message.projects)
        elif message.project not in self._gallery.ids:
            return
        elif message.kind == "star":
            self._star(message.project, message.starred)
        elif message.kind != "set_project":
            self._gallery.controller(message.project).handle(message)
        elif self.editable:
            self._move(message.project, message.to)

    def _move(self, project_id: str, given: str) -> None:
        """Show the project that the page gave in the place of another."""
        controller = self._gallery.controller(project_id)
        # In a message of its own, as a repeated notice would otherwise be no change.
        controller.clear_notice()
        self._gallery.flush()
        new_id = read_target(controller, given, self._gallery.ids)
        if new_id:
            # A page's text doesn't tell the kind.
            self._gallery.replace(project_id, new_id, "any")
            self._publish_projects()

    def _new_batch(self) -> BatchSave:
        noun = "project" if self._kind == "any" else self._kind
        return BatchSave(self._gallery.controller, self._gallery.flush_soon, noun)

    def _detach(self) -> None:
        """Close all controllers, as another loop takes over or the gallery is closed."""
        self._saving.cancel()
        self._gallery.detach()
        self._saving = self._new_batch()
