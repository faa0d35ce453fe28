"""One answer of the API, immutable and parsed leniently: a missing or invalid value becomes None."""

from __future__ import annotations

import builtins
import dataclasses
import datetime
import pathlib
import re
from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import urlsplit

from mh_widgets._text import MAX_TEXT, plain_text, redact
from mh_widgets._urls import escape_url, is_fetchable
from mh_widgets.project_ids import AnyKind, Kind

MEDIA_BY_SUFFIX = {
    **dict.fromkeys((".mp4", ".m4v", ".mov", ".webm", ".mkv"), "video"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"), "image"),
    **dict.fromkeys((".mp3", ".wav", ".m4a", ".aac", ".ogg", ".flac"), "audio"),
}

#: More outputs than any project has. A bound, so that a faulty answer stays small on the card.
_MAX_OUTPUTS = 100
#: Longest link that is read, in characters. A presigned one has about 500.
_MAX_URL = 8192


def media_of(suffix: str) -> str:
    """Return ``video``, ``image``, ``audio`` or ``file`` for an extension in lower case, as ``.mp4``."""
    return MEDIA_BY_SUFFIX.get(suffix, "file")


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


@dataclasses.dataclass(frozen=True)
class Download:
    """One output of a finished project.

    Attributes:
        url: The presigned URL, a secret until it expires. The repr hides its query.
        expires_at: When the URL expires, in UTC, or None if the API didn't say.
        missing_suffix: The extension of a file whose URL has none.
    """

    url: str
    expires_at: datetime.datetime | None
    missing_suffix: str = ".mp4"

    def __repr__(self) -> str:
        shown = self.url.split("?")[0].split("#")[0] + ("?…" if "?" in self.url else "")
        return f"Download(url={shown!r}, expires_at={self.expires_at!r})"

    @property
    def suffix(self) -> str:
        """The file's extension, as ``.mp4``. An unknown one is ``.bin``, a missing one ``missing_suffix``."""
        suffix = pathlib.PurePosixPath(urlsplit(self.url).path).suffix.lower()
        return suffix if suffix in MEDIA_BY_SUFFIX else ".bin" if suffix else self.missing_suffix

    @property
    def media(self) -> str:
        """``video``, ``image``, ``audio`` or ``file``, judged by the extension."""
        return media_of(self.suffix)


@dataclasses.dataclass(frozen=True)
class RenderError:
    """The API's reason why a render failed."""

    code: str
    message: str


_Details = TypeVar("_Details", bound="ProjectDetails")


@dataclasses.dataclass(frozen=True)
class ProjectDetails:
    """What all kinds of projects share, as one answer of the API describes it, under the API's own names.

    What the API left out is None. ``credits_charged`` is an estimate until the render is complete.
    ``downloads`` have valid URLs, and ``refused_downloads`` counts the others. Only ``check_result`` fills
    ``downloaded_paths``. ``kind`` is ``video``, ``image`` or ``audio``.
    """

    kind: ClassVar[Kind]
    #: The extension of an output whose URL has none.
    missing_suffix: ClassVar[str]

    id: str
    status: str
    name: str | None = None
    type: str | None = None
    created_at: datetime.datetime | None = None
    enabled: bool = True
    credits_charged: int | None = None
    error: RenderError | None = None
    downloads: tuple[Download, ...] = ()
    refused_downloads: int = 0
    downloaded_paths: tuple[pathlib.Path, ...] | None = None

    @property
    def estimated_as(self) -> str | None:
        """The key of usual durations: a face swap takes longer in a video than in an image."""
        return f"{self.kind} {self.type or ''}".rstrip()

    @classmethod
    def from_api(
        cls: builtins.type[_Details],
        answer: dict[str, Any],
        project_id: str,
        scrub: Callable[[str], str] = redact,
    ) -> _Details:
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
        downloads = tuple(filter(None, (_download(item, cls.missing_suffix) for item in items)))
        return cls(
            id=project_id,
            status=text(answer.get("status"), 64) or Status.UNKNOWN,
            name=text(answer.get("name")) or None,
            type=text(answer.get("type"), 64) or None,
            created_at=parse_time(answer.get("created_at")),
            # Only false means "deleted": a missing or invalid value must not make a project disappear.
            enabled=answer.get("enabled") is not False,
            credits_charged=parse_whole(answer.get("credits_charged"), -(10**12), 10**12),
            error=RenderError(text(failure.get("code"), 64), text(failure.get("message")))
            if isinstance(failure, dict)
            else None,
            downloads=downloads,
            refused_downloads=len(items) - len(downloads),
            **cls._own_fields(answer),
        )

    @classmethod
    def _own_fields(cls, answer: dict[str, Any]) -> dict[str, Any]:
        """Return the fields that only this kind has."""
        return {}

    @property
    def lacks_links(self) -> bool:
        """Whether its outputs are known without their links."""
        return any(not each.url for each in self.downloads)

    def with_links_of(self: _Details, earlier: ProjectDetails) -> _Details:
        """Return these details with the links of ``earlier`` ones, if only the links are missing."""
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
            "enabled": self.enabled,
            "credits_charged": self.credits_charged,
            "error": dataclasses.asdict(self.error) if self.error else None,
            "outputs": [{"media": download.media} for download in self.downloads],
        }


