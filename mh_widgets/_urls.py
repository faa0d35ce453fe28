"""Which URLs may be played or fetched."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

# What RFC 3986 has no place for behind a host, and a percent sign that escapes nothing.
_ILLEGAL = re.compile(r'[ "<>\\^`{|}]|[^\x00-\x7f]|%(?![0-9A-Fa-f]{2})')


def is_fetchable(url: str) -> bool:
    """Whether ``url`` may be played or fetched: http(s), with a host, without credentials or control characters."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where the port is not a number
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and "@" not in parts.netloc
        and url.isprintable()
        and not set(url) & set(' "<>\\^`{|}')
    )


def escape_url(url: str) -> str:
    """``url`` as browsers and servers agree on: what is not legal behind its host is percent-encoded, as a space.

    What is legal stays as it is, so a signature over it still holds. Control characters stay as well: they
    are no matter of spelling, and ``is_fetchable`` refuses them.
    """
    parts = re.fullmatch(r"([A-Za-z]+://[^/?#]*)(.*)", url.strip(" "))
    if parts is None or not url.isprintable():
        return url
    return parts[1] + _ILLEGAL.sub(lambda character: quote(character[0], safe=""), parts[2])
