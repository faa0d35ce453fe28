"""Custom messages that a page may have missed.

Some hosts show only what is sent while a message of the view is handled.
"""

from __future__ import annotations

import collections
import contextlib
from collections.abc import Iterator
from typing import Any

from mh_widgets.transfers.browser_stream import WINDOW, Send

#: The most messages that are kept: the windows of this many transfers at once.
_MOST = 16 * WINDOW

#: The value of ``heard`` from a view that misses no messages.
NOT_ASKED = -1


class Outbox:
    """Sends messages, and repeats them for a view that reports what it has ``heard``.

    Most hosts lose no message, so messages are kept and numbered only after a first report. The number tells
    a view whether it has had a message. ``oldest`` is the lowest number that it can still get.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._kept: collections.deque[tuple[int, dict[str, Any], list[bytes]]] = collections.deque(
            maxlen=_MOST
        )
        self._number = 0
        self._asked = self._answering = False

    def send(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        """Send one message, now or at the end of the answer in progress."""
        if not self._asked:
            self._send(content, buffers)
            return
        self._number += 1
        self._kept.append((self._number, content, buffers))
        if not self._answering:
            self._deliver(*self._kept[-1])

    @contextlib.contextmanager
    def answering(self, heard: int) -> Iterator[None]:
        """Handle a view's message in this context, then send all that the view has missed, in order.

        Args:
            heard: The number of the last message that the view received, or ``NOT_ASKED``.

        Yields:
            Nothing.
        """
        if heard == NOT_ASKED:
            yield
            return
        self._asked = self._answering = True
        while self._kept and self._kept[0][0] <= heard:
            self._kept.popleft()
        try:
            yield
        finally:
            self._answering = False
            for each in [*self._kept]:
                self._deliver(*each)

    def _deliver(self, number: int, content: dict[str, Any], buffers: list[bytes]) -> None:
        self._send({**content, "number": number, "oldest": self._kept[0][0]}, buffers)