@dataclasses.dataclass(frozen=True)
class VideoDetails(ProjectDetails):
    """A video project as one answer of the API describes it. The attributes have the API's names.

    What the API left out is None. ``width`` and ``height`` are pixels. ``start_seconds`` and ``end_seconds``
    bound the clip. ``fps`` is frames a second. ``credits_charged`` is an estimate until the render is
    complete. ``downloads`` have valid URLs, and ``refused_downloads`` counts the others. Only
    ``check_result`` fills ``downloaded_paths``. Source: ``GET /v1/video-projects/{id}`` of the public OpenAPI
    document.
    """

    kind = "video"
    missing_suffix = ".mp4"

    width: int | None = None
    height: int | None = None
    start_seconds: float | None = None
    end_seconds: float | None = None
    fps: float | None = None

    @property
    def duration_s(self) -> float | None:
        """The length of the clip in seconds, or None."""
        if self.start_seconds is None or self.end_seconds is None or self.end_seconds <= self.start_seconds:
            return None
        return self.end_seconds - self.start_seconds

    @property
    def estimated_as(self) -> str | None:
        """The type alone, as in all that was remembered before there were other kinds."""
        return self.type

    @classmethod
    def _own_fields(cls, answer: dict[str, Any]) -> dict[str, Any]:
        return {
            "width": parse_whole(answer.get("width"), 1, 100_000),
            "height": parse_whole(answer.get("height"), 1, 100_000),
            "start_seconds": _number(answer.get("start_seconds"), 0, 1e7),
            "end_seconds": _number(answer.get("end_seconds"), 0, 1e7),
            "fps": _number(answer.get("fps"), 0.01, 10_000),
        }

    def public(self) -> dict[str, Any]:
        """Return what the base does, and the shape and the length of the video."""
        own = ("width", "height", "start_seconds", "end_seconds", "fps")
        return {**super().public(), **{name: getattr(self, name) for name in own}}


def details_type(kind: AnyKind) -> builtins.type[ProjectDetails]:
    """Return what an answer is read as. Raises ``KeyError`` if ``kind`` is no kind."""
    if kind in ("video", "any"):
        return VideoDetails
    from mh_widgets import image_audio  # late: who has only videos never loads it

    return image_audio.DETAILS[kind]


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


def _download(item: dict[str, Any], missing_suffix: str) -> Download | None:
    url = escape_url(item["url"]) if len(item["url"]) <= _MAX_URL else ""
    return Download(url, parse_time(item.get("expires_at")), missing_suffix) if is_fetchable(url) else None


def _number(value: object, low: float, high: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # A comparison, not float(): JSON has integers that no float can hold. A nan fails it, as it should.
    return value if low <= value <= high else None


def parse_whole(value: object, low: int, high: int) -> int | None:
    """Return ``value`` as a whole number from ``low`` to ``high``, or None if it is none."""
    number = _number(value, low, high)
    return None if number is None else int(number)
