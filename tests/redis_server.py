"""A Redis or Valkey on loopback with a port and a password of its own, for one worker of the tests."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("redis-server", "valkey-server")
_PATIENCE_S = 30.0


@dataclass
class RedisServer:
    """A running server."""

    port: int
    password: str
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """For ``MAGIC_HOUR_STORE``."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"


def redis_program() -> str | None:
    """The path of a server, of ``MH_REDIS`` or of the PATH, or None."""
    chosen = os.environ.get("MH_REDIS")
    return chosen or next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def running_redis(
    folder: Path, program: str, port: int | None = None, password: str = ""
) -> Iterator[RedisServer]:
    """A server that keeps nothing on the disk; with a port and a password it stands in an earlier one's place."""
    if port is None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    password = password or secrets.token_hex(16)
    settings = folder / "redis.conf"
    # Not among the arguments, which everybody on the machine can list.
    settings.write_text(f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\n')
    with (folder / "redis.log").open("wb") as log:
        process = subprocess.Popen([program, str(settings)], cwd=folder, stdout=log, stderr=log)
    try:
        end = time.monotonic() + _PATIENCE_S
        while not _answers(port):
            assert process.poll() is None, (folder / "redis.log").read_text()
            assert time.monotonic() < end, "the Redis server doesn't answer"
            time.sleep(0.02)  # a look, not a wait for a fixed time
        yield RedisServer(port, password, process)
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
        return True
    return False
