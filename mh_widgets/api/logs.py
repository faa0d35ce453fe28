"""A filter that keeps the package's HTTP clients from logging."""

from __future__ import annotations

import contextlib
import contextvars
import logging
from collections.abc import Iterator

_private: contextvars.ContextVar[bool] = contextvars.ContextVar("mh_widgets_private", default=False)

# A filter of a logger doesn't apply to its children, so each of them gets it.
_LOGGERS = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
)


@contextlib.contextmanager
def unlogged() -> Iterator[None]:
    """Keep httpx and httpcore from logging within this context, and only there.

    They log whole URLs, signatures included. ``logging.basicConfig(level=INFO)`` would show a line for each
    request.
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
