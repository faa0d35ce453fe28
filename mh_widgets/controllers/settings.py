"""What a controller is told: how it watches, where it saves, and what its page may do."""

from __future__ import annotations

import pathlib
from typing import NamedTuple, Protocol


class Permissions(Protocol):
    """What a card's page may do; asked anew each time, as the kernel may change its mind."""

    @property
    def allow_delete(self) -> bool:
        """Whether the project may be deleted."""

    @property
    def allow_save(self) -> bool:
        """Whether a view may have films saved to the kernel's disk."""


class Settings(NamedTuple):
    """How a card watches and where it saves: seconds, and a directory of the kernel's disk."""

    directory: pathlib.Path = pathlib.Path()
    deadline_s: float | None = 3600.0
    poll_interval_s: float | None = None
