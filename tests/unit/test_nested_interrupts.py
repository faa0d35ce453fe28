"""An interrupt ends the wait on a running loop that is entered again, and nothing else."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

from mh_widgets import _loops
from tests.unit.scripts import fail

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")

Handler = Callable[[int, "FrameType | None"], object]


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """SIGINT is heard, whatever started the tests."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


async def interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


async def interrupt_and_wait() -> None:
    signal.raise_signal(signal.SIGINT)
    await asyncio.sleep(3600)


async def interrupt_and_fail() -> None:
    try:
        await interrupt_and_wait()
    finally:
        raise ZeroDivisionError


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("coroutine", [interrupt, interrupt_and_wait, interrupt_and_fail])
def test_an_interrupt_is_raised_whatever_the_wait_ends_with(coroutine: Callable[[], object]) -> None:
    with pytest.raises(KeyboardInterrupt):
        _loops.block_on(coroutine())  # type: ignore[arg-type]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("ctrl_c")
def test_the_interrupt_handler_is_put_back_after_a_result_and_an_error() -> None:
    _loops.block_on(asyncio.sleep(0))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(ZeroDivisionError):
        _loops.block_on(fail())
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("ctrl_c")
def test_an_interrupt_handler_that_was_set_meanwhile_stays() -> None:
    def other(number: int, frame: FrameType | None) -> None:
        raise AssertionError

    async def set_it() -> None:
        signal.signal(signal.SIGINT, other)

    _loops.block_on(set_it())
    assert signal.getsignal(signal.SIGINT) is other


@pytest.mark.usefixtures("ctrl_c")
def test_a_handler_that_a_kernel_puts_back_later_does_as_the_one_before() -> None:
    async def look() -> Handler:
        handler = signal.getsignal(signal.SIGINT)
        assert callable(handler)
        return handler

    with pytest.raises(KeyboardInterrupt):
        _loops.block_on(look())(signal.SIGINT, None)


@pytest.mark.usefixtures("ctrl_c")
def test_an_ignored_interrupt_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _loops.block_on(interrupt())
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


@pytest.mark.usefixtures("ctrl_c")
def test_a_wait_in_another_thread_leaves_the_interrupt_handler_alone() -> None:
    async def look() -> object:
        return signal.getsignal(signal.SIGINT)

    seen: list[object] = []
    thread = threading.Thread(target=lambda: seen.append(_loops.block_on(look())))
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


@pytest.mark.usefixtures("ctrl_c")
def test_an_interrupt_that_comes_out_elsewhere_ends_the_awaited_task() -> None:
    loop = _loops.script_loop()
    ended: list[str] = []

    async def wait() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append("the wait")

    def shout() -> None:
        raise KeyboardInterrupt

    async def block() -> None:
        loop.call_soon(shout)
        await wait()

    with pytest.raises(KeyboardInterrupt):
        _loops.block_on(block())
    _loops.block_on(asyncio.sleep(0))
    assert ended == ["the wait"]
