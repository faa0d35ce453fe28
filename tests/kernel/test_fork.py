"""A forked child works as if it had begun anew, and takes nothing from its parent."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

import pytest

from mh_widgets.simulator import Simulator
from tests.kernel.scripts import run_script

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")

#: Every project has a status of its own, so an answer to somebody else's question shows.
RIGHT = "{'finished': 'complete', 'draft': 'draft', 'failed': 'error', 'moonlight-finished': 'complete'}"
WORK = f"""
import asyncio, multiprocessing, os, sys, threading, time, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of every fork
from mh_widgets import AsyncClient, Client, VideoProject
RIGHT = {RIGHT}

def wrong(look, turns=5):
    return [(name, look(name).status) for _ in range(turns) for name in RIGHT if look(name).status != RIGHT[name]]

def fork(work, end=sys.exit):
    "What ``work()`` returns in three children at once. Under a running loop they end by ``os._exit``, as workers do."
    pipes = []
    sys.stdout.flush()  # or the children would print it again
    for _ in range(3):
        read, write = os.pipe()
        if os.fork() == 0:
            os.write(write, repr(work()).encode())
            end(0)
        os.close(write)
        pipes.append(read)
    answers = []
    for read in pipes:
        with open(read) as pipe:
            answers.append(pipe.read())
    for _ in pipes:
        assert os.wait()[1] == 0
    return answers
"""


def children(code: str, simulator: Simulator, *options: str, **env: str) -> str:
    return run_script(WORK + code, simulator, *options, **env)


def test_workers_ask_with_the_client_that_their_parent_used(simulator: Simulator) -> None:
    code = """
    client = Client()
    client.get("finished")
    print(fork(lambda: wrong(client.get)), wrong(client.get))
    print(fork(lambda: wrong(Client().get)), wrong(client.get))
    """
    assert children(textwrap.dedent(code), simulator) == "['[]', '[]', '[]'] []\n" * 2


def test_a_pool_of_workers_ends(simulator: Simulator) -> None:
    code = """
    def look(name):
        return name, Client().get(name).status

    Client().get("finished")
    with multiprocessing.get_context("fork").Pool(3) as pool:
        print(dict(pool.map(look, [*RIGHT] * 5)) == RIGHT)
    """
    assert children(textwrap.dedent(code), simulator) == "True\n"


@pytest.mark.parametrize("nested", [False, True])
def test_a_child_of_a_running_loop_has_loops_of_its_own(simulator: Simulator, nested: bool) -> None:
    code = f"""
    async def main():
        async with AsyncClient() as client:
            await client.get("finished")
            if {nested}:
                Client().get("finished")  # makes the loop re-entrant
            print(fork(lambda: wrong(lambda name: asyncio.run(client.get(name)), 1), os._exit))
            print(fork(lambda: wrong(Client().get), os._exit))
            print((await client.get("draft")).status)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
    """
    assert children(textwrap.dedent(code), simulator) == "['[]', '[]', '[]']\n" * 2 + "draft\n"


def test_a_card_of_the_parent_can_be_waited_for_in_a_child(simulator: Simulator) -> None:
    code = """
    def wait(video):
        return video.wait().status

    async def main():
        video = VideoProject("finished")
        print(fork(lambda: wait(video), os._exit), (await video).status)
        video.close()

    asyncio.run(main())
    video = VideoProject("finished")
    video.wait()
    print(fork(lambda: wait(video)), video.wait().status)
    """
    assert (
        children(textwrap.dedent(code), simulator)
        == "[\"'complete'\", \"'complete'\", \"'complete'\"] complete\n" * 2
    )


def test_a_parent_goes_on_when_its_children_have_ended(simulator: Simulator) -> None:
    # Threads hand over by the loop's own socket: a child that closes its copy of a loop would make the
    # original deaf.
    code = """
    from mh_widgets._loops import block_on
    client, begun, go_on, results = Client(), threading.Event(), threading.Event(), []

    def work():
        block_on(asyncio.sleep(0))
        begun.set()
        go_on.wait()
        block_on(asyncio.to_thread(time.sleep, 0.2))  # long enough for the loop to fall asleep
        results.append(client.get("failed").status)

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    client.get("finished")
    print(fork(lambda: None))
    go_on.set()
    thread.join()
    print(results, client.get("finished").status)
    """
    assert children(textwrap.dedent(code), simulator) == "['None', 'None', 'None']\n['error'] complete\n"


def test_a_child_that_collects_its_garbage_closes_nothing_of_its_parent(simulator: Simulator) -> None:
    code = """
    import gc, logging
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # a slow machine is no fault
    client = Client()

    def work():
        answers = wrong(client.get, 1)
        gc.collect()
        return answers

    client.get("finished")
    print(fork(work, os._exit), wrong(client.get))
    """
    output = children(textwrap.dedent(code), simulator, "-X", "dev", "-W", "error")
    assert output == "['[]', '[]', '[]'] []\n"


def test_a_lock_that_was_held_does_not_hold_up_a_child(simulator: Simulator, tmp_path: Path) -> None:
    code = """
    from mh_widgets.store.chosen import store_of_loop

    store_of_loop()._worker._lock.acquire()
    print(fork(lambda: VideoProject("finished").wait().status))
    """
    output = children(textwrap.dedent(code), simulator, MAGIC_HOUR_STORE=str(tmp_path / "store.db"))
    assert output == "[\"'complete'\", \"'complete'\", \"'complete'\"]\n"


def test_ctrl_c_reaches_a_child_that_was_forked_during_a_wait(simulator: Simulator) -> None:
    code = """
    import signal
    from mh_widgets._loops import block_on

    def interrupted():
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            return "interrupted"

    async def main():
        return fork(interrupted)

    print(block_on(main()))
    """
    assert (
        children(textwrap.dedent(code), simulator)
        == "[\"'interrupted'\", \"'interrupted'\", \"'interrupted'\"]\n"
    )
