"""A gallery of videos, images and audio in a real kernel: it finds the kinds, lives, saves and deletes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mh_widgets.simulator import FILMS, Simulator
from tests.kernel.live_kernel import LiveKernel, Model
from tests.kernel.test_gallery import ended, show, statuses

Fresh = Callable[[str], str]

#: Projects of every kind that have ended, and what each then is.
ENDS = {
    "quick": "VideoDetails",
    "picture": "ImageDetails",
    "music-finished": "AudioDetails",
    "voice-failed": "RenderFailed",
}


def mix(kernel: LiveKernel, projects: list[str], arguments: str = "poll_interval_s=0.1") -> Model:
    return show(kernel, projects, arguments, "ProjectGallery")


def test_every_kind_is_found_and_lives_to_its_end(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    video, image, audio, failed = projects = [fresh(each) for each in ENDS]
    model = mix(kernel, projects)
    ended(kernel, model, {video: "complete", image: "complete", audio: "complete", failed: "error"})
    cell = kernel.run("print(*[type(each).__name__ for each in (await gallery).values()])")
    assert cell.stdout.split() == [*ENDS.values()]
    assert kernel.run("print(*gallery.to_frame()['kind'])").stdout.split() == [
        *("video", "image", "audio", "audio")
    ]
    # Each kind was sought once, a video not at all.
    searches = {
        each: [r.path.split("/")[-2] for r in simulator.requests.of(each) if r.status == 404]
        for each in projects
    }
    others = ["video-projects", "image-projects"]
    assert searches == {video: [], image: others[:1], audio: others, failed: others}
    kernel.run("gallery.close()")
    assert model.closed


def test_the_links_of_every_kind_are_told_to_the_page(kernel: LiveKernel, fresh: Fresh) -> None:
    projects = {
        fresh("finished"): "video",
        fresh("pictures-finished"): "image",
        fresh("music-finished"): "audio",
    }
    model = mix(kernel, [*projects])
    ended(kernel, model, dict.fromkeys(projects, "complete"))
    for project, media in projects.items():
        kernel.click(model, kind="source", output=0, project=project)
        content, _ = kernel.next_custom(model)
        assert (content["kind"], content["project"], content["media"]) == ("source", project, media)
    kernel.run("gallery.close()")


def test_outputs_of_every_kind_are_saved_and_their_projects_deleted(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    film, pictures, music = projects = [
        fresh(each) for each in ("finished", "pictures-finished", "music-finished")
    ]
    model = mix(kernel, projects, f"download_directory={str(tmp_path)!r}")
    ended(kernel, model, dict.fromkeys(projects, "complete"))
    kernel.click(model, kind="save_all")
    kernel.until(lambda: model.state["notice"], "the notice")
    assert model.state["notice"]["message"] == "Saved 3 projects."
    saved = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(saved) == 8
    assert saved[f"{film}.mp4"] == (FILMS / "sunrise.mp4").read_bytes()
    assert saved[f"{music}.mp3"] == (FILMS / "bells.mp3").read_bytes()
    images = sorted(data for name, data in saved.items() if name.startswith(pictures))
    names = ("dawn", "noon", "dusk", "night", "wide", "tall")
    assert images == sorted((FILMS / f"{name}.jpg").read_bytes() for name in names)

    for project in projects:
        kernel.click(model, kind="delete", confirmed=True, project=project)
    kernel.until(lambda: set(statuses(model).values()) == {"deleted"}, "the deletions")
    deletions = [r.path for each in projects for r in simulator.requests.of(each, method="DELETE")]
    assert deletions == [
        f"/v1/{kind}-projects/{project}"
        for kind, project in zip(("video", "image", "audio"), projects, strict=True)
    ]
    assert len([*tmp_path.iterdir()]) == 8
    kernel.run("gallery.close()")


def test_a_page_moves_a_card_of_a_video_to_audio(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    film, draft, voice = fresh("finished"), fresh("picture-draft"), fresh("voice")
    model = mix(kernel, [film, draft], "editable=True, poll_interval_s=0.1")
    ended(kernel, model, {film: "complete", draft: "draft"})
    kernel.click(model, kind="set_project", project=film, to=voice)
    ended(kernel, model, {voice: "complete", draft: "draft"})
    assert kernel.run(f"print(gallery[{voice!r}].kind)").stdout.strip() == "audio"
    assert model.state["projects"] == [voice, draft]
    kernel.run("gallery.close()")
