"""The shape of a transfer, as a card shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypedDict

TransferKind = Literal["save", "download"]


class Transfer(TypedDict):
    """The progress of one output that is moved, in bytes; the total is None where the host doesn't tell."""

    kind: TransferKind
    received_bytes: int
    total_bytes: int | None


#: Gets the transfer under way, or None when it is over.
OnTransfer = Callable[["Transfer | None"], None]
