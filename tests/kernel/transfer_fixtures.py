"""What the tests of films share: a film of several pieces, a file host of their own, and a card that saves."""

from __future__ import annotations

import base64
import contextlib
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from mh_widgets.simulator import Simulator
from tests.kernel.live_kernel import PATIENCE_S, LiveKernel, Model
from tests.kernel.test_cards import finished_card

Answer = Callable[[BaseHTTPRequestHandler], object]

#: What a kernel waits for ever for, unless a test is about its patience.
PATIENT = "remote_file.STALL_S = browser_stream.ACK_TIMEOUT_S = 600.0\n"
#: The bytes after which connections break: in the third of a film's three pieces of 1 MiB.
CUT = 2_500_000


def box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def mp4(seed: int, size: int = 3_000_000) -> bytes:
    """As MP4 has it on the outside; what is inside is noise."""
    head = box(b"ftyp", b"isom0000isom") + box(b"moov", b"index" * 100)
    return head + box(b"mdat", random.Random(seed).randbytes(size - len(head) - 8))


FILM, OTHER = mp4(1), mp4(2)


class OddHost(ThreadingHTTPServer):
    """A file host for what the simulator doesn't do; each path answers from its row, the last answer for ever."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Odd)
        self.rows: dict[str, list[Answer]] = {}
        self.asked: list[tuple[str, str, list[str]]] = []  # host, path, names of the headers

    def url(self, path: str, *row: Answer, host: str = "localhost") -> str:
        self.rows[path] = list(row)
        return f"http://{host}:{self.server_port}{path}?signature=0dd"


class _Odd(BaseHTTPRequestHandler):
    server: OddHost

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        host = self.headers["host"].partition(":")[0]
        self.server.asked.append((host, path, [name.lower() for name in self.headers]))
        row = self.server.rows[path]
        with contextlib.suppress(ConnectionError):  # whoever asked may have seen enough
            (row.pop(0) if len(row) > 1 else row[0])(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def body(data: bytes, **headers: object) -> Answer:
    """200 with ``data`` and, unless ``headers`` say it, no length: it is over when the connection is."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), str(value))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


class Trickle:
    """``data`` with its length, a few bytes at a time: a line that is slow, and alive."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.over, self.enough = threading.Event(), threading.Event()

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(self.data)))
        handler.end_headers()
        try:
            for offset in range(0, len(self.data), 100):
                handler.wfile.write(self.data[offset : offset + 100])
                if self.enough.wait(0.02):
                    break
        finally:
            self.over.set()


class Endless:
    """``size`` bytes as fast as they are taken; ``sent`` is how many that were."""

    def __init__(self, size: int) -> None:
        self.size, self.sent = size, 0
        self.over = threading.Event()

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(self.size))
        handler.end_headers()
        try:
            while self.sent < self.size:
                self.sent += handler.wfile.write(bytes(2**16))
        finally:
            self.over.set()


def moved(location: str) -> Answer:
    """A redirect that would like to be remembered."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", location)
        handler.send_header("Set-Cookie", "id=1")
        handler.end_headers()

    return answer


def card(
    kernel: LiveKernel, project: str, folder: Path, arguments: str = "", widget: str = "VideoProject"
) -> Model:
    return finished_card(kernel, project, f"download_directory={str(folder)!r}, {arguments}", widget)


def save(kernel: LiveKernel, model: Model) -> str:
    """Click Save and wait for the end; what the card says then."""
    seen = len(model.updates)
    kernel.click(model, kind="save")
    return said(kernel, model, seen)


def said(kernel: LiveKernel, model: Model, seen: int) -> str:
    """The notice after which nothing is retried any more, of those that came after ``seen`` updates."""

    def last() -> dict[str, str]:
        notices = [update["notice"] for update in model.updates[seen:] if update.get("notice")]
        return notices[-1] if notices else {"code": "retrying"}

    kernel.until(lambda: last()["code"] != "retrying", "the end")
    assert model.state["transfer"] is None
    return f"{last()['tone']}: {last()['message']}"


def retries(model: Model) -> str:
    """All that the card said about what it was trying again."""
    notices = [update["notice"] for update in model.updates if update.get("notice")]
    return "\n".join(notice["message"] for notice in notices if notice["code"] == "retrying")


def files(folder: Path) -> dict[str, bytes]:
    """All that lies there, whatever its name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def asked(simulator: Simulator, project: str) -> list[tuple[int | None, int]]:
    """What the file host answered, and the byte that it was asked to begin at."""
    requests = simulator.requests.of(project, origin="files")
    return [(r.status, int((re.match(r"bytes=(\d+)", r.range or "") or [0, 0])[1])) for r in requests]


def half_saved(kernel: LiveKernel, simulator: Simulator, project: str, folder: Path) -> Callable[[], object]:
    """Wait until a save that stalls has two pieces on the disk; returns what ends its connection, if nobody has."""
    end = time.monotonic() + PATIENCE_S
    while sum(path.stat().st_size for path in folder.glob(f".{project}*.part")) < 2**21:
        assert time.monotonic() < end, "there are no two pieces"
        kernel.drain(0.02)
    number = simulator.requests.of(project, origin="files")[-1].number

    def over() -> None:
        simulator.hang_up(project)
        simulator.requests.wait_for(lambda r: r.number == number and r.over)

    return over


# --- the view that downloads


class Customs:
    """The custom messages to this model's views from now on, without end."""

    def __init__(self, kernel: LiveKernel, model: Model) -> None:
        self.kernel, self.model, self.seen = kernel, model, len(model.customs)

    def __iter__(self) -> Iterator[tuple[dict[str, Any], list[bytes]]]:
        while True:
            self.kernel.until(lambda: len(self.model.customs) > self.seen, "a message")
            self.seen += 1
            yield self.model.customs[self.seen - 1]


def download(
    kernel: LiveKernel, model: Model, name: str = "d", output: int = 0, **more: object
) -> tuple[bytes, dict[str, Any]]:
    """What a view does: take the chunks, acknowledge each, begin again at index 0; returns the bytes and the end."""
    messages, received = Customs(kernel, model), b""
    kernel.click(model, kind="download", output=output, id=name, **more)
    for content, buffers in messages:
        if content["kind"] != "chunk":
            kernel.until(lambda: model.state["transfer"] is None, "the end of the transfer")
            return received, content
        chunk = base64.b64decode(content["base64"]) if "base64" in content else buffers[0]
        received = (b"" if content["index"] == 0 else received) + chunk
        assert content["received_bytes"] == len(received)
        kernel.click(model, kind="ack", id=name, index=content["index"])
    raise AssertionError("unreachable")
