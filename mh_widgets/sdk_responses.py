"""Which kind of project a response of the official SDK is about. The SDK itself is not needed."""

from __future__ import annotations

import re
from typing import Final

from mh_widgets.models import ProjectDetails
from mh_widgets.project_ids import Kind

_PACKAGE = "magic_hour"
#: As ``V1ImageProjectsGetResponse``; what ``check_result`` returns is derived from it.
_PROJECTS = re.compile(r"V1(Video|Image|Audio)Projects")
_KINDS: Final[dict[str, Kind]] = {"Video": "video", "Image": "image", "Audio": "audio"}
#: As ``V1AiImageGeneratorCreateResponse``.
_CREATED = re.compile(r"V1(\w+)CreateResponse")
#: What the endpoints make that create a project (SDK 0.90.0).
_MAKES: Final[dict[str, Kind]] = {
    **dict.fromkeys(
        (
            *("AiTalkingPhoto", "AiUgcAd", "AiVideoEditor", "AiVideoTranslator", "AiVideoUpscaler"),
            *("Animation", "AudioToVideo", "AutoSubtitleGenerator", "CharacterReplace", "FaceSwap"),
            *("ImageToVideo", "LipSync", "TextToVideo", "VideoToVideo"),
        ),
        "video",
    ),
    **dict.fromkeys(
        (
            *("AiClothesChanger", "AiFaceEditor", "AiGifGenerator", "AiHeadshotGenerator", "AiImageEditor"),
            *("AiImageGenerator", "AiImageUpscaler", "AiMemeGenerator", "AiQrCodeGenerator", "BodySwap"),
            *("FaceSwapPhoto", "HeadSwap", "ImageBackgroundRemover", "PhotoColorizer"),
        ),
        "image",
    ),
    **dict.fromkeys(("AiMusicGenerator", "AiVoiceCloner", "AiVoiceGenerator"), "audio"),
}


def kind_of(value: object) -> Kind | None:
    """Return the kind of project that ``value`` is about.

    Args:
        value: A response of the official SDK, or the details that ``AsyncClient`` returns.

    Returns:
        The kind; None where only asking can tell, as for an ID or the response of an endpoint that is newer
        than this package.
    """
    if isinstance(value, ProjectDetails):
        return value.kind
    for each in type(value).__mro__:
        if each.__module__.partition(".")[0] == _PACKAGE:
            if match := _PROJECTS.match(each.__name__):
                return _KINDS[match[1]]
            if (match := _CREATED.match(each.__name__)) and match[1] in _MAKES:
                return _MAKES[match[1]]
    return None
