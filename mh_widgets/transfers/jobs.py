"""The jobs that move the bytes of one output. Worker threads load and run them."""

from __future__ import annotations

import contextlib
import pathlib
import threading

from mh_widgets.models import Download
from mh_widgets.transfers import poster, remote_file, saving
from mh_widgets.transfers.browser_stream import BrowserStream
from mh_widgets.transfers.range_file import RangeFile
from mh_widgets.transfers.types import LinkSource, OnRetry, Progress, Retry


class Job:
    """One transfer: ``link`` gives URLs of ``download``; ``on_retry`` and ``stop`` are the worker's."""

    def __init__(
        self, link: LinkSource, stop: threading.Event, on_retry: OnRetry, download: Download | None = None
    ) -> None:
        self._media = media = download.media if download else "file"
        self._suffix = download.suffix if download else ""
        self._remote = remote_file.RemoteFile(link, stop, on_retry, media=media)
        self._stop = stop

    def save(self, directory: pathlib.Path, stem: str, progress: Progress) -> pathlib.Path:
        """Save it in ``directory``; see ``saving.save_output``."""
        with self._remote as remote:
            return saving.save_output(remote, directory, stem, self._suffix, progress)

    def read(self, max_bytes: int, progress: Progress) -> bytes:
        """Return all of its bytes; see ``saving.read_output``."""
        with self._remote as remote:
            return saving.read_output(remote, max_bytes, progress)

    def stream(
        self,
        stream: BrowserStream,
        directory: pathlib.Path,
        stem: str,
        max_bytes: int | None,
        progress: Progress,
    ) -> None:
        """Send it to the browser, from ``directory`` where it has been saved there."""
        with (
            self._remote as remote,
            contextlib.closing(saving.saved_or_streamed(remote, directory, stem, self._suffix)) as pieces,
        ):
            limited = saving.at_most(max_bytes, remote, pieces)
            stream.send_all(limited, lambda: remote.total_bytes, progress, self._stop)

    def poster(self, saved: pathlib.Path | None) -> bytes:
        """Return a poster of it; see ``poster.make_poster``. A small picture is its own poster.

        Args:
            saved: Where it was saved. If that file is gone, it is read from its host.
        """
        with contextlib.suppress(OSError):
            if saved is not None:
                with saved.open("rb") as file:
                    return poster.make_poster(file, self._media, self._stop)
        with self._remote as remote:
            # Of a picture only enough to learn whether it is small. Without PyAV nothing else can be used.
            part = RangeFile(remote, poster.MAX_BYTES) if self._media == "image" else RangeFile(remote)
            if poster.picture_type(part.head) and len(part.head) == part.size <= poster.MAX_BYTES:
                return part.head
            return poster.make_poster(part, self._media, self._stop)

    def await_link(self, retry: Retry) -> None:
        """Ask for the link until there is one, after ``retry`` as after any trouble."""
        with self._remote as remote:
            remote.await_link(retry)
