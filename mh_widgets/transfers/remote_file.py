"""The file host behind presigned links, read from any place on and across broken connections. Without credentials.

Synchronous, for worker threads: async httpx on the loop stalls it up to 85 ms (measured).
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
from mh_widgets.transfers.response import Representation, begin, check_status, continued
from mh_widgets.transfers.types import LinkSource, OnRetry, Retry, TransferCancelled

#: Bytes read at once; also the size of the messages that carry a film to the browser.
CHUNK_BYTES = 1024 * 1024
#: Seconds without a byte after which a connection counts as dead.
STALL_S = 15.0
#: Seconds after which a piece is handed on although it isn't full.
SLOW_S = 0.5
#: Failures in a row, with not one new byte between them, after which a transfer gives up.
MAX_FAILURES = 6
_MAX_REDIRECTS = 5


class RemoteFile:
    """A film on the file host, read from any place on and across broken connections.

    ``total_bytes`` and ``validator`` are there with the first piece. ``is_whole`` judges an end that came
    without a length. ``media`` is what is expected, as ``Download.media`` says it.
    """

    def __init__(
        self,
        link: LinkSource,
        stop: threading.Event,
        trouble: OnRetry = lambda sentence: None,
        transport: httpx.BaseTransport | None = None,
        *,
        media: str = "video",
    ) -> None:
        self._media, self._known = media, Representation()
        self.is_whole: Callable[[], bool] = lambda: True
        self._link, self._url = link, ""
        self._stop, self._trouble = stop, trouble
        self._failures = self._high_water_mark = 0
        self._renew = False  # whether the next link has to be a fresh one
        self._fresh = False  # whether the present one is, and nothing has come by it yet
        # Credential-free on purpose, and for one film only: it shares no header and no cookie with the API's
        # client.
        self._http = httpx.Client(
            transport=transport or FileTransport(), trust_env=False, timeout=STALL_S, follow_redirects=False
        )

    @property
    def total_bytes(self) -> int | None:
        """Its size, once that is known."""
        return self._known.total_bytes

    @property
    def validator(self) -> str:
        """A strong ETag or a date, "" where there is none: the same one means the same bytes."""
        return self._known.validator

    def __enter__(self) -> RemoteFile:
        return self

    def __exit__(self, *error: object) -> None:
        self._http.close()

    def await_link(self, retry: Retry) -> None:
        """Ask for the link until there is one, after ``retry`` as after any trouble. Raises as ``iter_chunks`` does."""
        while not self._url:
            self._pause(retry)
            try:
                self._url = self._ask_link()
            except Retry as why:
                retry = why

    def iter_chunks(self, offset: int = 0) -> Generator[tuple[int, bytes], None, None]:
        """``(offset, piece)`` from ``offset`` to the end of the film.

        An offset of 0 after others means that the film has changed, or can't be read from the middle: what
        came before is void. Raises ``TransferError``, or ``TransferCancelled`` soon after ``stop`` is set.
        """
        while True:
            ended = False
            try:
                with self._open(offset) as response:
                    offset, body = self._receive(response, offset)
                    for piece in self._read_chunks(body):
                        self._note_progress(offset + len(piece))
                        yield offset, piece
                        offset += len(piece)
                ended = True
                retry = Retry("The film arrived incomplete", code="incomplete")
            except Retry as why:
                retry = why
            except FOREIGN as error:
                failure = network_error(error, "file host")
                mend = "" if failure.transient else failure.hint
                retry = Retry(failure.message.rstrip("."), code=failure.code, mend=mend)
            if offset and offset == self.total_bytes:
                return  # whatever became of the connection by then
            # Out here, as it may read the disk, whose refusals are none of the file host's.
            if offset and ended and self.total_bytes is None and self.is_whole():
                return
            # Out here, so that no exception of httpx, which knows the link, hangs on to what may be raised.
            self._pause(retry)

    def _read_chunks(self, body: Iterator[bytes]) -> Iterator[bytes]:
        """The body in chunks; of a slow one what there is, so that progress shows and it can be stopped."""
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
        # Also what came before a connection broke: on a bad line it may never be a whole chunk.
        yield from self._chunks(parts)
        if broken is not None:
            raise broken

    def _chunks(self, parts: list[bytes]) -> Iterator[bytes]:
        # one copy: with two more a film took 2.2 times curl's time instead of 1.4 (measured)
        data = b"".join(parts)
        # Network reads are small, so this is one piece, a little over a chunk; a larger one is divided.
        step = CHUNK_BYTES if len(data) > 2 * CHUNK_BYTES else len(data) or 1
        for at in range(0, len(data), step):
            self._check_stop()
            yield data[at : at + step]

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise TransferCancelled

    def sample(self, offset: int, size: int) -> bytes | None:
        """``size`` bytes from the middle; None where the host gives no ranges, or anything goes wrong."""
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
        """GET from byte ``first`` on, if the film is still the same one. Follows redirects to http(s), nowhere else."""
        self._check_stop()
        self._url = url = self._url or self._ask_link()
        headers = {"Accept-Encoding": "identity"}
        if first and self.validator:
            headers |= {"Range": f"bytes={first}-{'' if last is None else last}", "If-Range": self.validator}
        for _ in range(_MAX_REDIRECTS + 1):
            if not is_fetchable(url):
                raise TransferError("The link to the film is not one that can be fetched.", code="bad_link")
            with unlogged(), self._http.stream("GET", url, headers=headers) as response:
                if not response.has_redirect_location:
                    yield response
                    return
                url = escape_url(str(response.url.join(response.headers["location"])))
        raise TransferError("The file host redirects in a circle.", code="redirects", hint="Try again.")

    def _receive(self, response: httpx.Response, offset: int) -> tuple[int, Iterator[bytes]]:
        """Where this answer begins, at ``offset`` or at 0, and its bytes. Raises for an answer that is no film."""
        login = proxy_login_error(response.url) if response.status_code == 407 else None
        if login is not None:
            raise TransferError(login.message, code=login.code, hint=login.hint)
        check_status(response, fresh_link=self._fresh)
        known = continued(response, self._known, offset)
        if known is not None:
            self._known = known
            return offset, response.iter_raw()
        if response.status_code != 200:
            # What is here doesn't fit what is there: without a validator, the next question is for all of it.
            self._known = Representation()
            raise Retry("The film can't be continued", after_s=0)
        suffix = pathlib.PurePosixPath(urlsplit(self._url).path).suffix.lower()
        self._known, body = begin(response, self._media, suffix, self._check_stop)
        return 0, body

    def _note_progress(self, received: int) -> None:
        # Only bytes that are new end a row of failures: a film that always breaks off at the same place is
        # given up.
        if received > self._high_water_mark:
            self._high_water_mark = received
            self._fresh = False
            if self._failures:
                self._failures = 0
                self._trouble("")

    def _pause(self, retry: Retry) -> None:
        if retry.mend:
            raise TransferError(f"{retry}.", code=retry.code, hint=retry.mend)
        self._failures += 1
        if self._failures > MAX_FAILURES:
            raise TransferError(f"{retry}.", code=retry.code, hint=retry.hint)
        wait_s = backoff_s(self._failures, random.random) if retry.after_s is None else retry.after_s
        if wait_s:
            self._trouble(f"{retry}; going on in {wait_s:.0f} s.")
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
            why, code = error.message.rstrip("."), error.code
        else:
            self._fresh, self._renew = self._fresh or self._renew, False
            return url
        raise Retry(why, code=code)
