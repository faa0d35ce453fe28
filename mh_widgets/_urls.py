"""Checks and spelling of URLs that may be played or fetched."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

# Characters that RFC 3986 doesn't allow after a host, and a percent sign that escapes nothing.
_ILLEGAL = re.compile(r'[ "<>\\^`{|}]|[^\x00-\x7f]|%(?![0-9A-Fa-f]{2})')


def is_fetchable(url: str) -> bool:
    """Return whether ``url`` may be played or fetched.

    It must have the scheme http or https and a host, but no credentials and no control characters.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises if the port is not a number
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
    """Percent-encode the characters after the host that no URL may contain, as a space.

    Other characters stay, so that a signature of the URL remains valid. Control characters stay as well, and
    ``is_fetchable`` refuses them.

    Args:
        url: A URL as the API or a file host sent it.

    Returns:
        The URL as browsers and servers spell it.
    """
    parts = re.fullmatch(r"([A-Za-z]+://[^/?#]*)(.*)", url.strip(" "))
    if parts is None or not url.isprintable():
        return url
    return parts[1] + _ILLEGAL.sub(lambda character: quote(character[0], safe=""), parts[2])
