"""Cards of images, of audio and of any kind in a real kernel: found, saved, embedded, deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mh_widgets.project_ids import KINDS, Kind
from mh_widgets.simulator import FILMS, Simulator
from tests.kernel.live_kernel import LiveKernel, Model

Fresh = Callable[[str], str]

#: A project of each kind that renders, one that has finished, the class of its card, and IPython's class.
RENDERS = {"video": "quick", "image": "picture", "audio": "voice"}
FINISHED = {"video": "finished", "image": "transparent-finished", "audio": "music-finished"}
CLASSES = {"video": "VideoProject", "image": "ImageProject", "audio": "AudioProject"}
SHOWN = {"video": "video/mp4", "image": "image/png", "audio": "audio/mpeg"}

of_each_kind = pytest.mark.parametrize("kind", KINDS)


def card(kernel: LiveKernel, made: str) -> Model:
    """Show a card, and wait for its end."""
    model = kernel.show(f"card = {made}\ncard")
    kernel.until(lambda: model.state["status"] == "complete", "the end")
    return model


def asked(simulator: Simulator, project: str) -> list[str]:
    """The kinds that were asked for, without repetitions in a row."""
    requests = simulator.requests.of(project, origin="api")
    kinds = [request.path.removeprefix("/v1/").partition("-projects")[0] for request in requests]
    return [kind for number, kind in enumerate(kinds) if kinds[number - 1 : number] != [kind]]


def search(kind: Kind) -> list[str]:
    return list(KINDS[: KINDS.index(kind) + 1])


@of_each_kind
def test_id_alone_finds_its_kind_and_is_followed_to_the_end(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, kind: Kind
) -> None:
    project = fresh(RENDERS[kind])
    model = card(kernel, f"Project({project!r}, poll_interval_s=0.1)")
    assert model.state["details"].get("kind", "video") == kind
    assert {each["media"] for each in model.state["details"]["outputs"]} == {kind}
    assert asked(simulator, project) == search(kind)
    cell = kernel.run("print(type(await card).__name__, repr(card))\ncard.close()")
    expected = f"{kind.capitalize()}Details Project('{project}', status='complete')"
    assert cell.stdout.strip() == expected, cell.error


@of_each_kind
def test_card_of_one_kind_asks_for_nothing_else(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, kind: Kind
) -> None:
    project = fresh(FINISHED[kind])
    card(kernel, f"{CLASSES[kind]}({project!r})")
    kernel.run("card.close()")
    assert asked(simulator, project) == [kind]


@of_each_kind
def test_response_of_the_sdk_needs_no_second_question(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, kind: Kind
) -> None:
    project = fresh(FINISHED[kind])
    # As the SDK's class is named, which may not be installed in every kernel.
    name, module = f"V1{kind.capitalize()}ProjectsGetResponse", "magic_hour.types.models"
    response = f"type({name!r}, (), {{'id': {project!r}, '__module__': {module!r}}})()"
    card(kernel, f"Project({response})")
    kernel.run("card.close()")
    assert asked(simulator, project) == [kind]


@of_each_kind
def test_outputs_are_saved_embedded_and_deleted(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, kind: Kind, tmp_path: Path
) -> None:
    project = fresh(FINISHED[kind])
    model = card(kernel, f"Project({project!r}, download_directory={str(tmp_path)!r})")
    cell = kernel.run("paths = await card.save()\nprint(*[path.name for path in paths])")
    names = cell.stdout.split()
    assert names, cell.error
    whole = {path.read_bytes() for path in FILMS.iterdir()}
    assert all((tmp_path / name).read_bytes() in whole for name in names)
    shows = kernel.run(
        "shown = await card.embed()\n"
        "kind = type(shown).__module__.partition('.')[0], type(shown).__name__\n"
        "print(*kind, getattr(shown, 'mimetype', None) or f'image/{shown.format}',"
        " shown.data == paths[0].read_bytes())"
    )
    assert shows.stdout.split() == ["IPython", kind.capitalize(), SHOWN[kind], "True"], shows.error
    kernel.run("await card.delete()")
    kernel.until(lambda: model.state["status"] == "deleted", "the deletion")
    assert simulator.requests.of(project, origin="api")[-1].path == f"/v1/{kind}-projects/{project}"
    kernel.run("card.close()")


def test_page_finds_any_kind_in_a_card_of_videos(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh(FINISHED["audio"])
    model = kernel.show("card = VideoProject()\ncard")
    kernel.click(model, kind="set_project", project=project)
    kernel.until(lambda: model.state["status"] == "complete", "the answer")
    assert model.state["details"]["kind"] == "audio"
    assert asked(simulator, project) == search("audio")
    kernel.run("card.close()")


def test_id_of_no_project_says_that_all_three_kinds_were_asked_for(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("nobody-knows-it")
    model = kernel.show(f"card = Project({project!r})\ncard")
    kernel.until(lambda: model.state["error"], "the error")
    assert (
        model.state["error"]["message"]
        == "The API answered 404: no video, no image and no audio has this ID."
    )
    assert asked(simulator, project) == search("audio")
    kernel.run("card.close()")


def test_image_in_a_card_of_videos_says_which_card_finds_it(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh(FINISHED["image"])
    model = kernel.show(f"card = VideoProject({project!r})\ncard")
    kernel.until(lambda: model.state["error"], "the error")
    assert model.state["error"]["hint"].endswith("Project(id) finds every kind.")
    assert asked(simulator, project) == ["video"]
    kernel.run("card.close()")
