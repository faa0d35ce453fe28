"""Types that the modules of this package share, and the shape of a transfer on a card."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Literal, TypedDict

TransferKind = Literal["save", "download"]

#: The code of a file that has arrived, but shows nothing or can't be decoded.
NO_POSTER: Final = "no_poster"


class Transfer(TypedDict):
    """The progress of one output that is moved, in bytes; the total is None where the host doesn't tell."""

    kind: TransferKind
    received_bytes: int
    total_bytes: int | None


#: Gets the transfer under way, or None when it is over.
OnTransfer = Callable[["Transfer | None"], None]
#: ``link_source(renew, stop)`` returns the output's URL, a fresh one if ``renew``. Worker threads call it.
#: It may block, and it may raise ``Retry`` or another error.
LinkSource = Callable[[bool, threading.Event], str]
#: ``on_retry(sentence)`` shows what is being retried; "" shows that it is over.
OnRetry = Callable[[str], None]
#: ``progress(received_bytes, total_bytes)``. Worker threads call it. The total is None where it is unknown.
Progress = Callable[[int, "int | None"], None]


class TransferCancelled(Exception):
    """The transfer was asked to stop."""


class Retry(Exception):
    """A failure after which another attempt may succeed.

    Args:
        reason: A sentence for the card, without its full stop.
        code: A short word for programs.
        after_s: Seconds until the next attempt; None is a pause that grows with each failure.
        renew: Whether the next attempt needs a fresh link.
        hint: What to do when every attempt has failed.
        remedy: What must be changed first. Set only if another attempt can't help.
    """

    def __init__(
        self,
        reason: str,
        *,
        code: str = "network",
        after_s: float | None = None,
        renew: bool = False,
        hint: str = "Try again.",
        remedy: str = "",
    ) -> None:
        super().__init__(reason)
        self.code, self.after_s, self.renew, self.hint, self.remedy = code, after_s, renew, hint, remedy
