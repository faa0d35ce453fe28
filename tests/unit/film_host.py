"""A host of films in the network's place, with one short film and a picture on it."""

from __future__ import annotations

import pytest

from tests.unit.file_host import FileHost

FILM = bytes(range(200))
PICTURE = b"\x89PNG\r\n\x1a\npicture"


def film_host(monkeypatch: pytest.MonkeyPatch) -> FileHost:
    host = FileHost(FILM)
    host.put("/b.png", PICTURE)
    host.replace(monkeypatch)
    return host
