"""The trait ``project_id``: takes whatever names a project, and keeps its kind, or what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets as t

from mh_widgets.errors import InvalidProject

if TYPE_CHECKING:
    from mh_widgets.project_ids import AnyKind

    # Colab's kernel has traitlets 5.7 loaded already, where a TraitType takes no parameters at run time.
    _TextTrait = t.TraitType[str, Any]
else:
    _TextTrait = t.TraitType


#: How messages name a project of each kind.
_NAMES = {"video": "a video", "image": "an image project", "audio": "an audio project"}


class RefusedProject(str):
    """The empty ID of a card that was given something other than a project, and the reason."""

    __slots__ = ("error",)

    error: InvalidProject


class ProjectOfKind(str):
    """The ID of a project whose kind is not that of the card's class: a known one, or ``any``."""

    __slots__ = ("kind",)

    kind: AnyKind

    def __new__(cls, text: str, kind: AnyKind) -> ProjectOfKind:
        """Make one from the ID, or from a text that contains it."""
        made = super().__new__(cls, text)
        made.kind = kind
        return made


def asked_kind(project_id: str, own: AnyKind) -> AnyKind:
    """Return the kind that the API is asked for: that of the ID if it has one, or the card's ``own``."""
    return project_id.kind if isinstance(project_id, ProjectOfKind) else own


class ProjectTrait(_TextTrait):
    """A project ID. Takes what ``parse_project`` takes; anything else becomes "" and an error on the card.

    A project of another kind than the card's class becomes an error, too.
    """

    default_value = ""

    def validate(self, obj: Any, value: object) -> str:
        """Return the ID, with its kind if that differs from the card's; or an empty one with the reason."""
        if isinstance(value, RefusedProject):
            return value
        from mh_widgets.project_ids import parse_project

        own: AnyKind = obj._kind
        try:
            project_id, kind = parse_project(value), kind_of_project(value, own)
            if own != "any" and kind not in (own, "any"):
                raise other_kind_error(kind, own, f"Pass it to {kind.capitalize()}Project or to Project.")
        except InvalidProject as error:
            refused = RefusedProject()
            refused.error = error
            return refused
        return ProjectOfKind(project_id, kind) if project_id and kind != own else project_id

    def set(self, obj: Any, value: object) -> None:
        """Set the ID and switch the card to that project."""
        # Not an observer, as users can remove those. The switch changes nearly every trait: the page gets
        # one message, and an observer of one trait finds the others of the same project.
        with obj._together():
            super().set(obj, value)
            obj._switch_project()


def kind_of_project(value: object, own: AnyKind) -> AnyKind:
    """Return the kind that the given project tells, or ``own`` if it tells none."""
    if isinstance(value, str):
        return asked_kind(value, own)
    from mh_widgets.sdk_responses import kind_of  # imported late, for responses only

    return kind_of(value) or own


def other_kind_error(kind: AnyKind, own: AnyKind, hint: str) -> InvalidProject:
    """Return the error of a project of ``kind`` where ``own`` is expected."""
    return InvalidProject(f"This is {_NAMES[kind]}, not {_NAMES[own]}.", code="other_kind", hint=hint)
