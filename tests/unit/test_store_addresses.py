"""The ways to a Redis or Valkey: a port, TLS, a Unix socket, a password; and what is said when one is closed."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import logging
import os
import shutil
import socketserver
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from mh_widgets.store.base import Query, StoreError
from mh_widgets.store.guarded import GuardedStore
from mh_widgets.store.late_redis import LateRedis
from tests.redis_server import PROGRAMS, RedisServer, redis_program, running_redis
from tests.unit.test_store_backends import A, record
from tests.unit.virtual_time import until

AUTHORITY = trustme.CA(organization_name="Made for this test")
Start = Callable[..., RedisServer]


@pytest.fixture
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """``start(program, scheme)`` runs a server until the test ends."""
    with contextlib.ExitStack() as stack:

        def begin(program: str, scheme: str, certificate: trustme.LeafCert | None = None) -> RedisServer:
            chosen = redis_program() if program == "redis-server" else shutil.which(program)
            if chosen is None:
                pytest.skip(
                    f"No {program} on the PATH. Debian has a package of this name, Valkey from 13 on."
                )
            if scheme == "unix" and os.name != "posix":
                pytest.skip("Windows has no Unix sockets.")
            folder = tmp_path_factory.mktemp("redis")
            certificate = certificate or AUTHORITY.issue_cert("127.0.0.1")
            return stack.enter_context(
                running_redis(
                    folder, chosen, scheme=scheme, certificate=certificate if scheme == "rediss" else None
                )
            )

        yield begin


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The authority's certificate is in SSL_CERT_FILE, as a company sets it."""
    path = tmp_path / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 30))


async def use(url: str) -> None:
    """What one kernel and another one do: record, hear of it, recall, claim."""
    one, two = LateRedis(url), LateRedis(url)
    heard: list[str] = []
    end = await two.subscribe(A, lambda news: heard.extend(each.project_id for each in news))
    version = await one.record(A, record(links="sealed"), 0)
    await until(lambda: heard == ["clx1"], 20)
    known = (await two.recall(A, ["clx1"]))["clx1"]
    assert (known.version, known.status, known.links) == (version, "rendering", "sealed")
    assert (await one.claim(A, "clx1", "one", version, 10.0)).outcome == "granted"
    assert (await two.claim(A, "clx1", "two", version, 10.0)).outcome == "held"
    assert (await two.claim(A, "clx1", "two", 0, 10.0)).outcome == "news"
    end()
    await one.close()
    await two.close()


@pytest.mark.parametrize("scheme", ["redis", "rediss", "unix"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_every_way_to_a_server_is_a_store(start: Start, trusted: Path, program: str, scheme: str) -> None:
    run(use(start(program, scheme).url))


def test_the_address_may_name_the_certificates_itself(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    run(use(f"{start('redis-server', 'rediss').url}?ssl_ca_certs={path}"))


def said(url: str, caplog: pytest.LogCaptureFixture) -> str:
    """The one warning of a kernel whose store has this address."""

    async def test() -> None:
        store = LateRedis(url)
        guard = GuardedStore(store)
        for _ in range(3):
            assert await guard.recent(A, Query()) == []
            guard._rests_until = 0.0
        with contextlib.suppress(StoreError):
            await store.close()

    with caplog.at_level(logging.INFO):
        run(test())
    (text,) = (each.getMessage() for each in caplog.records if each.name == "mh_widgets")
    begin, reason, after = text.partition("(")[0], *text.partition("(")[2].split("). ")
    assert (begin, after) == ("The store of MAGIC_HOUR_STORE can't be used ", "Cards work without it.")
    assert "127.0.0.1" not in caplog.text
    return reason


def test_a_certificate_of_an_unknown_authority_is_one_sentence(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    reason = said(start("redis-server", "rediss").url, caplog)
    assert reason == "the certificate of its server is not trusted: name its authority in SSL_CERT_FILE"


def test_a_certificate_for_another_name_is_one_sentence(
    start: Start, trusted: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = start("redis-server", "rediss", AUTHORITY.issue_cert("redis.test"))
    assert said(server.url, caplog) == "the certificate of its server is for another name"


def test_a_certificate_that_has_expired_is_one_sentence(
    start: Start, trusted: Path, caplog: pytest.LogCaptureFixture
) -> None:
    yesterday = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
    server = start("redis-server", "rediss", AUTHORITY.issue_cert("127.0.0.1", not_after=yesterday))
    assert said(server.url, caplog) == "the certificate of its server has expired"


def test_certificates_that_are_not_there_are_one_sentence(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"{start('redis-server', 'rediss').url}?ssl_ca_certs={tmp_path / 'none.pem'}"
    assert said(url, caplog) == "the certificates that its address names can't be read"


class Plain(socketserver.BaseRequestHandler):
    """Speaks at once, and no TLS."""

    def handle(self) -> None:
        self.request.sendall(b"-ERR\r\n" * 100)
        self.request.recv(1)


def test_a_server_without_tls_is_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Plain) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        reason = said(f"rediss://127.0.0.1:{server.server_address[1]}", caplog)
        server.shutdown()
    assert reason == "its server doesn't speak TLS"


@pytest.mark.parametrize("scheme", ["redis", "unix"])
@pytest.mark.parametrize("wrong", ["wrong", ""])
def test_a_wrong_password_is_one_sentence(
    start: Start, scheme: str, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = start("redis-server", scheme)
    reason = said(server.url.replace(f":{server.password}@", f":{wrong}@" if wrong else ""), caplog)
    assert reason == "the password in its address is wrong or missing"
    assert server.password not in caplog.text


def test_certificates_are_read_once_and_never_on_the_loop(
    start: Start, trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bool] = []
    original = ssl.create_default_context

    def noted(*arguments: Any, **settings: Any) -> ssl.SSLContext:
        read.append(asyncio._get_running_loop() is not None)
        return original(*arguments, **settings)

    async def test(url: str) -> None:
        store = LateRedis(url)
        end = await store.subscribe(A, lambda _: None)
        await asyncio.gather(*(store.record(A, record(f"clx{n}"), 0) for n in range(20)))
        end()
        await store.close()

    url = start("redis-server", "rediss").url
    monkeypatch.setattr(ssl, "create_default_context", noted)
    run(test(url))
    assert read == [False]
