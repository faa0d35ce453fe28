"""``VideoGallery``, the gallery of videos."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mh_widgets.widgets.project_gallery import STATIC, ProjectGallery

if TYPE_CHECKING:
    from mh_widgets.models import VideoDetails

    _Gallery = ProjectGallery[VideoDetails]
else:
    _Gallery = ProjectGallery


class VideoGallery(_Gallery):
    """Live cards for many Magic Hour video projects, with the arguments and actions of ``ProjectGallery``.

    IDs are looked up as videos. A response about another kind is listed in ``refused``. Only what a visitor
    types into a card may be of another kind, so the results are ``VideoDetails`` otherwise.
    """

    _kind = "video"
    _esm = STATIC / "gallery.js"
    _css = STATIC / "gallery.css"
