"""A loop on virtual time, a scripted API, and the clock that belongs to them: hours pass in milliseconds.

When nothing is ready, time jumps to the next timer. When there is none either, nothing can ever happen again,
and the test fails instead of hanging. Worker threads are real: while one is at work, time stands still.
"""

from __future__ import annotations

import asyncio
import collections
import concurrent.futures
import dataclasses
import datetime
import functools
import selectors
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, TypeVar

import httpx
import pytest

from mh_widgets import AsyncClient
from mh_widgets.polling import registry
from mh_widgets.polling.scheduler import Clock
from mh_widgets.project_ids import KINDS, Kind

T = TypeVar("T")

#: The Unix time at which every virtual loop begins: 2026-03-01T12:00:00Z.
START = 1772366400.0
TOKEN = "mhk_live_0123456789abcdefghij"
API = "https://api.test"
#: The ID of a scripted project; the API answers with the one that was asked for. A test that names another
#: gets it.
ANY_ID = "clx1"
#: While callbacks are ready, files are looked at once in so many turns of the loop, as a look costs more than
#: most callbacks. ``settled`` is long enough for three looks.
_TURNS_A_LOOK = 8
#: Real seconds after which a worker thread that is at work counts as stuck.
_STUCK_S = 100.0


class Deadlock(AssertionError):
    """Nothing is ready and nothing is scheduled, but somebody still waits."""


class _Selector(selectors.DefaultSelector):
    loop: VirtualLoop
    _turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._turns += 1
        if timeout == 0 and self._turns % _TURNS_A_LOOK:
            return []
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        if ready or timeout == 0:
            return ready
        if self.loop.jobs and not (self.loop.threads_wait_for_us and timeout is not None):
            ready = super().select(_STUCK_S)
            if not ready:
                raise Deadlock("A worker thread does not end.")
            return ready
        if timeout is None:
            waiting = sorted(task.get_name() for task in asyncio.all_tasks(self.loop))
            raise Deadlock(f"Nothing is ready or scheduled, and these wait for ever: {', '.join(waiting)}.")
        # A thread may be about to hand something over: it gets a moment, and usually needs none.
        ready = super().select(0.01) if self.loop.jobs else []
        if not ready:
            self.loop.jump(timeout)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose ``time()`` begins at 0 and jumps."""

    def __init__(self) -> None:
        self._virtual_now = 0.0
        self.jobs: set[asyncio.Future[Any]] = set()
        #: Set by a test in which a thread waits for a timer of the loop: then time jumps although it is at
        #: work.
        self.threads_wait_for_us = False
        #: What reached the loop's exception handler: nobody else would have seen it.
        self.unseen: list[str] = []
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)
        self.threads = concurrent.futures.ThreadPoolExecutor(4)
        self.set_default_executor(self.threads)
        self.set_exception_handler(lambda _loop, context: self.unseen.append(repr(context)))

    def time(self) -> float:
        return self._virtual_now

    def jump(self, seconds: float) -> None:
        self._virtual_now += seconds

    def run_in_executor(self, *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]  # passed on as it is
        future = super().run_in_executor(*args)
        self.jobs.add(future)
        future.add_done_callback(self.jobs.discard)
        return future


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run ``coroutine`` on virtual time; fail if it leaves a task of ours, or an exception that nobody saw."""
    loop = VirtualLoop()
    try:
        result = loop.run_until_complete(coroutine)
        loop.run_until_complete(settled())
        left = sorted(t.get_name() for t in asyncio.all_tasks(loop) if t.get_name().startswith("mh_widgets"))
        assert not left, f"still running: {left}"
        assert not loop.unseen, loop.unseen
        return result
    finally:
        _end(loop)


def _end(loop: VirtualLoop) -> None:
    # More than once: a task may take a first cancellation for something else.
    for _ in range(10):
        tasks = asyncio.all_tasks(loop)
        if not tasks:
            break
        for task in tasks:
            task.cancel()
        loop.run_until_complete(settled())
    loop.threads.shutdown(wait=True)
    loop.run_until_complete(settled())
    loop.close()
    registry.registry.pop(loop, None)


async def settled() -> None:
    """Let everything that is ready run, and what becomes ready by it; no time passes."""
    for _ in range(25):
        await asyncio.sleep(0)


