"""The trait ``project_id``: takes whatever names a project, and keeps what is wrong with the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t

from mh_widgets.errors import InvalidProject

if TYPE_CHECKING:
    # Colab's kernel has traitlets 5.7 loaded already, where a TraitType takes no parameters at run time.
    _TextTrait = t.TraitType[str, Any]
else:
    _TextTrait = t.TraitType


class RefusedProject(str):
    """The empty ID of a card that was given something else than a project, and the reason."""

    __slots__ = ("error",)

    error: InvalidProject


class ProjectTrait(_TextTrait):
    """A project ID. Takes what ``parse_project`` takes; anything else becomes "" and an error on the card."""

    default_value = ""

    def validate(self, obj: Any, value: object) -> str:
        """Return the ID, or an empty one with the reason."""
        if isinstance(value, RefusedProject):
            return value
        from mh_widgets.project_ids import parse_project

        try:
            return parse_project(value)
        except InvalidProject as error:
            refused = RefusedProject()
            refused.error = error
            return refused

    def set(self, obj: Any, value: object) -> None:
        """Set the ID and switch the card to that project."""
        # Not an observer, as users can remove those. The switch changes nearly every trait: the page gets
        # one message, and an observer of one trait finds the others of the same project.
        with obj._together():
            super().set(obj, value)
            obj._switch_project()
