"""The bytes of an output as an object that a notebook shows and keeps."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.display import Video

    from mh_widgets.controllers.project import ProjectController


def read_bytes(name: str, value: object) -> int:
    """Return a limit that a user gave. Raises ``ValueError``."""
    # Floats are accepted, because people write 50e6.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 1:
        raise ValueError(f"{name} must be a positive number of bytes, got {value!r}.")
    return int(min(value, sys.maxsize))


async def embedded(controller: ProjectController, max_bytes: int) -> Video:
    """Return the first output as a video that holds its bytes. Raises as ``Outputs.embed`` does."""
    # Imported late, as few users embed, and scripts may run without IPython.
    from IPython.display import Video

    data, mime = await controller.embed(max_bytes)
    return Video(data=data, embed=True, mimetype=mime)  # type: ignore[no-untyped-call]  # untyped
