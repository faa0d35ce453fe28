"""The custom messages of a view, validated strictly because the view is not trusted."""

from __future__ import annotations

import dataclasses
from typing import Any

from mh_widgets.polling.presence import Presence

#: The longest text that a view may send, in characters. A library link has about 100.
_MAX_TEXT = 2048
#: The most projects that one message may name.
_MAX_PROJECTS = 10_000

#: The longest name of a view or a download, in characters. Views use a few random ones.
_MAX_ID = 128

KINDS = frozenset(
    {"source", "refresh", "pause", "resume", "save", "download", "ack", "cancel", "delete", "set_project"}
    | {"shown", "hidden", "poll", "recent"}
)

#: The further kinds of a gallery's view. Messages about one of its cards contain the card's ``project``.
GALLERY_KINDS = frozenset({"save_all", "cancel_all", "star", "compare"})


@dataclasses.dataclass(frozen=True)
class Message:
    """One valid message. Fields that its kind doesn't have keep their defaults.

    ``output`` and ``index`` count from 0. ``id`` is the view's name for a download. The page wants to
    ``play`` it or to save it, as buffers or as ``text``; a ``zip`` has all outputs. In ``shown`` and
    ``hidden``, ``id`` is the name of the view. In ``poll`` it requests an answer in any case.

    ``seen`` is the revision of the state that the view has. ``heard`` is the number of the last custom
    message that it received. A view that misses no messages sends neither.
    """

    kind: str
    output: int = 0
    index: int = 0
    id: str = ""
    project: str = ""
    renew: bool = False
    play: bool = False
    text: bool = False
    zip: bool = False
    confirmed: bool = False
    seen: int = -1
    heard: int = -1


@dataclasses.dataclass(frozen=True)
class GalleryMessage(Message):
    """One valid message to a gallery.

    ``project`` names the card. ``to`` is the text of ``set_project``: the project that takes the card's
    place. ``projects`` are the IDs of ``save_all``, where None is all of them, and of ``compare``.
    ``starred`` says whether ``star`` gives a star or takes it away.
    """

    projects: tuple[str, ...] | None = None
    to: str = ""
    starred: bool = False


_FIELDS = {field.name: type(field.default) for field in dataclasses.fields(Message) if field.name != "kind"}


def parse_message(content: object) -> Message | None:
    """Return ``content`` as a message, or None if it is not valid.

    Unknown kinds, wrong types and absurd sizes are not valid.
    """
    values = _values(content, KINDS)
    return None if values is None else Message(**values)


def parse_gallery_message(content: object) -> GalleryMessage | None:
    """Return ``content`` as a message to a gallery, or None if it is not valid."""
    values = _values(content, KINDS | GALLERY_KINDS)
    projects = content.get("projects") if isinstance(content, dict) else None
    to = content.get("to", "") if isinstance(content, dict) else ""
    starred = content.get("starred", False) if isinstance(content, dict) else False
    if values is None or not isinstance(to, str) or len(to) > _MAX_TEXT or not isinstance(starred, bool):
        return None
    if projects is not None and not (
        isinstance(projects, list)
        and len(projects) <= _MAX_PROJECTS
        and all(isinstance(each, str) and len(each) <= _MAX_TEXT for each in projects)
    ):
        return None
    several = None if projects is None else tuple(projects)
    return GalleryMessage(**values, projects=several, to=to, starred=starred)


def note_presence(presence: Presence, message: Message) -> bool:
    """Handle ``shown`` and ``hidden``, which name a view and no project. Return False for other messages."""
    if message.kind not in ("shown", "hidden"):
        return False
    if message.id and not message.project:
        note = presence.shown if message.kind == "shown" else presence.hidden
        note(message.id)
    return True


def _values(content: object, kinds: frozenset[str]) -> dict[str, Any] | None:
    if not isinstance(content, dict):
        return None
    kind = content.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        return None
    values: dict[str, Any] = {"kind": kind}
    for name, expected in _FIELDS.items():
        if name not in content:
            continue
        value = content[name]
        # type() and not isinstance(): a bool is an int, and "confirmed: 1" is not "confirmed: true".
        if type(value) is not expected:
            return None
        longest = _MAX_ID if name == "id" else _MAX_TEXT
        if (isinstance(value, str) and len(value) > longest) or (
            isinstance(value, int) and not 0 <= value < 2**31
        ):
            return None
        values[name] = value
    return values
