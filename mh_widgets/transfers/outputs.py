"""What a card does with a finished film: hand out its link, save it, relay it to the browser, embed it."""

from __future__ import annotations

import asyncio
import contextlib
import pathlib
import re
import threading
from collections.abc import Callable

from mh_widgets import _loops
from mh_widgets.errors import MagicHourError, TransferError
from mh_widgets.models import Download, Status, VideoDetails
from mh_widgets.polling.deletion import deleted_error
from mh_widgets.polling.poller import Poller
from mh_widgets.polling.subscription import failed_error
from mh_widgets.transfers import saving
from mh_widgets.transfers.browser_stream import BrowserStream, Send
from mh_widgets.transfers.remote_file import OnRetry, RemoteFile, TransferCancelled
from mh_widgets.transfers.response import Retry
from mh_widgets.transfers.worker import OnTransfer, Worker

#: A link with less than this left, in seconds, is renewed before it is handed out.
LINK_MARGIN_S = 60.0

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


# Names that are devices on Windows, with any ending.
_DEVICE = re.compile(r"(?i)con|prn|aux|nul|(com|lpt)\d")


class Outputs:
    """The films of one card. Runs on the card's loop; what moves bytes runs in worker threads, one at a time.

    ``send`` is a message to the views, ``on_transfer`` shows ``{kind, received_bytes, total_bytes}`` or None,
    ``on_retry`` a sentence about what is being retried or "", ``now`` is Unix time in seconds.
    """

    def __init__(
        self, watch: Poller, send: Send, on_transfer: OnTransfer, on_retry: OnRetry, now: Callable[[], float]
    ) -> None:
        self._poller = watch
        self._send = send
        self._now = now
        self._worker = Worker(on_transfer, on_retry)
        self._relay: BrowserStream | None = None
        self._renewal: asyncio.Task[VideoDetails] | None = None

    async def link(self, output: int, *, renew: bool = False) -> Download:
        """The link of one output with enough time left, fetched anew where it has not, or where ``renew`` says so.

        Raises ``TransferError`` where there is none: with the code ``no_files`` there may be one in a moment.
        """
        if self._poller.deleted:
            raise deleted_error()
        details = self._poller.details
        if renew or details is None or self._ends_soon(details):
            details = await self._renewed()
        if not details.downloads:
            raise _no_outputs(details)
        if not 0 <= output < len(details.downloads):
            raise TransferError("There is no such output.", code="no_output", hint="Refresh the card.")
        return details.downloads[output]

    async def save(self, directory: pathlib.Path) -> list[pathlib.Path]:
        """Save every output; see ``transfer.save_film``. If one fails, its error has the paths of the others."""
        await self._awaited_link("save", 0)
        details = self._poller.details
        paths: list[pathlib.Path] = []
        failure: MagicHourError | None = None
        for output in range(len(details.downloads) if details else 0):
            try:
                paths.append(await self._save(output, directory))
            except MagicHourError as error:
                failure = failure or error
                if error.code in ("canceled", "deleted", "disk"):
                    break  # the others would fare no better
        if failure is not None:
            raise TransferError(failure.message, code=failure.code, hint=failure.hint, paths=paths)
        return paths

    async def embed(self, output: int, max_bytes: int) -> tuple[bytes, str]:
        """The bytes of one output and their MIME type. Raises ``TransferError`` for more than ``max_bytes``."""

        def work(progress: saving.Progress, trouble: OnRetry, stop: threading.Event) -> bytes:
            with RemoteFile(source, stop, trouble, media=link.media) as film:
                return saving.read_film(film, max_bytes, progress)

        source = self._source(output)
        link = await self._awaited_link("download", output)
        return await self._worker.run("download", work), _mime(link.suffix)

    async def relay(
        self,
        output: int,
        id: str,  # noqa: A002 - the message's word
        directory: pathlib.Path,
        max_bytes: int | None = None,
    ) -> None:
        """Send one output to the view that calls this download ``id``; the outcome is the last message.

        The bytes come from ``directory`` where the film has been saved there, else from the file host.
        """

        def work(progress: saving.Progress, trouble: OnRetry, stop: threading.Event) -> None:
            with RemoteFile(source, stop, trouble, media=link.media) as film:
                pieces = saving.saved_or_streamed(film, directory, self._poller.project_id, link.suffix)
                with contextlib.closing(pieces):
                    relay.send_all(
                        saving.at_most(max_bytes, film, pieces), lambda: film.total_bytes, progress, stop
                    )

        source = self._source(output)
        relay = BrowserStream(id, self._send)
        error = {"code": "internal", "message": "The download failed.", "hint": "Try again."}
        try:
            link = await self._awaited_link("download", output)
            self._relay = relay
            await self._worker.run("download", work)
            error = {}
        except MagicHourError as why:
            error = why.as_dict()
            raise
        finally:
            self._relay = None
            if error:
                self._send({"kind": "failed", "id": id, "error": error}, [])
        self._send(
            {"kind": "end", "id": id, "name": self._name(output, link.suffix), "type": _mime(link.suffix)}, []
        )

    def acknowledge(self, id: str, index: int) -> None:  # noqa: A002
        """The view has chunk ``index`` of its download ``id``."""
        if self._relay is not None and self._relay.id == id:
            self._relay.acknowledge(index)

    def cancel(self) -> None:
        """Stop the transfer under way; whoever waits for it gets a ``TransferError`` with the code ``canceled``."""
        self._worker.cancel()

    def stop_all(self, why: str) -> bool:
        """Stop what is under way and what waits for its turn; False where there was no transfer."""
        return self._worker.stop_all(why)

    async def _save(self, output: int, directory: pathlib.Path) -> pathlib.Path:
        def work(progress: saving.Progress, trouble: OnRetry, stop: threading.Event) -> pathlib.Path:
            with RemoteFile(source, stop, trouble, media=link.media) as film:
                return saving.save_film(film, directory, self._poller.project_id, link.suffix, progress)

        source = self._source(output)
        link = await self._awaited_link("save", output)
        return await self._worker.run("save", work)

    async def _awaited_link(self, kind: str, output: int) -> Download:
        """``link``, with some patience for a complete project whose outputs are not listed yet; shown as a transfer."""

        def work(_progress: saving.Progress, trouble: OnRetry, stop: threading.Event) -> None:
            with RemoteFile(source, stop, trouble) as film:
                film.await_link(retry)

        source = self._source(output)
        try:
            return await self.link(output)
        except TransferError as error:
            retry = _as_retry(error)
        await self._worker.run(kind, work)
        return await self.link(output)

    def _source(self, output: int) -> Callable[[bool, threading.Event], str]:
        """A way for worker threads to ask for the link."""
        loop = asyncio.get_running_loop()

        def source(renew: bool, stop: threading.Event) -> str:
            try:
                link = _loops.from_thread(loop, self.link(output, renew=renew), stop.is_set)
            except TransferError as error:
                raise _as_retry(error) from None
            if link is None:
                raise TransferCancelled
            return link.url

        return source

    async def _renewed(self) -> VideoDetails:
        # Several views whose player failed at the same moment share one answer.
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(
                self._poller.refresh(), name=f"mh_widgets link {self._poller.project_id}"
            )
            self._renewal.add_done_callback(_loops.retrieve_exception)
        return await asyncio.shield(self._renewal)

    def _ends_soon(self, details: VideoDetails) -> bool:
        ends = [d.expires_at.timestamp() for d in details.downloads if d.expires_at]
        return not details.downloads or min(ends, default=float("inf")) - self._now() < LINK_MARGIN_S

    def _name(self, output: int, suffix: str) -> str:
        """The name under which a browser saves the file: the project's name made safe, and its ID."""
        details = self._poller.details
        words = re.sub(r"[^\w-]+", "-", (details and details.name) or "").strip("-_")
        # With the ID within the 255 bytes that file systems take: a browser would cut the ID off, or the
        # ending.
        words = words[:60].encode()[:100].decode(errors="ignore")
        if not words and _DEVICE.fullmatch(self._poller.project_id):
            words = "film"
        parts = [words, self._poller.project_id, str(output + 1) if output else ""]
        return "-".join(filter(None, parts)) + suffix


def _no_outputs(details: VideoDetails) -> TransferError:
    """Why a project has no outputs."""
    if details.refused_downloads:
        return TransferError("The link to the film is not one that can be fetched.", code="bad_link")
    if details.status == Status.COMPLETE:
        return TransferError(
            "The project is complete, but its files are not listed yet.",
            code="no_files",
            hint="Try again in a minute.",
        )
    if details.status == Status.ERROR:
        return TransferError(
            "The render failed, so there is no video.",
            code="render_failed",
            hint=failed_error(details).message,
        )
    if details.status == Status.CANCELED:
        return TransferError("The render was canceled, so there is no video.", code="render_canceled")
    message = f"The render has not finished yet (status: {details.status})."
    return TransferError(message, code="not_finished", hint="Wait for it first: `await video`.")


def _as_retry(error: TransferError) -> Retry:
    """``error`` as something that may pass; raises it where it can't."""
    if error.code != "no_files":
        raise error
    return Retry(error.message.rstrip("."), code=error.code, hint=error.hint)


def _mime(suffix: str) -> str:
    return _MIME.get(suffix, "application/octet-stream")
