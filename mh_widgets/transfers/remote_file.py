"""An output on the file host, read from any offset and across broken connections.

Requests carry no credentials. Synchronous, for worker threads, as async httpx stalls the loop (up to 85 ms).
"""

from __future__ import annotations

import contextlib
import pathlib
import random
import threading
import time
from collections.abc import Callable, Generator, Iterator
from urllib.parse import urlsplit

import httpx

from mh_widgets._urls import escape_url, is_fetchable
from mh_widgets.api.failures import FOREIGN, network_error, proxy_login_error
from mh_widgets.api.logs import unlogged
from mh_widgets.api.retry import backoff_s
from mh_widgets.api.transports import FileTransport
from mh_widgets.errors import MagicHourError, TransferError
from mh_widgets.transfers.response import Representation, begin, check_status, continued, range_total
from mh_widgets.transfers.types import LinkSource, OnRetry, Retry, TransferCancelled

#: Bytes read at once; also the size of the messages that carry an output to the browser.
CHUNK_BYTES = 1024 * 1024
#: Seconds without a byte after which a connection counts as dead.
STALL_S = 15.0
#: Seconds after which a chunk is handed on although it isn't full.
SLOW_S = 0.5
#: Failures in a row, without a new byte between them, after which a transfer gives up.
MAX_FAILURES = 6
_MAX_REDIRECTS = 5


