"""Ways to wait, on every kernel: in cells of both kinds, in a row of cells, in a script, in a saved notebook."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from mh_widgets.simulator import Simulator
from tests.kernel.live_kernel import LiveKernel
from tests.kernel.test_cards import Fresh, card
from tests.leaks import KEY

ways = pytest.mark.parametrize("call", ["await video", "video.wait()"], ids=["await", "nested wait"])


@ways
def test_it_gives_the_details_and_the_waiting_cell_sends_the_finished_card(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, call: str
) -> None:
    project = fresh("draft")
    model = card(kernel, project)
    cell_id = kernel.start(
        f"print('begun', flush=True)\ndetails = {call}\nprint(details.status, details.duration_s)"
    )
    kernel.until(lambda: kernel.cell(cell_id).stdout, "the cell to begin")
    for status in ("draft", "rendering"):
        simulator.set_status(project, status)
        kernel.until(lambda: model.state["status"] == status, "the card to move meanwhile")  # noqa: B023
    assert kernel.cell(cell_id).status == "busy"
    simulator.set_status(project, "complete")
    assert kernel.finish(cell_id).stdout.split() == ["begun", "complete", "6"]
    sent = [
        m for m in kernel.wire if m["msg_type"] == "comm_msg" and m["content"]["comm_id"] == model.comm_id
    ]
    last = [m for m in sent if m["parent_header"].get("msg_id") == cell_id][-1]
    assert last["content"]["data"]["state"]["status"] == "complete"


@pytest.mark.parametrize(
    "call", ["await asyncio.wait_for(video, 0.3)", "video.wait(0.3)"], ids=["await", "nested wait"]
)
def test_a_wait_that_times_out_leaves_the_watch_going(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, call: str
) -> None:
    project = fresh("draft")
    model = card(kernel, project)
    cell = kernel.run(
        f"try:\n    {call}\nexcept (TimeoutError, asyncio.TimeoutError):\n    print('timed out')"
    )
    assert cell.stdout == "timed out\n"
    seen = len(simulator.requests.of(project))
    simulator.requests.wait_for(lambda r: r.project_id == project, count=seen + 2)
    simulator.set_status(project, "complete")
    kernel.until(lambda: model.state["status"] == "complete", "the film after the timeout")


@ways
def test_an_interrupt_ends_the_wait_and_nothing_else(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, call: str
) -> None:
    project = fresh("draft")
    model = card(kernel, project)
    kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    # Paused, so that no poll wakes the loop: the interrupt has to do it.
    cell_id = kernel.start(f"video.pause()\nprint('waiting', flush=True)\n{call}")
    kernel.until(lambda: kernel.cell(cell_id).stdout, "the cell to wait")
    kernel.drain(0.2)
    kernel.manager.interrupt_kernel()
    error = kernel.finish(cell_id).error
    # An `await` ends as every `await` does that ipykernel interrupts.
    assert ("CancelledError" if call.startswith("await") else "KeyboardInterrupt") in error
    for click, state in (("resume", "watching"), ("pause", "paused"), ("resume", "watching")):
        kernel.click(model, kind=click)
        kernel.until(lambda: model.state["watch"]["state"] == state, "a click after the interrupt")  # noqa: B023
    simulator.set_status(project, "rendering")
    kernel.until(lambda: model.state["status"] == "rendering", "the watch after the interrupt")
    simulator.set_status(project, "complete")
    assert kernel.run(f"print(({call}).status)").stdout == "complete\n"


@ways
def test_run_all_goes_through_a_waiting_cell(kernel: LiveKernel, fresh: Fresh, call: str) -> None:
    model = kernel.show(f"film = VideoProject({fresh('finished')!r})\nfilm")
    project = fresh("quick")
    cells = [
        f"order = []\nvideo = VideoProject({project!r}, poll_interval_s=0.1)\nvideo",
        *("order.append('before')", f"order.append(({call}).status)"),
        *(f"order.append({n})" for n in range(10)),
        *(f"order.append(({call}).status)", "print(*order)"),
    ]
    started = []
    for code in cells:
        started.append(kernel.start(code))
        kernel.click(model, kind="source", output=len(started))
    ended = [kernel.finish(cell_id) for cell_id in started]
    assert not any(cell.error for cell in ended)
    assert ended[-1].stdout == "before complete 0 1 2 3 4 5 6 7 8 9 complete\n"
    kernel.until(lambda: len(model.customs) >= len(cells), "an answer to every click between them")


def test_gather_and_as_completed_take_cards(kernel: LiveKernel, simulator: Simulator, fresh: Fresh) -> None:
    first, second = fresh("draft"), fresh("finished")
    kernel.run(f"a, b = (VideoProject(p, poll_interval_s=0.1) for p in ({first!r}, {second!r}))")
    cell_id = kernel.start(
        "for coming in asyncio.as_completed([a, b]):\n    print((await coming).id, flush=True)\n"
        "print(*(d.id for d in await asyncio.gather(a, b)))\n"
        "done, waiting = await asyncio.wait([asyncio.ensure_future(v) for v in (a, b)])\n"
        "print(len(done), len(waiting), await a is await a)"
    )
    kernel.until(lambda: kernel.cell(cell_id).stdout, "the film that is there")
    simulator.set_status(first, "complete")
    cell = kernel.finish(cell_id)
    assert cell.stdout.splitlines() == [second, first, f"{first} {second}", "2 0 True"], cell.error


def test_the_deadline_ends_the_watching_and_resume_goes_on(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("draft")
    model = card(kernel, project, "deadline_s=0.3")
    assert "Not finished after 0.3 s" in kernel.run("await video").error
    kernel.until(lambda: model.state["error"], "the deadline on the card")
    assert model.state["error"]["code"] == "deadline"
    assert model.state["watch"]["state"] == "stopped"
    simulator.set_status(project, "complete")
    # On a busy machine the answer may be later than the next deadline, too.
    resumed = kernel.run(
        "while True:\n"
        "    video.resume()\n"
        "    try:\n"
        "        print((await video).status)\n"
        "        break\n"
        "    except WatchDeadline:\n"
        "        pass"
    )
    assert (resumed.stdout, resumed.error) == ("complete\n", "")
    kernel.until(lambda: model.state["error"] is None, "the card without an error")


def test_pause_refresh_and_resume_by_call(kernel: LiveKernel, simulator: Simulator, fresh: Fresh) -> None:
    project = fresh("draft")
    model = card(kernel, project)
    kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    kernel.run("video.pause()")
    kernel.drain(0.3)
    asked = len(simulator.requests.of(project))
    simulator.set_status(project, "rendering")
    assert (
        kernel.run("print((await video.refresh()).status, video.watch['state'])").stdout
        == "rendering paused\n"
    )
    assert len(simulator.requests.of(project)) == asked + 1
    kernel.run("video.resume()")
    simulator.set_status(project, "complete")
    kernel.until(lambda: model.state["status"] == "complete", "the watch after resume")


def test_a_saved_notebook_keeps_the_finished_card(
    simulator: Simulator, fresh: Fresh, kernel_python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGIC_HOUR_BASE_URL", simulator.url)
    monkeypatch.setenv("MAGIC_HOUR_API_KEY", KEY)
    first, second = fresh("quick"), fresh("quick")
    is_patched = "\nimport sys\nprint('nest_asyncio2' in sys.modules)"
    sources = [
        f"from mh_widgets import VideoProject\na = VideoProject({first!r}, poll_interval_s=0.1)\na",
        f"await a{is_patched}",
        f"b = VideoProject({second!r}, poll_interval_s=0.1)\nb",
        f"b.wait(){is_patched}",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])

    class Manager(AsyncKernelManager):
        def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
            return [kernel_python, *super().format_kernel_cmd(extra_arguments)[1:]]

    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, kernel_manager_class=Manager, timeout=100, resources=resources).execute()
    widgets = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    cards: list[dict[str, Any]] = [w["state"] for w in widgets if "project_id" in w["state"]]
    assert {c["project_id"]: c["status"] for c in cards} == {first: "complete", second: "complete"}
    # asyncio is patched by a wait in a running loop, and by nothing else.
    assert [o["text"] for n in (1, 3) for o in notebook.cells[n].outputs if "text" in o] == [
        "False\n",
        "True\n",
    ]


def test_a_plain_script_waits_without_patching_anything(
    simulator: Simulator, fresh: Fresh, kernel_python: str, tmp_path: Path
) -> None:
    project = fresh("quick")
    script = f"""
import sys
from mh_widgets import Client, VideoProject
video = VideoProject({project!r}, poll_interval_s=0.1)
try:
    video.wait(0)
except TimeoutError:
    print("not yet")
print(video.wait().status, video.status, Client().get({project!r}).status, "nest_asyncio2" in sys.modules)
"""
    environ = {**os.environ, **simulator.env}
    command = [kernel_python, "-c", script]
    done = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("not yet\ncomplete complete complete False\n", "")
