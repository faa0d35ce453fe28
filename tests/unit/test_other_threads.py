"""Waiting in one thread for a loop on another: one that is blocked, stops, is closed, or drops what it was asked."""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from mh_widgets import VideoGallery, VideoProject, WatchClosed, _loops
from mh_widgets._nested import LoopStopped
from tests.unit.virtual_time import Api, project

Wait = Callable[[asyncio.AbstractEventLoop, Coroutine[Any, Any, Any]], object]


class Elsewhere:
    """A loop on another thread, as the kernel's is for a thread of a cell."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._open = threading.Event()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()

    def call(self, function: Callable[[], Any]) -> Any:
        """``function()`` over there."""

        async def act() -> Any:
            return function()

        return asyncio.run_coroutine_threadsafe(act(), self.loop).result(10)

    def block(self) -> None:
        """As a synchronous cell does."""
        self.loop.call_soon_threadsafe(self._open.wait)

    def unblock(self) -> None:
        self._open.set()

    def cancel_all(self) -> None:
        """As ``asyncio.run`` does at its end."""
        self.loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(self.loop)])

    def stop(self) -> None:
        self.unblock()
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join()

    def end(self) -> None:
        self.stop()
        _loops._close(self.loop, os.getpid())


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    monkeypatch.setattr(_loops, "_TICK_S", 0.01)
    monkeypatch.setattr(_loops, "_LOOK_S", 0.05)
    running = Elsewhere()
    yield running
    if not running.loop.is_closed():
        running.end()


def block(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any]) -> object:
    return _loops.block_on(coroutine, loop)


def await_there(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any]) -> object:
    return asyncio.run(_loops.await_on(loop, coroutine))


ways = pytest.mark.parametrize("wait", [block, await_there])


@ways
def test_a_loop_that_stops_ends_the_wait(elsewhere: Elsewhere, wait: Wait) -> None:
    elsewhere.loop.call_soon_threadsafe(elsewhere.loop.call_later, 0.05, elsewhere.loop.stop)
    with pytest.raises(LoopStopped):
        wait(elsewhere.loop, asyncio.sleep(60))


@ways
def test_a_loop_that_stops_before_it_begins_ends_the_wait(
    elsewhere: Elsewhere, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_over = asyncio.run_coroutine_threadsafe

    def hand_over_and_unblock(*args: Any) -> Any:
        future = hand_over(*args)
        elsewhere.unblock()
        return future

    elsewhere.block()
    elsewhere.loop.call_soon_threadsafe(elsewhere.loop.stop)
    monkeypatch.setattr(asyncio, "run_coroutine_threadsafe", hand_over_and_unblock)
    with pytest.raises(LoopStopped):
        wait(elsewhere.loop, asyncio.sleep(60))


@ways
def test_a_loop_that_drops_what_it_was_asked_ends_the_wait(elsewhere: Elsewhere, wait: Wait) -> None:
    async def be_dropped() -> None:
        elsewhere.cancel_all()
        await asyncio.sleep(60)

    with pytest.raises(LoopStopped):
        wait(elsewhere.loop, be_dropped())


@ways
def test_a_loop_that_is_closed_ends_the_wait(
    elsewhere: Elsewhere, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere.end()
    with monkeypatch.context() as patch:
        patch.setattr(elsewhere.loop, "is_running", lambda: True)  # it was when we looked
        with pytest.raises(LoopStopped):
            wait(elsewhere.loop, asyncio.sleep(60))


def test_a_worker_thread_gives_up_with_its_loop(elsewhere: Elsewhere) -> None:
    def work(coroutine: Coroutine[Any, Any, Any]) -> object:
        return _loops.from_thread(elsewhere.loop, coroutine, lambda: False)

    async def be_dropped() -> None:
        elsewhere.cancel_all()
        await asyncio.sleep(60)

    assert work(asyncio.sleep(0, "done")) == "done"
    assert work(be_dropped()) is None
    elsewhere.loop.call_soon_threadsafe(elsewhere.loop.call_later, 0.05, elsewhere.loop.stop)
    assert work(asyncio.sleep(60)) is None
    elsewhere.end()
    assert work(asyncio.sleep(60)) is None


def test_a_cancellation_ends_what_is_awaited_on_another_loop(elsewhere: Elsewhere) -> None:
    begun, ended = threading.Event(), threading.Event()

    async def there() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async def here() -> None:
        task = asyncio.ensure_future(_loops.await_on(elsewhere.loop, there()))
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(here())
    assert ended.wait(10)


# --- time


def test_a_time_out_is_kept_although_the_loop_is_blocked(elsewhere: Elsewhere) -> None:
    ended = threading.Event()

    async def there() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    elsewhere.block()
    with pytest.raises(TimeoutError, match=r"^too late$"):
        _loops.block_on(there(), elsewhere.loop, timeout_s=0.1, message="too late")
    elsewhere.unblock()

    assert ended.wait(10)


def test_with_no_time_at_all_another_loop_looks_once(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_loops, "_LOOK_S", 10)
    assert _loops.block_on(asyncio.sleep(0, "done"), elsewhere.loop, timeout_s=0) == "done"


def test_a_time_out_of_the_coroutine_itself_comes_through(elsewhere: Elsewhere) -> None:
    async def late() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match=r"^its own$"):
        _loops.block_on(late(), elsewhere.loop, timeout_s=60, message="too late")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")
def test_an_interrupt_ends_a_wait_for_another_thread_s_loop(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, waits, ended = threading.Event(), threading.Event(), threading.Event()
    main, real_wait = threading.get_ident(), concurrent.futures.wait

    async def there() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    def interrupt() -> None:
        begun.wait(10)
        waits.wait(10)
        signal.pthread_kill(main, signal.SIGINT)

    def wait(*args: Any) -> Any:
        waits.set()
        return real_wait(*args)

    monkeypatch.setattr(concurrent.futures, "wait", wait)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            _loops.block_on(there(), elsewhere.loop)
    finally:
        thread.join()
        signal.signal(signal.SIGINT, before)
    assert ended.wait(10)


# --- widgets


@pytest.fixture(params=["card", "gallery", "project of a gallery"])
def waiting(request: pytest.FixtureRequest, elsewhere: Elsewhere) -> Iterator[Any]:
    """What lives over there, and waits for a render that doesn't end."""
    client = Api(project("rendering")).client()
    made = VideoProject if request.param == "card" else VideoGallery
    widget = elsewhere.call(lambda: made("clx1", client=client))
    yield widget["clx1"] if request.param == "project of a gallery" else widget
    elsewhere.stop()
    widget.close()


