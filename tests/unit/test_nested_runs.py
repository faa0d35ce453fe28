"""Entering a running loop again harms nobody who runs it."""

from __future__ import annotations

import asyncio
import sys

import pytest

from mh_widgets import _loops
from mh_widgets._nested import LoopStopped
from tests.unit.scripts import python

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")


#: ``first(name, block)`` calls ``block()`` from a callback that a new loop has counted together with ten
#: others. The loop's class is new, too: nest-asyncio2 has not been there, and the loop goes by asyncio's own
#: count.
FIRST = """
import asyncio, logging, signal
from mh_widgets import _loops

async def surrounded(block):
    ran = []
    ended = asyncio.get_running_loop().create_future()
    def callback():
        signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a cell, also under nohup
        try:
            ended.set_result(block())
        except BaseException as error:
            ended.set_result(type(error).__name__)
    for each in (callback, *(lambda n=n: ran.append(n) for n in range(10))):
        asyncio.get_running_loop().call_soon(each)
    result = await ended
    await asyncio.sleep(0)
    return result, ran == [*range(10)]

def first(name, block, debug=False, **members):
    loop = type("Loop", (asyncio.SelectorEventLoop,), members)()
    loop.set_debug(debug)
    try:
        print(name, *loop.run_until_complete(surrounded(block)), sep=": ", flush=True)
    finally:
        loop.close()

def block():
    return _loops.block_on(asyncio.sleep(0, "done"))

async def fail():
    raise ZeroDivisionError

async def be_interrupted():
    raise KeyboardInterrupt

async def cancel():
    asyncio.current_task().cancel()
    await asyncio.sleep(60)

async def ignore_an_interrupt():
    signal.raise_signal(signal.SIGINT)
    try:
        await asyncio.sleep(60)
    finally:
        signal.raise_signal(signal.SIGINT)

async def again():
    return _loops.block_on(asyncio.sleep(0, "within"))

def row():
    for _ in range(100):
        block()
    return len(asyncio.get_running_loop()._ready) <= 11

def call_soon(self, callback, *args, **context):
    if getattr(callback, "__name__", "") == "refill" and not hasattr(self, "interrupted"):
        self.interrupted = True
        signal.raise_signal(signal.SIGINT)
    return asyncio.SelectorEventLoop.call_soon(self, callback, *args, **context)

logging.disable()  # in debug mode asyncio tells of slow callbacks
first("result", block)
first("result in debug mode", block, debug=True)
first("error", lambda: _loops.block_on(fail()))
first("KeyboardInterrupt of a task", lambda: _loops.block_on(be_interrupted()))
first("cancellation", lambda: _loops.block_on(cancel()))
first("two interrupts", lambda: _loops.block_on(ignore_an_interrupt()))
first("interrupt as the queue is filled", block, call_soon=call_soon)
first("nested run within", lambda: _loops.block_on(again()))
first("row of runs leaves no more than there was", row)
"""


@pytest.fixture(scope="module")
def outcomes() -> dict[str, str]:
    return dict(line.split(": ", 1) for line in python(FIRST).splitlines())


@pytest.mark.parametrize(
    ("case", "result"),
    {
        "result": "done",
        "result in debug mode": "done",
        "error": "ZeroDivisionError",
        "KeyboardInterrupt of a task": "KeyboardInterrupt",
        "cancellation": "CancelledError",
        "two interrupts": "KeyboardInterrupt",
        "interrupt as the queue is filled": "KeyboardInterrupt",
        "nested run within": "within",
        "row of runs leaves no more than there was": "True",
    }.items(),
)
def test_a_loop_lives_on_after_its_first_nested_run(outcomes: dict[str, str], case: str, result: str) -> None:
    assert outcomes[case] == f"{result}: True"


def test_a_loop_that_is_stopped_in_a_nested_run_stops_and_says_so() -> None:
    code = """
import asyncio
from mh_widgets import _loops, _nested
async def stop():
    asyncio.get_running_loop().stop()
    await asyncio.sleep(60)
async def main():
    try:
        _loops.block_on(stop())
    except _nested.LoopStopped:
        print("stopped")
try:
    asyncio.run(main())
except RuntimeError as error:
    print(error)
"""
    assert python(code) == "stopped\nEvent loop stopped before Future completed.\n"


def test_a_nested_run_leaves_asyncio_itself_as_it_is() -> None:
    code = f"""{FIRST.partition("logging.disable")[0]}
import asyncio.events, asyncio.tasks, asyncio.futures
modules = asyncio, asyncio.events, asyncio.tasks, asyncio.futures
policy = type(asyncio.get_event_loop_policy())
before = [dict(vars(each)) for each in (*modules, policy)]
first("", block)
print(before == [dict(vars(each)) for each in (*modules, policy)])
"""
    assert python(code) == ": done: True\nTrue\n"


def test_a_loop_that_nest_asyncio_has_patched_gets_its_successor() -> None:
    """The archived one loses messages of new kernels; it leaves the same mark, and no other."""
    code = f"""{FIRST.partition("logging.disable")[0]}
def refuse(self, future):
    raise ZeroDivisionError
class Patched(asyncio.SelectorEventLoop):
    _nest_patched = True
class Loop(Patched):
    pass
async def main():
    Patched.run_until_complete = refuse
    print(block(), Loop._nest_asyncio2 is not None, hasattr(Patched, "_nest_patched"))
    print(block())
loop = Loop()
loop.run_until_complete(main())
loop.close()
"""
    assert python(code) == "done True False\ndone\n"


def test_a_script_s_loop_that_is_stopped_says_so() -> None:
    async def stop() -> None:
        asyncio.get_running_loop().stop()
        await asyncio.sleep(60)

    with pytest.raises(LoopStopped):
        _loops.block_on(stop())
    _loops.block_on(asyncio.sleep(0))
    assert asyncio.all_tasks(_loops.script_loop()) == set()
