"""``GalleryProject``, one project of a gallery, and how to look it up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from mh_widgets.controllers.gallery import GalleryController
from mh_widgets.controllers.project import ProjectController
from mh_widgets.controllers.state import CardState, WatchInfo, shown_kind
from mh_widgets.errors import ErrorInfo
from mh_widgets.transfers.types import Transfer
from mh_widgets.widgets.actions import Details_co, ProjectActions
from mh_widgets.widgets.dataframe import to_frame
from mh_widgets.widgets.owner_loop import OwnerLoop
from mh_widgets.widgets.project_inputs import project_id_of

if TYPE_CHECKING:
    import pandas as pd

    from mh_widgets.project_ids import AnyKind

#: The most cards that the end of ``await gallery[id]`` sends again in full. The end of ``await gallery``
#: always does so.
_FULL_CARDS = 100

T = TypeVar("T")


class GalleryProject(ProjectActions[Details_co]):
    """One project of a gallery, with the values and actions of a ``Project``. It is no widget.

    All objects for one project are equal, and read its values anew each time. After ``remove`` its actions
    raise ``WatchClosed``.
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
    def kind(self) -> AnyKind:
        """``video``, ``image`` or ``audio``; ``any`` until that is known."""
        return shown_kind(self._state["details"], self._gallery.ids.get(self._project_id, "any"))

    @property
    def status(self) -> str:
        """The API's own status, or ``deleted``; "" before the first answer."""
        return self._gallery.status(self._project_id)

    @property
    def details(self) -> dict[str, Any]:
        """The safe part of the project under the API's own names, {} before the first answer."""
        return dict(self._state["details"])

    @property
    def error(self) -> ErrorInfo | None:
        """``{code, message, hint}`` of the error that stopped polling or the render, or None."""
        error = self._state["error"]
        return None if error is None else error.copy()

    @property
    def watch(self) -> WatchInfo:
        """``{state, reason, next_attempt_at}`` of polling, as the trait of ``Project``."""
        return self._state["watch"].copy()

    @property
    def transfer(self) -> Transfer | None:
        """``{kind, received_bytes, total_bytes}`` during a transfer, else None."""
        transfer = self._state["transfer"]
        return None if transfer is None else transfer.copy()

    @property
    def _state(self) -> CardState:
        return self._gallery.state(self._project_id)

    def _controller_for(self, project_id: str) -> ProjectController:
        # Starts the other projects, too, as none could start before there was a loop.
        self._gallery.begin()
        return self._gallery.controller(project_id)

    def _running_controller(self) -> ProjectController | None:
        return self._gallery.existing(self._project_id)

    def _send_finished(self) -> None:
        self._send()


class ProjectsById(Generic[Details_co]):
    """A gallery's projects, looked up by ID or by anything else that the gallery takes."""

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
        # Code tests whether there is a widget, and an empty gallery is one.
        return True

    def __contains__(self, project: object) -> bool:
        return project_id_of(project) in self._gallery.ids

    def __getitem__(self, project: object) -> GalleryProject[Details_co]:
        """Return one of the projects.

        Args:
            project: An ID, or anything else that the gallery takes.

        Raises:
            KeyError: The project is not in the gallery.
        """
        if project not in self:
            raise KeyError("This project is not in the gallery.")
        return GalleryProject(
            project_id_of(project), self._owner_loop, self._gallery, lambda: self._send_cards(_FULL_CARDS)
        )

    def get(self, project: object, default: T | None = None) -> GalleryProject[Details_co] | T | None:
        """Return ``gallery[project]``, or ``default`` if it is not in the gallery."""
        try:
            return self[project]
        except KeyError:
            return default

    def values(self) -> list[GalleryProject[Details_co]]:
        """Return all projects in their order, as of now."""
        return [self[project_id] for project_id in self]

    def items(self) -> list[tuple[str, GalleryProject[Details_co]]]:
        """Return ``(id, project)`` of all projects in their order, as of now."""
        return [(project_id, self[project_id]) for project_id in self]

    @property
    def statuses(self) -> dict[str, str]:
        """``{id: status}`` in the order of the projects, as of now; "" before the first answer."""
        return {project_id: self._gallery.status(project_id) for project_id in self}

    def to_frame(self) -> pd.DataFrame:
        """Return a ``pandas.DataFrame`` with one row for each project, in their order, as of now.

        The columns are ``id``, ``name``, ``status``, ``kind``, ``type``, ``created_at``, ``width``,
        ``height``, ``duration_s``, ``fps``, ``credits`` and ``error``. ``kind`` is ``video``, ``image`` or
        ``audio``, and ``type`` the API's own word for the render. ``created_at`` is in UTC without a zone,
        because Excel accepts none. ``width`` and ``height`` are in pixels, and ``duration_s`` in seconds.
        ``credits`` is an estimate until the project is complete. ``error`` is a sentence. Values that the
        API doesn't send are missing, and so is an unknown kind.

        Returns:
            The table.

        Raises:
            ConfigurationError: pandas is not installed.
        """
        return to_frame(self._states(), self._gallery.ids)

    def _states(self) -> dict[str, Any]:
        return {project_id: self._gallery.state(project_id) for project_id in self}
