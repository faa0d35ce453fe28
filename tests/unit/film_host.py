"""A host of films in the network's place, with one short film on it."""

from __future__ import annotations

import pytest

from tests.unit.file_host import FileHost

FILM = bytes(range(200))


def film_host(monkeypatch: pytest.MonkeyPatch) -> FileHost:
    host = FileHost(FILM)
    host.replace(monkeypatch)
    return host
