"""A card in a real kernel: it watches while cells run, answers clicks, and keeps quiet."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mh_widgets.simulator import Fault, Simulator
from tests.kernel.live_kernel import LiveKernel, Model

Fresh = Callable[[str], str]


def card(
    kernel: LiveKernel, project: str, arguments: str = "poll_interval_s=0.1", widget: str = "VideoProject"
) -> Model:
    return kernel.show(f"video = {widget}({project!r}, {arguments})\nvideo")


def finished_card(
    kernel: LiveKernel, project: str, arguments: str = "poll_interval_s=0.1", widget: str = "VideoProject"
) -> Model:
    model = card(kernel, project, arguments, widget)
    kernel.until(
        lambda: model.state["status"] == "complete" and model.state["watch"]["state"] == "stopped", "the end"
    )
    return model


def test_a_change_is_one_small_message_and_no_change_is_none(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("draft")
    model = card(kernel, project)
    kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    kernel.drain(0.3)
    asked = len(simulator.requests.of(project))
    simulator.requests.wait_for(lambda r: r.project_id == project and r.over, count=asked + 3)
    assert kernel.drain(0.3) == 0
    before = len(model.updates)
    simulator.set_status(project, "rendering")
    kernel.until(lambda: model.state["status"] == "rendering", "the change")
    assert kernel.drain(0.3) == 0
    assert len(model.updates) == before + 1
    kernel.run("video.close()")


def test_a_second_card_of_a_finished_project_shows_it_at_once(kernel: LiveKernel, fresh: Fresh) -> None:
    project = fresh("finished")
    finished_card(kernel, project)
    second = kernel.show(f"other = VideoProject({project!r})\nother")
    assert second.state["status"] == "complete"


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
        ("VideoProject('x', client=AsyncClient('k', base_url='ftp://x'))", "not a valid http(s) URL"),
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
    model = kernel.show(
        "import os\nkey = os.environ.pop('MAGIC_HOUR_API_KEY')\nvideo = VideoProject('quick')\nvideo"
    )
    kernel.until(lambda: model.state["error"], "the sentence")
    assert model.state["error"]["code"] == "missing_token"
    assert "MAGIC_HOUR_API_KEY" in model.state["error"]["hint"]
    # Set the key and run the cell again: what the hint promises.
    again = kernel.show("os.environ['MAGIC_HOUR_API_KEY'] = key\nvideo = VideoProject('finished')\nvideo")
    kernel.until(lambda: again.state["status"] == "complete", "the card with a key")


def test_a_missing_or_html_server_is_retried_with_a_sentence(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    nobody = kernel.show(
        "video = VideoProject('x', client=AsyncClient('k', base_url='http://127.0.0.1:9'))\nvideo"
    )
    kernel.until(lambda: nobody.state["watch"]["state"] == "retrying", "the trouble")
    assert "MAGIC_HOUR_BASE_URL" in nobody.state["watch"]["reason"]
    kernel.run("video.close()")
    html = kernel.show(
        f"video = VideoProject('x', client=AsyncClient('k', base_url={simulator.files_url!r}))\nvideo"
    )
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


def test_threads_keep_their_time_while_their_cell_blocks_the_kernel(kernel: LiveKernel, fresh: Fresh) -> None:
    model = card(kernel, fresh("quick"))
    cell = kernel.run(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor() as pool:\n"
        "    waits = [pool.submit(video.wait, timeout_s=0.5) for _ in range(2)]\n"
        "print(*(repr(each.exception()) for each in waits), sep='\\n')"
    )
    assert cell.stdout.splitlines() == ["TimeoutError('Not finished after 0.5 s. Polling continues.')"] * 2
    kernel.until(lambda: model.state["status"] == "complete", "the film after the cell")
