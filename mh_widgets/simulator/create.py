"""The requests that POST /v1/text-to-video accepts, from the public document (read 2026-08-22)."""

from __future__ import annotations

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
    prompt = _required(style, "prompt", str, "a string", prefix="style.")
    if not 1 <= len(prompt) <= 2000:
        raise Refused(400, "style.prompt must have between 1 and 2000 characters")
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
        name=name or f"Text To Video - {iso(now)[:16].replace('T', ' ')}",
        shows="made by POST /v1/text-to-video",
        width=width,
        height=height,
        outputs=(FILMS / output,),
        end_seconds=seconds,
        credits=(estimate, estimate - max(1, estimate // 30)),
    )


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
