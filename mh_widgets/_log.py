"""The logger of this package. It writes nothing until an application sets up logging."""

from __future__ import annotations

import functools
import logging

log = logging.getLogger("mh_widgets")
log.addHandler(logging.NullHandler())


@functools.cache
def warn_once(text: str, *arguments: str) -> None:
    """Log a warning. The same one is logged only once by a process."""
    log.warning(text, *arguments)
