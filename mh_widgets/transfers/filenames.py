"""The name and the MIME type under which a browser saves an output."""

from __future__ import annotations

import re

from mh_widgets.models import media_of

_MIME = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".ogg": "audio/ogg",
    ".flac": "audio/flac",
    ".zip": "application/zip",
}

# Names that are devices on Windows, with any ending.
_DEVICE = re.compile(r"(?i)con|prn|aux|nul|(com|lpt)\d")
# File systems take 255 bytes. With the ID and the ending behind it, a name of this length stays below them;
# a browser would cut off the ID or the ending.
_MAX_CHARACTERS = 60
_MAX_BYTES = 100


def mime_type(suffix: str) -> str:
    """Return the MIME type of a file with this ending, as ``.mp4``."""
    return _MIME.get(suffix, "application/octet-stream")


def browser_filename(project_name: str | None, project_id: str, output: int, suffix: str) -> str:
    """Return a file name of the project's name made safe, its ID and the number of the output.

    Args:
        project_name: The name that the project has on Magic Hour, if any.
        project_id: The project's ID.
        output: Which output of the project, from 0. The first has no number.
        suffix: The ending, as ``.mp4``.
    """
    words = re.sub(r"[^\w-]+", "-", project_name or "").strip("-_")
    words = words[:_MAX_CHARACTERS].encode()[:_MAX_BYTES].decode(errors="ignore")
    if not words and _DEVICE.fullmatch(project_id):
        words = media_of(suffix)
    parts = [words, project_id, str(output + 1) if output else ""]
    return "-".join(filter(None, parts)) + suffix
