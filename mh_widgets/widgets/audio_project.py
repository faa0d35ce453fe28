"""``AudioProject``, the card of an audio project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mh_widgets.widgets.project import Project

if TYPE_CHECKING:
    from mh_widgets.image_audio import AudioDetails

    _Project = Project[AudioDetails]
else:
    _Project = Project


class AudioProject(_Project):
    """A live card for one Magic Hour audio project, with the arguments, values and actions of ``Project``.

    An ID is looked up as an audio project. Only what a visitor types into the card may be of another
    kind, so ``await audio`` returns ``AudioDetails`` otherwise.
    """

    _kind = "audio"
