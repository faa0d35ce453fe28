"""Which loop there is, and how to get onto it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from mh_widgets import _loops
from tests.unit.scripts import fail


@pytest.fixture
def elsewhere() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that runs on another thread, as the kernel's does for a handler in a subshell."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def thread_name() -> str:
    return threading.current_thread().name


def test_without_a_running_loop_there_is_none() -> None:
    async def inside() -> bool:
        return _loops.running_loop() is asyncio.get_running_loop()

    assert _loops.running_loop() is None
    assert asyncio.run(inside())


def test_each_thread_has_one_script_loop_for_all_its_calls() -> None:
    mine = _loops.script_loop()
    assert _loops.script_loop() is mine
    assert not mine.is_running()
    others: list[asyncio.AbstractEventLoop] = []
    thread = threading.Thread(target=lambda: others.append(_loops.script_loop()))
    thread.start()
    thread.join()
    assert others[0] is not mine


def test_a_thread_s_script_loop_ends_with_it() -> None:
    others: list[asyncio.AbstractEventLoop] = []
    pending: list[asyncio.Task[None]] = []

    async def leave_something() -> None:
        pending.append(asyncio.ensure_future(asyncio.sleep(60)))

    def work() -> None:
        _loops.block_on(leave_something())
        others.append(_loops.script_loop())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    # An open loop holds three files, and a server may have a thread for each request.
    assert others[0].is_closed()
    assert pending[0].cancelled()


def test_a_closed_script_loop_is_replaced() -> None:
    loop = _loops.script_loop()
    loop.close()
    assert _loops.script_loop() is not loop


def test_a_call_on_the_own_loop_is_made_at_once() -> None:
    async def inside() -> list[int]:
        calls: list[int] = []
        _loops.call_on(asyncio.get_running_loop(), calls.append, 1)
        return calls

    assert asyncio.run(inside()) == [1]


def test_a_call_on_another_thread_s_loop_is_made_there(elsewhere: asyncio.AbstractEventLoop) -> None:
    names: list[str] = []
    done = threading.Event()

    def note() -> None:
        names.append(threading.current_thread().name)
        done.set()

    _loops.call_on(elsewhere, note)
    assert done.wait(100)
    assert names != [threading.current_thread().name]


def test_a_call_on_a_loop_that_is_gone_is_dropped() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    _loops.call_on(loop, pytest.fail, "called")


def test_awaiting_on_another_thread_s_loop_brings_result_and_error_back(
    elsewhere: asyncio.AbstractEventLoop,
) -> None:
    async def inside() -> str:
        with pytest.raises(ZeroDivisionError):
            await _loops.await_on(elsewhere, fail())
        assert (
            await _loops.await_on(asyncio.get_running_loop(), thread_name())
            == threading.current_thread().name
        )
        return await _loops.await_on(elsewhere, thread_name())

    assert asyncio.run(inside()) != threading.current_thread().name


def test_blocking_in_a_script_runs_the_coroutine_here() -> None:
    assert _loops.block_on(thread_name()) == threading.current_thread().name
    with pytest.raises(ZeroDivisionError):
        _loops.block_on(fail())


def test_blocking_on_another_thread_s_loop_waits_for_it(elsewhere: asyncio.AbstractEventLoop) -> None:
    assert _loops.block_on(thread_name(), elsewhere) != threading.current_thread().name


def test_who_awaits_wakes_the_loop_now_and_then_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_loops, "_TICK_S", 0.001)

    class Loop(asyncio.SelectorEventLoop):
        ticks = 0

        def call_later(self, *args: Any, **more: Any) -> asyncio.TimerHandle:  # type: ignore[override]  # as it is
            self.ticks += 1
            if self.ticks == 3:
                done.set_result(None)
            self.last = super().call_later(*args, **more)
            return self.last

    loop = Loop()
    done = loop.create_future()

    async def wait() -> None:
        await done

    try:
        loop.run_until_complete(_loops.await_on(loop, wait()))
        assert loop.last.cancelled()
    finally:
        loop.close()
