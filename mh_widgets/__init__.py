"""Live cards for Magic Hour projects in notebooks.

from mh_widgets import VideoProject

VideoProject("clx7uu86w0a5qp55yxz315r6r")
"""

import importlib as _importlib
import typing as _typing

if _typing.TYPE_CHECKING:
    from mh_widgets._recent import forget, recent
    from mh_widgets.blocking_client import Client
    from mh_widgets.client import AsyncClient
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
    from mh_widgets.image_audio import AudioDetails, ImageDetails
    from mh_widgets.models import Download, ProjectDetails, Status, VideoDetails
    from mh_widgets.widgets.audio_project import AudioProject
    from mh_widgets.widgets.dashboard import Dashboard
    from mh_widgets.widgets.image_project import ImageProject
    from mh_widgets.widgets.project import Project
    from mh_widgets.widgets.project_gallery import ProjectGallery
    from mh_widgets.widgets.video_gallery import VideoGallery
    from mh_widgets.widgets.video_project import VideoProject

__all__ = [
    "ApiError",
    "AsyncClient",
    "AudioDetails",
    "AudioProject",
    "Client",
    "ConfigurationError",
    "Dashboard",
    "Download",
    "ImageDetails",
    "ImageProject",
    "InvalidProject",
    "MagicHourError",
    "MissingToken",
    "NetworkError",
    "NotAllowed",
    "Project",
    "ProjectDeleted",
    "ProjectDetails",
    "ProjectGallery",
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

#: Where the names are that aren't errors.
_MODULES = {
    "AsyncClient": "client",
    "AudioDetails": "image_audio",
    "AudioProject": "widgets.audio_project",
    "Client": "blocking_client",
    "Dashboard": "widgets.dashboard",
    "Download": "models",
    "ImageDetails": "image_audio",
    "ImageProject": "widgets.image_project",
    "Project": "widgets.project",
    "ProjectDetails": "models",
    "ProjectGallery": "widgets.project_gallery",
    "Status": "models",
    "VideoDetails": "models",
    "VideoGallery": "widgets.video_gallery",
    "VideoProject": "widgets.video_project",
    "forget": "_recent",
    "recent": "_recent",
}


def __getattr__(name: str) -> _typing.Any:
    # Loaded when asked for: most notebooks need one or two of the names.
    if name in __all__:
        module = _importlib.import_module(f"{__name__}.{_MODULES.get(name, 'errors')}")
        value = globals()[name] = getattr(module, name)
        return value
    # The metadata of a package takes longer to find than this module to import.
    if name == "__version__":
        from importlib.metadata import version

        return version(__name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
