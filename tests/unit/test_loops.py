"""Which loop, how to get onto it, how to block on it."""

from __future__ import annotations

import asyncio
import gc
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from mh_widgets import _loops


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


async def fail() -> None:
    raise ZeroDivisionError


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


@pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")
def test_an_interrupt_cancels_what_is_waited_for_and_nothing_else() -> None:
    loop = _loops.script_loop()
    other = loop.create_task(asyncio.sleep(3600))
    canceled: list[str] = []
    before = signal.getsignal(signal.SIGINT)

    async def wait() -> None:
        loop.call_soon(signal.raise_signal, signal.SIGINT)
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            canceled.append("the wait")
            raise

    with pytest.raises(KeyboardInterrupt):
        _loops.block_on(wait())
    assert canceled == ["the wait"]
    assert not other.done()
    assert signal.getsignal(signal.SIGINT) is before
    other.cancel()
    _loops.block_on(asyncio.sleep(0))


def test_a_second_interrupt_is_raised_as_ever() -> None:
    async def stubborn() -> None:
        signal.raise_signal(signal.SIGINT)
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        _loops.block_on(stubborn())


def test_a_cancellation_that_is_no_interrupt_stays_one() -> None:
    async def cancels_itself() -> None:
        task = asyncio.current_task()
        assert task
        task.cancel()
        await asyncio.sleep(1)

    with pytest.raises(asyncio.CancelledError):
        _loops.block_on(cancels_itself())


def python(code: str) -> str:
    """Run ``code`` in a process of its own: nest-asyncio2 patches a loop's class for good, and exits are looked at."""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stderr == ""
    return result.stdout


def test_in_a_cell_the_running_loop_goes_on_while_it_is_blocked_on() -> None:
    code = """
import asyncio, sys
from mh_widgets import _loops
ticks = []
async def tick():
    while True:
        ticks.append(1)
        await asyncio.sleep(0)
async def cell():
    task = asyncio.create_task(tick())
    await asyncio.sleep(0)
    before = len(ticks)
    assert "nest_asyncio2" not in sys.modules  # not at import
    print(_loops.block_on(asyncio.sleep(0.01, "done")), len(ticks) > before)
    task.cancel()
asyncio.run(cell())
"""
    assert python(code) == "done True\n"


def test_block_on_rejects_uvloop_without_patching_asyncio() -> None:
    code = """
import asyncio, sys, types
from mh_widgets import _loops
class Other:  # as uvloop's: no BaseEventLoop
    __module__ = "uvloop"
other = Other()
asyncio.events._set_running_loop(other)
try:
    _loops.block_on(asyncio.sleep(0), other)
except RuntimeError as error:
    print(error)
print("nest_asyncio2" in sys.modules)
asyncio.events._set_running_loop(None)
"""
    assert python(code) == (
        "A running uvloop loop can't be waited on from a synchronous cell. "
        "Use `await` with the widget or with AsyncClient's methods.\nFalse\n"
    )


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


def test_a_script_that_ends_while_cards_still_watch_ends_quietly() -> None:
    code = """
from mh_widgets import VideoProject, AsyncClient
card = VideoProject("clx1", client=AsyncClient("key", base_url="http://127.0.0.1:9"))
try:
    card.wait(0.05)
except TimeoutError as error:
    print(error)
"""
    assert python(code) == "Not finished after 0.05 s. Polling continues.\n"


@pytest.mark.parametrize("turns", range(1, 7))
def test_a_cancellation_is_heard_whenever_it_comes_also_with_the_result(turns: int) -> None:
    async def test() -> None:
        result: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def inner() -> int:
            return await result

        task = asyncio.ensure_future(_loops.run_with_timeout(60, inner()))
        for turn in range(turns):
            if turn == 2:
                result.set_result(7)
            await asyncio.sleep(0)
        # The result is set in the third turn, and three turns later it has come through.
        assert task.cancel() is (turns < 5)
        if turns < 5:
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            assert await task == 7
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(test())


def test_within_looks_even_with_no_time_at_all_and_ends_what_is_late() -> None:
    ended: list[str] = []

    async def late() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("late")

    async def ready() -> int:
        return 7

    async def test() -> None:
        assert await _loops.run_with_timeout(0.01, ready()) == 7
        with pytest.raises(TimeoutError, match=r"^so late$"):
            await _loops.run_with_timeout(0.01, late(), "so late")
        assert ended == ["late"]
        with pytest.raises(ZeroDivisionError):
            await _loops.run_with_timeout(None, fail())

    asyncio.run(test())


def test_what_fails_while_it_is_given_up_is_nobody_s_news() -> None:
    async def stubborn() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise ZeroDivisionError

    async def inside() -> list[dict[str, Any]]:
        unseen: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: unseen.append(context))
        with pytest.raises(TimeoutError):
            await _loops.run_with_timeout(0.01, stubborn())
        gc.collect()
        return unseen

    assert asyncio.run(inside()) == []
