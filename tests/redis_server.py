"""A Redis or Valkey on loopback with a port and a password of its own, for one worker of the tests."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import trustme

PROGRAMS = ("redis-server", "valkey-server")
_PATIENCE_S = 30.0


@dataclass
class RedisServer:
    """A running server. ``url`` is for ``MAGIC_HOUR_STORE``."""

    url: str
    port: int
    password: str
    process: subprocess.Popen[bytes]


def redis_program() -> str | None:
    """The path of a server, of ``MH_REDIS`` or of the PATH, or None."""
    chosen = os.environ.get("MH_REDIS")
    return chosen or next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def running_redis(
    folder: Path,
    program: str,
    port: int | None = None,
    password: str = "",
    *,
    scheme: str = "redis",
    certificate: trustme.LeafCert | None = None,
) -> Iterator[RedisServer]:
    """An empty server; with a port and a password it stands in an earlier one's place.

    Beside ``folder``'s other files it notes all that is written to it, so that a test can search that for secrets.

    It listens as ``scheme`` says: to ``redis``, to ``rediss`` with a certificate, or to ``unix``.
    """
    if port is None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    password = password or secrets.token_hex(16)
    listens = [f"port {0 if scheme != 'redis' else port}"]
    if scheme == "unix":
        listens += [f"unixsocket {folder / 'redis.sock'}", "unixsocketperm 700"]
    if certificate is not None:
        certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
        listens += [f"tls-port {port}", "tls-auth-clients no"]
        listens += [f"tls-{name}-file {folder / 'server.pem'}" for name in ("cert", "key")]
    data = Path(tempfile.mkdtemp(prefix="data-", dir=folder))
    settings = folder / "redis.conf"
    # Not among the arguments, which everybody on the machine can list.
    settings.write_text(
        f'bind 127.0.0.1\nrequirepass {password}\nsave ""\ndir {data}\n'
        "appendonly yes\nappendfsync no\nauto-aof-rewrite-percentage 0\n" + "\n".join([*listens, ""])
    )
    place = f"127.0.0.1:{port}/0" if scheme != "unix" else f"{folder / 'redis.sock'}"
    with (folder / "redis.log").open("wb") as log:
        process = subprocess.Popen([program, str(settings)], cwd=folder, stdout=log, stderr=log)
    try:
        end = time.monotonic() + _PATIENCE_S
        while not _answers(folder / "redis.sock" if scheme == "unix" else port):
            assert process.poll() is None, (folder / "redis.log").read_text()
            assert time.monotonic() < end, "the Redis server doesn't answer"
            time.sleep(0.02)  # a look, not a wait for a fixed time
        yield RedisServer(f"{scheme}://:{password}@{place}", port, password, process)
    finally:
        process.kill()
        process.wait()


def _answers(place: Path | int) -> bool:
    with suppress(OSError):
        if isinstance(place, int):
            socket.create_connection(("127.0.0.1", place), 1.0).close()
        else:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(place))
        return True
    return False
