"""Settings of certificates and proxies that come later, while a client is in use."""

from __future__ import annotations

import asyncio
import gc
import http.server
import threading
from pathlib import Path

import pytest
import trustme

from mh_widgets import AsyncClient, Client, ConfigurationError, NetworkError
from tests.unit.company_network import without_settings
from tests.unit.local_server import PROJECT, LocalServer, local_server, says


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    return without_settings(monkeypatch)


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_certificates_set_later_count_from_the_next_request(
    plain: pytest.MonkeyPatch, secure: LocalServer, pem: Path, variable: str
) -> None:
    with Client("key", base_url=secure.url) as client:
        with pytest.raises(NetworkError, match="is not trusted"):
            client.get("p")
        plain.setenv(variable, str(pem))
        assert client.get("p").status == "rendering"
        plain.delenv(variable)
        with pytest.raises(NetworkError, match="is not trusted"):
            client.get("p")


def test_a_file_of_certificates_that_was_mended_counts_under_its_old_name(
    plain: pytest.MonkeyPatch, secure: LocalServer, pem: Path, tmp_path: Path
) -> None:
    named = tmp_path / "named.pem"
    plain.setenv("SSL_CERT_FILE", str(named))
    with Client("key", base_url=secure.url) as client:
        with pytest.raises(ConfigurationError):
            client.get("p")
        trustme.CA().cert_pem.write_to_path(str(named))
        with pytest.raises(NetworkError, match="is not trusted"):
            client.get("p")
        with named.open("ab") as file:
            file.write(pem.read_bytes())
        assert client.get("p").status == "rendering"


def test_a_proxy_set_later_counts_from_the_next_request(plain: pytest.MonkeyPatch) -> None:
    with (
        local_server(PROJECT) as server,
        local_server(says(b'{"status": "by proxy"}')) as proxy,
        Client("key", base_url=server.url) as client,
    ):
        assert client.get("p").status == "rendering"
        plain.setenv("HTTP_PROXY", proxy.url)
        assert client.get("p").status == "by proxy"
        plain.setenv("NO_PROXY", "[::1],127.0.0.0/8")
        assert client.get("p").status == "rendering"


def test_what_is_under_way_ends_over_the_old_connections(plain: pytest.MonkeyPatch, pem: Path) -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def slowly(handler: http.server.BaseHTTPRequestHandler) -> None:
        if handler.path.endswith("/slow"):
            arrived.set()
            go_on.wait(30)
        PROJECT(handler)

    async def test(url: str) -> None:
        client = AsyncClient("key", base_url=url)
        slow = asyncio.create_task(client.get("slow"))
        await asyncio.to_thread(arrived.wait, 30)
        plain.setenv("SSL_CERT_FILE", str(pem))
        await client.get("p")
        go_on.set()
        assert (await slow).status == "rendering"
        await client.aclose()

    with local_server(slowly) as server:
        asyncio.run(test(server.url))


def test_a_request_that_is_under_way_ends_although_its_client_is_closed() -> None:
    async def test(url: str, steps: int) -> str:
        client = AsyncClient("key", base_url=url)
        if steps % 2:
            await client.get("p")  # a kept connection
        asking = asyncio.create_task(client.get("p"))
        for _ in range(steps):
            await asyncio.sleep(0)
        await client.aclose()
        return (await asking).status

    with local_server(PROJECT) as server:
        for steps in range(30):
            assert asyncio.run(test(server.url, steps)) == "rendering"
            gc.collect()
