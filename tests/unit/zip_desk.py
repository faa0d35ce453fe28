"""What the tests of zips share: a card with a film and a picture, and what is in the zip that it sent."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import httpx

from tests.unit.desk import A, B, Desk
from tests.unit.file_host import ETAG, streamed
from tests.unit.film_host import FILM
from tests.unit.virtual_time import film

#: A break after 50 bytes, of an output that can be continued.
BREAK = streamed(FILM[:50], length=200, etag=ETAG, fail=httpx.ReadError("reset"))


def both() -> dict[str, Any]:
    """The answer of the API: a film and a picture."""
    return film(A, B)


def opened(desk: Desk) -> zipfile.ZipFile:
    """The zip that has arrived."""
    return zipfile.ZipFile(io.BytesIO(desk.data))


def content(desk: Desk) -> list[bytes]:
    """What is in the zip. Each checksum is checked, too."""
    with opened(desk) as archive:
        return [archive.read(name) for name in archive.namelist()]