def test_threads_keep_their_time_while_the_cell_that_waits_for_them_blocks(
    elsewhere: Elsewhere, waiting: Any
) -> None:
    def wait() -> str:
        with pytest.raises(TimeoutError) as caught:
            waiting.wait(timeout_s=0.1)
        return str(caught.value)

    def cell() -> list[str]:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            return [each.result() for each in [pool.submit(wait), pool.submit(wait)]]

    assert elsewhere.call(cell) == ["Not finished after 0.1 s. Polling continues."] * 2


async def finished(waiting: Any) -> object:
    return await waiting


@pytest.mark.parametrize(
    "wait", [lambda waiting: waiting.wait(), lambda waiting: asyncio.run(finished(waiting))]
)
def test_whose_loop_stops_says_so_and_goes_on_where_it_is_asked_next(
    elsewhere: Elsewhere, waiting: Any, wait: Callable[[Any], object]
) -> None:
    elsewhere.loop.call_soon_threadsafe(elsewhere.loop.call_later, 0.05, elsewhere.loop.stop)
    with pytest.raises(WatchClosed, match=r"The event loop of this widget has stopped\.") as caught:
        wait(waiting)
    assert caught.value.code == "loop_stopped"
    with pytest.raises(TimeoutError, match=r"Not finished after 0\.05 s"):
        waiting.wait(timeout_s=0.05)
