"""Deleting in a real kernel: once, for good, claimed only when it is known; and what strangers put into a project."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mh_widgets.simulator import Fault, Simulator
from tests.kernel.big_outputs import Big
from tests.kernel.live_kernel import LiveKernel, Model
from tests.kernel.transfer_fixtures import CUT, FILM, asked, card, files, half_saved, said, save

Fresh = Callable[[str], str]

pytestmark = pytest.mark.usefixtures("hasty", "nothing_left_over")

STALL = Fault(cut_after_bytes=CUT, cut="stall")


def delete(kernel: LiveKernel, model: Model) -> None:
    kernel.click(model, kind="delete", confirmed=True)


def deleted(kernel: LiveKernel, model: Model) -> None:
    kernel.until(lambda: model.state["status"] == "deleted", "the deletion")


def methods(simulator: Simulator, project: str) -> list[str]:
    return [request.method for request in simulator.requests.of(project, origin="api")]


# --- transfers under way


@pytest.mark.documented("films: a save is running")
def test_a_save_under_way_is_stopped_first_and_says_so(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, big: Big
) -> None:
    project = fresh(big.scenario)
    model = card(kernel, project, tmp_path, widget=big.widget)
    simulator.faults.add(project, STALL, origin="files")
    simulator.faults.add(project, Fault(delay_s=600), method="DELETE")
    kernel.start("job = asyncio.ensure_future(video.save())")
    over = half_saved(kernel, simulator, project, tmp_path)
    delete(kernel, model)
    kernel.until(lambda: model.state["transfer"] is None, "the end of the transfer")
    assert model.state["status"] == "complete"  # the answer is still to come
    simulator.requests.wait_for(lambda r: r.project_id == project and r.method == "DELETE")
    simulator.release(project)
    deleted(kernel, model)
    assert (
        model.state["notice"]["message"] == "The transfer was stopped, because the project is being deleted."
    )
    over()
    assert "because the project is being deleted" in kernel.run("await job").error
    assert big.file(project) not in files(tmp_path)
    assert model.state["status"] == "deleted"
    assert methods(simulator, project).count("DELETE") == 1
    assert len(asked(simulator, project)) == 1  # nothing was tried again


@pytest.mark.documented("films: a download is running")
@pytest.mark.parametrize(("scenario", "all_"), [("big", False), ("several-video", True)])
def test_a_download_under_way_is_stopped_first_and_its_view_is_told(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, *, scenario: str, all_: bool
) -> None:
    project = fresh(scenario)
    model = card(kernel, project, tmp_path)
    simulator.faults.add(project, STALL, origin="files")
    kernel.click(model, kind="download", output=0, id="d", zip=all_)
    kernel.until(lambda: model.last("chunk"), "the first piece")
    delete(kernel, model)
    deleted(kernel, model)
    kernel.until(lambda: model.last("failed"), "the end of the download")
    stopped = "The transfer was stopped, because the project is being deleted."
    assert (model.last("failed") or {})["error"]["message"] == stopped
    assert model.state["notice"]["message"] == stopped
    assert model.state["transfer"] is None


@pytest.mark.documented("films: `allow_delete=False` and a forged message")
def test_a_forged_delete_stops_no_transfer(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    model = card(kernel, project, tmp_path, "allow_delete=False")
    simulator.faults.add(project, STALL, origin="files")
    kernel.start("job = asyncio.ensure_future(video.save())")
    half_saved(kernel, simulator, project, tmp_path)
    kernel.send(model, {"method": "update", "state": {"allow_delete": True}, "buffer_paths": []})
    delete(kernel, model)
    kernel.until(lambda: (model.state["notice"] or {}).get("code") == "not_allowed", "the refusal")
    simulator.hang_up(project)
    assert kernel.run("print((await job)[0].name)").stdout.strip() == f"{project}.mp4"
    assert files(tmp_path) == {f"{project}.mp4": FILM}
    assert "DELETE" not in methods(simulator, project)


@pytest.mark.documented("films: another card saves the project")
def test_a_save_of_another_card_is_stopped_as_well(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    model = card(kernel, project, tmp_path)
    simulator.faults.add(project, STALL, origin="files")
    kernel.run(
        f"other = VideoProject({project!r})\njob = asyncio.ensure_future(other.save({str(tmp_path)!r}))"
    )
    half_saved(kernel, simulator, project, tmp_path)
    delete(kernel, model)
    deleted(kernel, model)
    cell = kernel.run("try:\n    await job\nexcept MagicHourError as error:\n    print(error)\nother.close()")
    assert "because the project is being deleted" in cell.stdout


# --- what the API answers


@pytest.mark.documented("films: the answer to DELETE is lost")
def test_a_lost_answer_is_resolved_by_a_look(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, big: Big
) -> None:
    project = fresh(big.scenario)
    model = card(kernel, project, tmp_path, widget=big.widget)
    simulator.faults.add(project, Fault(lost_answer=True), method="DELETE")
    delete(kernel, model)
    deleted(kernel, model)
    assert methods(simulator, project)[-2:] == ["DELETE", "GET"]
    assert model.state["notice"] is None


@pytest.mark.documented("films: the DELETE is lost")
def test_a_delete_that_never_arrived_is_not_claimed_and_can_be_asked_again(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    model = card(kernel, project, tmp_path)
    simulator.faults.add(project, Fault(reset=True), method="DELETE")
    delete(kernel, model)
    assert said(kernel, model, 0) == "error: The connection to the API broke."
    assert model.state["status"] == "complete"
    assert methods(simulator, project)[-2:] == ["DELETE", "GET"]
    delete(kernel, model)
    deleted(kernel, model)


@pytest.mark.documented("films: the GET is lost as well")
def test_an_unanswered_delete_claims_nothing_and_a_later_404_is_success(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    model = card(kernel, project, tmp_path)
    simulator.faults.add(project, Fault(lost_answer=True), method="DELETE")
    # Not a reset: a GET on a connection that the server dropped is repeated at once.
    simulator.faults.add(project, Fault(status=503))
    delete(kernel, model)
    assert said(kernel, model, 0) == "error: The connection to the API broke."
    assert model.state["status"] == "complete"
    delete(kernel, model)
    deleted(kernel, model)
    assert simulator.requests.of(project, method="DELETE")[-1].status == 404
    assert model.state["notice"] is None


@pytest.mark.documented("films: the API answers 422")
def test_a_refusal_says_why_and_the_card_stays_as_it_was(
    kernel: LiveKernel, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("template")
    model = card(kernel, project, tmp_path)
    before = {name: model.state[name] for name in ("status", "details", "error", "watch")}
    delete(kernel, model)
    assert said(kernel, model, 0).startswith(
        "error: The API answered 422: video is a template and cannot be deleted."
    )
    assert {name: model.state[name] for name in before} == before
    assert save(kernel, model) == f"info: Saved as {project}.mp4."


@pytest.mark.documented("films: many clicks, several cards, and code")
def test_it_is_one_delete_from_however_many_cards(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    model = card(kernel, project, tmp_path)
    other = kernel.show(f"other = VideoProject({project!r})\nother")
    simulator.faults.add(project, Fault(delay_s=0.3), method="DELETE")
    for each in (model, other) * 3:
        delete(kernel, each)
    cell = kernel.run("await asyncio.gather(video.delete(), other.delete(), video.delete())\nprint('done')")
    assert cell.stdout == "done\n"
    deleted(kernel, model)
    deleted(kernel, other)
    kernel.run("other.close()")
    assert methods(simulator, project).count("DELETE") == 1


@pytest.mark.documented("films: a later answer says `enabled: false`")
def test_what_was_deleted_elsewhere_is_shown_so_at_the_next_poll(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("draft")
    model = kernel.show(f"video = VideoProject({project!r}, poll_interval_s=0.1)\nvideo")
    kernel.until(lambda: model.state["status"] == "draft", "the first answer")
    simulator.delete(project)
    deleted(kernel, model)
    assert model.state["watch"]["state"] == "stopped"
    assert "ProjectDeleted" in kernel.run("await video").error
    assert methods(simulator, project).count("DELETE") == 0


@pytest.mark.documented("films: an older answer arrives after the deletion")
def test_an_answer_from_before_the_deletion_brings_nothing_back(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    model = card(kernel, project, tmp_path)
    old = json.dumps(simulator.details(project, simulator.files_url))
    simulator.faults.add(project, Fault(status=200, body=old, delay_s=600))
    kernel.click(model, kind="refresh")
    simulator.requests.wait_for(lambda r: r.project_id == project and r.origin == "api" and not r.over)
    delete(kernel, model)
    deleted(kernel, model)
    number = next(r.number for r in simulator.requests.of(project, origin="api") if not r.over)
    simulator.release(project)
    simulator.requests.wait_for(lambda r: r.number == number and r.over)
    kernel.drain(0.2)
    assert [update["status"] for update in model.updates if "status" in update][-1] == "deleted"
    kernel.click(model, kind="source", output=0, renew=False)
    kernel.until(lambda: model.last("source"), "the refusal of a link")
    assert (model.last("source") or {})["error"]["code"] == "deleted"
    assert asked(simulator, project) == []
