"""Films in a real kernel: linked, relayed, saved, deleted, by message and by call."""

from __future__ import annotations

from collections.abc import Callable

from mh_widgets.simulator import FILMS, Simulator
from tests.kernel.live_kernel import LiveKernel, Model
from tests.kernel.test_cards import finished_card

Fresh = Callable[[str], str]
SUNRISE = (FILMS / "sunrise.mp4").read_bytes()


def source(kernel: LiveKernel, model: Model, **fields: object) -> dict[str, object]:
    kernel.click(model, kind="source", **{"output": 0, "renew": False, **fields})
    return kernel.next_custom(model)[0]


def test_a_link_is_given_by_message_and_is_in_no_trait(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("finished")
    model = finished_card(kernel, project)
    answer = source(kernel, model)
    assert str(answer["url"]).startswith(f"{simulator.files_url}/films/{project}/output.mp4?")
    assert answer["media"] == "video"
    assert "signature" not in str(model.state)
    asked = len(simulator.requests.of(project, origin="api"))
    assert source(kernel, model)["url"] == answer["url"]
    assert len(simulator.requests.of(project, origin="api")) == asked
    source(kernel, model, renew=True)
    assert len(simulator.requests.of(project, origin="api")) == asked + 1


def test_a_link_about_to_end_is_fetched_anew(kernel: LiveKernel, simulator: Simulator, fresh: Fresh) -> None:
    project = fresh("short-link")
    model = finished_card(kernel, project)
    asked = len(simulator.requests.of(project, origin="api"))
    source(kernel, model)
    assert len(simulator.requests.of(project, origin="api")) == asked + 1


def test_an_output_that_is_not_there_is_a_sentence(kernel: LiveKernel, fresh: Fresh) -> None:
    model = finished_card(kernel, fresh("finished"))
    answer = source(kernel, model, output=5)
    assert isinstance(answer["error"], dict)
    assert answer["error"]["code"] == "no_output"


def test_a_download_arrives_in_acknowledged_chunks_and_is_the_film(kernel: LiveKernel, fresh: Fresh) -> None:
    project = fresh("finished")
    model = finished_card(kernel, project)
    kernel.click(model, kind="download", output=0, id="d1")
    received = b""
    while (message := kernel.next_custom(model))[0]["kind"] == "chunk":
        received += message[1][0]
        kernel.click(model, kind="ack", id="d1", index=message[0]["index"])
    assert received == SUNRISE
    end = message[0]
    assert end["kind"] == "end"
    assert end["name"] == f"Finished-yesterday-{project}.mp4"
    assert end["type"] == "video/mp4"
    kernel.until(lambda: model.state["transfer"] is None, "the transfer's end")


def test_save_writes_the_film_once_under_the_projects_name(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("finished")
    model = finished_card(kernel, project, "download_directory='films'")
    assert model.state["save_label"] == "films"
    kernel.click(model, kind="save")
    kernel.until(lambda: model.state["notice"], "the notice")
    assert model.state["notice"]["message"] == f"Saved as {project}.mp4."
    cell = kernel.run(
        "paths = await video.save()\n"
        "import os\n"
        "print(paths[0].as_posix(), paths[0].stat().st_size, len(os.listdir('films')))"
    )
    assert cell.stdout.split() == [f"films/{project}.mp4", str(len(SUNRISE)), "1"]
    assert not simulator.leaks


def test_two_outputs_are_both_saved(kernel: LiveKernel, fresh: Fresh) -> None:
    project = fresh("two-outputs")
    finished_card(kernel, project)
    cell = kernel.run(
        "print(*[p.name for p in await video.save('two')])\nprint(*[p.name for p in await video.save('two')])"
    )
    names = [f"{project}.mp4", f"{project}-2.mp4"]
    assert cell.stdout.split() == names * 2


def test_a_directory_that_cannot_be_is_a_sentence(kernel: LiveKernel, fresh: Fresh) -> None:
    model = finished_card(kernel, fresh("finished"), "download_directory='taken'")
    kernel.run("open('taken', 'w').close()")
    kernel.click(model, kind="save")
    kernel.until(lambda: model.state["notice"], "the notice")
    assert model.state["notice"]["tone"] == "error"
    assert "can't be written" in model.state["notice"]["message"]


def test_deleting_is_done_once_and_is_final(kernel: LiveKernel, simulator: Simulator, fresh: Fresh) -> None:
    project = fresh("finished")
    model = finished_card(kernel, project)
    kernel.click(model, kind="delete")
    kernel.click(model, kind="delete", confirmed=1)
    kernel.click(model, kind="delete", confirmed="true")
    for _ in range(5):
        kernel.click(model, kind="delete", confirmed=True)
    kernel.until(lambda: model.state["status"] == "deleted", "the deletion")
    kernel.click(model, kind="refresh")
    kernel.click(model, kind="delete", confirmed=True)
    cell = kernel.run(
        "await video.delete()\ntry:\n    await video\nexcept ProjectDeleted as error:\n    print(error)"
    )
    assert "deleted" in cell.stdout
    assert model.state["status"] == "deleted"
    assert len(simulator.requests.of(project, method="DELETE")) == 1


def test_a_template_that_cannot_be_deleted_says_why_and_stays(kernel: LiveKernel, fresh: Fresh) -> None:
    model = finished_card(kernel, fresh("template"))
    kernel.click(model, kind="delete", confirmed=True)
    kernel.until(lambda: model.state["notice"], "the reason")
    assert "template and cannot be deleted" in model.state["notice"]["message"]
    assert model.state["status"] == "complete"


def test_what_is_not_allowed_is_refused_whoever_asks(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("finished")
    model = finished_card(
        kernel, project, "allow_delete=False, allow_save=False, download_directory='forbidden'"
    )
    forged = {
        "allow_delete": True,
        "allow_save": True,
        "editable": True,
        "project_id": "quick",
        "status": "queued",
    }
    kernel.send(model, {"method": "update", "state": forged, "buffer_paths": []})
    kernel.click(model, kind="set_project", project="quick")
    kernel.click(model, kind="delete", confirmed=True)
    kernel.until(lambda: model.state["notice"], "the refusal")
    assert model.state["notice"]["code"] == "not_allowed"
    kernel.click(model, kind="save")
    kernel.run("await asyncio.sleep(0)")
    cell = kernel.run(
        "import os\nprint(video.allow_delete, video.allow_save, video.editable, video.project_id, video.status,"
        " os.path.exists('forbidden'))\n"
        "try:\n    await video.delete()\nexcept NotAllowed as error:\n    print('refused')"
    )
    assert cell.stdout.split() == ["False", "False", "False", project, "complete", "False", "refused"]
    assert simulator.requests.of(project, method="DELETE") == []


def test_embed_holds_the_bytes_within_its_limit(kernel: LiveKernel, fresh: Fresh) -> None:
    finished_card(kernel, fresh("finished"))
    cell = kernel.run(
        "film = await video.embed()\nprint(type(film).__name__, len(film.data))\n"
        "try:\n    await video.embed(max_bytes=1000)\nexcept TransferError as error:\n    print(error)"
    )
    assert cell.stdout.split()[:2] == ["Video", str(len(SUNRISE))]
    assert "more than 1,000 bytes" in cell.stdout
