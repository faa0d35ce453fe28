"""Company networks over real sockets: certificates, proxies, kept connections; for the API and for the file host."""

from __future__ import annotations

import asyncio
import datetime
import gc
import http.server
import os
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest
import trustme

from mh_widgets import AsyncClient, Client, ConfigurationError, MagicHourError, NetworkError, TransferError
from mh_widgets.api import proxies, tls, transports
from mh_widgets.polling.registry import poller_for
from mh_widgets.polling.subscription import Subscription
from mh_widgets.transfers.remote_file import RemoteFile
from tests.unit.local_server import PROJECT, LocalServer, local_server, says

COMPANY = trustme.CA(organization_name="A company")
FILM = b"\0\0\0\x18ftypisom" + bytes(500)


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No setting of this machine."""
    for name in (*tls.VARIABLES, *proxies.VARIABLES):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """The company's own authority, as its people get it."""
    path = tmp_path / "company.pem"
    COMPANY.cert_pem.write_to_path(str(path))
    return path


def server_context(name: str = "127.0.0.1", not_after: datetime.datetime | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    COMPANY.issue_cert(name, not_after=not_after).configure_cert(context)
    return context


@pytest.fixture(scope="module")
def secure() -> Iterator[LocalServer]:
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


# --- certificates


@pytest.mark.parametrize("work", [get, fetch])
@pytest.mark.parametrize(
    ("variable", "content", "words"),
    [
        ("SSL_CERT_FILE", None, "SSL_CERT_FILE names a file that doesn't exist."),
        ("SSL_CERT_FILE", b"", "SSL_CERT_FILE names a file without a certificate in PEM format."),
        ("SSL_CERT_FILE", b"my-host\n", "SSL_CERT_FILE names a file without a certificate in PEM format."),
        ("SSL_CERT_FILE", b"\x30\x82\x01", "SSL_CERT_FILE names a file without a certificate in PEM format."),
        ("SSL_CERT_DIR", None, "SSL_CERT_DIR names a folder that doesn't exist."),
        ("SSL_CERT_DIR", b"a file", "SSL_CERT_DIR names a folder that doesn't exist."),
    ],
)
def test_a_setting_without_certificates_is_named(
    *,
    plain: pytest.MonkeyPatch,
    secure: LocalServer,
    tmp_path: Path,
    work: Callable[[str], object],
    variable: str,
    content: bytes | None,
    words: str,
) -> None:
    path = tmp_path / "certificates"
    if content is not None:
        path.write_bytes(content)
    plain.setenv(variable, str(path))
    error = failure(work, secure.url)
    assert isinstance(error, ConfigurationError)
    assert error.message == words
    assert error.hint == f"Correct {variable} or remove it, then try again."
    assert str(tmp_path) not in str(error)


def test_a_folder_in_place_of_a_file_of_certificates_is_named(
    plain: pytest.MonkeyPatch, secure: LocalServer, tmp_path: Path
) -> None:
    plain.setenv("SSL_CERT_FILE", str(tmp_path))
    assert failure(get, secure.url).message.startswith("SSL_CERT_FILE names a file ")


def test_an_address_without_tls_needs_no_certificates(plain: pytest.MonkeyPatch) -> None:
    plain.setenv("SSL_CERT_FILE", "/gone/cacert.pem")
    with local_server(PROJECT) as api, local_server(says(FILM)) as host:
        assert get(api.url) == "rendering"
        assert fetch(host.url) == FILM


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_company_s_certificates_are_taken_from_where_it_names_them(
    plain: pytest.MonkeyPatch, secure: LocalServer, pem: Path, variable: str
) -> None:
    plain.setenv(variable, str(pem))
    assert get(secure.url) == "rendering"
    assert fetch(secure.url) == FILM


def test_a_home_directory_may_be_written_with_a_tilde(
    plain: pytest.MonkeyPatch, secure: LocalServer, pem: Path
) -> None:
    plain.setenv("HOME", str(pem.parent))
    plain.setenv("USERPROFILE", str(pem.parent))
    plain.setenv("SSL_CERT_FILE", f"~/{pem.name}")
    assert get(secure.url) == "rendering"


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_broken_setting_of_other_programs_is_done_without(
    plain: pytest.MonkeyPatch, secure: LocalServer, pem: Path, content: bytes | None
) -> None:
    plain.setenv("SSL_CERT_FILE", str(pem))
    other = pem.with_name("other.pem")
    if content is not None:
        other.write_bytes(content)
    plain.setenv("REQUESTS_CA_BUNDLE", str(other))
    assert get(secure.url) == "rendering"


@pytest.mark.parametrize(
    ("name", "not_after", "api", "hint"),
    [
        ("127.0.0.1", None, "is not trusted", "SSL_CERT_FILE"),
        ("other.test", None, "belongs to another name", "sign-in page"),
        ("127.0.0.1", datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc), "has expired", "clock"),
    ],
)
def test_a_certificate_that_is_refused_is_named_and_not_retried(
    *,
    plain: pytest.MonkeyPatch,
    pem: Path,
    name: str,
    not_after: datetime.datetime | None,
    api: str,
    hint: str,
) -> None:
    if api != "is not trusted":
        plain.setenv("SSL_CERT_FILE", str(pem))
    with local_server(PROJECT, server_context(name, not_after)) as server:
        error = failure(get, server.url)
        address = server.url.removeprefix("https://")
        assert isinstance(error, NetworkError)
        assert (error.code, error.transient) == ("certificate", False)
        assert error.message == f"The certificate of the API at {address} {api}."
        assert hint in error.hint
        error = failure(fetch, server.url)
        assert isinstance(error, TransferError)
        assert error.message == f"The certificate of the file host {api}."
        assert server.paths == []


def test_a_refusal_names_the_setting_that_there_is(plain: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "another.pem"))
    plain.setenv("SSL_CERT_FILE", str(tmp_path / "another.pem"))
    with local_server(PROJECT, server_context()) as server:
        assert (
            failure(get, server.url).hint
            == "SSL_CERT_FILE must name your company's certificates, or be removed."
        )


def test_a_host_that_speaks_no_tls_is_not_asked_again() -> None:
    with local_server(PROJECT) as server:
        url = server.url.replace("http:", "https:")
        error = failure(get, url)
        assert (error.code, error.transient) == ("tls", False)
        assert "MAGIC_HOUR_BASE_URL" in error.hint
        assert failure(fetch, url).code == "tls"


def test_the_watch_of_a_card_stops_at_a_certificate_and_goes_on_by_retry(
    plain: pytest.MonkeyPatch, secure: LocalServer, pem: Path
) -> None:
    async def test() -> None:
        client = AsyncClient("key", base_url=secure.url)
        watcher = Subscription(poller_for(client.api, "p"), lambda: None)
        watcher.start()
        with pytest.raises(NetworkError, match="is not trusted"):
            await watcher.finished()
        assert watcher.state == "stopped"
        plain.setenv("SSL_CERT_FILE", str(pem))
        watcher.start()
        assert (await watcher.poller.refresh()).status == "rendering"
        assert watcher.state == "watching"
        watcher.close()
        await client.aclose()

    asyncio.run(test())


# --- settings that come later


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


# --- proxies


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


# --- kept connections


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


def test_environment_is_read_without_the_disk(plain: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # It is on the loop, before every request.
    before = transports.environment()
    plain.setenv("SSL_CERT_FILE", str(tmp_path))
    assert transports.environment() != before
    assert set(filter(None, transports.environment())) == {str(tmp_path), os.environ["SSL_CERT_FILE"]}
