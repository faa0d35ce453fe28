"""A card in a real kernel: it watches while cells run, answers clicks, and keeps quiet."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mh_widgets.simulator import Fault, Simulator
from tests.kernel.live_kernel import LiveKernel, Model

Fresh = Callable[[str], str]


def card(kernel: LiveKernel, project: str, arguments: str = "poll_interval_s=0.1") -> Model:
    return kernel.show(f"video = VideoProject({project!r}, {arguments})\nvideo")


def finished_card(kernel: LiveKernel, project: str, arguments: str = "poll_interval_s=0.1") -> Model:
    model = card(kernel, project, arguments)
    kernel.until(lambda: model.state["status"] == "complete" and model.state["watch"]["state"] == "stopped", "the end")
    return model


def test_the_card_goes_on_after_its_cell_has_ended(kernel: LiveKernel, fresh: Fresh) -> None:
    model = card(kernel, fresh("quick"))
    assert model.state["status"] == ""
    kernel.until(lambda: model.state["status"] == "complete", "the film, with no cell running")
    assert model.state["details"]["outputs"] == [{"media": "video"}]
    assert [u["status"] for u in model.updates if "status" in u] == ["queued", "rendering", "complete"]


def test_cells_run_as_if_no_card_were_there(kernel: LiveKernel, fresh: Fresh) -> None:
    model = card(kernel, fresh("draft"))
    kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    cell = kernel.run("t = time.perf_counter(); await asyncio.sleep(0.05); print(time.perf_counter() - t)")
    assert float(cell.stdout) < 0.5
    kernel.run("video.close()")


def test_a_synchronous_cell_only_delays_it(kernel: LiveKernel, simulator: Simulator, fresh: Fresh) -> None:
    project = fresh("quick")
    model = card(kernel, project)
    kernel.until(lambda: model.state["status"], "the first answer")
    kernel.run("time.sleep(1)")  # the cell under test: longer than the render
    kernel.until(lambda: model.state["status"] == "complete", "the film after the synchronous cell")


def test_a_change_is_one_small_message_and_no_change_is_none(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("draft")
    model = card(kernel, project)
    kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    kernel.drain(0.3)
    asked = len(simulator.requests.of(project))
    came = kernel.drain(0.5)
    assert len(simulator.requests.of(project)) >= asked + 3
    assert came == 0
    before = len(model.updates)
    simulator.set_status(project, "rendering")
    kernel.until(lambda: model.state["status"] == "rendering", "the change")
    assert kernel.drain(0.3) == 0
    assert len(model.updates) == before + 1
    kernel.run("video.close()")


def test_two_cards_of_one_project_share_one_watch(kernel: LiveKernel, simulator: Simulator, fresh: Fresh) -> None:
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
    assert len(simulator.requests.of(project)) == 1


def test_a_second_card_of_a_finished_project_shows_it_at_once(kernel: LiveKernel, fresh: Fresh) -> None:
    project = fresh("finished")
    finished_card(kernel, project)
    second = kernel.show(f"other = VideoProject({project!r})\nother")
    assert second.state["status"] == "complete"


def test_await_gives_the_details_and_the_waiting_cell_sends_the_finished_card(kernel: LiveKernel, fresh: Fresh) -> None:
    model = card(kernel, fresh("quick"))
    cell = kernel.run("details = await video\nprint(details.status, details.duration_s)")
    assert cell.stdout.split() == ["complete", "6"]
    sent = [m for m in kernel.wire if m["msg_type"] == "comm_msg" and m["content"]["comm_id"] == model.comm_id]
    waiting_cell = kernel.wire[-1]["parent_header"]["msg_id"]
    last = [m for m in sent if m["parent_header"].get("msg_id") == waiting_cell][-1]
    assert last["content"]["data"]["state"]["status"] == "complete"


def test_wait_in_a_synchronous_cell_lets_the_card_go_on(kernel: LiveKernel, fresh: Fresh) -> None:
    model = card(kernel, fresh("quick"))
    cell = kernel.run("def blocking():\n    return video.wait(30).status\nprint(blocking())")
    assert cell.stdout.strip() == "complete"
    assert [u["status"] for u in model.updates if "status" in u][:3] == ["queued", "rendering", "complete"]


def test_a_wait_that_times_out_leaves_the_watch_going(kernel: LiveKernel, simulator: Simulator, fresh: Fresh) -> None:
    project = fresh("draft")
    card(kernel, project)
    cell = kernel.run("try:\n    video.wait(0.3)\nexcept TimeoutError as error:\n    print(error)")
    assert "Watching goes on" in cell.stdout
    seen = len(simulator.requests.of(project))
    simulator.requests.wait_for(lambda r: r.project_id == project, count=seen + 2)
    kernel.run("video.close()")


@pytest.mark.parametrize("call", ["video.wait()", "await video"], ids=["a nested wait", "an awaiting cell"])
def test_an_interrupt_ends_the_wait_and_nothing_else(kernel: LiveKernel, fresh: Fresh, call: str) -> None:
    model = card(kernel, fresh("draft"))
    kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    cell_id = kernel.start(f"print('waiting', flush=True)\n{call}")
    kernel.until(lambda: kernel._cells[cell_id].stdout, "the cell to wait")
    kernel.manager.interrupt_kernel()
    cell = kernel.finish(cell_id)
    assert "KeyboardInterrupt" in cell.error or "CancelledError" in cell.error
    assert model.state["watch"]["state"] == "watching"
    kernel.click(model, kind="pause")
    kernel.until(lambda: model.state["watch"]["state"] == "paused", "a click after the interrupt")
    kernel.run("video.close()")


def test_pause_resume_and_refresh_by_click(kernel: LiveKernel, simulator: Simulator, fresh: Fresh) -> None:
    project = fresh("draft")
    model = card(kernel, project)
    kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    kernel.click(model, kind="pause")
    kernel.until(lambda: model.state["watch"]["state"] == "paused", "the pause")
    kernel.drain(0.3)
    asked = len(simulator.requests.of(project))
    kernel.drain(0.5)
    assert len(simulator.requests.of(project)) == asked
    simulator.set_status(project, "rendering")
    kernel.click(model, kind="refresh")
    kernel.until(lambda: model.state["status"] == "rendering", "the refresh")
    assert len(simulator.requests.of(project)) == asked + 1
    assert model.state["watch"]["state"] == "paused"
    kernel.click(model, kind="resume")
    kernel.until(lambda: model.state["watch"]["state"] == "watching", "going on")
    kernel.run("video.close()")
    assert model.closed


def test_trouble_is_shown_with_its_time_and_ends_by_itself(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("draft")
    model = card(kernel, project)
    kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    simulator.faults.add(project, Fault(status=503))
    kernel.until(lambda: model.state["watch"]["state"] == "retrying", "the trouble")
    watch = model.state["watch"]
    assert "503" in watch["reason"]
    assert isinstance(watch["next_attempt_at"], float)
    assert model.state["error"] is None
    kernel.until(lambda: model.state["watch"]["state"] == "watching", "the recovery")
    assert model.state["watch"]["next_attempt_at"] is None
    kernel.run("video.close()")


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("VideoProject('../secrets')", "not a project ID"),
        ("VideoProject('')", None),
        ("VideoProject(7)", "not a project"),
        ("VideoProject('nobody-knows-it')", "404"),
        ("VideoProject('x', client=AsyncClient('wrong'))", "401"),
        ("VideoProject('x', client=AsyncClient('ke y'))", "character"),
        ("VideoProject('x', client=AsyncClient('k', base_url='ftp://x'))", "address"),
    ],
)
def test_bad_input_is_a_sentence_on_the_card_and_no_traceback(
    kernel: LiveKernel, expression: str, sentence: str | None
) -> None:
    model = kernel.show(f"video = {expression}\nvideo")
    if sentence is None:
        assert model.state["error"] is None
        assert model.state["editable"] is True
        return
    kernel.until(lambda: model.state["error"], "the sentence")
    assert sentence in model.state["error"]["message"]
    assert model.state["error"]["hint"]
    kernel.run("video.close()")


def test_no_key_is_a_sentence_that_says_how_to_set_it(kernel: LiveKernel) -> None:
    model = kernel.show("import os\nkey = os.environ.pop('MAGIC_HOUR_API_KEY')\nvideo = VideoProject('quick')\nvideo")
    kernel.until(lambda: model.state["error"], "the sentence")
    assert model.state["error"]["code"] == "missing_token"
    assert "MAGIC_HOUR_API_KEY" in model.state["error"]["hint"]
    # Set the key and run the cell again: what the hint promises.
    again = kernel.show("os.environ['MAGIC_HOUR_API_KEY'] = key\nvideo = VideoProject('finished')\nvideo")
    kernel.until(lambda: again.state["status"] == "complete", "the card with a key")


def test_a_server_that_is_not_there_or_speaks_html_is_retried_with_a_sentence(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    nobody = kernel.show("video = VideoProject('x', client=AsyncClient('k', base_url='http://127.0.0.1:9'))\nvideo")
    kernel.until(lambda: nobody.state["watch"]["state"] == "retrying", "the trouble")
    assert "MAGIC_HOUR_BASE_URL" in nobody.state["watch"]["reason"]
    kernel.run("video.close()")
    html = kernel.show(f"video = VideoProject('x', client=AsyncClient('k', base_url={simulator.files_url!r}))\nvideo")
    kernel.until(lambda: html.state["error"] or html.state["watch"]["reason"], "the sentence")
    kernel.run("video.close()")


def test_assigning_a_project_moves_the_card(kernel: LiveKernel, simulator: Simulator, fresh: Fresh) -> None:
    first, second = fresh("draft"), fresh("finished")
    model = card(kernel, first)
    kernel.until(lambda: model.state["status"] == "draft", "the first project")
    kernel.run(f"video.project_id = 'https://magichour.ai/my-library?videoId={second}'")
    kernel.until(lambda: model.state["status"] == "complete", "the second project")
    assert model.state["project_id"] == second
    asked = len(simulator.requests.of(first))
    kernel.drain(0.4)
    assert len(simulator.requests.of(first)) == asked


def test_the_kernel_ends_without_a_word_about_its_tasks(
    simulator: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from tests.kernel.live_kernel import live_kernel

    folder = tmp_path_factory.mktemp("ending")
    with live_kernel(simulator.env, folder) as kernel:
        model = kernel.show("from mh_widgets import VideoProject\nvideo = VideoProject('draft--end')\nvideo")
        kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    log = (folder / "kernel.log").read_text()
    assert "Task was destroyed" not in log
    assert "Traceback" not in log
