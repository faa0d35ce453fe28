"""The package's logger, and silence about what its HTTP clients do."""

from __future__ import annotations

import contextlib
import contextvars
import logging
from collections.abc import Iterator

#: What this package has to say, for whoever wants to hear it.
log = logging.getLogger("mh_widgets")
log.addHandler(logging.NullHandler())

_private: contextvars.ContextVar[bool] = contextvars.ContextVar("mh_widgets_private", default=False)

# A filter on a logger doesn't reach its children, so each of them gets it.
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
    """Keep httpx and httpcore from logging what happens inside, and nothing else of theirs.

    They write whole URLs, signatures included, and with ``logging.basicConfig(level=INFO)`` a line for each
    question.
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
