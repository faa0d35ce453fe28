"""One answer of the API, immutable and parsed leniently: a missing or invalid value becomes None."""

from __future__ import annotations

import dataclasses
import datetime
import math
import pathlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from mh_widgets._text import MAX_TEXT, plain_text, redact
from mh_widgets._urls import escape_url, is_fetchable
from mh_widgets.errors import InvalidProject

PROJECT_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
# Magic Hour's keys begin so. Without this check they would count as IDs.
_KEY = re.compile(r"(?i)\s*mhk[_-]")

MEDIA_BY_SUFFIX = {
    **dict.fromkeys((".mp4", ".m4v", ".mov", ".webm", ".mkv"), "video"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"), "image"),
    **dict.fromkeys((".mp3", ".wav", ".m4a", ".aac", ".ogg", ".flac"), "audio"),
}

#: More outputs than any project has. A bound, so that a faulty answer stays small on the card.
_MAX_OUTPUTS = 100
#: Longest link that is read, in characters. A presigned one has about 500.
_MAX_URL = 8192


class Status:
    """The statuses that the API documents, and two of this package. The API may send any other ``str``."""

    DRAFT: Final = "draft"
    QUEUED: Final = "queued"
    RENDERING: Final = "rendering"
    COMPLETE: Final = "complete"
    ERROR: Final = "error"
    CANCELED: Final = "canceled"
    DELETED: Final = "deleted"  # of this package
    UNKNOWN: Final = "unknown"  # of this package: an answer without a status
    #: After one of these, the API's answer doesn't change any more.
    TERMINAL: Final = frozenset({COMPLETE, ERROR, CANCELED, DELETED})


def is_key(text: str) -> bool:
    """Return whether ``text`` looks like an API key."""
    return _KEY.match(text) is not None


def parse_project(value: object) -> str:
    """Find the project ID in a value that a user passed.

    Args:
        value: An ID, a library link with ``videoId=``, or an answer of the API as a dict with ``"id"``. Also
            anything with an ``.id`` or a ``.project_id``, as the SDK's response, a card or a row of a table.

    Returns:
        The ID; "" for "", None, a card without a project or a missing value of pandas.

    Raises:
        InvalidProject: ``value`` is anything else. The message doesn't repeat it, as it could be an API key.
    """
    if _is_missing(value):
        return ""
    text = value if isinstance(value, str) else _id_of(value)
    if text is None:
        raise InvalidProject(
            "This is not a project.",
            hint="Pass a project ID, a link from your library, or the SDK's response.",
        )
    text = text.strip()
    if is_key(text):
        raise InvalidProject(
            "This looks like an API key, not like a project ID.",
            hint="Set it as MAGIC_HOUR_API_KEY in the environment or in a .env file, "
            "and take it out of the notebook.",
        )
    if "videoId=" in text:
        text = (parse_qs(text.partition("?")[2].partition("#")[0]).get("videoId") or ["?"])[0].strip()
    if text and not PROJECT_ID.fullmatch(text):
        raise InvalidProject(
            "This is not a project ID.",
            hint="An ID is up to 128 letters, digits, - or _, as clx7uu86w0a5qp55yxz315r6r; "
            "a library link works, too.",
        )
    return text


def _is_missing(value: object) -> bool:
    # pandas has three missing values. Two are told by name, as pandas may not be installed.
    gap = isinstance(value, float) and math.isnan(value)
    return value is None or gap or type(value).__name__ in ("NAType", "NaTType")


def _id_of(value: object) -> str | None:
    """Return the ID that ``value`` contains; "" for a card without a project, None if there is no ID."""
    try:
        if isinstance(value, Mapping):
            found = value.get("id") or None
        else:
            found = getattr(value, "id", None) or getattr(value, "project_id", None)
    except Exception:  # noqa: BLE001 - the property of a foreign object may raise anything
        return None
    return found if isinstance(found, str) else None


@dataclasses.dataclass(frozen=True)
class Download:
    """One output of a finished project.

    Attributes:
        url: The presigned URL, a secret until it expires. The repr hides its query.
        expires_at: When the URL expires, in UTC, or None if the API didn't say.
    """

    url: str
    expires_at: datetime.datetime | None

    def __repr__(self) -> str:
        shown = self.url.split("?")[0].split("#")[0] + ("?…" if "?" in self.url else "")
        return f"Download(url={shown!r}, expires_at={self.expires_at!r})"

    @property
    def suffix(self) -> str:
        """The file's extension, as ``.mp4``. An unknown one is ``.bin``, a missing one ``.mp4``."""
        suffix = pathlib.PurePosixPath(urlsplit(self.url).path).suffix.lower()
        return suffix if suffix in MEDIA_BY_SUFFIX else ".bin" if suffix else ".mp4"

    @property
    def media(self) -> str:
        """``video``, ``image``, ``audio`` or ``file``, judged by the extension."""
        return MEDIA_BY_SUFFIX.get(self.suffix, "file")


@dataclasses.dataclass(frozen=True)
class RenderError:
    """The API's reason why a render failed."""

    code: str
    message: str


@dataclasses.dataclass(frozen=True)
class VideoDetails:
    """A video project as one answer of the API describes it. The attributes have the API's names.

    What the API left out is None. ``width`` and ``height`` are pixels. ``start_seconds`` and ``end_seconds``
    bound the clip. ``fps`` is frames a second. ``credits_charged`` is an estimate until the render is
    complete. ``downloads`` have valid URLs, and ``refused_downloads`` counts the others. Only
    ``check_result`` fills ``downloaded_paths``. Source: ``GET /v1/video-projects/{id}`` of the public OpenAPI
    document.
    """

    id: str
    status: str
    name: str | None = None
    type: str | None = None
    created_at: datetime.datetime | None = None
    width: int | None = None
    height: int | None = None
    enabled: bool = True
    start_seconds: float | None = None
    end_seconds: float | None = None
    credits_charged: int | None = None
    fps: float | None = None
    error: RenderError | None = None
    downloads: tuple[Download, ...] = ()
    refused_downloads: int = 0
    downloaded_paths: tuple[pathlib.Path, ...] | None = None

    @property
    def duration_s(self) -> float | None:
        """The length of the clip in seconds, or None."""
        if self.start_seconds is None or self.end_seconds is None or self.end_seconds <= self.start_seconds:
            return None
        return self.end_seconds - self.start_seconds

    @classmethod
    def from_api(
        cls, answer: dict[str, Any], project_id: str, scrub: Callable[[str], str] = redact
    ) -> VideoDetails:
        """Read one answer of the API.

        Args:
            answer: The decoded JSON.
            project_id: The project that was asked for.
            scrub: Removes secrets from every text.
        """

        def text(value: object, limit: int = MAX_TEXT) -> str:
            return plain_text(value, limit, scrub)

        failure = answer.get("error")
        listed = answer.get("downloads")
        items = list(filter(_has_url, listed[:_MAX_OUTPUTS])) if isinstance(listed, list) else []
        downloads = tuple(filter(None, map(_download, items)))
        return cls(
            id=project_id,
            status=text(answer.get("status"), 64) or Status.UNKNOWN,
            name=text(answer.get("name")) or None,
            type=text(answer.get("type"), 64) or None,
            created_at=parse_time(answer.get("created_at")),
            width=_whole(answer.get("width"), 1, 100_000),
            height=_whole(answer.get("height"), 1, 100_000),
            # Only false means "deleted": a missing or invalid value must not make a video disappear.
            enabled=answer.get("enabled") is not False,
            start_seconds=_number(answer.get("start_seconds"), 0, 1e7),
            end_seconds=_number(answer.get("end_seconds"), 0, 1e7),
            credits_charged=_whole(answer.get("credits_charged"), -(10**12), 10**12),
            fps=_number(answer.get("fps"), 0.01, 10_000),
            error=RenderError(text(failure.get("code"), 64), text(failure.get("message")))
            if isinstance(failure, dict)
            else None,
            downloads=downloads,
            refused_downloads=len(items) - len(downloads),
        )

    @property
    def lacks_links(self) -> bool:
        """Whether its outputs are known without their links."""
        return any(not each.url for each in self.downloads)

    def with_links_of(self, earlier: VideoDetails) -> VideoDetails:
        """These details, with the links of ``earlier`` ones where they lack them and the outputs are as many."""
        if not self.lacks_links or len(earlier.downloads) != len(self.downloads):
            return self
        return dataclasses.replace(self, downloads=earlier.downloads)

    def public(self) -> dict[str, Any]:
        """Return what may be synced, saved and shown: no URL, but ``outputs`` with the kind of each."""
        return {
            "id": self.id,
            "name": self.name,
            "status": self.status,
            "type": self.type,
            "created_at": self.created_at.isoformat() if self.created_at else None,
            "width": self.width,
            "height": self.height,
            "enabled": self.enabled,
            "start_seconds": self.start_seconds,
            "end_seconds": self.end_seconds,
            "credits_charged": self.credits_charged,
            "fps": self.fps,
            "error": dataclasses.asdict(self.error) if self.error else None,
            "outputs": [{"media": download.media} for download in self.downloads],
        }


def parse_time(value: object) -> datetime.datetime | None:
    """Parse an ISO 8601 time.

    Args:
        value: A value of the API. A time without a zone is in UTC.

    Returns:
        The time in UTC, or None if ``value`` is not a time.
    """
    if not isinstance(value, str):
        return None
    try:
        # Python 3.10 reads neither "Z" nor fractions of other than 3 or 6 digits.
        text = re.sub(r"\.(\d+)", lambda match: "." + match[1][:6].ljust(6, "0"), value.strip())
        time = datetime.datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text))
        return (time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)).astimezone(
            datetime.timezone.utc
        )
    except (ValueError, OverflowError):
        return None


def _has_url(item: object) -> bool:
    return isinstance(item, dict) and isinstance(item.get("url"), str) and item["url"] != ""


def _download(item: dict[str, Any]) -> Download | None:
    if len(item["url"]) > _MAX_URL:
        return None
    url = escape_url(item["url"])
    return Download(url, parse_time(item.get("expires_at"))) if is_fetchable(url) else None


def _number(value: object, low: float, high: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # A comparison, not float(): JSON has integers that no float can hold. A nan fails it, as it should.
    return value if low <= value <= high else None


def _whole(value: object, low: int, high: int) -> int | None:
    number = _number(value, low, high)
    return None if number is None else int(number)
