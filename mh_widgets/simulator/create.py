"""The requests that the POST of a video, an image and a voice accepts (public document, 2026-08-22)."""

from __future__ import annotations

import itertools
import math
from typing import Any

from .clock import iso
from .scenarios import FILMS, Scenario

_ASPECTS: dict[str, tuple[int, int, str]] = {
    "16:9": (640, 360, "sunrise.mp4"),
    "9:16": (512, 960, "lanterns.mp4"),
    "1:1": (480, 480, "planet.mp4"),
}
"""Width, height and output of each aspect ratio. The resolution of the request doesn't change the size."""

_TO_30 = {*range(1, 11), 15, 20, 25, 30}
_DURATIONS: dict[str, set[int]] = {
    "kling-2.6": {5, 10},
    "kling-3.0": {*range(3, 16)},
    "ltx-2.3": _TO_30,
    "minimax-h3": _TO_30,
    "seedance-1.5": {*range(4, 13)},
    "seedance-2.0": {*range(4, 16)},
    "seedance-2.0-mini": {*range(4, 16)},
    "seedance-2.5": {*range(4, 31)},
    "sora-2": {4, 8, 12, 24, 36, 48, 60},
    "veo3.1": {4, 6, 8, 16, 24, 32, 40, 48, 56},
    "veo3.1-lite": {4, 6, 8, 16, 24, 32, 40, 48, 56},
    "wan-2.2": {*range(3, 11), 15},
}
_RESOLUTIONS: dict[str, set[str]] = {
    "kling-2.6": {"720p", "1080p"},
    "kling-3.0": {"720p", "1080p", "4k"},
    "seedance-2.0": {"480p", "720p"},
    "seedance-2.0-mini": {"480p", "720p"},
    "seedance-2.5": {"480p", "720p"},
    "sora-2": {"720p"},
    "veo3.1": {"720p", "1080p"},
    "veo3.1-lite": {"720p", "1080p"},
}
_DEPRECATED = {"ltx-2", "kling-2.5", "kling-1.6", "seedance", "kling-2.5-audio", "veo3.1-audio"}
"""Models that the document accepts without a description."""

_PICTURES = {"1:1": ("dawn", "noon", "dusk", "night"), "16:9": ("wide",), "9:16": ("tall",)}
"""The pictures of each aspect ratio. A request for more gets them in turn."""

_TO_4 = {1, 2, 3, 4}
_SQUARES = {1, 4, 9, 16}
_IMAGE_COUNTS: dict[str, set[int]] = {
    "flux-2-klein": {1},
    "flux-schnell": _TO_4,
    "gpt-image-2": _TO_4,
    "nano-banana": _TO_4,
    "nano-banana-2": _SQUARES,
    "nano-banana-2-lite": _TO_4,
    "nano-banana-pro": _SQUARES,
    "seedream-v4": _TO_4,
    "seedream-v5-pro": _TO_4,
    "z-image-turbo": _TO_4,
    "seedream": _TO_4,
}
_IMAGE_CREDITS = {
    "default": 5,
    "flux-2-klein": 5,
    "flux-schnell": 5,
    "gpt-image-2": 50,
    "nano-banana": 50,
    "nano-banana-2": 100,
    "nano-banana-2-lite": 50,
    "nano-banana-pro": 150,
    "seedream-v4": 40,
    "seedream-v5-pro": 75,
    "z-image-turbo": 5,
    "seedream": 40,
}

_NO_WIDE_ONLY = {"sora-2", "veo3.1", "veo3.1-lite"}
_SILENT = {"kling-2.6", "wan-2.2"}


