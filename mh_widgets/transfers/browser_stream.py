"""A film's way to the browser: chunks as buffers or as text, a few of them ahead of the acknowledgements."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Callable, Iterable
from typing import Any

from mh_widgets import _loops
from mh_widgets.errors import TransferError
from mh_widgets.transfers.remote_file import TransferCancelled
from mh_widgets.transfers.saving import Progress

#: Chunks on their way that the browser has not acknowledged yet: enough to keep the line busy, and a bound on
#: what waits in memory when the browser is slow.
WINDOW = 4
#: Seconds without an acknowledgement after which the view counts as gone.
ACK_TIMEOUT_S = 60.0

_NO_DOWNLOADS = "This environment can't download files from the kernel. Use Save instead."

Send = Callable[[dict[str, Any], "list[bytes]"], None]


class BrowserStream:
    """One download by one view, which calls it ``id``. Made on the loop; ``send_all`` runs in a worker thread.

    With ``as_text`` a chunk's bytes are base64 in its message: in some hosts that is faster than a buffer.
    """

    def __init__(self, id: str, send: Send, *, as_text: bool = False) -> None:  # noqa: A002
        self.id = id
        self._as_text = as_text
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._sent = self._acknowledged = 0
        self._news = asyncio.Event()

    def acknowledge(self, index: int) -> None:
        """The view has chunk ``index`` and all before it."""
        if self._acknowledged <= index < self._sent:
            self._acknowledged = index + 1
            self._news.set()

    def send_all(
        self,
        pieces: Iterable[tuple[int, bytes]],
        total_bytes: Callable[[], int | None],
        progress: Progress,
        stop: threading.Event,
    ) -> None:
        """Send each ``(offset, piece)``. Raises ``TransferError``, or ``TransferCancelled`` soon after ``stop`` is set.

        A chunk with the index 0 tells the view to begin again: so does an offset of 0.
        """
        index = 0
        for offset, piece in pieces:
            if offset == 0:
                index = 0
            received = offset + len(piece)
            progress(received, total_bytes())
            content = {"kind": "chunk", "id": self.id, "index": index}
            content |= {"received_bytes": received, "total_bytes": total_bytes()}
            buffers = [piece]
            if self._as_text:
                content["base64"], buffers = base64.b64encode(piece).decode("ascii"), []
            # The thread waits for the window, so a slow browser slows the source.
            sending = self._send_chunk(index, content, buffers)
            if _loops.from_thread(self._loop, sending, stop.is_set) is None:
                raise TransferCancelled
            index += 1
        # Sent isn't arrived: some hosts drop the bytes of a message, and a view acknowledges only what it
        # has.
        if _loops.from_thread(self._loop, self._wait_for(index), stop.is_set) is None:
            raise TransferCancelled

    async def _send_chunk(self, index: int, content: dict[str, Any], buffers: list[bytes]) -> bool:
        if index == 0:
            self._sent = self._acknowledged = 0
        await self._wait_for(index + 1 - WINDOW)
        self._sent = index + 1
        self._send(content, buffers)
        return True

    async def _wait_for(self, count: int) -> bool:
        """Until the view has that many chunks."""
        while self._acknowledged < count:
            self._news.clear()
            try:
                await _loops.run_with_timeout(ACK_TIMEOUT_S, self._news.wait())
            except TimeoutError:
                # After a long synchronous cell this timer is due before the waiting messages are read: look
                # again.
                await asyncio.sleep(1.0)
                if self._news.is_set():
                    continue
                hint = "Try again." if self._acknowledged else _NO_DOWNLOADS
                raise TransferError("The browser stopped answering.", code="view_gone", hint=hint) from None
        return True
