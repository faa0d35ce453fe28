"""Scripts end as quietly as they began: with every warning an error, and nothing of ours left open."""

from __future__ import annotations

import textwrap

import pytest

from mh_widgets.simulator import Simulator
from tests.kernel.scripts import run_script

BEGIN = """
import asyncio, gc, logging, os, sys, threading
logging.getLogger("asyncio").setLevel(logging.ERROR)  # a slow machine is no fault
from mh_widgets import AsyncClient, Client, ImageProject, Project, VideoProject

def sockets():
    "The connections of this process: those that are open, and not the pairs by which loops are woken."
    gc.collect()
    import psutil
    return [c for c in psutil.Process().net_connections("tcp") if c.status == "ESTABLISHED"]
"""

SCRIPTS = {
    "a_client_left_open": """
        print(Client().get("finished").status)
    """,
    "a_client_for_each_question": """
        for _ in range(3):
            print(Client().get("finished").status)
    """,
    "a_client_closed": """
        with Client() as client:
            print(client.get("finished").status)
    """,
    "an_asynchronous_client_left_open": """
        client = AsyncClient()

        async def main():
            print([details.status for details in await asyncio.gather(*(client.get("finished") for _ in range(3)))])

        asyncio.run(main())
        asyncio.run(main())
    """,
    "an_asynchronous_client_dropped_just_before_the_end": """
        async def main(steps):
            client = AsyncClient()
            print([details.status for details in await asyncio.gather(*(client.get("finished") for _ in range(3)))])
            del client
            for _ in range(steps):  # the loop's end meets each step of closing
                await asyncio.sleep(0)

        for steps in range(7):
            asyncio.run(main(steps))
            gc.collect()
    """,
    "a_card_waited_for": """
        print(VideoProject("finished").wait().status)
    """,
    "a_card_awaited": """
        async def main():
            print((await VideoProject("finished")).status)

        asyncio.run(main())
    """,
    "cards_of_other_kinds": """
        async def main():
            cards = [Project("transparent-finished"), Project("music-finished"), ImageProject("picture-no-face")]
            print([(await card.refresh()).status for card in cards])

        asyncio.run(main())
    """,
    "a_card_left_watching": """
        async def main():
            video = VideoProject("draft")
            print((await video.refresh()).status)

        asyncio.run(main())
    """,
    "a_check_of_a_result": """
        print(Client().check_result("finished", True, False).status)
    """,
    "threads": """
        def work():
            print(Client().get("finished").status)

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    """,
    "an_error": """
        try:
            Client().get("no-such-project")
        except Exception as error:
            print(type(error).__name__)
    """,
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_ends_with_nothing_on_stderr(simulator: Simulator, script: str) -> None:
    assert run_script(BEGIN + textwrap.dedent(script), simulator, "-W", "error", "-X", "dev")


def test_a_dropped_client_closes_its_connections_while_its_loop_runs(simulator: Simulator) -> None:
    script = """
    async def main():
        for _ in range(5):
            client = AsyncClient()
            await client.get("finished")
        del client
        while sockets():
            await asyncio.sleep(0.01)
        print("closed")

    asyncio.run(main())
    """
    assert run_script(BEGIN + textwrap.dedent(script), simulator) == "closed\n"
