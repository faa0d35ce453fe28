"""A download in the browser: chunks as buffers or as text, a few ahead of the view's acknowledgements."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Callable, Iterable
from typing import Any

from mh_widgets import _loops
from mh_widgets.errors import TransferError
from mh_widgets.transfers.types import Progress, TransferCancelled

#: Chunks that may be sent before the browser acknowledges them. They keep the line busy, and few wait in
#: memory when the browser is slow.
WINDOW = 4
#: Seconds without an acknowledgement after which the view counts as gone.
ACK_TIMEOUT_S = 60.0

_NO_DOWNLOADS = "This environment can't download files from the kernel. Use Save instead."

Send = Callable[[dict[str, Any], "list[bytes]"], None]


class BrowserStream:
    """One download of one view. Created on the loop; ``send_all`` runs in a worker thread.

    Args:
        id: The view's name of the download.
        send: Sends a message to the view.
        as_text: Whether chunks are base64 in their messages. Some hosts pass on text faster than buffers.
    """

    def __init__(self, id: str, send: Send, *, as_text: bool = False) -> None:  # noqa: A002
        self.id = id
        self._as_text = as_text
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._sent = self._acknowledged = 0
        self._waiting: tuple[int, dict[str, Any], list[bytes]] | None = None
        self._news = asyncio.Event()

    def acknowledge(self, index: int) -> None:
        """Note that the view has chunk ``index`` and all before it."""
        if self._acknowledged <= index < self._sent:
            self._acknowledged = index + 1
            # At once, and not when the loop gets to it: some hosts show only what is sent in a handler.
            self._send_waiting()
            self._news.set()

    def send_all(
        self,
        chunks: Iterable[tuple[int, bytes]],
        total_bytes: Callable[[], int | None],
        progress: Progress,
        stop: threading.Event,
    ) -> None:
        """Send each ``(offset, chunk)`` and wait until the view has all of them.

        The index 0 tells the view to begin again. Each offset of 0 is sent with that index.

        Args:
            chunks: What ``RemoteFile.iter_chunks`` yields.
            total_bytes: Returns the size of the output, or None while it is unknown.
            progress: Is told how much has arrived.
            stop: Ends the transfer soon after it is set.

        Raises:
            TransferError: The view doesn't answer, or ``chunks`` raised it.
            TransferCancelled: The transfer was stopped.
        """
        index = 0
        for offset, chunk in chunks:
            if offset == 0:
                index = 0
            received = offset + len(chunk)
            progress(received, total_bytes())
            content = {"kind": "chunk", "id": self.id, "index": index}
            content |= {"received_bytes": received, "total_bytes": total_bytes()}
            buffers = [chunk]
            if self._as_text:
                content["base64"], buffers = base64.b64encode(chunk).decode("ascii"), []
            # The thread waits for the window, so a slow browser slows the source.
            sending = self._send_chunk(index, content, buffers)
            if _loops.from_thread(self._loop, sending, stop.is_set) is None:
                raise TransferCancelled
            index += 1
        # Some hosts drop the bytes of a message, so a chunk that was sent has not arrived yet.
        if _loops.from_thread(self._loop, self._wait_for(index), stop.is_set) is None:
            raise TransferCancelled

    async def _send_chunk(self, index: int, content: dict[str, Any], buffers: list[bytes]) -> bool:
        if index == 0:
            self._sent = self._acknowledged = 0
        self._waiting = (index, content, buffers)
        try:
            await self._wait_for(index + 1 - WINDOW)
            self._send_waiting()
        finally:
            self._waiting = None
        return True

    def _send_waiting(self) -> None:
        """Send the chunk that waits, if the window has room for it."""
        if self._waiting is not None and self._waiting[0] < self._acknowledged + WINDOW:
            index, content, buffers = self._waiting
            self._waiting = None
            self._sent = index + 1
            self._send(content, buffers)

    async def _wait_for(self, count: int) -> bool:
        """Wait until the view has acknowledged ``count`` chunks."""
        while self._acknowledged < count:
            self._news.clear()
            try:
                await _loops.run_with_timeout(ACK_TIMEOUT_S, self._news.wait())
            except TimeoutError:
                # After a long synchronous cell, this timer is due before the waiting messages are read. So
                # the acknowledgement may come in a moment.
                await asyncio.sleep(1.0)
                if self._news.is_set():
                    continue
                hint = "Try again." if self._acknowledged else _NO_DOWNLOADS
                raise TransferError("The browser stopped answering.", code="view_gone", hint=hint) from None
        return True
