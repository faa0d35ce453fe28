"""How to block on a loop or wait with a timeout, and what ends the wait."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from typing import Any

import pytest

from mh_widgets import _loops
from tests.unit.scripts import fail, python


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
