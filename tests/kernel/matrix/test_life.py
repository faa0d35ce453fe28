"""A card's life on every kernel: beside cells, after a cell that fails, across a restart, and at the end."""

from __future__ import annotations

import itertools
from pathlib import Path

from mh_widgets.polling import intervals
from mh_widgets.simulator import Fault, Simulator
from tests.kernel.live_kernel import LiveKernel, live_kernel
from tests.kernel.test_cards import Fresh, card


def test_the_card_goes_on_after_its_cell_has_ended(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("draft")
    model = card(kernel, project)
    for status in ("draft", "rendering", "complete"):
        simulator.set_status(project, status)
        kernel.until(lambda: model.state["status"] == status, "the change, with no cell running")  # noqa: B023
    assert model.state["details"]["outputs"] == [{"media": "video"}]


def test_cells_run_as_if_no_card_were_there(kernel: LiveKernel, simulator: Simulator, fresh: Fresh) -> None:
    project = fresh("draft")
    model = card(kernel, project)
    kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    simulator.faults.add(project, Fault(delay_s=600))
    simulator.requests.wait_for(lambda r: r.project_id == project and not r.over and r.status is None)
    assert kernel.run("await asyncio.sleep(0.05); print('done')").stdout == "done\n"
    assert not simulator.requests.of(project)[-1].over
    kernel.run("video.close()")


def test_a_synchronous_cell_only_delays_it(kernel: LiveKernel, simulator: Simulator, fresh: Fresh) -> None:
    project = fresh("quick")
    model = card(kernel, project)
    kernel.until(lambda: model.state["status"], "the first answer")
    kernel.run("time.sleep(1)")  # the cell under test: longer than the render
    kernel.until(lambda: model.state["status"] == "complete", "the film after the synchronous cell")


def test_two_cards_of_one_project_share_one_watch(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("draft")
    first = card(kernel, project, "")
    kernel.until(lambda: first.state["status"] == "draft", "the first answer")
    second = kernel.show(f"other = VideoProject({project!r})\nother")
    kernel.until(lambda: second.state["status"] == "draft", "the second card's state")
    watches = f"[t.get_name() for t in asyncio.all_tasks()].count('mh_widgets watch {project}')"
    assert kernel.run(f"print({watches})").stdout.strip() == "1"
    kernel.run("video.close()")
    assert kernel.run(f"print({watches})").stdout.strip() == "1"
    kernel.run("other.close()")
    # A task that was cancelled ends with the loop's next turn; one that wasn't would keep this cell for ever.
    kernel.run(f"while {watches}:\n    await asyncio.sleep(0)")
    asked_at = [request.time for request in simulator.requests.of(project)]
    assert all(later - earlier >= intervals.FLOOR_S for earlier, later in itertools.pairwise(asked_at))


def test_two_cards_of_one_project_are_both_live(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("draft")
    first, second = card(kernel, project), kernel.show(f"other = VideoProject({project!r})\nother")
    kernel.until(
        lambda: first.state["status"] == second.state["status"] == "draft", "the first answer on both"
    )
    simulator.set_status(project, "rendering")
    kernel.until(lambda: first.state["status"] == second.state["status"] == "rendering", "the change on both")
    kernel.click(second, kind="pause")
    kernel.until(lambda: second.state["watch"]["state"] == "paused", "the pause of one")
    assert first.state["watch"]["state"] == "watching"
    kernel.run("video.close(); other.close()")


def test_a_closed_card_asks_no_more_and_its_view_goes(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("draft")
    model = card(kernel, project)
    kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    kernel.run("video.close()")
    assert model.closed
    assert model.state["watch"]["state"] == "stopped"
    kernel.drain(0.3)
    asked = len(simulator.requests.of(project))
    kernel.drain(0.5)
    assert len(simulator.requests.of(project)) == asked


def test_a_visitor_who_left_leaves_nothing_beyond_the_deadline(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    """So that a server can cull the kernel: it looks at when the last message came."""
    project = fresh("draft")
    model = card(kernel, project, "deadline_s=0.5, poll_interval_s=0.1")
    kernel.until(lambda: model.state["watch"]["state"] == "stopped", "the deadline")
    kernel.drain(0.3)
    asked = len(simulator.requests.of(project))
    assert asked
    assert kernel.drain(0.7) == 0
    assert len(simulator.requests.of(project)) == asked
    assert "mh_widgets" not in kernel.run("print(*(t.get_name() for t in asyncio.all_tasks()))").stdout


def test_a_card_lives_though_its_cell_fails_afterwards(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("draft")
    cell = kernel.run(
        f"from IPython.display import display\ndisplay(VideoProject({project!r}, poll_interval_s=0.1))\n1/0"
    )
    assert "ZeroDivisionError" in cell.error
    (model,) = [m for m in kernel.models.values() if m.state.get("project_id") == project]
    kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    simulator.set_status(project, "rendering")
    kernel.until(lambda: model.state["status"] == "rendering", "the change")
    kernel.click(model, kind="pause")
    kernel.until(lambda: model.state["watch"]["state"] == "paused", "a click")


def test_restart_and_shutdown_end_what_runs_without_a_word(
    simulator: Simulator, fresh: Fresh, tmp_path: Path, kernel_python: str
) -> None:
    old, new, saved, sent = fresh("draft"), fresh("draft"), fresh("finished"), fresh("finished")
    simulator.faults.add(saved, Fault(cut_after_bytes=1000, cut="stall"), origin="files")
    imports = "from mh_widgets import VideoProject"
    # What debugpy says of Python's frozen modules takes several lines on some.
    env = {**simulator.env, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    with live_kernel(env, tmp_path, kernel_python) as kernel:
        kernel.run(imports)
        before = card(kernel, old)
        kernel.until(lambda: before.state["status"] == "draft", "the first answer")
        kernel.restart()
        asked = len(simulator.requests.of(old))

        kernel.run(imports)
        after = card(kernel, new)
        kernel.until(lambda: after.state["status"] == "draft", "the first answer after the restart")
        for name, project, click in (
            ("a", saved, {"kind": "save"}),
            ("b", sent, {"kind": "download", "id": "1"}),
        ):
            model = kernel.show(f"{name} = VideoProject({project!r}, download_directory='films')\n{name}")
            kernel.until(lambda: model.state["status"] == "complete", "the film")  # noqa: B023 - until() is done with it
            kernel.click(model, **click)
            kernel.until(lambda: model.state["transfer"], "the transfer")  # noqa: B023
        assert len(simulator.requests.of(old)) == asked
    log = (tmp_path / "kernel.log").read_text()
    assert [
        line for line in log.splitlines() if "frozen modules" not in line and "Debugger" not in line
    ] == []
