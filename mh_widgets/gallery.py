"""``VideoGallery``: many projects in one widget. Traits and messages, nothing that could live elsewhere."""

from __future__ import annotations

import pathlib
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t

from mh_widgets.client import AsyncClient, Client, default_client
from mh_widgets.errors import InvalidProject
from mh_widgets.frame import to_frame
from mh_widgets.gallery_project import GalleryProject
from mh_widgets.given import read_projects
from mh_widgets.home import Home, check_times, in_time, save_label
from mh_widgets.messages import GalleryMessage, parse_gallery_message
from mh_widgets.models import parse_project
from mh_widgets.saving import Saved, Saving
from mh_widgets.session import Settings
from mh_widgets.sessions import Outcomes, Sessions
from mh_widgets.static_view import static_table
from mh_widgets.words import view_words

if TYPE_CHECKING:
    import pandas as pd

_STATIC = pathlib.Path(__file__).parent / "static"
#: Most cards that the end of ``await gallery[id]`` sends again in full; beyond that only ``await gallery`` does.
_FULL_CARDS = 100


class VideoGallery(anywidget.AnyWidget):
    """Live cards for many Magic Hour video projects, in one widget.

    ``projects`` are project IDs, links from the library, or SDK responses, in any mix: an iterable of them, or one. A
    project that is given twice is shown once; what is no project gets a line in ``refused``, and the others live.
    ``columns`` is how many cards stand side by side, "auto" for as many as fit. The other arguments are those of
    ``VideoProject``, for each card: ``deadline_s`` counts from the moment that a card's watch begins.

    A gallery is iterated like a dict: over the IDs in their order, with ``len`` and ``in``; ``gallery[id]`` is a
    ``GalleryProject``. To hear of changes observe ``projects`` and ``changed``, which are traits; ``statuses`` and
    ``to_frame`` are made when asked for. Raises ``ValueError`` for a time or a number of columns that is none.
    """

    _esm = _STATIC / "gallery.js"
    _css = _STATIC / "gallery.css"

    #: IDs in their order; see ``add`` and ``remove``.
    projects = t.List(t.Unicode(), read_only=True).tag(sync=True)
    #: ``{id: card}`` of all that is known; a card is ``{project_id, …}`` with the traits of ``VideoProject`` from
    #: ``status`` to ``notice``. Changed in place, so observe ``changed``; a page that asks for it, on whatever thread
    #: (ipykernel 7.0-7.3), gets a copy that nobody changes while it is written.
    cards = t.Dict(read_only=True).tag(sync=True, to_json=lambda cards, _widget: dict(cards))
    #: ``{id: card}`` of those cards that changed last, without what is None: one assignment and one message for them
    #: all; the next comes a twentieth of a second later at the soonest.
    changed = t.Dict(read_only=True).tag(sync=True)
    #: ``{project, code, message, hint}`` for what was given and is no project; ``project`` is just enough to find it.
    refused = t.List(t.Dict(), read_only=True).tag(sync=True)
    #: ``{kind, done, failed, total}`` while ``save`` or the page's "Save all finished" is under way, else None.
    transfer = t.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    #: ``{tone, code, message, hint}``: how the page's last action for all of them ended, or None.
    notice = t.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    #: Whether the page may delete projects.
    allow_delete = t.Bool(True).tag(sync=True)
    #: Whether the page may save to the kernel's disk.
    allow_save = t.Bool(True).tag(sync=True)
    #: The directory as Save buttons name it.
    save_label = t.Unicode("./", read_only=True).tag(sync=True)
    #: How many cards stand side by side, or "auto".
    columns = t.Union([t.Enum(["auto"]), t.Int(min=1)], default_value="auto").tag(sync=True)
    #: The words of the view, in the language of ``MAGIC_HOUR_LANGUAGE`` when the gallery was made.
    words = t.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        projects: object = (),
        *,
        client: AsyncClient | Client | None = None,
        columns: str | int = "auto",
        download_directory: str | pathlib.Path = ".",
        allow_delete: bool = True,
        allow_save: bool = True,
        deadline_s: float | None = 3600.0,
        poll_interval_s: float | None = None,
    ) -> None:
        check_times(deadline_s=deadline_s, poll_interval_s=poll_interval_s)
        if columns != "auto" and (type(columns) is not int or columns < 1):
            raise ValueError(f'columns has to be "auto" or a whole number from 1 on; not {columns!r}.')
        self._client = client.async_client if isinstance(client, Client) else client or default_client()
        self._home = Home(self._leave)
        settings = Settings(pathlib.Path(download_directory), deadline_s, poll_interval_s)
        self._sessions = Sessions(self._client, settings, self, on_news=self._show, send=self._send_one)
        self._saving = Saving(self._sessions.session, self._sessions.flush_soon)
        self._unsent = False
        self.set_trait("cards", self._sessions.cards)
        self.set_trait("save_label", save_label(download_directory))
        self.set_trait("words", view_words(gallery=True))
        self._take(projects)
        super().__init__(allow_delete=allow_delete, allow_save=allow_save, columns=columns)
        self.on_msg(lambda _widget, content, _buffers: self._receive(content))
        self._home.call(self._sessions.begin)

    def __repr__(self) -> str:
        number = len(self)
        return f"{type(self).__name__}({number} project{'' if number == 1 else 's'})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/html": static_table(self._states(), self.refused)}, metadata

    def __iter__(self) -> Iterator[str]:
        return iter([*self._sessions.ids])

    def __len__(self) -> int:
        return len(self._sessions.ids)

    def __bool__(self) -> bool:
        # Widgets are asked "is there one?"; an empty gallery is one.
        return True

    def __contains__(self, project: object) -> bool:
        return _id_of(project) in self._sessions.ids

    def __getitem__(self, project: object) -> GalleryProject:
        """One of the projects, by its ID or by anything that the gallery takes. Raises ``KeyError``."""
        if project not in self:
            raise KeyError("This project is not in the gallery.")
        return GalleryProject(_id_of(project), self._home, self._sessions, lambda: self._send_cards(_FULL_CARDS))

    def __await__(self) -> Generator[Any, None, Outcomes]:
        """``{id: VideoDetails | MagicHourError}`` once all have ended, those added meanwhile included.

        The errors are what ``await gallery[id]`` would raise. Raises ``WatchClosed`` when the gallery is closed.
        """
        return self._home.run(lambda: self._all_ended(None)).__await__()

    def wait(self, timeout_s: float | None = None) -> Outcomes:
        """``await gallery`` for synchronous cells and plain scripts; the cards go on moving.

        Raises ``TimeoutError`` after ``timeout_s`` seconds: the watches go on then.
        """
        return self._home.block(lambda: self._all_ended(timeout_s), timeout_s)

    @property
    def statuses(self) -> dict[str, str]:
        """``{id: status}`` in the order of the projects, as of now; "" before the first answer."""
        return {project_id: self._sessions.status(project_id) for project_id in self}

    def add(self, *projects: object) -> None:
        """Show more projects, behind the others: anything that the gallery takes, also lists of it."""
        with self.hold_sync():
            for each in projects:
                self._take(each)
        self._home.call(self._sessions.begin)

    def remove(self, project: object) -> None:
        """Take a project out of the gallery; on Magic Hour nothing happens. Whoever waits for it gets ``WatchClosed``.

        Raises ``KeyError`` where it isn't in the gallery.
        """
        project_id = self[project].project_id
        self._sessions.ids = {each: None for each in self._sessions.ids if each != project_id}
        with self.hold_sync():
            self.set_trait("projects", [*self._sessions.ids])
            # Should it come back as it was, that is news again.
            self.set_trait("changed", {})
        self._home.call(self._sessions.drop, project_id)

    async def save(self, directory: str | pathlib.Path | None = None) -> Saved:
        """Save every film that is finished by now, a few at a time: ``{id: list[Path] | MagicHourError}``.

        As ``VideoProject.save``; a film that can't be saved doesn't stop the others. For all of the gallery's films
        ``await gallery`` first.
        """
        target = None if directory is None else pathlib.Path(directory)
        return await self._home.run(lambda: self._save(target))

    def pause(self) -> None:
        """Stop asking about any of the projects until ``resume``."""
        self._home.call(self._sessions.pause)

    def resume(self) -> None:
        """Go on with all projects that have not ended, after ``pause``, the deadline or an error; new deadline."""
        self._home.call(self._sessions.resume)

    def to_frame(self) -> pd.DataFrame:
        """A ``pandas.DataFrame`` with one row a project, in their order, as of now.

        Columns: ``id``, ``name``, ``status``, ``type``, ``created_at`` (UTC), ``width`` and ``height`` (pixels),
        ``duration_s`` (seconds), ``fps``, ``credits`` (an estimate until complete), ``error`` (its sentence); what the
        API doesn't say is missing. Raises ``ConfigurationError`` where there is no pandas.
        """
        return to_frame(self._states())

    def close(self) -> None:
        """End it: the watches, transfers under way, and the gallery. Whoever waits gets ``WatchClosed``."""
        sessions: Sessions | None = getattr(self, "_sessions", None)
        # __del__ calls this as well, on objects whose __init__ has raised.
        if sessions is not None and not sessions.closed:
            sessions.close()
            self._home.call(self._leave)
        super().close()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Ignore what a view wants to write: the view is not trusted, and no trait is its to set."""

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """All of the state: ``ipywidgets.embed`` drops defaults, and the view's own program is one of them."""
        state: dict[str, Any] = super().get_state(key)
        return state

    def _take(self, given: object) -> None:
        ids, refused = read_projects(given, self._client.scrub)
        # A new dict, as the loop may be in the middle of the old one on another thread.
        self._sessions.ids = {**self._sessions.ids, **dict.fromkeys(ids)}
        self.set_trait("projects", [*self._sessions.ids])
        self.set_trait("refused", [*self.refused, *refused])

    def _states(self) -> dict[str, Any]:
        return {project_id: self._sessions.state(project_id) for project_id in self}

    def _show(self, news: dict[str, dict[str, Any]]) -> None:
        """Bring the traits up to date: one message for whatever changed, none when nothing did."""
        if self._sessions.closed:
            return
        with self.hold_sync(), self.hold_trait_notifications():
            if news:
                self._unsent = True
                self.set_trait("changed", news)
            self.set_trait("transfer", self._saving.state)
            self.set_trait("notice", self._saving.notice)

    def _send_one(self, project_id: str, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.send({**content, "project": project_id}, buffers)

    def _send_cards(self, most: int | None = None) -> None:
        """Send all cards, where that says more than has been sent: for those who keep what the waiting cell sends."""
        self._sessions.flush()
        if self._unsent and not self._sessions.closed and (most is None or len(self) <= most):
            self._unsent = False
            self.send_state(["cards", "transfer", "notice"])

    def _receive(self, content: object) -> None:
        message = parse_gallery_message(content)
        if message is not None:
            self._home.call(self._handle, message)

    def _handle(self, message: GalleryMessage) -> None:
        if self._sessions.closed:
            return
        if message.kind == "save_all":
            self._saving.press(lambda: self._sessions.finished_ids(message.projects), self.allow_save)
        elif message.kind == "cancel_all":
            self._saving.cancel()
        elif message.project in self._sessions.ids:
            self._sessions.session(message.project).handle(message)

    async def _save(self, directory: pathlib.Path | None) -> Saved:
        finished = self._sessions.finished_ids()
        self._sessions.begin()
        try:
            return await self._saving.run(finished, directory)
        finally:
            self._sessions.flush()

    async def _all_ended(self, timeout_s: float | None) -> Outcomes:
        self._sessions.begin()
        try:
            return await in_time(self._sessions.ended(), timeout_s)
        finally:
            self._send_cards()

    def _leave(self) -> None:
        """Home moves, or there is an end: what lived on the loop before ends."""
        self._saving.cancel()
        self._sessions.leave()
        self._saving = Saving(self._sessions.session, self._sessions.flush_soon)


def _id_of(project: object) -> str:
    try:
        return parse_project(project)
    except InvalidProject:
        return ""
