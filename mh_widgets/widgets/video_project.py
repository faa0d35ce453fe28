"""``VideoProject``, the card of a video."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mh_widgets.widgets.project import STATIC, Project

if TYPE_CHECKING:
    from mh_widgets.models import VideoDetails

    _Project = Project[VideoDetails]
else:
    _Project = Project


class VideoProject(_Project):
    """A live card for one Magic Hour video project, with the arguments, values and actions of ``Project``.

    An ID is looked up as a video. Only what a visitor types into the card may be of another kind, so
    ``await video`` returns ``VideoDetails`` otherwise.
    """

    _kind = "video"
    _esm = STATIC / "widget.js"
    _css = STATIC / "widget.css"
