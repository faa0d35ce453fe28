"""Proxies over real sockets, for the API and for the file host; what fails there is named."""

from __future__ import annotations

import http.server
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mh_widgets import ConfigurationError, NetworkError, TransferError
from mh_widgets.api import transports
from tests.unit.company_network import failure, fetch, get, server_context, without_settings
from tests.unit.local_server import PROJECT, LocalServer, local_server, says


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    return without_settings(monkeypatch)


@pytest.fixture
def by_proxy(plain: pytest.MonkeyPatch) -> Iterator[Callable[[int], LocalServer]]:
    """A proxy that refuses everything with one status."""
    status = [0]

    def refuse(handler: http.server.BaseHTTPRequestHandler) -> None:
        says(b"", status[0], **{"Proxy-Authenticate": "Basic"})(handler)

    with local_server(refuse) as server:

        def begin(code: int) -> LocalServer:
            status[0] = code
            plain.setenv("ALL_PROXY", f"http://user:SECRET@{server.url.removeprefix('http://')}")
            return server

        yield begin


@pytest.mark.parametrize("url", ["https://api.test", "http://api.test"])
def test_a_proxy_that_wants_a_password_is_not_asked_again(
    by_proxy: Callable[[int], LocalServer], url: str
) -> None:
    proxy = by_proxy(407)
    for work, kind in ((get, NetworkError), (fetch, TransferError)):
        error = failure(work, url)
        assert isinstance(error, kind)
        assert error.message == "The proxy asks for a user name and a password."
        assert "ALL_PROXY" in error.hint
        assert (error.code, error.transient) == ("proxy", False)
    assert len(proxy.paths) == 2


def test_a_proxy_that_refuses_the_host_is_not_asked_again(by_proxy: Callable[[int], LocalServer]) -> None:
    by_proxy(403)
    error = failure(get, "https://api.test")
    assert error.message == "The proxy refuses to connect to the API (403)."
    assert "ALL_PROXY" in error.hint
    assert "NO_PROXY" in error.hint
    assert not error.transient
    assert (
        failure(fetch, "https://files.test").message == "The proxy refuses to connect to the file host (403)."
    )


@pytest.mark.parametrize("status", [502, 503, 429])
def test_a_proxy_that_can_not_get_through_is_asked_again(
    by_proxy: Callable[[int], LocalServer], status: int
) -> None:
    by_proxy(status)
    error = failure(get, "https://api.test")
    assert error.message == f"The proxy can't reach the API ({status})."
    assert (error.code, error.transient) == ("proxy", True)


def test_a_proxy_that_is_not_there_is_named(plain: pytest.MonkeyPatch) -> None:
    plain.setenv("HTTPS_PROXY", "http://user:SECRET@127.0.0.1:9")
    error = failure(get, "https://api.test")
    assert error.message == "The proxy to the API can't be reached."
    assert error.hint == "Check HTTPS_PROXY, or name the host in NO_PROXY."
    assert (error.code, error.transient) == ("proxy", True)


@pytest.mark.parametrize("work", [get, fetch])
def test_a_proxy_setting_that_can_not_be_used_is_named(
    plain: pytest.MonkeyPatch, work: Callable[[str], object]
) -> None:
    plain.setenv("HTTPS_PROXY", "nonsense://user:SECRET@proxy.test")
    error = failure(work, "https://api.test")
    assert isinstance(error, ConfigurationError)
    assert error.message == "HTTPS_PROXY names a proxy of an unknown kind."


def test_what_is_no_proxy_is_named_with_the_other_settings(plain: pytest.MonkeyPatch) -> None:
    def gibberish(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"220 mail.test ESMTP\r\n")
        handler.close_connection = True

    with local_server(gibberish) as server:
        plain.setenv("ALL_PROXY", server.url)
        error = failure(get, "http://api.test")
    assert error.hint == "Check the network, ALL_PROXY and MAGIC_HOUR_BASE_URL."
    assert error.transient


def test_a_proxy_over_tls_is_trusted_like_everything_else(plain: pytest.MonkeyPatch, pem: Path) -> None:
    plain.setenv("REQUESTS_CA_BUNDLE", str(pem))
    with local_server(PROJECT, server_context()) as proxy:
        plain.setenv("HTTP_PROXY", proxy.url)
        assert get("http://api.test") == "rendering"


def test_environment_is_read_without_the_disk(plain: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # It is on the loop, before every request.
    before = transports.environment()
    plain.setenv("SSL_CERT_FILE", str(tmp_path))
    assert transports.environment() != before
    assert set(filter(None, transports.environment())) == {str(tmp_path), os.environ["SSL_CERT_FILE"]}
