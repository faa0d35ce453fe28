"""A company's certificates, a server behind them, and what asks it; for test_network_…."""

from __future__ import annotations

import contextlib
import datetime
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import trustme

from mh_widgets import Client, MagicHourError
from mh_widgets.api import proxies, tls
from mh_widgets.transfers.remote_file import RemoteFile
from tests.unit.local_server import PROJECT, LocalServer, local_server, says

COMPANY = trustme.CA(organization_name="A company")
FILM = b"\0\0\0\x18ftypisom" + bytes(500)


def without_settings(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No setting of this machine."""
    for name in (*tls.VARIABLES, *proxies.VARIABLES):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def company_pem(tmp_path: Path) -> Path:
    """The company's own authority, as its people get it."""
    path = tmp_path / "company.pem"
    COMPANY.cert_pem.write_to_path(str(path))
    return path


def server_context(name: str = "127.0.0.1", not_after: datetime.datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    COMPANY.issue_cert(name, not_after=not_after).configure_cert(context)
    return context


@contextlib.contextmanager
def secure_server() -> Iterator[LocalServer]:
    """An API and a film behind the company's certificate."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        (PROJECT if handler.path.startswith("/v1/") else says(FILM))(handler)

    with local_server(answer, server_context()) as server:
        yield server


def get(url: str) -> str:
    """The status of a project, asked for by a client of this moment."""
    with Client("key", base_url=url) as client:
        return client.get("p").status


def fetch(url: str) -> bytes:
    """A film, as Save reads it; nothing here is worth a second try."""
    retried: list[str] = []
    with RemoteFile(lambda _renew, _stop: url, threading.Event(), retried.append) as film:
        try:
            return b"".join(piece for _, piece in film.iter_chunks())
        finally:
            assert retried == []


def failure(work: Callable[[str], object], url: str) -> MagicHourError:
    """What ``work`` raises, which is of ours, and without a secret."""
    with pytest.raises(MagicHourError) as caught:
        work(url)
    error = caught.value
    assert "SECRET" not in f"{error} {error!r} {error.__context__!r}"
    return error
