"""``check_result`` where it is called from: an asynchronous cell, a synchronous one, and a plain script."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mh_widgets.simulator import FILMS, Fault, Simulator
from tests.kernel.live_kernel import LiveKernel
from tests.leaks import KEY

Fresh = Callable[[str], str]
#: Of the project "quick".
FILM = (FILMS / "moonlight.mp4").read_bytes()
#: A render of 1.25 s at the simulator's speed.
RENDER = "square-image-to-video"

#: Counts the turns that the kernel's loop takes, and the longest pause between two.
PULSE = """
import os
os.environ["MAGIC_HOUR_POLL_INTERVAL"] = "0.1"

async def beat():
    global turns, pause
    turns, pause, before = 0, 0.0, time.perf_counter()
    while True:
        await asyncio.sleep(0.01)
        now = time.perf_counter()
        turns, pause, before = turns + 1, max(pause, now - before), now

def say(details):
    print(details.status, [path.as_posix() for path in details.downloaded_paths or []])
"""

ASYNCHRONOUS = """
pulse = asyncio.create_task(beat())
await asyncio.sleep(0.02)
say(await AsyncClient().check_result({!r}, True, True, {!r}))
pulse.cancel()
print(turns, pause)
"""

SYNCHRONOUS = """
pulse = asyncio.get_running_loop().create_task(beat())
say(Client().check_result({!r}, True, True, {!r}))
pulse.cancel()
print(turns, pause)
"""


@pytest.fixture(autouse=True)
def pulse(kernel: LiveKernel) -> None:
    cell = kernel.run(PULSE)
    assert not cell.error, cell.error


@pytest.mark.parametrize("cell", [ASYNCHRONOUS, SYNCHRONOUS], ids=["asynchronous", "synchronous"])
@pytest.mark.documented("waiting: waiting in `AsyncClient`")
def test_it_waits_and_saves_in_a_cell_and_the_kernel_s_loop_goes_on(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, cell: str
) -> None:
    project, folder = fresh(RENDER), tmp_path / "new"
    done = kernel.run("os.environ['MAGIC_HOUR_POLL_INTERVAL'] = '2'\n" + cell.format(project, str(folder)))
    assert not done.error, done.error
    path = folder / f"{project}.mp4"
    said, pulse = done.stdout.splitlines()
    assert said == f"complete [{path.as_posix()!r}]"
    assert path.read_bytes()
    turns, pause = pulse.split()
    assert int(turns) > 20
    assert float(pause) < 2  # the SDK sleeps from one question to the next
    assert not simulator.leaks


@pytest.mark.parametrize("face", ["await AsyncClient()", "Client()"])
def test_a_render_without_a_film_is_no_exception(kernel: LiveKernel, fresh: Fresh, face: str) -> None:
    cell = kernel.run(
        f"details = {face}.check_result({fresh('no-face')!r}, True, True)\nprint(details.error.code)"
    )
    assert cell.stdout == "no_source_face\n", cell.error
    cell = kernel.run(f"say({face}.check_result({fresh('canceled')!r}, True, True))")
    assert cell.stdout == "canceled []\n", cell.error


@pytest.mark.documented("waiting: 429, 503, a connection that is reset")
def test_it_survives_what_ends_the_sdk_s(kernel: LiveKernel, simulator: Simulator, fresh: Fresh) -> None:
    project = fresh("quick")
    simulator.faults.add(project, Fault(status=429), Fault(reset=True), Fault(status=503), Fault(status=500))
    cell = kernel.run(
        "from mh_widgets.api import retry; retry.BACKOFF_S = 0.01\n"
        f"say(Client().check_result({project!r}, True, False))"
    )
    assert cell.stdout == "complete []\n", cell.error
    assert not simulator.faults.waiting()


def test_it_asks_no_more_than_the_card_that_watches_already(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh(RENDER)
    cell = kernel.run(
        "client = Client()\n"
        f"video = VideoProject({project!r}, client=client, poll_interval_s=0.2)\n"
        "os.environ['MAGIC_HOUR_POLL_INTERVAL'] = '0.2'\n"
        f"checks = [client.async_client.check_result({project!r}, True, False) for _ in range(5)]\n"
        "for details in await asyncio.gather(*checks): say(details)\n"
        f"say(client.check_result({project!r}, True, False))\n"
        "print(video.status)"
    )
    assert cell.stdout == "complete []\n" * 6 + "complete\n", cell.error
    # A render of 1.25 s, asked every 0.2 s by one of them, and the last look.
    assert 3 <= len(simulator.requests.of(project, method="GET")) <= 9


def test_an_interrupt_ends_the_waiting_and_nothing_else(kernel: LiveKernel, fresh: Fresh) -> None:
    project = fresh("draft")
    kernel.run(f"client = Client()\nvideo = VideoProject({project!r}, client=client)\nawait video.refresh()")
    cell_id = kernel.start(f"print('waiting')\nclient.check_result({project!r}, True, False)")
    kernel.until(lambda: kernel._cells[cell_id].stdout, "the waiting")
    kernel.manager.interrupt_kernel()
    assert "KeyboardInterrupt" in kernel.finish(cell_id).error
    cell = kernel.run(
        "print(video.watch['state'])\nsay(client.check_result(video.project_id, False, False))\nvideo.close()"
    )
    assert cell.stdout == "watching\ndraft []\n", cell.error


def test_a_deadline_is_said_and_the_card_goes_on(kernel: LiveKernel, fresh: Fresh) -> None:
    project = fresh("draft")
    cell = kernel.run(
        f"video = VideoProject({project!r}, client=client)\n"
        "try:\n"
        f"    client.check_result({project!r}, True, False, deadline_s=0.2)\n"
        "except WatchDeadline as error:\n"
        "    print(error)\n"
        "print(video.watch['state'])\nvideo.close()"
    )
    assert cell.stdout == (
        "Not finished after 0.2 s. The render continues. Call check_result again to go on waiting.\nwatching\n"
    ), cell.error


def test_it_works_in_a_script(simulator: Simulator, fresh: Fresh, tmp_path: Path, kernel_python: str) -> None:
    project = fresh("quick")
    (tmp_path / f"{project}.mp4").write_bytes(b"mine")
    script = tmp_path / "script.py"
    script.write_text(
        "import asyncio\n"
        "from mh_widgets import AsyncClient, Client\n"
        "with Client() as client:\n"
        f"    print(client.check_result({project!r}, True, True).downloaded_paths[0])\n"
        "async def main():\n"
        "    async with AsyncClient() as client:\n"
        f"        print((await client.check_result({project!r}, False, True)).downloaded_paths[0])\n"
        "asyncio.run(main())\n"
    )
    env = {**os.environ, "MAGIC_HOUR_BASE_URL": simulator.url, "MAGIC_HOUR_API_KEY": KEY}
    env["MAGIC_HOUR_POLL_INTERVAL"] = "0.1"
    done = subprocess.run(
        [kernel_python, "-W", "error", str(script)],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [f"{project}-2.mp4"] * 2
    assert (tmp_path / f"{project}.mp4").read_bytes() == b"mine"
    assert (tmp_path / f"{project}-2.mp4").read_bytes() == FILM
