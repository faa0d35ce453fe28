"""The state of a card: the values of the widget's traits of the same names."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from mh_widgets.errors import ErrorInfo
from mh_widgets.transfers.types import Transfer


class _Remembered(TypedDict, total=False):
    known_at: float


class WatchInfo(_Remembered):
    """The state of polling, its reason, and the time of the next attempt (Unix seconds) or None.

    ``state`` is idle, watching, retrying, paused or stopped. ``known_at`` is the time of a remembered answer,
    and is there only while one is shown.
    """

    # No Literal: the value changes during an await, and mypy would call a second comparison impossible.
    state: str
    reason: str
    next_attempt_at: float | None


class Estimate(TypedDict):
    """How long renders of this type usually take, in seconds, and the source of the figure."""

    usual_s: int
    source: str


class Notice(TypedDict):
    """How the last action of a page ended."""

    tone: Literal["info", "error"]
    code: str
    message: str
    hint: str


class CardState(TypedDict):
    """All that a card shows of its project."""

    status: str
    details: dict[str, Any]
    error: ErrorInfo | None
    watch: WatchInfo
    transfer: Transfer | None
    estimate: Estimate | None
    notice: Notice | None


class GalleryCard(CardState):
    """The state of one card of a gallery."""

    project_id: str


class BatchTransfer(TypedDict):
    """The progress of "Save all finished", in projects."""

    kind: Literal["save"]
    done: int
    failed: int
    total: int


#: The state of a card that polls nothing.
IDLE: CardState = {
    "status": "",
    "details": {},
    "error": None,
    "watch": {"state": "idle", "reason": "", "next_attempt_at": None},
    "transfer": None,
    "estimate": None,
    "notice": None,
}


def notice(tone: Literal["info", "error"], code: str, message: str, hint: str = "") -> Notice:
    """Make a notice of its parts."""
    return {"tone": tone, "code": code, "message": message, "hint": hint}