class Refused(Exception):
    """A refusal: 400 if the request doesn't have the documented form, and 422 if it can't be done."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def text_to_video(body: Any, now: float) -> Scenario:
    """Return the scenario of the project that this request body describes. Raises Refused."""
    if not isinstance(body, dict):
        raise Refused(400, "Request body must be an object")
    seconds = _required(body, "end_seconds", (int, float), "a number")
    if not 1 <= seconds <= 60:
        raise Refused(400, "end_seconds must be between 1 and 60")
    style = _required(body, "style", dict, "an object")
    _prompt(style, 2000)
    name = _optional(body, "name", str, "a string")
    audio = _optional(body, "audio", bool, "true or false")
    aspect = _choice(body, "aspect_ratio", tuple(_ASPECTS)) or "16:9"
    resolution = _choice(body, "resolution", ("480p", "720p", "1080p", "4k"))
    model = _choice(body, "model", ("default", *_DURATIONS, *_DEPRECATED)) or "default"
    _check_model("kling-3.0" if model == "default" else model, seconds, aspect, resolution, bool(audio))

    width, height, output = _ASPECTS[aspect]
    estimate = round(seconds * 30)
    return Scenario(
        id="text-to-video",
        name=name or f"Text To Video - {_moment(now)}",
        shows="made by POST /v1/text-to-video",
        width=width,
        height=height,
        outputs=(FILMS / output,),
        end_seconds=seconds,
        credits=(estimate, estimate - max(1, estimate // 30)),
    )


def ai_image(body: Any, now: float) -> Scenario:
    """Return the scenario of the images that this request body describes. Raises Refused."""
    if not isinstance(body, dict):
        raise Refused(400, "Request body must be an object")
    count = _required(body, "image_count", int, "an integer")
    if not 1 <= count <= 16:
        raise Refused(400, "image_count must be between 1 and 16")
    _prompt(_required(body, "style", dict, "an object"), 2000)
    name = _optional(body, "name", str, "a string")
    aspect = _choice(body, "aspect_ratio", tuple(_PICTURES)) or "1:1"
    _choice(body, "resolution", ("auto", "640px", "1k", "2k", "4k"))
    model = _choice(body, "model", tuple(_IMAGE_CREDITS)) or "default"
    allowed = _IMAGE_COUNTS.get(model)
    if allowed is not None and count not in allowed:
        listed = ", ".join(map(str, sorted(allowed)))
        raise Refused(422, f"image_count of {count} is not supported by {model}: use one of {listed}")
    pictures = itertools.cycle(_PICTURES[aspect])
    credits = count * _IMAGE_CREDITS[model]
    return Scenario(
        id="ai-image",
        name=name or f"Ai Image - {_moment(now)}",
        shows="made by POST /v1/ai-image-generator",
        kind="image",
        type="AI_IMAGE",
        timeline=((0, "queued"), (1, "rendering"), (5, "complete")),
        outputs=tuple(FILMS / f"{next(pictures)}.jpg" for _ in range(count)),
        credits=(credits, credits),
    )


def ai_voice(body: Any, now: float) -> Scenario:
    """Return the scenario of the speech that this request body describes. Raises Refused."""
    if not isinstance(body, dict):
        raise Refused(400, "Request body must be an object")
    style = _required(body, "style", dict, "an object")
    prompt = _prompt(style, 1000)
    # The document lists hundreds of voices, but here any text is accepted.
    if not _required(style, "voice_name", str, "a string", prefix="style."):
        raise Refused(400, "style.voice_name is required")
    name = _optional(body, "name", str, "a string")
    credits = math.ceil(len(prompt) / 10)
    return Scenario(
        id="ai-voice",
        name=name or f"Voice Generator - {_moment(now)}",
        shows="made by POST /v1/ai-voice-generator",
        kind="audio",
        type="VOICE_GENERATOR",
        timeline=((0, "queued"), (2, "rendering"), (8, "complete")),
        outputs=(FILMS / "voice.wav",),
        credits=(credits, credits),
    )


def _prompt(style: dict[str, Any], most: int) -> str:
    prompt: str = _required(style, "prompt", str, "a string", prefix="style.")
    if not 1 <= len(prompt) <= most:
        raise Refused(400, f"style.prompt must have between 1 and {most} characters")
    return prompt


def _moment(now: float) -> str:
    return iso(now)[:16].replace("T", " ")


def _check_model(model: str, seconds: float, aspect: str, resolution: str | None, audio: bool) -> None:
    durations = _DURATIONS.get(model)
    if durations is not None and seconds not in durations:
        allowed = ", ".join(map(str, sorted(durations)))
        raise Refused(422, f"end_seconds of {seconds:g} is not supported by {model}: use one of {allowed}")
    if aspect == "1:1" and model in _NO_WIDE_ONLY:
        raise Refused(422, f"aspect_ratio 1:1 is not supported by {model}")
    if resolution and resolution not in _RESOLUTIONS.get(model, {"480p", "720p", "1080p"}):
        raise Refused(422, f"resolution {resolution} is not supported by {model}")
    if audio and model in _SILENT:
        raise Refused(422, f"audio is not supported by {model}")


def _required(body: dict[str, Any], key: str, kind: Any, words: str, prefix: str = "") -> Any:
    if body.get(key) is None:
        raise Refused(400, f"{prefix}{key} is required")
    return _optional(body, key, kind, words, prefix)


def _optional(body: dict[str, Any], key: str, kind: Any, words: str, prefix: str = "") -> Any:
    value = body.get(key)
    # In Python a bool is a number, but not for the API.
    if value is not None and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
        raise Refused(400, f"{prefix}{key} must be {words}")
    return value


def _choice(body: dict[str, Any], key: str, allowed: tuple[str, ...]) -> str | None:
    value: str | None = _optional(body, key, str, "a string")
    if value is not None and value not in allowed:
        raise Refused(400, f"{key} must be one of {', '.join(allowed)}")
    return value
