"""The state of a card: the values of the widget's traits of the same names."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from mh_widgets.errors import ErrorInfo
from mh_widgets.transfers.types import Transfer


class _Remembered(TypedDict, total=False):
    known_at: float


class WatchInfo(_Remembered):
    """Whether the API is asked, why not, and when next: Unix time in seconds, or None.

    ``state`` is idle, watching, retrying, paused or stopped. ``known_at`` is there only while what is on show
    is remembered: when the API said it.
    """

    # No Literal: it changes while code waits, and mypy would take the second look for impossible.
    state: str
    reason: str
    next_attempt_at: float | None


class Estimate(TypedDict):
    """How long renders of this type usually take, in seconds, and who says so."""

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


#: The state of a card that watches nothing.
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
