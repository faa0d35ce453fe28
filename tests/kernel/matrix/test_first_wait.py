"""The first nested run in a kernel: it empties a queue whose callbacks the loop has counted already.

Such a kernel died, and only after the last answer of the cell: so it is asked for more cells.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mh_widgets.simulator import Scenario, Simulator
from tests.kernel.live_kernel import LiveKernel, Model, live_kernel
from tests.kernel.test_cards import Fresh
from tests.leaks import KEY

#: A kernel takes a second to start, so the tries share one. Before each, nest-asyncio2 is taken out of the
#: loop's class again, so that the loop counts as asyncio does, and the next wait comes in the middle of it.
SETUP = """
import asyncio, ipywidgets, pathlib, time
from mh_widgets import *
loop = asyncio.get_running_loop()
plain = set(vars(type(loop)))
results = []

def begin(gate):
    for name in set(vars(type(loop))) - plain:
        delattr(type(loop), name)
    while not pathlib.Path(gate).exists():
        time.sleep(0.005)  # a look at the gate, not a wait for a fixed time

async def spin(seconds):
    while spinning:
        await asyncio.sleep(seconds)

def wait_within():
    loop.call_soon(lambda: results.append(bool(Client().get(video.project_id))))
    return video.wait(60)

ways = {
    "wait": lambda: video.wait(60),
    "Client": lambda: Client().get(video.project_id),
    "gallery.wait": lambda: gallery.wait(60),
    "a wait within a wait": wait_within,
}

def go(way):
    global spinning
    spinning = spinning and not ends
    results.append(bool(ways[way]()))

button = ipywidgets.Button()
button.on_click(lambda button: go("wait"))
"""
WAYS = ("wait", "Client", "gallery.wait", "a wait within a wait", "a wait in a click")
#: What is ready as well, and may stand behind the waiting cell in the queue. Tasks that end as the wait
#: begins leave the queue empty: that killed every kernel at once. For the others it took ipykernel 6 and up
#: to ten tries.
BESIDE = {
    "other cells": "spinning = ends = False",
    "busy tasks": "spinning, ends = True, False\ntasks = [loop.create_task(spin(0)) for _ in range(3)]",
    "tasks that end": "spinning = ends = True\ntasks = [loop.create_task(spin(1e-6)) for _ in range(12)]",
}
#: Busy tasks keep a core busy as long as the render: theirs has ended when it is asked about again.
BRIEF = Scenario(id="brief", name="Brief", shows="", timeline=((0, "queued"), (0.1, "complete")))


@pytest.fixture(scope="module")
def env(simulator: Simulator) -> dict[str, str]:
    simulator.add(BRIEF)
    return {"MAGIC_HOUR_BASE_URL": simulator.url, "MAGIC_HOUR_API_KEY": KEY}


@pytest.fixture(scope="module")
def mortal(
    env: dict[str, str], tmp_path_factory: pytest.TempPathFactory, kernel_python: str
) -> Iterator[LiveKernel]:
    """A kernel of our own, as it may die."""
    with live_kernel(env, tmp_path_factory.mktemp("mortal"), kernel_python) as running:
        yield running


@pytest.fixture(scope="module")
def button(mortal: LiveKernel) -> Model:
    cell = mortal.run(f"{SETUP}\nprint(button.comm.comm_id)")
    return mortal.models[cell.stdout.strip()]


def test_a_new_kernel_lives_on_after_run_all(mortal: LiveKernel, fresh: Fresh) -> None:
    cells = [
        "from mh_widgets import VideoProject",
        f"video = VideoProject({fresh('quick')!r})\nvideo",
        "print(video.wait().status)",
    ]
    started = [mortal.start(cell) for cell in cells]
    assert [mortal.finish(cell_id).stdout for cell_id in started] == ["", "", "complete\n"]
    for _ in range(2):
        assert mortal.run("print('alive')").stdout == "alive\n"


@pytest.fixture
def tries(mortal: LiveKernel, way: str, beside: str) -> int:
    old = mortal.run("import ipykernel\nprint(ipykernel.__version__)").stdout.startswith("6.")
    return (10 if way == "wait" else 3) if old and beside != "tasks that end" else 1


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("way", WAYS)
def test_the_kernel_lives_on(
    *, mortal: LiveKernel, button: Model, fresh: Fresh, way: str, beside: str, tries: int, tmp_path: Path
) -> None:
    for number in range(tries):
        gate, project = tmp_path / str(number), fresh("brief" if beside == "busy tasks" else "quick")
        cells = [
            mortal.start(f"begin({str(gate)!r})"),
            mortal.start(f"video = VideoProject({project!r}, poll_interval_s=0.1)\nvideo"),
            mortal.start(f"gallery = VideoGallery([{project!r}], poll_interval_s=0.1)\n{BESIDE[beside]}"),
            mortal.start("time.sleep(0.05)"),  # others come meanwhile, and tasks get going
        ]
        if way == "a wait in a click":
            mortal.click(button, event="click")
        else:
            cells.append(mortal.start(f"go({way!r})"))
        cells += [mortal.start("1"), mortal.start("spinning = False; video.close(); gallery.close()")]
        gate.touch()
        for cell_id in cells:
            assert not mortal.finish(cell_id).error
        assert not mortal.run("assert all(results) and results, results\nresults.clear()").error
        assert mortal.run("print('alive')").stdout == "alive\n"


def test_a_wait_in_a_click_on_a_subshell_gets_its_answer(
    mortal: LiveKernel, button: Model, fresh: Fresh
) -> None:
    if not mortal.has_subshells:
        pytest.skip("this ipykernel has no subshells")
    mortal.run(f"spinning = ends = False\nvideo = VideoProject({fresh('quick')!r}, poll_interval_s=0.1)")
    with mortal.clicks_on_a_subshell():
        mortal.click(button, event="click")
        mortal.run("while not results:\n    await asyncio.sleep(0.01)")
    assert mortal.run("print(*results)\nresults.clear()").stdout == "True\n"


@pytest.mark.usefixtures("button")
def test_cells_in_a_row_run_although_nest_asyncio_was_applied(mortal: LiveKernel, fresh: Fresh) -> None:
    """From ipykernel 7.1 on, nest_asyncio itself loses the cells that come during a wait."""
    if mortal.run("import nest_asyncio").error:
        pytest.skip("only ipykernel before 7.3 needs nest_asyncio")
    cells = [
        "spinning = False\nbegin('.')\nnest_asyncio.apply()",
        f"video = VideoProject({fresh('quick')!r}, poll_interval_s=0.1)\nvideo",
        *("print(video.wait(60).status)", "1", "2", "print('alive')"),
    ]
    ended = [mortal.finish(cell_id) for cell_id in [mortal.start(cell) for cell in cells]]
    assert [cell.error for cell in ended] == [""] * len(cells)
    assert ended[-1].stdout == "alive\n"


def test_the_asyncio_prompt_lives_on(
    env: dict[str, str], fresh: Fresh, tmp_path: Path, kernel_python: str
) -> None:
    project = fresh("quick")
    typed = f"""\
from mh_widgets import Client, VideoProject
video = VideoProject({project!r}, poll_interval_s=0.1)
print(video.wait().status)
print(Client().get({project!r}).status)
print(await asyncio.sleep(0.1, "alive"))
"""
    done = subprocess.run(
        [kernel_python, "-m", "asyncio"],
        input=typed,
        env={**os.environ, **env},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Error" not in done.stderr
    assert "".join(done.stdout.split(">>> ")).split() == ["complete", "complete", "alive"]
