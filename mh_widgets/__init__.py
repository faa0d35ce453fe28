"""A live card for Magic Hour video projects in notebooks.

from mh_widgets import VideoProject

VideoProject("clx7uu86w0a5qp55yxz315r6r")
"""

import typing as _typing

from mh_widgets._recent import forget, recent
from mh_widgets.client import AsyncClient, Client
from mh_widgets.errors import (
    ApiError,
    ConfigurationError,
    InvalidProject,
    MagicHourError,
    MissingToken,
    NetworkError,
    NotAllowed,
    ProjectDeleted,
    RenderCanceled,
    RenderFailed,
    TransferError,
    WatchClosed,
    WatchDeadline,
)
from mh_widgets.models import Download, Status, VideoDetails
from mh_widgets.widgets.video_project import VideoProject

if _typing.TYPE_CHECKING:
    from mh_widgets.widgets.dashboard import Dashboard
    from mh_widgets.widgets.video_gallery import VideoGallery

__all__ = [
    "ApiError",
    "AsyncClient",
    "Client",
    "ConfigurationError",
    "Dashboard",
    "Download",
    "InvalidProject",
    "MagicHourError",
    "MissingToken",
    "NetworkError",
    "NotAllowed",
    "ProjectDeleted",
    "RenderCanceled",
    "RenderFailed",
    "Status",
    "TransferError",
    "VideoDetails",
    "VideoGallery",
    "VideoProject",
    "WatchClosed",
    "WatchDeadline",
    "forget",
    "recent",
]


def __getattr__(name: str) -> _typing.Any:
    # Most notebooks need neither, and the gallery's view would be read with them.
    if name == "VideoGallery":
        from mh_widgets.widgets.video_gallery import VideoGallery

        return VideoGallery
    if name == "Dashboard":
        from mh_widgets.widgets.dashboard import Dashboard

        return Dashboard
    # Read when asked for: the metadata of a package takes longer to find than this module to import.
    if name == "__version__":
        from importlib.metadata import version

        return version(__name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
