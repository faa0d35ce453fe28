"""The projects that a gallery shows side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import traitlets as t

from mh_widgets.controllers.comparing import check_comparison
from mh_widgets.models import Status
from mh_widgets.widgets.base import WidgetBase
from mh_widgets.widgets.project_inputs import project_id_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mh_widgets.controllers.gallery import GalleryController


class ComparedProjects(WidgetBase):
    """A gallery that compares two to four of its finished projects."""

    compared = t.List(
        t.Unicode(),
        read_only=True,
        help="IDs of the projects that stand side by side, or [] while none do; see ``compare``.",
    ).tag(sync=True)

    _gallery: GalleryController

    def compare(self, *projects: object) -> None:
        """Show two to four finished projects side by side, with one set of controls.

        Without a project it closes the comparison, as the page's *Close* does.

        Args:
            *projects: Projects of this gallery, each as ``Project`` takes it. The order is kept.

        Raises:
            ValueError: These can't be compared. The message says why.
        """
        ids = [project_id_of(each) for each in projects]
        problem = check_comparison(self._gallery, ids) if ids else ""
        if problem:
            raise ValueError(problem)
        self._publish({"compared": ids})

    def _compare_for_view(self, ids: Sequence[str] | None) -> None:
        """Show what the page has chosen; [] closes. What can't be compared changes nothing."""
        if ids is not None and not (ids and check_comparison(self._gallery, ids)):
            self._publish({"compared": [*ids]})

    def _still_compared(self) -> list[str]:
        """Return ``compared``, or [] if one of them has left the gallery or was deleted."""
        ids, status = self._gallery.ids, self._gallery.status
        are_left = all(each in ids and status(each) != Status.DELETED for each in self.compared)
        return self.compared if are_left else []
