"""What both HTTP clients need: the rule for URLs, and silence about what they do."""

from __future__ import annotations

import contextlib
import contextvars
import logging
import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

#: What this package has to say, for whoever wants to hear it.
log = logging.getLogger("mh_widgets")
log.addHandler(logging.NullHandler())

# What RFC 3986 has no place for behind a host, and a percent sign that escapes nothing.
_ILLEGAL = re.compile(r'[ "<>\\^`{|}]|[^\x00-\x7f]|%(?![0-9A-Fa-f]{2})')

_private: contextvars.ContextVar[bool] = contextvars.ContextVar("mh_widgets_private", default=False)

# A filter on a logger doesn't reach its children, so each of them gets it.
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks")


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

    What is legal stays as it is, so a signature over it still holds. Control characters stay as well: they are no
    matter of spelling, and ``is_fetchable`` refuses them.
    """
    parts = re.fullmatch(r"([A-Za-z]+://[^/?#]*)(.*)", url.strip(" "))
    if parts is None or not url.isprintable():
        return url
    return parts[1] + _ILLEGAL.sub(lambda character: quote(character[0], safe=""), parts[2])


@contextlib.contextmanager
def unlogged() -> Iterator[None]:
    """Keep httpx and httpcore from logging what happens inside, and nothing else of theirs.

    They write whole URLs, signatures included, and with ``logging.basicConfig(level=INFO)`` a line for each question.
    """
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if _hush not in logger.filters:
            logger.addFilter(_hush)
    token = _private.set(True)
    try:
        yield
    finally:
        _private.reset(token)


def _hush(record: logging.LogRecord) -> bool:
    return not _private.get()