async def until(condition: Callable[[], object], within_s: float = 7200.0) -> None:
    """Let time pass until ``condition()`` holds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within_s
    while not condition():
        assert loop.time() < end, "it did not come to that"
        await asyncio.sleep(0.01)


async def until_all(condition: Callable[[T], object], of: Iterable[T], within_s: float = 7200.0) -> None:
    """Let time pass until ``condition`` has held for each of them; one for which it did is not looked at again."""
    end = now() + within_s
    for each in of:
        await until(functools.partial(condition, each), end - now())


def now() -> float:
    """Seconds since the running loop began."""
    return asyncio.get_running_loop().time()


def watched() -> list[str]:
    """The projects that have a watch on the running loop."""
    by_api = registry.registry.get(asyncio.get_running_loop())
    return [project_id for pollers in (by_api or {}).values() for project_id, _ in pollers.by_project]


def clock(chance: float = 0.5) -> Clock:
    """The running loop's time as Unix time; with ``chance`` 0.5 the jitter of the pace is none."""
    return Clock(now=lambda: START + now(), random=lambda: chance)


@dataclasses.dataclass
class Later:
    """An answer that takes its time."""

    delay_s: float
    answer: object


class Api:
    """Magic Hour as a script: a queue of answers for each method, of which the last one stays.

    An answer is a dict (200), a status, an exception, a ``httpx.Response``, a ``Later``, or a function that
    makes a response.
    """

    def __init__(self, *gets: object, delete: Iterable[object] = (204,)) -> None:
        self.answers = {"GET": collections.deque(gets or [project()]), "DELETE": collections.deque(delete)}
        self.requests: list[httpx.Request] = []
        self.times: list[float] = []
        #: By ID: the folder of each request about it. Requests are many, and to look into their URLs costs much.
        self.folders: collections.defaultdict[str, list[str]] = collections.defaultdict(list)
        self.at_once = self.most_at_once = 0

    def client(self, token: str = TOKEN, **settings: Any) -> AsyncClient:
        settings.setdefault("base_url", API)
        return AsyncClient(token, transport=httpx.MockTransport(self._answer), **settings)

    def count(self, method: str) -> int:
        return sum(request.method == method for request in self.requests)

    def _note(self, request: httpx.Request) -> str:
        """The ID in ``request``, which has come just now."""
        self.requests.append(request)
        self.times.append(now())
        folder, name = request.url.path.split("/")[-2:]
        self.folders[name].append(folder)
        return name

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        name = self._note(request)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            queue = self.answers[request.method]
            answer = queue.popleft() if len(queue) > 1 else queue[0]
            if isinstance(answer, Later):
                await asyncio.sleep(answer.delay_s)
                answer = answer.answer
            if isinstance(answer, dict) and answer.get("id") == ANY_ID:
                answer = {**answer, "id": name}
            return answer() if callable(answer) else _response(answer)
        finally:
            self.at_once -= 1


def _response(answer: object) -> httpx.Response:
    if isinstance(answer, Exception):
        raise answer
    if isinstance(answer, httpx.Response):
        # A new one each time: the last answer of a script is sent again and again.
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
    if isinstance(answer, int):
        return httpx.Response(answer)
    return httpx.Response(200, json=answer)


def refusal(status_code: int, message: str = "", headers: Mapping[str, str] | None = None) -> httpx.Response:
    """An error as the API documents it."""
    return httpx.Response(status_code, json={"message": message} if message else {}, headers=headers)


def project(status: str = "queued", **more: object) -> dict[str, Any]:
    """A project as the API describes it."""
    return {
        "id": ANY_ID,
        "name": "A walk",
        "status": status,
        "type": "FACE_SWAP",
        "created_at": "2026-03-01T11:59:00.000Z",
        "width": 512,
        "height": 960,
        "enabled": True,
        "start_seconds": 0,
        "end_seconds": 15,
        "credits_charged": 450,
        "fps": 30,
        "error": None,
        "downloads": [],
        **more,
    }


#: For tests of what has to be the same for all kinds.
of_each_kind = pytest.mark.parametrize("kind", KINDS)


def project_of(kind: Kind, status: str = "queued", **more: object) -> dict[str, Any]:
    """A project of this kind as the API describes it."""
    if kind == "video":
        return project(status, **more)
    shared = {name: value for name, value in project(status).items() if name not in _OF_VIDEOS}
    own = {"type": "AI_IMAGE", "image_count": 1} if kind == "image" else {"type": "VOICE_GENERATOR"}
    return {**shared, **own, **more}


_OF_VIDEOS = {"width", "height", "start_seconds", "end_seconds", "fps"}


def film(*urls: str, ends_in_s: float | None = 86400.0, **more: object) -> dict[str, Any]:
    """A complete project whose links end ``ends_in_s`` seconds from now."""
    end = None if ends_in_s is None else _iso(START + now() + ends_in_s)
    links = [{"url": url, "expires_at": end} for url in urls or ("https://files.test/a.mp4?X-Sig=SECRET",)]
    return project("complete", downloads=links, **more)


def _iso(unix: float) -> str:
    return datetime.datetime.fromtimestamp(unix, datetime.timezone.utc).isoformat()
