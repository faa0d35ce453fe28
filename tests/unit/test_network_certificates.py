"""Certificates over real sockets: a company's are trusted, and what is refused is named."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from mh_widgets import AsyncClient, ConfigurationError, NetworkError, TransferError
from mh_widgets.polling.registry import poller_for
from mh_widgets.polling.subscription import Subscription
from tests.unit.company_network import FILM, failure, fetch, get, server_context, without_settings
from tests.unit.local_server import PROJECT, LocalServer, local_server, says


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    return without_settings(monkeypatch)


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
