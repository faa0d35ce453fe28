"""A file host in memory, for synchronous httpx: films by path, and whatever may go wrong with them."""

from __future__ import annotations

import asyncio
import collections
import threading
from collections.abc import Iterator

import httpx

URL = "https://files.test/a.mp4?X-Sig=SECRET"


class Pieces(httpx.SyncByteStream):
    """A body that counts what is read of it; ``fail`` is raised at its end."""

    def __init__(self, pieces: list[bytes], fail: Exception | None = None) -> None:
        self.pieces = pieces
        self.fail = fail
        self.read = 0
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.read += len(piece)
            yield piece
        if self.fail is not None:
            raise self.fail

    def close(self) -> None:
        self.closed = True


class Stalling(httpx.SyncByteStream):
    """A body that stalls after its first bytes until the test lets it go on."""

    def __init__(self, film: bytes) -> None:
        self.film = film
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        yield self.film[:10]
        yield self.film[10:20]
        self.reached.set()
        assert self.go_on.wait(10)
        yield self.film[20:]

    def response(self) -> httpx.Response:
        return httpx.Response(200, headers={"content-length": str(len(self.film))}, stream=self)

    async def stalled(self) -> None:
        """Wait until the transfer is in the middle of the film."""
        await asyncio.to_thread(self.reached.wait, 10)


class FileHost(httpx.MockTransport):
    """Answers each path from its queue: bytes, a status, a response, an error. The last answer stays."""

    def __init__(self, *answers: object) -> None:
        super().__init__(self._serve)
        self.answers: dict[str, collections.deque[object]] = {}
        self.requests: list[httpx.Request] = []
        self._lock = threading.Lock()
        if answers:
            self.put("/a.mp4", *answers)

    def put(self, path: str, *answers: object) -> None:
        self.answers[path] = collections.deque(answers)

    def _serve(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.requests.append(request)
            queue = self.answers.get(request.url.path) or collections.deque([404])
            answer = queue.popleft() if len(queue) > 1 else queue[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        if isinstance(answer, int):
            return httpx.Response(answer)
        assert isinstance(answer, bytes)
        return httpx.Response(200, content=answer)


def streamed(*pieces: bytes, length: int | None = None, fail: Exception | None = None) -> httpx.Response:
    """A body that comes in ``pieces``, announced with ``length`` bytes, or with none."""
    headers = {} if length is None else {"content-length": str(length)}
    return httpx.Response(200, headers=headers, stream=Pieces(list(pieces), fail))


def moved(to: str, status_code: int = 302) -> httpx.Response:
    """A redirect."""
    return httpx.Response(status_code, headers={"location": to})
