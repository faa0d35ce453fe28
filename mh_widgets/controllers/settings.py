"""The settings of a controller: how it polls, where it saves, and what its page may do."""

from __future__ import annotations

import pathlib
from typing import NamedTuple, Protocol

#: The variable that makes a page public. It contains the IDs of its projects, separated by commas.
PUBLIC_PROJECTS = "MAGIC_HOUR_PUBLIC_PROJECTS"
#: The variable that, as ``off``, makes no card of this process have a poster that was not asked for.
POSTER = "MAGIC_HOUR_POSTER"


class Permissions(Protocol):
    """The rights of a card's page. They are read for each action, as the kernel may change them."""

    @property
    def allow_delete(self) -> bool:
        """Whether the project may be deleted."""

    @property
    def allow_save(self) -> bool:
        """Whether a view may save outputs to the kernel's disk."""


class Settings(NamedTuple):
    """How a card polls, in seconds, its directory on the kernel's disk, and whether it makes a poster.

    ``poster`` of None means: if PyAV is installed, the page is not public, and ``MAGIC_HOUR_POSTER`` is not
    ``off``.
    """

    directory: pathlib.Path = pathlib.Path()
    deadline_s: float | None = 3600.0
    poll_interval_s: float | None = None
    poster: bool | None = False
