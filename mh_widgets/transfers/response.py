"""Checks of one answer of the file host: whether it is the file, its continuation, or neither."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import random
import re
import time
import zlib
from collections.abc import Callable, Iterator

import httpx

from mh_widgets.api.retry import backoff_s, parse_retry_after
from mh_widgets.errors import TransferError
from mh_widgets.transfers import content
from mh_widgets.transfers.types import Retry

#: Statuses of a link that has expired, and of a file that isn't there yet. Hosts use the same ones for both.
_LINK_REFUSED = frozenset({400, 401, 403, 404, 410})
_LATER = "Try again in a minute."


@dataclasses.dataclass(frozen=True)
class Representation:
    """What is known of the bytes behind a link.

    Attributes:
        total_bytes: The size, or None if the host doesn't send it.
        validator: A strong ETag or a date, or "". The same one means the same bytes.
        coding: The content coding that the host names, which may be wrong.
    """

    total_bytes: int | None = None
    validator: str = ""
    coding: str = ""


def check_status(response: httpx.Response, media: str, *, fresh_link: bool) -> None:
    """Check that the status is one of a file or of a part of a file.

    Args:
        response: The answer of the file host.
        media: What kind of file is expected, as in ``Download.media``.
        fresh_link: Whether the link was renewed and has brought no byte yet.

    Raises:
        Retry: Another attempt may succeed.
        TransferError: No other attempt can succeed.
    """
    code = response.status_code
    if code in _LINK_REFUSED:
        # An old link may have expired, so it is renewed at once. If a fresh link is refused as well, it is
        # most likely too early: hosts may need some seconds to know of a new file.
        if not fresh_link:
            raise Retry(f"The link to the {media} has expired", code="link_ended", after_s=0, renew=True)
        if code in (404, 410):
            raise Retry(
                f"The file host does not have the {media} yet", code="not_there", renew=True, hint=_LATER
            )
        raise Retry(
            f"The file host refuses the link to the {media}", code="link_refused", renew=True, hint=_LATER
        )
    if code >= 500 or code in (408, 425, 429):
        after_s = parse_retry_after(response.headers.get("retry-after"), time.time())
        after_s = None if after_s is None else max(after_s, backoff_s(1, random.random))
        raise Retry(f"The file host answered {code}", code=f"http_{code}", after_s=after_s)
    if code not in (200, 206, 416):
        raise TransferError(f"The file host answered {code}.", code=f"http_{code}", hint="Refresh the card.")


def continued(
    response: httpx.Response, known: Representation, offset: int, size: int | None = None
) -> Representation | None:
    """Return what is known of the file now, if this answer continues it.

    Args:
        response: The answer to a request for a range.
        known: What was known of the file.
        offset: The first byte of the range.
        size: The length of the range; None is up to the end.

    Returns:
        What is known now, or None if this is another file, another range or the whole file.
    """
    span = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", response.headers.get("content-range", ""))
    if response.status_code != 206 or not span or not offset:
        return None
    first, last, total = int(span[1]), int(span[2]), None if span[3] == "*" else int(span[3])
    length = response.headers.get("content-length", "")
    # RFC 9110, 15.3.7: a 206 repeats the validator. A host that leaves it out has still obeyed If-Range.
    validator = response.headers.get("etag" if known.validator.startswith('"') else "last-modified", "")
    same = (
        first == offset <= last
        and (size is None or last == offset + size - 1)
        and (total is None or (last < total and known.total_bytes in (None, total)))
        and (not length.isdecimal() or int(length) == last - first + 1)
        and validator in ("", known.validator)
        and _coding(response) == known.coding
    )
    return dataclasses.replace(known, total_bytes=known.total_bytes or total) if same else None


def begin(
    response: httpx.Response, media: str, suffix: str, check_stop: Callable[[], None]
) -> tuple[Representation, Iterator[bytes]]:
    """Read the beginning of a 200, or of a range from the first byte, and check that it is the file.

    Args:
        response: The answer, of which nothing has been read.
        media: What kind of file is expected, as in ``Download.media``.
        suffix: The extension in the link, in lower case.
        check_stop: Called from time to time; may raise.

    Returns:
        What is known of the file, and its bytes, unpacked where they were packed.

    Raises:
        Retry: This is not the file, but a page or a message that came instead.
    """
    length, coding = response.headers.get("content-length", ""), _coding(response)
    head, body = _peek(response.iter_raw(), check_stop)
    is_gzip = coding in ("gzip", "x-gzip")
    packed = content.is_gzip(head) if is_gzip else coding and not content.is_media(head)
    if packed:
        if not is_gzip:
            raise Retry(f"The file host sent the {media} in an encoding that can't be read", code="encoding")
        head, body = _peek(_unpacked(body, media), check_stop)
    stand_in = content.stand_in(head, media, suffix)
    if stand_in:
        hint = (
            "Log in to this network, or check its proxy, and try again."
            if stand_in == "a web page"
            else _LATER
        )
        reason = f"The file host sent {stand_in} instead of the {media}"
        raise Retry(reason, code="not_the_file", renew=True, hint=hint)
    if packed:
        # An offset in a packed body is not one in the file. So it can't be continued, only begun again.
        return Representation(coding=coding), body
    total = range_total(response) or (int(length) if length.isdecimal() else None)
    return Representation(total, _validator(response), coding), body


def range_total(response: httpx.Response) -> int | None:
    """Return the size of the file if this answer is a range from its beginning, else None."""
    span = re.fullmatch(r"bytes 0-\d+/(\d+)", response.headers.get("content-range", ""))
    return int(span[1]) if span and response.status_code == 206 else None


def _peek(body: Iterator[bytes], check_stop: Callable[[], None]) -> tuple[bytes, Iterator[bytes]]:
    """Return the beginning of ``body``, and all of it, with an error of the connection at its place."""
    head = b""
    try:
        for part in body:
            head += part
            check_stop()
            if len(head) >= content.HEAD_BYTES:
                break
    except httpx.HTTPError as error:
        body = _raising(error)
    return head, itertools.chain([head] if head else [], body)


def _raising(error: Exception) -> Iterator[bytes]:
    yield from ()
    raise error


def _unpacked(body: Iterator[bytes], media: str) -> Iterator[bytes]:
    with contextlib.suppress(EOFError, OSError, zlib.error):
        yield from content.unpack(body)
        return
    raise Retry(f"The {media} arrived incomplete", code="incomplete")


def _validator(response: httpx.Response) -> str:
    etag: str = response.headers.get("etag", "")
    modified: str = response.headers.get("last-modified", "")
    return etag if etag.startswith('"') else modified


def _coding(response: httpx.Response) -> str:
    coding: str = response.headers.get("content-encoding", "").strip().lower()
    return "" if coding == "identity" else coding
