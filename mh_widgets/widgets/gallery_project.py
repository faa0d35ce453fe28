"""``GalleryProject``: what a gallery hands out for one of its projects, and how it is asked for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from mh_widgets.controllers.gallery import GalleryController
from mh_widgets.controllers.project import ProjectController
from mh_widgets.controllers.state import CardState, WatchInfo
from mh_widgets.errors import ErrorInfo, InvalidProject
from mh_widgets.project_ids import parse_project
from mh_widgets.transfers.types import Transfer
from mh_widgets.widgets.actions import OwnerLoop, ProjectActions
from mh_widgets.widgets.dataframe import to_frame

if TYPE_CHECKING:
    import pandas as pd

#: Most cards that the end of ``await gallery[id]`` sends again in full; beyond that only ``await gallery``
#: does.
_FULL_CARDS = 100

T = TypeVar("T")


class GalleryProject(ProjectActions):
    """One project of a gallery, with the values and verbs of a ``VideoProject``; no widget of its own.

    It stands for the project, however often it is asked for: its values are read anew each time. After
    ``remove`` its verbs raise ``WatchClosed``.
    """

    def __init__(
        self,
        project_id: str,
        owner_loop: OwnerLoop,
        gallery: GalleryController,
        send_finished: Callable[[], None],
    ) -> None:
        self._project_id = project_id
        self._owner_loop = owner_loop
        self._gallery = gallery
        self._send = send_finished

    def __repr__(self) -> str:
        status = f", status={self.status!r}" if self.status else ""
        return f"{type(self).__name__}({self._project_id!r}{status})"

    @property
    def project_id(self) -> str:
        """The project's ID."""
        return self._project_id

    @property
    def status(self) -> str:
        """The API's own word, or ``deleted``; "" before the first answer."""
        return self._gallery.status(self._project_id)

    @property
    def details(self) -> dict[str, Any]:
        """The safe part of the project under the API's own names, {} before the first answer."""
        return dict(self._state["details"])

    @property
    def error(self) -> ErrorInfo | None:
        """``{code, message, hint}`` of what ended the watch or the render, or None."""
        error = self._state["error"]
        return None if error is None else error.copy()

    @property
    def watch(self) -> WatchInfo:
        """``{state, reason, next_attempt_at}``, as the trait of ``VideoProject``."""
        return self._state["watch"].copy()

    @property
    def transfer(self) -> Transfer | None:
        """``{kind, received_bytes, total_bytes}`` while an output is moved, else None."""
        transfer = self._state["transfer"]
        return None if transfer is None else transfer.copy()

    @property
    def _state(self) -> CardState:
        return self._gallery.state(self._project_id)

    def _controller_for(self, project_id: str) -> ProjectController:
        # Also the others': without a loop none of them could begin before this moment.
        self._gallery.begin()
        return self._gallery.controller(project_id)

    def _running_controller(self) -> ProjectController | None:
        return self._gallery.existing(self._project_id)

    def _send_finished(self) -> None:
        self._send()


class ProjectsById:
    """A gallery's projects, looked up by their IDs or by anything else that the gallery takes."""

    _owner_loop: OwnerLoop
    _gallery: GalleryController

    def _send_cards(self, most: int | None = None) -> None:
        """Send all cards, unless there are more than ``most``."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[str]:
        return iter([*self._gallery.ids])

    def __len__(self) -> int:
        return len(self._gallery.ids)

    def __bool__(self) -> bool:
        # Widgets are asked "is there one?"; an empty gallery is one.
        return True

    def __contains__(self, project: object) -> bool:
        return _id_of(project) in self._gallery.ids

    def __getitem__(self, project: object) -> GalleryProject:
        """One of the projects, by its ID or by anything that the gallery takes. Raises ``KeyError``."""
        if project not in self:
            raise KeyError("This project is not in the gallery.")
        return GalleryProject(
            _id_of(project), self._owner_loop, self._gallery, lambda: self._send_cards(_FULL_CARDS)
        )

    def get(self, project: object, default: T | None = None) -> GalleryProject | T | None:
        """``gallery[project]``, or ``default`` where it isn't in the gallery."""
        try:
            return self[project]
        except KeyError:
            return default

    def values(self) -> list[GalleryProject]:
        """All of the projects, in their order, as of now."""
        return [self[project_id] for project_id in self]

    def items(self) -> list[tuple[str, GalleryProject]]:
        """``(id, project)`` of all, in their order, as of now."""
        return [(project_id, self[project_id]) for project_id in self]

    @property
    def statuses(self) -> dict[str, str]:
        """``{id: status}`` in the order of the projects, as of now; "" before the first answer."""
        return {project_id: self._gallery.status(project_id) for project_id in self}

    def to_frame(self) -> pd.DataFrame:
        """A ``pandas.DataFrame`` with one row a project, in their order, as of now.

        Columns: ``id``, ``name``, ``status``, ``type``, ``created_at`` (UTC, without a zone, as Excel takes
        none), ``width`` and ``height`` (pixels), ``duration_s`` (seconds), ``fps``, ``credits`` (an estimate
        until complete), ``error`` (its sentence); what the API doesn't say is missing.

        Raises:
            ConfigurationError: There is no pandas.
        """
        return to_frame(self._states())

    def _states(self) -> dict[str, Any]:
        return {project_id: self._gallery.state(project_id) for project_id in self}


def _id_of(project: object) -> str:
    try:
        return parse_project(project)
    except InvalidProject:
        return ""
