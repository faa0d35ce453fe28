"""What a card does with a finished project's outputs: play, save, stream to the browser, embed."""

from __future__ import annotations

import pathlib
import threading
from collections.abc import Awaitable, Callable

from mh_widgets.errors import ErrorInfo, MagicHourError, TransferError
from mh_widgets.models import Download
from mh_widgets.polling.poller import Poller
from mh_widgets.transfers.browser_stream import BrowserStream, Send
from mh_widgets.transfers.filenames import browser_filename, mime_type
from mh_widgets.transfers.links import OutputLinks
from mh_widgets.transfers.types import OnRetry, OnTransfer, Progress
from mh_widgets.transfers.worker import Worker, load_job, load_zip_job

_FAILED: ErrorInfo = {"code": "internal", "message": "The download failed.", "hint": "Try again."}


class Outputs:
    """The outputs of one card. Runs on the card's loop; bytes move in worker threads, one job at a time.

    Args:
        poller: Knows the project.
        send: Sends a message to the views.
        on_transfer: Shows the transfer under way, or None.
        on_retry: Shows a sentence about what is being retried, or "".
        now: Returns Unix time in seconds.
    """

    def __init__(
        self,
        poller: Poller,
        send: Send,
        on_transfer: OnTransfer,
        on_retry: OnRetry,
        now: Callable[[], float],
    ) -> None:
        self._poller = poller
        self._send = send
        self._links = OutputLinks(poller, now)
        self._worker = Worker(on_transfer, on_retry)
        self._stream: BrowserStream | None = None
        self._saved: pathlib.Path | None = None  # where this card saved the first output

    async def link(self, output: int, *, renew: bool = False) -> Download:
        """Return the link of one output; see ``OutputLinks.get``."""
        return await self._links.get(output, renew=renew)

    async def save(self, directory: pathlib.Path) -> list[pathlib.Path]:
        """Save every output; see ``saving.save_output``.

        Raises:
            TransferError: An output could not be saved. Its ``paths`` are those of the others.
        """
        await self._links.wait_for(0, self._worker, "save")
        details = self._poller.details
        paths: list[pathlib.Path] = []
        failure: MagicHourError | None = None
        for output in range(len(details.downloads) if details else 0):
            try:
                paths.append(await self._save(output, directory))
            except MagicHourError as error:
                failure = failure or error
                if error.code in ("canceled", "deleted", "disk"):
                    break  # the others would fail as well
        if failure is not None:
            raise TransferError(failure.message, code=failure.code, hint=failure.hint, paths=paths)
        return paths

    async def embed(self, output: int, max_bytes: int) -> tuple[bytes, str]:
        """Return the bytes of one output and their MIME type.

        Raises:
            TransferError: The output has more than ``max_bytes``, or could not be fetched.
        """

        def work(progress: Progress, on_retry: OnRetry, stop: threading.Event) -> bytes:
            return load_job()(source, stop, on_retry, link).read(max_bytes, progress)

        source = self._links.source(output)
        link = await self._links.wait_for(output, self._worker, "download")
        return await self._worker.run("download", work), mime_type(link.suffix)

    async def poster(self) -> bytes:
        """Return a poster of the first output, made while there is no transfer. It is not shown as one.

        Raises:
            ConfigurationError: It needs PyAV, which is not installed.
            TransferError: There is no output yet, or no picture of it could be made.
        """

        def work(stop: threading.Event) -> bytes:
            return load_job()(source, stop, lambda _sentence: None, link).poster(self._saved)

        source = self._links.source(0)
        link = await self._links.get(0)
        return await self._worker.run_idle(work)

    async def relay(
        self,
        output: int,
        id: str,  # noqa: A002 - the message's word
        directory: pathlib.Path,
        max_bytes: int | None = None,
        *,
        as_text: bool = False,
    ) -> None:
        """Send one output to the view that calls this download ``id``. The last message tells how it ended.

        Args:
            output: Which output, from 0.
            id: The view's name of the download.
            directory: Where the output may have been saved. A saved one is read from there.
            max_bytes: A larger output is refused; None is no limit.
            as_text: Whether the bytes are sent as text.
        """

        async def send(stream: BrowserStream) -> tuple[str, str]:
            def work(progress: Progress, on_retry: OnRetry, stop: threading.Event) -> None:
                job = load_job()(source, stop, on_retry, link)
                job.stream(stream, directory, self._poller.project_id, max_bytes, progress)

            source = self._links.source(output)
            link = await self._links.wait_for(output, self._worker, "download")
            await self._worker.run("download", work)
            return self._browser_filename(output, link.suffix), mime_type(link.suffix)

        await self._relay(id, send, as_text=as_text)

    async def relay_zip(
        self,
        id: str,  # noqa: A002 - the message's word
        directory: pathlib.Path,
        *,
        as_text: bool = False,
    ) -> None:
        """Send all outputs as one zip; see ``zipped`` and ``relay``.

        Raises:
            TransferError: There is only one output, or one of them could not be fetched.
        """

        async def send(stream: BrowserStream) -> tuple[str, str]:
            def work(progress: Progress, on_retry: OnRetry, stop: threading.Event) -> None:
                job = load_zip_job()(members, stop, on_retry, details.created_at if details else None)
                job.stream(stream, directory, self._poller.project_id, progress)

            await self._links.wait_for(0, self._worker, "download")
            details = self._poller.details
            members = [
                (self._browser_filename(output, download.suffix), download, self._links.source(output))
                for output, download in enumerate(details.downloads if details else ())
            ]
            if len(members) < 2:
                raise TransferError("There is only one output.", code="no_zip", hint="Download it alone.")
            await self._worker.run("download", work)
            return self._browser_filename(0, ".zip"), mime_type(".zip")

        await self._relay(id, send, as_text=as_text)

    async def _relay(
        self,
        id: str,  # noqa: A002 - the message's word
        send: Callable[[BrowserStream], Awaitable[tuple[str, str]]],
        *,
        as_text: bool,
    ) -> None:
        """Tell the view how ``send`` ended, which returns the file's name and its MIME type."""
        self._stream = BrowserStream(id, self._send, as_text=as_text)
        failure: ErrorInfo | None = _FAILED
        try:
            name, type_ = await send(self._stream)
            failure = None
        except MagicHourError as error:
            failure = error.as_dict()
            raise
        finally:
            self._stream = None
            if failure is not None:
                self._send({"kind": "failed", "id": id, "error": failure}, [])
        self._send({"kind": "end", "id": id, "name": name, "type": type_}, [])

    def acknowledge(self, id: str, index: int) -> None:  # noqa: A002
        """Note that the view has chunk ``index`` of its download ``id``."""
        if self._stream is not None and self._stream.id == id:
            self._stream.acknowledge(index)

    def cancel(self) -> None:
        """Stop the transfer under way; its caller gets a ``TransferError`` with the code ``canceled``."""
        self._worker.cancel()

    def stop_all(self, why: str) -> bool:
        """Stop the transfer under way and those that wait; return False if there was none."""
        return self._worker.stop_all(why)

    async def _save(self, output: int, directory: pathlib.Path) -> pathlib.Path:
        def work(progress: Progress, on_retry: OnRetry, stop: threading.Event) -> pathlib.Path:
            job = load_job()(source, stop, on_retry, link)
            return job.save(directory, self._poller.project_id, progress)

        source = self._links.source(output)
        link = await self._links.wait_for(output, self._worker, "save")
        path = await self._worker.run("save", work)
        self._saved = self._saved if output else path
        return path

    def _browser_filename(self, output: int, suffix: str) -> str:
        details = self._poller.details
        name = details.name if details else None
        return browser_filename(name, self._poller.project_id, output, suffix)
