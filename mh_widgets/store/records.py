"""Conversion between the API's answers and records.

Links are left out, or encrypted with a key that is derived from the API key.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import datetime
import json
import time
from collections.abc import Callable
from typing import Any

from mh_widgets._fork import importing
from mh_widgets.models import MEDIA_BY_SUFFIX, Download, ProjectDetails, Status, details_type, parse_time
from mh_widgets.store.base import MAX_BODY_BYTES, Record

#: Encrypts or decrypts text. Text that can't be decrypted becomes "".
Seal = Callable[[str], str]


@dataclasses.dataclass(frozen=True)
class RememberedDownload(Download):
    """An output that is remembered without its link: ``url`` is empty, and expired long ago."""

    known_suffix: str = ""

    @property
    def suffix(self) -> str:
        """The extension of the output's file name."""
        return self.known_suffix if self.known_suffix in (*MEDIA_BY_SUFFIX, ".bin") else ".bin"


def pack(
    details: ProjectDetails,
    *,
    deleted: bool,
    writer: str,
    due_s: float | None = None,
    seal: Seal = lambda _: "",
    webhooks: bool = False,
) -> Record | None:
    """Return a record of ``details``, or None if it would be too long.

    Args:
        details: The API's answer.
        deleted: Whether the project is deleted.
        writer: The kernel that records it.
        due_s: Seconds until that kernel asks again, or None.
        seal: Encrypts the links.
        webhooks: Whether webhooks report the end.
    """
    body = json.dumps(
        {
            "details": {name: value for name, value in details.public().items() if value is not None},
            "suffixes": [each.suffix for each in details.downloads],
            "refused": details.refused_downloads,
            "webhooks": webhooks,
        },
        separators=(",", ":"),
    )
    if len(body.encode()) > MAX_BODY_BYTES:
        return None
    links = [
        {"url": each.url, "expires_at": each.expires_at.isoformat() if each.expires_at else None}
        for each in details.downloads
        if each.url
    ]
    return Record(
        project_id=details.id,
        status=Status.DELETED if deleted else details.status,
        kind=details.type or "",
        body=body,
        created_at=details.created_at.timestamp() if details.created_at else time.time(),
        due_s=due_s,
        writer=writer,
        links=seal(json.dumps(links)) if links and not deleted else "",
    )


def unpack(record: Record, unseal: Seal = lambda _: "") -> ProjectDetails | None:
    """Return the details of a record, or None if it can't be read. ``unseal`` decrypts the links."""
    try:
        body = json.loads(record.body)
        known = body["details"]
        details = details_type(known.get("kind", "video")).from_api(known, record.project_id)
        suffixes = [str(each) for each in body.get("suffixes", [])][:100]
        refused = int(body.get("refused", 0))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    downloads = _links(unseal(record.links), details.missing_suffix) if record.links else ()
    if len(downloads) != len(suffixes):
        downloads = tuple(RememberedDownload("", _ENDED, known_suffix=each) for each in suffixes)
    return dataclasses.replace(details, downloads=downloads, refused_downloads=refused)


def kind_of(record: Record) -> str:
    """Return what the project of a record makes, or "" if it can't be read."""
    with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return str(json.loads(record.body)["details"].get("kind", "video"))
    return ""


def hears_webhooks(record: Record) -> bool:
    """Return whether webhooks report the end of this project."""
    with contextlib.suppress(ValueError, AttributeError, RecursionError):
        return json.loads(record.body).get("webhooks") is True
    return False


_ENDED = datetime.datetime.fromtimestamp(0, datetime.timezone.utc)


def _links(text: str, missing_suffix: str) -> tuple[Download, ...]:
    with contextlib.suppress(ValueError, TypeError, KeyError):
        return tuple(
            Download(str(each["url"]), parse_time(each["expires_at"]), missing_suffix)
            for each in json.loads(text)
        )
    return ()


def sealing(key: bytes) -> tuple[Seal, Seal]:
    """Return ``(seal, unseal)`` for a key of 32 bytes. Without cryptography installed, links are left out."""
    try:
        with importing():  # late, as many notebooks never need it
            from cryptography.fernet import Fernet, InvalidToken
    except ImportError:
        return (lambda _: ""), (lambda _: "")
    fernet: Any = Fernet(base64.urlsafe_b64encode(key))

    def unseal(text: str) -> str:
        try:
            return str(fernet.decrypt(text.encode()).decode())
        except (InvalidToken, ValueError):
            return ""

    return (lambda text: fernet.encrypt(text.encode()).decode()), unseal
