"""All outputs of a project as one zip, made while they arrive. Worker threads load and run it.

Nothing is compressed, as media are compressed already, and only the present chunk is in memory. What was sent
can't be taken back. So the whole zip begins again when an output has to: its host has another file by now, or
can't continue where the connection broke.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import pathlib
import threading
import zipfile
from collections.abc import Generator, Sequence

from mh_widgets.errors import TransferError
from mh_widgets.models import Download
from mh_widgets.transfers import remote_file
from mh_widgets.transfers.browser_stream import BrowserStream
from mh_widgets.transfers.saving import saved_or_streamed
from mh_widgets.transfers.types import LinkSource, OnRetry, Progress

#: The zip format has years from 1980 on, in 7 bits.
_YEARS = range(1980, 2108)
_FIRST_TIME = datetime.datetime(1980, 1, 1, tzinfo=datetime.timezone.utc)
#: Permissions of the extracted files, where the high half of a zip's attributes has them: ``rw-r--r--``.
_READABLE = 0o644 << 16
#: The system that those permissions belong to: Unix, also in a kernel on Windows.
_UNIX = 3


#: One output: its name in the zip, what it is, and where its URLs come from.
Member = tuple[str, Download, LinkSource]


class _Restarted(Exception):
    """An output began again after bytes of it were sent."""


class ZipJob:
    """The transfer of one zip.

    Args:
        members: The outputs, in their order.
        stop: Ends the transfer soon after it is set.
        on_retry: Shows what is being retried.
        created_at: The time that the zip gives its files. Without one they get the first that it can have.
    """

    def __init__(
        self,
        members: Sequence[Member],
        stop: threading.Event,
        on_retry: OnRetry,
        created_at: datetime.datetime | None = None,
    ) -> None:
        self._members, self._stop, self._on_retry = members, stop, on_retry
        time = created_at if created_at and created_at.year in _YEARS else _FIRST_TIME
        self._time = (time.year, time.month, time.day, time.hour, time.minute, time.second)
        self._sizes: dict[str, int | None] = {}
        self._sink = _Sink()

    @property
    def total_bytes(self) -> int | None:
        """The size of all outputs, or None until that of the last one is known."""
        sizes = [self._sizes.get(name) for name, _, _ in self._members]
        known = [size for size in sizes if size is not None]
        # The zip's own headers are a few hundred bytes more.
        return max(sum(known), self._sink.taken) if len(known) == len(sizes) else None

    def stream(self, stream: BrowserStream, directory: pathlib.Path, stem: str, progress: Progress) -> None:
        """Send the zip to the browser, with the outputs that have been saved read from ``directory``."""
        with contextlib.closing(self.iter_chunks(directory, stem)) as chunks:
            stream.send_all(chunks, lambda: self.total_bytes, progress, self._stop)

    def iter_chunks(self, directory: pathlib.Path, stem: str) -> Generator[tuple[int, bytes], None, None]:
        """Yield the zip as ``(offset, chunk)``. An offset of 0 after others voids what came before.

        Args:
            directory: Where outputs may have been saved.
            stem: The name under which they were, without its ending.

        Raises:
            TransferError: An output could not be fetched. The message tells its number.
            TransferCancelled: The transfer was stopped.
        """
        for _ in range(remote_file.MAX_FAILURES):
            with contextlib.suppress(_Restarted):
                yield from self._whole(directory, stem)
                return
        message = "The outputs keep changing during the transfer."
        raise TransferError(message, code="changed", hint="Try again later.")

    def _whole(self, directory: pathlib.Path, stem: str) -> Generator[tuple[int, bytes], None, None]:
        self._sink = sink = _Sink()
        with zipfile.ZipFile(sink, "w") as archive:
            for number, member in enumerate(self._members, 1):
                failure: TransferError | None = None
                try:
                    yield from self._output(archive, member, directory, stem)
                except TransferError as error:
                    failure = error
                if failure is not None:
                    message = f"Output {number}: {failure.message}"
                    raise TransferError(message, code=failure.code, hint=failure.hint)
        yield sink.take()

    def _output(
        self, archive: zipfile.ZipFile, member: Member, directory: pathlib.Path, stem: str
    ) -> Generator[tuple[int, bytes], None, None]:
        name, download, link = member
        info = zipfile.ZipInfo(name, self._time)
        info.external_attr, info.create_system = _READABLE, _UNIX
        with (
            remote_file.RemoteFile(link, self._stop, self._on_retry, media=download.media) as remote,
            contextlib.closing(saved_or_streamed(remote, directory, stem, download.suffix)) as pieces,
        ):
            written, head = next(pieces)
            self._sizes[name] = size = remote.total_bytes
            is_large = size is None or size > zipfile.ZIP64_LIMIT
            with archive.open(info, "w", force_zip64=is_large) as file:
                for offset, chunk in itertools.chain([(written, head)], pieces):
                    if offset != written:
                        raise _Restarted
                    written += file.write(chunk)
                    yield self._sink.take()


class _Sink:
    """A file object that can't seek. It holds what was written until it is taken."""

    def __init__(self) -> None:
        self.taken = 0
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Hold ``data``."""
        self._parts.append(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is no file below."""

    def close(self) -> None:
        """Do nothing: there is no file below."""

    def take(self) -> tuple[int, bytes]:
        """Return what was written since the last time, and its offset."""
        # A lone part isn't copied by this.
        offset, data = self.taken, b"".join(self._parts)
        self._parts.clear()
        self.taken += len(data)
        return offset, data
