"""The logger of this package. It writes nothing until an application sets up logging."""

from __future__ import annotations

import logging

log = logging.getLogger("mh_widgets")
log.addHandler(logging.NullHandler())
