"""Clicks while a cell is busy: whichever way it waits, and whichever thread the kernel hears them on, none is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mh_widgets.simulator import Simulator
from tests.kernel.live_kernel import LiveKernel, Model
from tests.kernel.test_cards import Fresh, card

CLICKS = range(1, 21)
WAITS = {"await": "await video", "a nested wait": "video.wait(60)"}


@pytest.fixture(params=["main shell", "subshell"])
def shell(request: pytest.FixtureRequest, kernel: LiveKernel) -> Iterator[str]:
    """Where the clicks of a test go: JupyterLab gives comms a subshell where the kernel has some."""
    if request.param == "main shell":
        yield "main shell"
    elif kernel.has_subshells:
        with kernel.clicks_on_a_subshell():
            yield "subshell"
    else:
        pytest.skip("this ipykernel has no subshells")


@pytest.fixture
def film(kernel: LiveKernel, fresh: Fresh) -> Model:
    """A finished card, which answers each question for a link at once."""
    model = kernel.show(f"film = VideoProject({fresh('finished')!r})\nfilm")
    kernel.until(lambda: model.state["watch"]["state"] == "stopped", "the film")
    return model


def answered(model: Model) -> list[int]:
    """The outputs whose link was asked for and answered (that there are none such is an answer)."""
    return [content["output"] for content, _ in model.customs if content["kind"] == "source"]


def begin(kernel: LiveKernel, code: str) -> str:
    """Start a cell and wait until it is in the middle of it."""
    cell_id = kernel.start(f"print('begun', flush=True)\n{code}")
    kernel.until(lambda: "begun" in kernel.cell(cell_id).stdout, "the cell to begin")
    return cell_id


@pytest.mark.parametrize("busy", [*WAITS, "time.sleep"])
@pytest.mark.usefixtures("shell")
def test_none_is_lost(
    *, kernel: LiveKernel, simulator: Simulator, fresh: Fresh, film: Model, busy: str, tmp_path: Path
) -> None:
    project, gate = fresh("draft"), tmp_path / "open"
    card(kernel, project)
    blocking = f"import pathlib\nwhile not pathlib.Path({str(gate)!r}).exists():\n    time.sleep(0.01)"
    waiting = begin(kernel, WAITS.get(busy, blocking))
    for output in CLICKS:
        kernel.click(film, kind="source", output=output)
    following = kernel.start("print('the next cell')")
    kernel.drain(0.3)
    simulator.set_status(project, "complete")
    gate.touch()
    assert not kernel.finish(waiting).error
    assert kernel.finish(following).stdout == "the next cell\n"
    kernel.until(lambda: len(answered(film)) >= len(CLICKS), "an answer to every click")
    assert sorted(answered(film)) == [*CLICKS]
    kernel.click(film, kind="source", output=99)
    kernel.until(lambda: 99 in answered(film), "a click after it all")


@pytest.mark.usefixtures("shell")
def test_they_are_handled_on_the_thread_of_the_cells(kernel: LiveKernel, fresh: Fresh) -> None:
    model = card(kernel, fresh("draft"))
    kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    kernel.run(
        "import threading\nthreads = []\n"
        "video.observe(lambda change: threads.append(threading.current_thread().name), 'watch')"
    )
    kernel.click(model, kind="pause")
    kernel.until(lambda: model.state["watch"]["state"] == "paused", "the pause")
    assert kernel.run("print(*threads)").stdout == "MainThread\n"
    kernel.run("video.close()")
