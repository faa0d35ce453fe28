"""What names a project: its ID, in whatever a user passes, and its kind."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import parse_qs

from mh_widgets.errors import InvalidProject

PROJECT_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
# Magic Hour's keys begin so. Without this check they would count as IDs.
_KEY = re.compile(r"(?i)\s*mhk[_-]")

#: What a project makes. Each kind has its own endpoints, and an ID doesn't tell which.
Kind = Literal["video", "image", "audio"]
#: A kind, or ``any``: find it out by asking.
AnyKind = Literal["video", "image", "audio", "any"]
#: In the order in which they are asked.
KINDS: Final[tuple[Kind, ...]] = ("video", "image", "audio")
KINDS_AND_ANY: Final[tuple[AnyKind, ...]] = (*KINDS, "any")


def read_kind(value: object) -> AnyKind:
    """Return ``value`` if it is a kind or ``any``; raise ``ValueError`` otherwise."""
    if value not in KINDS_AND_ANY:
        raise ValueError(f"kind must be 'video', 'image', 'audio' or 'any', got {value!r}.")
    return value


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
    if is_missing(value):
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
            hint="An ID has up to 128 letters, digits, - and _, for example clx7uu86w0a5qp55yxz315r6r. "
            "A library link works, too.",
        )
    return text


def require_id(value: object) -> str:
    """Return what ``parse_project`` does, and raise ``InvalidProject`` also where there is no project."""
    project_id = parse_project(value)
    if not project_id:
        raise InvalidProject("There is no project yet.", code="no_project", hint="Give a project ID.")
    return project_id


def is_missing(value: object) -> bool:
    """Return whether ``value`` is None or a missing value of pandas."""
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
