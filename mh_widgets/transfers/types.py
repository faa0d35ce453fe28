"""What the modules of this package say to one another, and the shape of a transfer on a card. Loads nothing."""

from __future__ import annotations

import threading
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
#: ``link_source(renew, stop)`` returns a URL, a fresh one if ``renew``. Worker threads call it; it may block and
#: raise, also ``Retry``.
LinkSource = Callable[[bool, threading.Event], str]
#: ``on_retry(sentence)`` says what is being retried; "" says that it is over.
OnRetry = Callable[[str], None]
#: ``progress(received_bytes, total_bytes)``, called in the worker thread; ``total_bytes`` is None where
#: unknown.
Progress = Callable[[int, "int | None"], None]


class TransferCancelled(Exception):
    """Somebody asked this transfer to stop."""


class Retry(Exception):
    """Something that may go better next time; the text is a sentence for the card, without its full stop.

    ``after_s`` is when, None for a pause that grows from time to time; ``renew`` asks for another link.
    ``mend`` says what has to be changed first, where trying again helps nothing.
    """

    def __init__(
        self,
        why: str,
        *,
        code: str = "network",
        after_s: float | None = None,
        renew: bool = False,
        hint: str = "Try again.",
        mend: str = "",
    ) -> None:
        super().__init__(why)
        self.code, self.after_s, self.renew, self.hint, self.mend = code, after_s, renew, hint, mend
