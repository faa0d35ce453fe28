"""What a card does with a finished film: hand out its link, save it, relay it to the browser, embed it."""

from __future__ import annotations

import asyncio
import pathlib
import re
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from mh_widgets import transfer
from mh_widgets.errors import MagicHourError, TransferError
from mh_widgets.models import Download, VideoDetails
from mh_widgets.relay import Relay, Send
from mh_widgets.watch import Watch

T = TypeVar("T")

#: A link with less than this left, in seconds, is renewed before it is handed out.
LINK_MARGIN_S = 60.0
#: Seconds between two messages about a transfer's progress: four a second are enough for the eye.
PROGRESS_S = 0.25

_MIME = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".ogg": "audio/ogg",
    ".flac": "audio/flac",
}

OnTransfer = Callable[["dict[str, Any] | None"], None]
Work = Callable[[Download, transfer.Progress, threading.Event], T]


class Films:
    """The films of one card. Runs on the card's loop; what moves bytes runs in worker threads, one transfer at a time.

    ``send`` is a message to the views, ``on_transfer`` shows ``{kind, received_bytes, total_bytes}`` or None,
    ``now`` is Unix time in seconds.
    """

    def __init__(self, watch: Watch, send: Send, on_transfer: OnTransfer, now: Callable[[], float]) -> None:
        self._watch = watch
        self._send = send
        self._on_transfer = on_transfer
        self._now = now
        self._turn = asyncio.Lock()
        self._canceled: asyncio.Future[None] | None = None
        self._relay: Relay | None = None
        self._renewal: asyncio.Task[VideoDetails] | None = None

    async def link(self, output: int, *, renew: bool = False) -> Download:
        """The link of one output with enough time left, fetched anew where it has not, or where ``renew`` says so."""
        details = self._watch.details
        if renew or details is None or self._ends_soon(details):
            details = await self._renewed()
        if not 0 <= output < len(details.downloads):
            raise TransferError("There is no such output.", code="no_output", hint="Refresh the card.")
        return details.downloads[output]

    async def save(self, directory: pathlib.Path) -> list[pathlib.Path]:
        """Save every output (see ``transfer.save_film``). The ``TransferError`` of one has the paths of the others."""
        paths: list[pathlib.Path] = []
        project_id = self._watch.project_id

        def work(link: Download, progress: transfer.Progress, stop: threading.Event) -> pathlib.Path:
            return transfer.save_film(link.url, directory, project_id, link.suffix, progress=progress, stop=stop)

        async with self._turn:
            count = 1
            while len(paths) < count:
                try:
                    paths.append(await self._transfer("save", len(paths), work))
                except TransferError as error:
                    error.paths = paths
                    raise
                details = self._watch.details
                count = len(details.downloads) if details else 0
        return paths

    async def embed(self, output: int, max_bytes: int) -> tuple[bytes, str]:
        """The bytes of one output and their MIME type. Raises ``TransferError`` for more than ``max_bytes``."""

        def work(link: Download, progress: transfer.Progress, stop: threading.Event) -> bytes:
            return transfer.read_film(link.url, max_bytes, progress=progress, stop=stop)

        async with self._turn:
            data = await self._transfer("download", output, work)
        return data, _mime((await self.link(output)).suffix)

    async def relay(self, output: int, id: str) -> None:  # noqa: A002 - the word of the message
        """Send one output to the view that calls this download ``id``; the outcome is the last message."""

        def work(link: Download, progress: transfer.Progress, stop: threading.Event) -> str:
            relay.pump(link.url, progress, stop)
            return link.suffix

        async with self._turn:
            relay = self._relay = Relay(id, self._send)
            try:
                suffix = await self._transfer("download", output, work)
                self._send({"kind": "end", "id": id, "name": self._name(output, suffix), "type": _mime(suffix)}, [])
            except MagicHourError as error:
                self._send({"kind": "failed", "id": id, "error": error.as_dict()}, [])
                raise
            finally:
                self._relay = None

    def acknowledge(self, id: str, index: int) -> None:  # noqa: A002
        """The view has chunk ``index`` of its download ``id``."""
        if self._relay is not None and self._relay.id == id:
            self._relay.acknowledge(index)

    def cancel(self) -> None:
        """Stop the transfer under way; whoever waits for it gets a ``TransferError`` with the code ``canceled``."""
        if self._canceled is not None and not self._canceled.done():
            self._canceled.set_result(None)

    async def _renewed(self) -> VideoDetails:
        # Several views whose player failed at the same moment share one answer.
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._watch.refresh(), name=f"mh_widgets link {self._watch.project_id}")
            self._renewal.add_done_callback(_mark_seen)
        return await asyncio.shield(self._renewal)

    async def _transfer(self, kind: str, output: int, work: Work[T]) -> T:
        """Do ``work`` in a thread with a good link, and once more with a fresh one if the link has ended meanwhile."""
        link = await self.link(output)
        try:
            return await self._in_thread(kind, link, work)
        except TransferError as error:
            if error.code != "link_ended":
                raise
        return await self._in_thread(kind, await self.link(output, renew=True), work)

    async def _in_thread(self, kind: str, link: Download, work: Work[T]) -> T:
        loop = asyncio.get_running_loop()
        stop = threading.Event()
        reported = 0.0

        def show(received: int, total: int | None) -> None:
            if not stop.is_set():
                self._on_transfer({"kind": kind, "received_bytes": received, "total_bytes": total})

        def progress(received: int, total: int | None) -> None:
            nonlocal reported
            if time.monotonic() - reported >= PROGRESS_S and not loop.is_closed():
                reported = time.monotonic()
                loop.call_soon_threadsafe(show, received, total)

        self._on_transfer({"kind": kind, "received_bytes": 0, "total_bytes": None})
        canceled = self._canceled = loop.create_future()
        job = asyncio.ensure_future(asyncio.to_thread(work, link, progress, stop))
        job.add_done_callback(_mark_seen)
        try:
            # A thread can't be interrupted, so nobody waits for it: told to stop, it cleans up after itself.
            await asyncio.wait({job, canceled}, return_when=asyncio.FIRST_COMPLETED)
            if canceled.done():
                raise TransferError("The transfer was canceled.", code="canceled")
            return job.result()
        finally:
            stop.set()
            self._canceled = None
            self._on_transfer(None)

    def _ends_soon(self, details: VideoDetails) -> bool:
        ends = [d.expires_at.timestamp() for d in details.downloads if d.expires_at]
        return not details.downloads or min(ends, default=float("inf")) - self._now() < LINK_MARGIN_S

    def _name(self, output: int, suffix: str) -> str:
        """The name under which a browser saves the file: the project's name made safe, and its ID."""
        details = self._watch.details
        words = re.sub(r"[^\w-]+", "-", (details and details.name) or "").strip("-_")[:60]
        parts = [words, self._watch.project_id, str(output + 1) if output else ""]
        return "-".join(filter(None, parts)) + suffix


def _mime(suffix: str) -> str:
    return _MIME.get(suffix, "application/octet-stream")


def _mark_seen(job: asyncio.Future[Any]) -> None:
    # Its exception has been raised where somebody waited, or nobody does any more.
    if not job.cancelled():
        job.exception()
