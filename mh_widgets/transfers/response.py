"""One answer of a file host, read with suspicion: whether it is the file, its continuation, or neither."""

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

#: Answers that say "this link is no good", or that the file isn't there yet: hosts don't tell one from the
#: other.
_LINK_REFUSED = frozenset({400, 401, 403, 404, 410})
_LATER = "Try again in a minute."


@dataclasses.dataclass(frozen=True)
class Representation:
    """What is known of the bytes behind a link: the same ``validator`` means the same bytes.

    ``total_bytes`` is None where the host doesn't say, ``validator`` a strong ETag or a date, "" where there
    is none. ``coding`` is what the host says the bytes are packed with; of bytes that are a file already that
    isn't so.
    """

    total_bytes: int | None = None
    validator: str = ""
    coding: str = ""


def check_status(response: httpx.Response, *, fresh_link: bool) -> None:
    """Raise ``Retry`` or ``TransferError`` for an answer that is neither a file nor a part of one."""
    code = response.status_code
    if code in _LINK_REFUSED:
        # A link from the last answer may have ended: it is renewed at once. Where a fresh one is refused as
        # well it is most likely too early, as hosts may need some seconds to know of a new file.
        if not fresh_link:
            raise Retry("The link to the film has ended", code="link_ended", after_s=0, renew=True)
        if code in (404, 410):
            raise Retry(
                "The file host does not have the video yet", code="not_there", renew=True, hint=_LATER
            )
        raise Retry(
            "The file host refuses the link to the video", code="link_refused", renew=True, hint=_LATER
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
    """What is known of the file now, if this is the same one from ``offset`` on, to its end or for ``size`` bytes."""
    span = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", response.headers.get("content-range", ""))
    if response.status_code != 206 or not span or not offset:
        return None
    first, last, total = int(span[1]), int(span[2]), None if span[3] == "*" else int(span[3])
    length = response.headers.get("content-length", "")
    # RFC 9110, 15.3.7: a 206 repeats the validator. Where it doesn't, there was an If-Range.
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
    """What a 200 says of the file, and its bytes. Raises ``Retry`` for what is no such file.

    Args:
        response: The answer, of which nothing has been read.
        media: What is expected, as ``Download.media`` says it.
        suffix: The extension in the link, in lower case.
        check_stop: Called from time to time; may raise.
    """
    length, coding = response.headers.get("content-length", ""), _coding(response)
    head, body = _peek(response.iter_raw(), check_stop)
    is_gzip = coding in ("gzip", "x-gzip")
    packed = content.is_gzip(head) if is_gzip else coding and not content.is_media(head)
    if packed:
        if not is_gzip:
            raise Retry("The file host sent the video packed in a way that can't be read", code="encoding")
        head, body = _peek(_unpacked(body), check_stop)
    stand_in = content.stand_in(head, media, suffix)
    if stand_in:
        hint = (
            "Log in to this network, or check its proxy, and try again."
            if stand_in == "a web page"
            else _LATER
        )
        why = f"The file host sent {stand_in} instead of the {media}"
        raise Retry(why, code="not_the_file", renew=True, hint=hint)
    if packed:
        # Places in a packed body are not places in the file, so that it can't be continued, only begun again.
        return Representation(coding=coding), body
    return Representation(int(length) if length.isdecimal() else None, _validator(response), coding), body


def _peek(body: Iterator[bytes], check_stop: Callable[[], None]) -> tuple[bytes, Iterator[bytes]]:
    """The beginning of ``body``, and all of it, with an end that breaks where it broke."""
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


def _unpacked(body: Iterator[bytes]) -> Iterator[bytes]:
    with contextlib.suppress(EOFError, OSError, zlib.error):
        yield from content.unpack(body)
        return
    raise Retry("The film arrived incomplete", code="incomplete")


def _validator(response: httpx.Response) -> str:
    etag: str = response.headers.get("etag", "")
    modified: str = response.headers.get("last-modified", "")
    return etag if etag.startswith('"') else modified


def _coding(response: httpx.Response) -> str:
    coding: str = response.headers.get("content-encoding", "").strip().lower()
    return "" if coding == "identity" else coding
