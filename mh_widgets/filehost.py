"""The file host behind presigned links, read from any place on and across broken connections. Without credentials.

Synchronous, for worker threads: async httpx on the loop stalls it up to 85 ms (measured).
"""

from __future__ import annotations

import contextlib
import random
import re
import threading
import time
from collections.abc import Callable, Generator, Iterator

import httpx

from mh_widgets.errors import MagicHourError, TransferError
from mh_widgets.failures import FOREIGN, network_error, proxy_login_error
from mh_widgets.net import is_fetchable, unlogged
from mh_widgets.pace import backoff_s, parse_retry_after
from mh_widgets.transports import FileTransport

#: Bytes read at once; also the size of the messages that carry a film to the browser.
CHUNK_BYTES = 1024 * 1024
#: Seconds without a byte after which a connection counts as dead.
STALL_S = 15.0
#: Seconds after which a piece is handed on although it isn't full.
SLOW_S = 0.5
#: Failures in a row, with not one new byte between them, after which a transfer gives up.
MAX_FAILURES = 6
#: Fresh links in a row that bring nothing either, after which it isn't the link.
MAX_RENEWALS = 2
_MAX_REDIRECTS = 5
#: Answers that say "this link is no good": it has ended, or was never signed.
_LINK_ENDED = frozenset({401, 403, 404, 410})

#: ``link(renew, stop)`` is the film's URL, a fresh one if ``renew``; called in the worker thread, may block and raise.
Link = Callable[[bool, threading.Event], str]
#: ``trouble(sentence)`` says what is being retried; "" says that it is over.
Trouble = Callable[[str], None]


class Stopped(Exception):
    """Somebody asked this transfer to stop."""


class _Retry(Exception):
    """Something that may go better next time; the text is a sentence for the card, without its full stop."""

    def __init__(
        self, why: str, *, code: str = "network", after_s: float | None = None, renew: bool = False, mend: str = ""
    ) -> None:
        super().__init__(why)
        self.code, self.after_s, self.renew = code, after_s, renew
        self.mend = mend  # what somebody has to do first, where trying again helps nothing


