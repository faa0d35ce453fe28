"""The trait ``starred``: the projects of a gallery that were chosen, on the page or in Python."""

from __future__ import annotations

from typing import Any

import traitlets as t

from mh_widgets.controllers.gallery import GalleryController
from mh_widgets.widgets.project_inputs import project_id_of


class StarredProjects(t.HasTraits):
    """The stars of a gallery."""

    _gallery: GalleryController

    starred: t.List[Any] = t.List(
        help=(
            "IDs of the projects with a star, in the order in which they got it. Assign IDs, or whatever "
            "else the gallery takes. A deleted project keeps its star. Observe it to learn what the page chooses."
        ),
    ).tag(sync=True)

    @t.validate("starred")
    def _read_starred(self, proposal: Any) -> list[str]:
        """Return the IDs once each. Raises ``TraitError`` for what is not in the gallery."""
        ids: dict[str, None] = {}
        for number, each in enumerate(proposal["value"], 1):
            project_id = project_id_of(each)
            if project_id not in self._gallery.ids:
                raise t.TraitError(f"No. {number} of starred is not a project of this gallery.")
            ids[project_id] = None
        return list(ids)

    def _star(self, project_id: str, starred: bool) -> None:
        """Give a project a star, or take it away."""
        others = [each for each in self.starred if each != project_id]
        self.starred = [*others, project_id] if starred else others

    def _keep_stars(self) -> list[str]:
        """Return the stars of the projects that are still in the gallery."""
        return [each for each in self.starred if each in self._gallery.ids]
