"""A card that moves, in a real kernel: a deletion hits what is on show; and observers that raise hide nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mh_widgets.simulator import Simulator
from tests.kernel.live_kernel import LiveKernel, Model
from tests.kernel.test_cards import finished_card

Fresh = Callable[[str], str]


def deletions(simulator: Simulator, *projects: str) -> list[str]:
    """Those of ``projects`` that the API was told to delete, once for each time."""
    return [
        project
        for project in projects
        for request in simulator.requests.of(project, origin="api")
        if request.method == "DELETE"
    ]


def moved(kernel: LiveKernel, model: Model, project: str) -> None:
    kernel.until(lambda: model.state["details"].get("id") == project, "the other project's film")


def shown_on_stderr(kernel: LiveKernel, before: int) -> str:
    texts = [m["content"]["text"] for m in kernel.wire[before:] if m["msg_type"] == "stream"]
    return "".join(texts)


def test_a_card_whose_callbacks_were_taken_off_deletes_what_it_shows(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    one, two, three = fresh("finished"), fresh("finished"), fresh("finished")
    model = finished_card(kernel, one)
    kernel.run(f"video.observe(print, 'error'); video.unobserve_all(); video.project_id = {two!r}")
    moved(kernel, model, two)
    assert kernel.run("await video.delete()").error == ""
    kernel.until(lambda: model.state["status"] == "deleted", "the deletion")
    cell = kernel.run(
        "import traitlets\nclass Holder(traitlets.HasTraits):\n    value = traitlets.Unicode()\n"
        f"traitlets.link((Holder(value={three!r}), 'value'), (video, 'project_id'))"
    )
    assert cell.error == ""
    moved(kernel, model, three)
    kernel.click(model, kind="delete", confirmed=True)
    kernel.until(lambda: model.state["status"] == "deleted", "the deletion by the page")
    assert deletions(simulator, one, two, three) == [two, three]
    kernel.run("video.close()")


def test_a_click_on_delete_that_comes_after_a_move_deletes_nothing(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    one, two, flag = fresh("finished"), fresh("finished"), tmp_path / "clicked"
    model = finished_card(kernel, one)
    kernel.run("import pathlib, time")
    # The cell holds the kernel until the click is on its way, and moves the card before it is read.
    cell_id = kernel.start(
        f"while not pathlib.Path({str(flag)!r}).exists():\n    time.sleep(0.01)\nvideo.project_id = {two!r}"
    )
    kernel.click(model, kind="delete", confirmed=True, project=one)
    flag.touch()
    kernel.finish(cell_id)
    kernel.until(lambda: (model.state["notice"] or {}).get("code") == "moved", "the sentence")
    moved(kernel, model, two)
    assert deletions(simulator, one, two) == []
    kernel.click(model, kind="delete", confirmed=True, project=two)
    kernel.until(lambda: model.state["status"] == "deleted", "the deletion")
    assert deletions(simulator, one, two) == [two]
    kernel.run("video.close()")


def test_a_deletion_called_for_one_project_spares_the_next(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    one, two = fresh("finished"), fresh("finished")
    model = finished_card(kernel, one)
    cell = kernel.run(f"job = asyncio.create_task(video.delete())\nvideo.project_id = {two!r}\nawait job")
    assert "This card now shows another project" in cell.error
    moved(kernel, model, two)
    assert deletions(simulator, one, two) == []
    kernel.run("video.close()")


def test_an_observer_that_raises_hides_nothing_and_is_shown(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("draft")
    model = kernel.show(f"video = VideoProject({project!r}, poll_interval_s=0.1)\nvideo")
    kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    before = len(kernel.wire)
    kernel.run(
        "heard = []\ndef broken(change):\n    raise RuntimeError('a bug of mine')\n"
        "video.observe(broken, 'status')\nvideo.observe(lambda change: heard.append(change.new), 'status')"
    )
    simulator.set_status(project, "complete")
    kernel.until(lambda: model.state["watch"]["state"] == "stopped", "the end of the watch")
    assert (model.state["status"], model.state["details"]["status"]) == ("complete", "complete")
    assert kernel.run("print(heard)").stdout == "['complete']\n"
    kernel.until(lambda: "RuntimeError: a bug of mine" in shown_on_stderr(kernel, before), "the traceback")
    assert "in broken" in shown_on_stderr(kernel, before)
    kernel.run("video.close()")


def test_a_forgotten_await_says_so_below_its_cell(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("finished")
    finished_card(kernel, project)
    assert (
        kernel.run("video.delete()").result
        == "<VideoProject.delete() has not started: write await in front of it>"
    )
    assert "coroutine 'VideoProject.save' was never awaited" in kernel.run("video.save()\nNone").stderr
    assert deletions(simulator, project) == []
    kernel.run("video.close()")