class RemoteFile:
    """An output on the file host. A context manager, which closes its connections.

    ``total_bytes`` and ``validator`` are known with the first chunk. Set ``is_whole`` to a function that
    judges whether the output is complete. It is called when a body ends whose length the host didn't send.

    Args:
        link: Returns the output's URL.
        stop: Ends the transfer soon after it is set.
        on_retry: Shows what is being retried.
        transport: Carries the requests; for tests.
        media: What kind of file is expected, as in ``Download.media``.
    """

    def __init__(
        self,
        link: LinkSource,
        stop: threading.Event,
        on_retry: OnRetry = lambda sentence: None,
        transport: httpx.BaseTransport | None = None,
        *,
        media: str = "video",
    ) -> None:
        self.media, self._known = media, Representation()
        self.is_whole: Callable[[], bool] = lambda: True
        self._link, self._url = link, ""
        self._stop, self._on_retry = stop, on_retry
        self._failures = self._high_water_mark = 0
        self._renew = False  # whether the next link has to be a fresh one
        self._fresh = False  # whether the present link is fresh and has brought no byte yet
        # A client of its own for one output, so that it shares no header and no cookie with the API's client.
        self._http = httpx.Client(
            transport=transport or FileTransport(), trust_env=False, timeout=STALL_S, follow_redirects=False
        )

    @property
    def total_bytes(self) -> int | None:
        """The size of the output, or None while it is unknown."""
        return self._known.total_bytes

    @property
    def validator(self) -> str:
        """A strong ETag or a date, or "" if the host sent neither. The same one means the same bytes."""
        return self._known.validator

    def __enter__(self) -> RemoteFile:
        return self

    def __exit__(self, *error: object) -> None:
        self._http.close()

    def await_link(self, retry: Retry) -> None:
        """Ask for the link until there is one. The first attempt follows the pause that ``retry`` asks for.

        Args:
            retry: Why there is no link yet.

        Raises:
            TransferError: Every attempt failed.
            TransferCancelled: The transfer was stopped.
        """
        while not self._url:
            self._pause(retry)
            try:
                self._url = self._ask_link()
            except Retry as error:
                retry = error

    def iter_chunks(
        self, offset: int = 0, *, first_bytes: int | None = None
    ) -> Generator[tuple[int, bytes], None, None]:
        """Yield ``(offset, chunk)`` from ``offset`` to the end of the output.

        An offset of 0 after others voids what came before: the output was replaced, or it can't be read from
        the middle.

        Args:
            offset: The first byte to read.
            first_bytes: Ask only for so many bytes from the beginning. A host without ranges sends more.

        Raises:
            TransferError: Every attempt failed, or no attempt can succeed.
            TransferCancelled: The transfer was stopped.
        """
        last = None if first_bytes is None else first_bytes - 1
        while True:
            ended = False
            try:
                with self._open(offset, last) as response:
                    offset, body = self._receive(response, offset, ranged=last is not None)
                    for chunk in self._read_chunks(body):
                        self._note_progress(offset + len(chunk))
                        yield offset, chunk
                        offset += len(chunk)
                ended = True
                retry = Retry(f"The {self.media} arrived incomplete", code="incomplete")
            except Retry as error:
                retry = error
            except FOREIGN as error:
                failure = network_error(error, "file host")
                remedy = "" if failure.transient else failure.hint
                retry = Retry(failure.message.rstrip("."), code=failure.code, remedy=remedy)
            if offset and offset in (self.total_bytes, first_bytes):
                return  # complete, even if the connection broke at the end
            # Outside the try: is_whole may read the disk, and a disk error must not count as the file host's.
            if offset and ended and self.total_bytes is None and self.is_whole():
                return
            # Outside the except blocks, so that no exception of httpx, which has the link, becomes a context.
            self._pause(retry)

    def _read_chunks(self, body: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the body in chunks. On a slow line they are smaller, so that progress shows."""
        parts: list[bytes] = []
        size, begun = 0, time.monotonic()
        broken: Exception | None = None
        try:
            for part in body:
                parts.append(part)
                size += len(part)
                if size >= CHUNK_BYTES or time.monotonic() - begun > SLOW_S:
                    yield from self._chunks(parts)
                    parts.clear()
                    size, begun = 0, time.monotonic()
                self._check_stop()
        except httpx.HTTPError as error:
            broken = error
        # Keep also what arrived before the connection broke: on a bad line no chunk may ever be full.
        yield from self._chunks(parts)
        if broken is not None:
            raise broken

    def _chunks(self, parts: list[bytes]) -> Iterator[bytes]:
        # One copy: with two more, a transfer took 2.2 times curl's time instead of 1.4 (measured).
        data = b"".join(parts)
        # Network reads are small, so this is usually a little over one chunk. Only more than two are divided.
        step = CHUNK_BYTES if len(data) > 2 * CHUNK_BYTES else len(data) or 1
        for start in range(0, len(data), step):
            self._check_stop()
            yield data[start : start + step]

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise TransferCancelled

    def sample(self, offset: int, size: int) -> bytes | None:
        """Read ``size`` bytes from the middle of the output, in one attempt.

        Args:
            offset: The first byte to read.
            size: How many bytes to read.

        Returns:
            The bytes, or None if the host serves no ranges or the request failed.

        Raises:
            TransferCancelled: The transfer was stopped.
        """
        try:
            with self._open(offset, offset + size - 1) as response:
                if continued(response, self._known, offset, size) is None:
                    return None
                data = b"".join(response.iter_raw())
        except (Retry, *FOREIGN):
            return None
        return data if len(data) == size else None

    @contextlib.contextmanager
    def _open(self, first: int, last: int | None = None) -> Iterator[httpx.Response]:
        """GET the bytes from ``first`` on, if the output is the same. Follows redirects to http(s)."""
        self._check_stop()
        self._url = url = self._url or self._ask_link()
        headers = {"Accept-Encoding": "identity"}
        if first and self.validator:
            headers |= {"Range": f"bytes={first}-{'' if last is None else last}", "If-Range": self.validator}
        elif last is not None and not first:
            headers["Range"] = f"bytes=0-{last}"
        for _ in range(_MAX_REDIRECTS + 1):
            if not is_fetchable(url):
                raise TransferError(
                    f"The link to the {self.media} is not a valid http(s) URL.", code="bad_link"
                )
            with unlogged(), self._http.stream("GET", url, headers=headers) as response:
                if not response.has_redirect_location:
                    yield response
                    return
                url = escape_url(str(response.url.join(response.headers["location"])))
        raise TransferError("The file host redirects too many times.", code="redirects", hint="Try again.")

    def _receive(self, response: httpx.Response, offset: int, *, ranged: bool) -> tuple[int, Iterator[bytes]]:
        """Return where this answer begins, ``offset`` or 0, and its bytes; raise for any other answer."""
        login = proxy_login_error(response.url) if response.status_code == 407 else None
        if login is not None:
            raise TransferError(login.message, code=login.code, hint=login.hint)
        check_status(response, self.media, fresh_link=self._fresh)
        known = continued(response, self._known, offset)
        if known is not None:
            self._known = known
            return offset, response.iter_raw()
        if response.status_code != 200 and not (ranged and not offset and range_total(response)):
            # The host has another file by now. Without a validator, the next request asks for all of it.
            self._known = Representation()
            raise Retry("The download can't be continued", after_s=0)
        suffix = pathlib.PurePosixPath(urlsplit(self._url).path).suffix.lower()
        self._known, body = begin(response, self.media, suffix, self._check_stop)
        return 0, body

    def _note_progress(self, received: int) -> None:
        # Only new bytes end a row of failures: a transfer that always breaks at the same offset must give up.
        if received > self._high_water_mark:
            self._high_water_mark = received
            self._fresh = False
            if self._failures:
                self._failures = 0
                self._on_retry("")

    def _pause(self, retry: Retry) -> None:
        if retry.remedy:
            raise TransferError(f"{retry}.", code=retry.code, hint=retry.remedy)
        self._failures += 1
        if self._failures > MAX_FAILURES:
            raise TransferError(f"{retry}.", code=retry.code, hint=retry.hint)
        wait_s = backoff_s(self._failures, random.random) if retry.after_s is None else retry.after_s
        if wait_s:
            self._on_retry(f"{retry}; next attempt in {wait_s:.0f} s.")
        if self._stop.wait(wait_s):
            raise TransferCancelled
        if retry.renew:
            self._url, self._renew = "", True

    def _ask_link(self) -> str:
        try:
            url = self._link(self._renew, self._stop)
        except MagicHourError as error:
            if not error.transient:
                raise
            reason, code = error.message.rstrip("."), error.code
        else:
            self._fresh, self._renew = self._fresh or self._renew, False
            return url
        raise Retry(reason, code=code)
