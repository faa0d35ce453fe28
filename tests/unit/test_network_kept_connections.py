"""Kept connections that the other side drops, for the API and for the file host."""

from __future__ import annotations

import asyncio
import http.server

import httpx
import pytest

from mh_widgets import AsyncClient, Client, NetworkError
from mh_widgets.api import transports
from tests.unit.company_network import FILM, failure, get, without_settings
from tests.unit.local_server import local_server, says


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    return without_settings(monkeypatch)


class Dropping:
    """Answers the first request of each connection, and drops it when the next one comes."""

    def __init__(self, body: bytes = b'{"status": "rendering"}') -> None:
        self.body = body
        self.connections: list[object] = []

    def __call__(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        if handler.connection in self.connections:
            handler.close_connection = True
            return
        self.connections.append(handler.connection)
        says(self.body)(handler)


def test_a_get_is_repeated_when_its_kept_connection_is_dropped() -> None:
    with local_server(Dropping()) as server, Client("key", base_url=server.url) as client:
        assert [client.get("p").status for _ in range(3)] == ["rendering"] * 3
        assert len(server.paths) == 5  # two met a connection that was dropped


def test_a_crowd_whose_connections_are_all_dropped_has_its_answers() -> None:
    async def test(url: str) -> None:
        async with AsyncClient("key", base_url=url) as client:
            for _ in range(3):
                answers = await asyncio.gather(*(client.get(f"p{n}") for n in range(20)))
                assert {details.status for details in answers} == {"rendering"}

    with local_server(Dropping()) as server:
        asyncio.run(test(server.url))


def test_a_new_connection_that_is_dropped_is_trouble() -> None:
    def drop(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    with local_server(drop) as server:
        error = failure(get, server.url)
        assert error.message == "The connection to the API broke."
        assert error.transient
        assert len(server.paths) == 1


def test_a_delete_meets_no_kept_connection_and_is_sent_once() -> None:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        if handler.command == "DELETE" and handler.connection in dropping.connections:
            handler.close_connection = True
        elif handler.command == "DELETE":
            says(b"", 204)(handler)
        else:
            dropping(handler)

    dropping = Dropping()
    with local_server(answer) as server, Client("key", base_url=server.url) as client:
        client.get("p")
        client.delete("p")
        client.get("p")
        assert [path.partition(" ")[0] for path in server.paths] == ["GET", "DELETE", "GET", "GET"]


def test_a_delete_whose_connection_breaks_is_not_repeated() -> None:
    def drop(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    with local_server(drop) as server, Client("key", base_url=server.url) as client:
        with pytest.raises(NetworkError, match="broke"):
            client.delete("p")
        assert len(server.paths) == 1


def test_the_file_host_is_asked_again_when_it_drops_a_kept_connection() -> None:
    with local_server(Dropping(FILM)) as server, httpx.Client(transport=transports.FileTransport()) as http:
        assert [http.get(server.url).content for _ in range(3)] == [FILM] * 3
        assert len(server.paths) == 5
