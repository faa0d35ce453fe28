"""The worker thread of a card, which moves bytes: one transfer at a time, with progress, stopped at once."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from mh_widgets import _loops
from mh_widgets._fork import importing, on_fork
from mh_widgets.errors import TransferError
from mh_widgets.transfers.types import OnRetry, OnTransfer, Progress, TransferKind

if TYPE_CHECKING:
    from mh_widgets.transfers.jobs import Job
    from mh_widgets.transfers.zipped import ZipJob

T = TypeVar("T")

#: Seconds between two messages about a transfer's progress: four a second are enough for the eye.
PROGRESS_S = 0.25

#: ``work(progress, on_retry, stop)`` moves bytes in a worker thread.
Work = Callable[[Progress, OnRetry, threading.Event], T]


@functools.cache
def _idle_threads() -> concurrent.futures.ThreadPoolExecutor:
    """Return the threads of what nobody waits for, so that it takes none from a transfer."""
    return concurrent.futures.ThreadPoolExecutor(2, thread_name_prefix="mh_widgets idle")


on_fork(_idle_threads.cache_clear)


def load_job() -> type[Job]:
    """Load what moves bytes. Call it in worker threads, as it takes a while."""
    with importing():
        from mh_widgets.transfers.jobs import Job
    return Job


def load_zip_job() -> type[ZipJob]:
    """Load what makes a zip, as ``load_job`` does. Who downloads none never loads it."""
    with importing():
        from mh_widgets.transfers.zipped import ZipJob
    return ZipJob


class Worker:
    """The transfers of one card. Lives on the card's loop.

    Args:
        on_transfer: Shows the transfer under way, or None. Called on the loop.
        on_retry: Shows a sentence about what is being retried, or "". Called on the loop.
    """

    def __init__(self, on_transfer: OnTransfer, on_retry: OnRetry) -> None:
        self._on_transfer = on_transfer
        self._on_retry = on_retry
        self._turn = asyncio.Lock()
        self._running: asyncio.Future[str] | None = None
        self._stop = threading.Event()  # stops the running thread
        self._all: set[asyncio.Future[str]] = set()  # of the running transfer and of those that wait
        self._idle: asyncio.Future[None] | None = None  # stops what runs while there is no transfer
        self._stops = 0  # how often everything was stopped

    async def run(self, kind: TransferKind, work: Work[T]) -> T:
        """Run ``work`` in a thread when no other transfer of the card is under way.

        Args:
            kind: How the transfer is shown.
            work: What to run. Its exceptions are raised here.

        Returns:
            What ``work`` returns.

        Raises:
            TransferError: The transfer was canceled; the code is ``canceled``.
        """
        canceled: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._all.add(canceled)
        self._stop_idle()
        try:
            async with self._turn:
                self._running = canceled
                if not canceled.done():
                    return await self._in_thread(kind, work, canceled)
                raise TransferError(canceled.result(), code="canceled")
        finally:
            self._all.discard(canceled)

    async def run_idle(self, work: Callable[[threading.Event], T]) -> T:
        """Run ``work(stop)`` in a thread while there is no transfer, without showing it.

        A transfer that begins meanwhile stops it. It starts anew after that transfer.

        Raises:
            TransferError: ``stop_all`` was called; the code is ``canceled``.
        """
        loop, stops = asyncio.get_running_loop(), self._stops
        while stops == self._stops:
            async with self._turn:
                if stops != self._stops:
                    break
                if self._all:  # a transfer has come meanwhile, and stands behind this in the line
                    await asyncio.sleep(0)  # one that was just canceled leaves it now
                    continue
                stop, self._idle = threading.Event(), loop.create_future()
                job = loop.run_in_executor(_idle_threads(), work, stop)
                job.add_done_callback(_loops.retrieve_exception)
                both: set[asyncio.Future[Any]] = {job, self._idle}
                try:
                    # A thread can't be interrupted. So it isn't waited for: it sees ``stop`` and ends.
                    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                    if not self._idle.done():
                        return job.result()
                finally:
                    stop.set()
                    job.cancel()  # where it still waits for a thread
        raise TransferError("The work was stopped.", code="canceled")

    def cancel(self) -> None:
        """Stop the transfer under way."""
        if self._running is not None and not self._running.done():
            self._stop.set()
            self._running.set_result("The transfer was canceled.")

    def stop_all(self, why: str) -> bool:
        """Stop the transfer under way and those that wait.

        Args:
            why: The message of the error that their callers get.

        Returns:
            False if there was no transfer.
        """
        self._stop.set()
        self._stop_idle()
        self._stops += 1
        waiting = [canceled for canceled in self._all if not canceled.done()]
        for canceled in waiting:
            canceled.set_result(why)
        return bool(waiting)

    def _stop_idle(self) -> None:
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

    async def _in_thread(self, kind: TransferKind, work: Work[T], canceled: asyncio.Future[str]) -> T:
        stop = self._stop = threading.Event()
        self._on_transfer({"kind": kind, "received_bytes": 0, "total_bytes": None})
        progress, on_retry = self._reporters(kind, stop)
        job = asyncio.ensure_future(asyncio.to_thread(work, progress, on_retry, stop))
        job.add_done_callback(_loops.retrieve_exception)
        try:
            # A thread can't be interrupted. So a canceled one isn't waited for: it sees ``stop`` and ends.
            both: set[asyncio.Future[Any]] = {job, canceled}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if canceled.done():
                raise TransferError(canceled.result(), code="canceled")
            return job.result()
        finally:
            stop.set()
            self._on_retry("")
            self._on_transfer(None)

    def _reporters(self, kind: TransferKind, stop: threading.Event) -> tuple[Progress, OnRetry]:
        """Return what the thread calls to show its progress and its retries, until ``stop`` is set."""
        loop = asyncio.get_running_loop()
        reported = 0.0

        def show_progress(received: int, total: int | None) -> None:
            if not stop.is_set():
                self._on_transfer({"kind": kind, "received_bytes": received, "total_bytes": total})

        def show_retry(sentence: str) -> None:
            if not stop.is_set():
                self._on_retry(sentence)

        def progress(received: int, total: int | None) -> None:
            nonlocal reported
            if time.monotonic() - reported >= PROGRESS_S:
                reported = time.monotonic()
                _soon(loop, show_progress, received, total)

        def on_retry(sentence: str) -> None:
            _soon(loop, show_retry, sentence)

        return progress, on_retry


def _soon(loop: asyncio.AbstractEventLoop, function: Callable[..., object], *args: object) -> None:
    # A thread may run for a moment longer than its loop.
    if not loop.is_closed():
        loop.call_soon_threadsafe(function, *args)
