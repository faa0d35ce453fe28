"""A film's way to the browser: chunks as binary messages, a few of them ahead of the view's acknowledgements."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Callable
from typing import Any

from mh_widgets import transfer
from mh_widgets.errors import TransferError

#: Chunks on their way that the browser has not acknowledged yet: enough to keep the line busy, and a bound on what
#: waits in memory when the browser is slow.
WINDOW = 4
#: Seconds without an acknowledgement after which the view counts as gone.
ACK_TIMEOUT_S = 60.0

Send = Callable[[dict[str, Any], "list[bytes]"], None]


class Relay:
    """One download by one view, which calls it ``id``. Made on the loop; ``pump`` runs in a worker thread."""

    def __init__(self, id: str, send: Send) -> None:  # noqa: A002 - the word of the message
        self.id = id
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._acknowledged = 0
        self._news = asyncio.Event()

    def acknowledge(self, index: int) -> None:
        """The view has chunk ``index`` and all before it."""
        self._acknowledged = max(self._acknowledged, index + 1)
        self._news.set()

    def pump(self, url: str, progress: transfer.Progress, stop: threading.Event) -> None:
        """Send the film at ``url``. Raises ``TransferError``, or ``Stopped`` soon after ``stop`` is set."""
        received = 0
        with transfer.open_film(url) as film:
            for index, piece in enumerate(film.pieces):
                received += len(piece)
                progress(received, film.total_bytes)
                content = {
                    "kind": "chunk",
                    "id": self.id,
                    "index": index,
                    "received_bytes": received,
                    "total_bytes": film.total_bytes,
                }
                # The thread waits for the window, so a slow browser slows the source.
                turn = asyncio.run_coroutine_threadsafe(self._send_chunk(index, content, piece), self._loop)
                while not turn.done():
                    with contextlib.suppress(concurrent.futures.TimeoutError):
                        turn.result(0.2)
                    if stop.is_set():
                        turn.cancel()
                        raise transfer.Stopped
                turn.result()
        if film.total_bytes not in (None, received):
            raise TransferError("The film arrived incomplete.", code="incomplete", hint="Try again.")

    async def _send_chunk(self, index: int, content: dict[str, Any], piece: bytes) -> None:
        while index - self._acknowledged >= WINDOW:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), ACK_TIMEOUT_S)
            except asyncio.TimeoutError:
                # After a long synchronous cell this timer is due before the waiting messages are read: look again.
                await asyncio.sleep(1.0)
                if not self._news.is_set():
                    raise TransferError("The browser stopped answering.", code="view_gone", hint="Try again.") from None
        self._send(content, [piece])
