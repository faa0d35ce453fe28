"""Work that moves bytes: in a thread, one job of a card at a time, with progress, and stopped at once when asked to."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from mh_widgets import _loops
from mh_widgets.errors import TransferError
from mh_widgets.transfers.remote_file import OnRetry
from mh_widgets.transfers.saving import Progress
from mh_widgets.transfers.types import OnTransfer, TransferKind

T = TypeVar("T")

#: Seconds between two messages about a transfer's progress: four a second are enough for the eye.
PROGRESS_S = 0.25

Work = Callable[[Progress, OnRetry, threading.Event], T]


class Worker:
    """The transfers of one card. Lives on the card's loop, which ``on_transfer`` and ``on_retry`` are called on."""

    def __init__(self, on_transfer: OnTransfer, on_retry: OnRetry) -> None:
        self._on_transfer = on_transfer
        self._on_retry = on_retry
        self._turn = asyncio.Lock()
        self._running: asyncio.Future[str] | None = None
        self._stop = threading.Event()  # of the thread that runs
        self._all: set[asyncio.Future[str]] = set()

    async def run(self, kind: TransferKind, work: Work[T]) -> T:
        """``work(progress, trouble, stop)`` in a thread, when its turn comes; shown as a transfer of this ``kind``.

        Raises what ``work`` raises, and ``TransferError`` with the code ``canceled``.
        """
        canceled: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._all.add(canceled)
        try:
            async with self._turn:
                self._running = canceled
                if not canceled.done():
                    return await self._in_thread(kind, work, canceled)
                raise TransferError(canceled.result(), code="canceled")
        finally:
            self._all.discard(canceled)

    def cancel(self) -> None:
        """Stop the transfer under way."""
        if self._running is not None and not self._running.done():
            self._stop.set()
            self._running.set_result("The transfer was canceled.")

    def stop_all(self, why: str) -> bool:
        """Stop what is under way and what waits for its turn; False where there was nothing."""
        self._stop.set()
        waiting = [canceled for canceled in self._all if not canceled.done()]
        for canceled in waiting:
            canceled.set_result(why)
        return bool(waiting)

    async def _in_thread(self, kind: TransferKind, work: Work[T], canceled: asyncio.Future[str]) -> T:
        loop = asyncio.get_running_loop()
        stop = self._stop = threading.Event()
        reported = 0.0

        def show(received: int, total: int | None) -> None:
            if not stop.is_set():
                self._on_transfer({"kind": kind, "received_bytes": received, "total_bytes": total})

        def show_trouble(sentence: str) -> None:
            if not stop.is_set():
                self._on_retry(sentence)

        def progress(received: int, total: int | None) -> None:
            nonlocal reported
            if time.monotonic() - reported >= PROGRESS_S:
                reported = time.monotonic()
                _soon(loop, show, received, total)

        def trouble(sentence: str) -> None:
            _soon(loop, show_trouble, sentence)

        self._on_transfer({"kind": kind, "received_bytes": 0, "total_bytes": None})
        job = asyncio.ensure_future(asyncio.to_thread(work, progress, trouble, stop))
        job.add_done_callback(_loops.retrieve_exception)
        try:
            # A thread can't be interrupted, so nobody waits for it: told to stop, it cleans up after itself.
            both: set[asyncio.Future[Any]] = {job, canceled}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if canceled.done():
                raise TransferError(canceled.result(), code="canceled")
            return job.result()
        finally:
            stop.set()
            self._on_retry("")
            self._on_transfer(None)


def _soon(loop: asyncio.AbstractEventLoop, function: Callable[..., object], *args: object) -> None:
    # A thread may outlive its loop by the moment that it takes to notice.
    if not loop.is_closed():
        loop.call_soon_threadsafe(function, *args)
