"""A file host in memory, for synchronous httpx: films by path, with ranges, and whatever may go wrong with them."""

from __future__ import annotations

import asyncio
import collections
import functools
import re
import threading
from collections.abc import Callable, Iterator

import httpx
import pytest

from mh_widgets.transfers import remote_file, response

URL = "https://files.test/a.mp4?X-Sig=SECRET"
ETAG = '"film"'

Respond = Callable[[httpx.Request], httpx.Response]


class Pieces(httpx.SyncByteStream):
    """A body in pieces; ``fail`` is raised at its end."""

    def __init__(self, pieces: tuple[bytes, ...], fail: Exception | None = None) -> None:
        self.pieces = pieces
        self.fail = fail

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces
        if self.fail is not None:
            raise self.fail


class Stalling(httpx.SyncByteStream):
    """A body that stalls after its first bytes until the test lets it go on."""

    def __init__(self, film: bytes) -> None:
        self.film = film
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        yield self.film[:10]
        yield self.film[10:20]
        self.reached.set()
        assert self.go_on.wait(100)
        yield self.film[20:]

    def respond(self, _request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-length": str(len(self.film))}, stream=self)

    async def stalled(self) -> None:
        """Wait until the transfer is in the middle of the film."""
        await asyncio.to_thread(self.reached.wait, 100)


class FileHost(httpx.MockTransport):
    """Answers each path from its queue: bytes, a status, an error, or a function. The last answer stays."""

    def __init__(self, *answers: object) -> None:
        super().__init__(self._serve)
        self.answers: dict[str, collections.deque[object]] = {}
        self.requests: list[httpx.Request] = []
        self._lock = threading.Lock()
        if answers:
            self.put("/a.mp4", *answers)

    def put(self, path: str, *answers: object) -> None:
        self.answers[path] = collections.deque(answers)

    @property
    def ranges(self) -> list[str | None]:
        """What each request asked for; None is all of it."""
        return [request.headers.get("range") for request in self.requests]

    def replace(self, monkeypatch: pytest.MonkeyPatch, chunk_bytes: int = 1000) -> None:
        """Be the host of every film that the package opens, and make nobody wait."""
        monkeypatch.setattr(
            remote_file, "RemoteFile", functools.partial(remote_file.RemoteFile, transport=self)
        )
        monkeypatch.setattr(remote_file, "CHUNK_BYTES", chunk_bytes)
        impatient(monkeypatch)

    def _serve(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.requests.append(request)
            assert len(self.requests) < 200, "it asks for ever"
            queue = self.answers.get(request.url.path) or collections.deque([404])
            answer = queue.popleft() if len(queue) > 1 else queue[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            return httpx.Response(answer)
        if isinstance(answer, bytes):
            return _film(request, answer)
        assert callable(answer)
        response = answer(request)
        assert isinstance(response, httpx.Response)
        return response


#: ``hosting(*answers)`` makes a host of all films with these answers.
Hosting = Callable[..., FileHost]


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No back-off: it would be waited for in real time."""
    for module in (remote_file, response):
        monkeypatch.setattr(module, "backoff_s", lambda *_args, **_options: 0.0)


def hurried(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A back-off of no time that is said all the same; returns the number of failures before each."""
    waits: list[int] = []

    def wait_s(failures: int, _random: object) -> float:
        waits.append(failures)
        return 0.001

    monkeypatch.setattr(remote_file, "backoff_s", wait_s)
    return waits


def _film(request: httpx.Request, film: bytes) -> httpx.Response:
    headers = {"etag": ETAG, "content-length": str(len(film))}
    asked = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
    if not asked or request.headers.get("if-range", ETAG) != ETAG:
        return httpx.Response(200, headers=headers, stream=Pieces((film,)))
    first, last = int(asked[1]), min(int(asked[2] or len(film)), len(film) - 1)
    if first >= len(film):
        return httpx.Response(416, headers={"content-range": f"bytes */{len(film)}"})
    headers |= {"content-range": f"bytes {first}-{last}/{len(film)}", "content-length": str(last + 1 - first)}
    return httpx.Response(206, headers=headers, stream=Pieces((film[first : last + 1],)))


def streamed(
    *pieces: bytes,
    length: int | None = None,
    fail: Exception | None = None,
    etag: str = "",
    encoding: str = "",
) -> Respond:
    """A body that comes in ``pieces``, always from its beginning, announced with ``length`` bytes, or with none."""
    announced = {
        "content-length": "" if length is None else str(length),
        "etag": etag,
        "content-encoding": encoding,
    }
    headers = {name: value for name, value in announced.items() if value}
    return lambda _request: httpx.Response(200, headers=headers, stream=Pieces(pieces, fail))


def continued(data: bytes, span: str, **more: str) -> Respond:
    """A 206 with ``data``, which says ``span`` and ``more`` about it, true or not."""
    headers = {
        "etag": ETAG,
        "content-range": span,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    return lambda _request: httpx.Response(206, headers=headers, stream=Pieces((data,)))


def moved(to: str, status_code: int = 302) -> Respond:
    """A redirect."""
    return lambda _request: httpx.Response(status_code, headers={"location": to})
