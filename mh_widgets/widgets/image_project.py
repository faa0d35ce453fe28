"""``ImageProject``, the card of an image project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mh_widgets.widgets.project import Project

if TYPE_CHECKING:
    from mh_widgets.image_audio import ImageDetails

    _Project = Project[ImageDetails]
else:
    _Project = Project


class ImageProject(_Project):
    """A live card for one Magic Hour image project, with the arguments, values and actions of ``Project``.

    An ID is looked up as an image project. Only what a visitor types into the card may be of another
    kind, so ``await image`` returns ``ImageDetails`` otherwise.
    """

    _kind = "image"
