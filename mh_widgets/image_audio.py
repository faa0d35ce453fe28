"""One answer of the API about images or audio. Who has only videos never loads it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from mh_widgets.models import ProjectDetails, VideoDetails, parse_whole


@dataclasses.dataclass(frozen=True)
class ImageDetails(ProjectDetails):
    """An image project as one answer of the API describes it. The attributes have the API's names.

    ``image_count`` is how many images it makes; what the API left out is None. ``credits_charged`` is an
    estimate until the render is complete. ``downloads`` have valid URLs, and ``refused_downloads`` counts the
    others. Only ``check_result`` fills ``downloaded_paths``. Source: ``GET /v1/image-projects/{id}`` of the
    public OpenAPI document.
    """

    kind = "image"
    missing_suffix = ".png"

    image_count: int | None = None

    @classmethod
    def _own_fields(cls, answer: dict[str, Any]) -> dict[str, Any]:
        return {"image_count": parse_whole(answer.get("image_count"), 1, 10_000)}

    def public(self) -> dict[str, Any]:
        """Return what the base does, the kind, and how many images there are."""
        return {**super().public(), "kind": self.kind, "image_count": self.image_count}


@dataclasses.dataclass(frozen=True)
class AudioDetails(ProjectDetails):
    """An audio project as one answer of the API describes it. The attributes have the API's names.

    What the API left out is None. ``credits_charged`` is an estimate until the render is complete.
    ``downloads`` have valid URLs, and ``refused_downloads`` counts the others. Only ``check_result`` fills
    ``downloaded_paths``. Source: ``GET /v1/audio-projects/{id}`` of the public OpenAPI document.
    """

    kind = "audio"
    missing_suffix = ".wav"

    def public(self) -> dict[str, Any]:
        """Return what the base does, and the kind."""
        return {**super().public(), "kind": self.kind}


#: What an answer is read as.
DETAILS: Final[Mapping[str, type[ProjectDetails]]] = {
    "video": VideoDetails,
    "image": ImageDetails,
    "audio": AudioDetails,
}
