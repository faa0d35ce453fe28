"""The state of a card: the values of the widget's traits of the same names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from mh_widgets.errors import ErrorInfo
from mh_widgets.transfers.types import Transfer

if TYPE_CHECKING:
    from mh_widgets.project_ids import AnyKind


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


def known_kind(kind: AnyKind) -> dict[str, Any]:
    """Return the details before the first answer: the kind, if it is known and not ``video``."""
    return {"kind": kind} if kind in ("image", "audio") else {}


def shown_kind(details: Mapping[str, Any], asked: AnyKind) -> AnyKind:
    """Return the kind that a card's ``details`` tell, or the one that is ``asked`` for before the first answer."""
    return details.get("kind") or ("video" if details else asked)


def idle_state(kind: AnyKind) -> CardState:
    """Return the state of a card of this ``kind`` that polls nothing."""
    return {**IDLE, "details": known_kind(kind)}


def notice(tone: Literal["info", "error"], code: str, message: str, hint: str = "") -> Notice:
    """Make a notice of its parts."""
    return {"tone": tone, "code": code, "message": message, "hint": hint}


def knows_nothing(state: CardState) -> bool:
    """Return whether a card that has only begun to poll shows nothing yet."""
    known = any((state["status"], state["details"], state["error"], state["transfer"], state["notice"]))
    return not known and state["watch"]["state"] in ("idle", "watching")
