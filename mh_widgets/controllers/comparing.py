"""Which projects of a gallery can stand side by side."""

from __future__ import annotations

from collections.abc import Sequence

from mh_widgets.controllers.gallery import GalleryController
from mh_widgets.models import Status

#: How many outputs stand side by side. More would be too small, and decoders are few.
FEWEST, MOST = 2, 4


def check_comparison(gallery: GalleryController, ids: Sequence[str]) -> str:
    """Return why these projects can't be compared, in one sentence, or "" if they can.

    Args:
        gallery: The gallery that has to contain them.
        ids: The projects; "" stands for a value that is no project.
    """
    if len(set(ids)) != len(ids):
        return "A project can't be compared with itself."
    if not FEWEST <= len(ids) <= MOST:
        return f"A comparison takes {FEWEST} to {MOST} projects, got {len(ids)}."
    for each in ids:
        if each not in gallery.ids:
            return f"{each or 'One of the values'} is not in this gallery."
        status = gallery.status(each)
        if status != Status.COMPLETE:
            return f"{each} is not finished{f', its status is {status}' if status else ''}."
        if not _is_shown(gallery, each):
            return f"{each} has no output that a page can show."
    return ""


def _is_shown(gallery: GalleryController, project_id: str) -> bool:
    """Return whether the first output is a video, a picture or audio. The page compares the first ones."""
    outputs = gallery.state(project_id)["details"].get("outputs") or [{"media": "file"}]
    return bool(outputs[0]["media"] != "file")
