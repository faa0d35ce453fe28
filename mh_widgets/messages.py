"""What a view may ask for: its custom messages, read strictly, as the view is not trusted."""

from __future__ import annotations

import dataclasses

#: Longest text that a view may send, in characters: a library link has about 100.
_MAX_TEXT = 2048

KINDS = frozenset(
    {"source", "refresh", "pause", "resume", "save", "download", "ack", "cancel", "delete", "set_project"}
)


@dataclasses.dataclass(frozen=True)
class Message:
    """One valid message. Fields that its kind doesn't have keep their defaults.

    ``output`` and ``index`` count from 0. ``id`` is the view's own name for a download, which the page wants to
    ``play`` or else to save.
    """

    kind: str
    output: int = 0
    index: int = 0
    id: str = ""
    project: str = ""
    renew: bool = False
    play: bool = False
    confirmed: bool = False


_FIELDS = {field.name: type(field.default) for field in dataclasses.fields(Message) if field.name != "kind"}


def parse_message(content: object) -> Message | None:
    """``content`` as a message, or None for whatever is not one: unknown kinds, wrong types, absurd sizes."""
    if not isinstance(content, dict):
        return None
    kind = content.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        return None
    values: dict[str, object] = {}
    for name, expected in _FIELDS.items():
        if name not in content:
            continue
        value = content[name]
        # type() and not isinstance(): a bool is an int, and "confirmed: 1" is not "confirmed: true".
        if type(value) is not expected:
            return None
        if (isinstance(value, str) and len(value) > _MAX_TEXT) or (isinstance(value, int) and not 0 <= value < 2**31):
            return None
        values[name] = value
    return Message(kind, **values)  # type: ignore[arg-type]  # each value has the type of its field, checked above