class Film:
    """A film on the file host, read from any place on and across broken connections.

    With the first piece there are ``total_bytes`` (None where the host doesn't say) and ``validator`` (a strong ETag or
    a date, "" where there is none): the same validator means the same bytes. ``is_whole`` judges an end that came
    without a length.
    """

    def __init__(
        self,
        link: Link,
        stop: threading.Event,
        trouble: Trouble = lambda sentence: None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.total_bytes: int | None = None
        self.validator = ""
        self.is_whole: Callable[[], bool] = lambda: True
        self._link, self._url = link, ""
        self._stop, self._trouble = stop, trouble
        self._failures = self._renewals = self._furthest = 0
        # Credential-free on purpose, and for one film only: it shares no header and no cookie with the API's client.
        self._http = httpx.Client(
            transport=transport or FileTransport(), trust_env=False, timeout=STALL_S, follow_redirects=False
        )

    def __enter__(self) -> Film:
        return self

    def __exit__(self, *error: object) -> None:
        self._http.close()

    def pieces(self, offset: int = 0) -> Generator[tuple[int, bytes], None, None]:
        """``(offset, piece)`` from ``offset`` to the end of the film.

        An offset of 0 after others means that the film has changed, or can't be read from the middle: what came before
        is void. Raises ``TransferError``, or ``Stopped`` soon after ``stop`` is set.
        """
        while True:
            retry: _Retry | None = None
            try:
                with self._open(offset) as response:
                    offset = self._begin(response, offset)
                    for piece in self._gather(response):
                        self._note_progress(offset + len(piece))
                        yield offset, piece
                        offset += len(piece)
                if offset and (offset == self.total_bytes or (self.total_bytes is None and self.is_whole())):
                    return
                raise _Retry("The film arrived incomplete", code="incomplete")
            except _Retry as why:
                retry = why
            except FOREIGN as error:
                failure = network_error(error, "file host")
                mend = "" if failure.transient else failure.hint
                retry = _Retry(failure.message.rstrip("."), code=failure.code, mend=mend)
            # Out here, so that no exception of httpx, which knows the link, hangs on to what may be raised.
            self._pause(retry)

    def _gather(self, response: httpx.Response) -> Iterator[bytes]:
        """The body in chunks; of a slow one what there is, so that progress shows and it can be stopped."""
        parts: list[bytes] = []
        size, begun = 0, time.monotonic()
        broken: Exception | None = None
        try:
            for part in response.iter_bytes():
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
        data = b"".join(parts)  # one copy: with two more a film took 2.2 times curl's time instead of 1.4 (measured)
        # Network reads are small, so this is one piece, a little over a chunk; a larger one is divided.
        step = CHUNK_BYTES if len(data) > 2 * CHUNK_BYTES else len(data) or 1
        for at in range(0, len(data), step):
            self._check_stop()
            yield data[at : at + step]

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise Stopped

    def sample(self, offset: int, size: int) -> bytes | None:
        """``size`` bytes from the middle; None where the host gives no ranges, or anything goes wrong."""
        try:
            with self._open(offset, offset + size - 1) as response:
                return response.read() if response.status_code == 206 else None
        except (_Retry, *FOREIGN):
            return None

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
                url = str(response.url.join(response.headers["location"]))
        raise TransferError("The file host redirects in a circle.", code="redirects", hint="Try again.")

    def _begin(self, response: httpx.Response, offset: int) -> int:
        """Where this answer begins: at ``offset``, or at 0. Raises for an answer that is no film."""
        code = response.status_code
        if code in _LINK_ENDED:
            raise _Retry("The link to the film has ended", code="link_ended", after_s=0, renew=True)
        length, span = response.headers.get("content-length", ""), response.headers.get("content-range", "")
        whole = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", span)
        etag = response.headers.get("etag", "")
        other = etag != self.validator and self.validator.startswith('"') and etag
        if code == 416 or (code == 206 and (other or not (whole and offset and int(whole[1]) == offset))):
            self.validator = ""  # what is here doesn't fit what is there: without it, the next question is for all
            raise _Retry("The film can't be continued", after_s=0)
        if code >= 500 or code in (408, 425, 429):
            after_s = parse_retry_after(response.headers.get("retry-after"), time.time())
            after_s = None if after_s is None else max(after_s, backoff_s(1, random.random))
            raise _Retry(f"The file host answered {code}", code=f"http_{code}", after_s=after_s)
        login = proxy_login_error(response.url) if code == 407 else None
        if login is not None:
            raise TransferError(login.message, code=login.code, hint=login.hint)
        if code not in (200, 206):
            raise TransferError(f"The file host answered {code}.", code=f"http_{code}", hint="Refresh the card.")
        if code == 206 and whole:
            self.total_bytes = None if whole[3] == "*" else int(whole[3])
            return offset
        self.total_bytes = int(length) if length.isdecimal() and "content-encoding" not in response.headers else None
        self.validator = etag if etag.startswith('"') else response.headers.get("last-modified", "")
        return 0

    def _note_progress(self, received: int) -> None:
        # Only bytes that are new end a row of failures: a film that always breaks off at the same place is given up.
        if received > self._furthest:
            self._furthest = received
            if self._failures:
                self._failures = self._renewals = 0
                self._trouble("")

    def _pause(self, retry: _Retry) -> None:
        if retry.mend:
            raise TransferError(f"{retry}.", code=retry.code, hint=retry.mend)
        self._failures += 1
        self._renewals += retry.renew
        if self._failures > MAX_FAILURES or self._renewals > MAX_RENEWALS:
            raise TransferError(f"{retry}.", code=retry.code, hint="Try again.")
        wait_s = backoff_s(self._failures, random.random) if retry.after_s is None else retry.after_s
        if wait_s:
            self._trouble(f"{retry}; going on in {wait_s:.0f} s.")
        if self._stop.wait(wait_s):
            raise Stopped
        if retry.renew:
            self._url = ""

    def _ask_link(self) -> str:
        try:
            return self._link(self._renewals > 0, self._stop)
        except MagicHourError as error:
            if not error.transient:
                raise
            why = error.message.rstrip(".")
        raise _Retry(why)
