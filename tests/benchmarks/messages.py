"""What a card and a gallery say on the wire, in a real kernel; beside the least that ipywidgets says."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from mh_widgets.simulator import Simulator
from tests.benchmarks.figures import Row
from tests.kernel.live_kernel import LiveKernel, Model, live_kernel

IDLE_S = 3.0
#: A message that ought not to come gets this long.
QUIET_S = 0.3
STATUSES = ("queued", "rendering", "complete")

LABEL = "import ipywidgets\nlabel = ipywidgets.Label('draft')\nlabel"
CARD = "from mh_widgets import VideoProject\nvideo = VideoProject('draft', poll_interval_s=0.1)\nvideo"
GALLERY = (
    "from mh_widgets import {name}\n"
    "gallery = {name}([f'{draft}--{{i}}' for i in range(10)], poll_interval_s=0.2)\ngallery"
)
#: The galleries by their names in the rows: the class, and a project that stays as it is.
GALLERIES = {
    "a gallery of 10": ("VideoGallery", "draft"),
    "a mix of 10": ("ProjectGallery", "picture-draft"),
}


def rows() -> Iterator[Row]:
    with (
        Simulator() as simulator,
        tempfile.TemporaryDirectory() as folder,
        live_kernel(simulator.env, Path(folder)) as kernel,
    ):
        label = _show(kernel, LABEL, "value")
        since = len(kernel.wire)
        kernel.run("label.value = 'complete'")
        yield "the least that ipywidgets says about a change", f"{sum(_sizes(kernel, label, since))} B", ""

        card = _show(kernel, CARD, "project_id")
        kernel.until(lambda: card.state["status"] == "draft", "the first answer")
        kernel.drain(QUIET_S)
        since, asked = len(kernel.wire), len(simulator.requests)
        kernel.drain(IDLE_S)
        answers = len(simulator.requests) - asked
        yield (
            f"a card: messages while idle ({answers} answers without a change)",
            _count(kernel, card, since),
            "0",
        )
        changes = _changes(kernel, simulator, card, "draft", lambda: str(card.state["status"]))
        yield from _changed("a card", changes)
        kernel.run("video.close()")

        for who, (name, draft) in GALLERIES.items():
            gallery = _show(kernel, GALLERY.format(name=name, draft=draft), "projects")
            yield from _gallery_rows(kernel, simulator, gallery, who)


def _gallery_rows(kernel: LiveKernel, simulator: Simulator, gallery: Model, who: str) -> Iterator[Row]:
    kernel.until(lambda: _known(gallery) == set(gallery.state["projects"]), "the first answers")
    kernel.drain(QUIET_S)
    since, asked = len(kernel.wire), len(simulator.requests)
    kernel.drain(IDLE_S)
    answers = len(simulator.requests) - asked
    yield f"{who}: messages while idle ({answers} answers)", _count(kernel, gallery, since), "0"
    project = gallery.state["projects"][3]
    yield from _changed(who, _changes(kernel, simulator, gallery, project, lambda: _status(gallery, project)))
    kernel.run("gallery.close()")


def _show(kernel: LiveKernel, code: str, trait: str) -> Model:
    known = set(kernel.models)
    cell = kernel.run(code)
    assert not cell.error, cell.error
    return next(m for m in kernel.models.values() if m.comm_id not in known and trait in m.state)


def _changes(
    kernel: LiveKernel, simulator: Simulator, model: Model, project: str, status: Callable[[], str]
) -> list[list[int]]:
    """For each new status the sizes of the messages that told it."""
    sizes = []
    for word in STATUSES:
        since = len(kernel.wire)
        simulator.set_status(project, word)
        kernel.until(lambda word=word: status() == word, word)  # type: ignore[misc]
        kernel.drain(QUIET_S)
        sizes.append(_sizes(kernel, model, since))
    return sizes


def _changed(who: str, changes: list[list[int]]) -> Iterator[Row]:
    yield (
        f"{who}: messages a change ({', '.join(STATUSES)})",
        " ".join(str(len(each)) for each in changes),
        "1",
    )
    yield f"{who}: bytes a change", " ".join(str(sum(each)) for each in changes), "700"


def _known(gallery: Model) -> set[str]:
    return {project for update in gallery.updates for project in update.get("changed", {})}


def _status(gallery: Model, project: str) -> str:
    return next(
        (str(u["changed"][project]["status"]) for u in reversed(gallery.updates) if project in u["changed"]),
        "",
    )


def _count(kernel: LiveKernel, model: Model, since: int) -> str:
    return str(len(_sizes(kernel, model, since)))


def _sizes(kernel: LiveKernel, model: Model, since: int) -> list[int]:
    """Bytes of the contents, as the kernel packs them; headers come on top, for everybody the same."""
    return [
        len(kernel.client.session.pack(message["content"]))
        for message in kernel.wire[since:]
        if message["msg_type"] == "comm_msg" and message["content"]["comm_id"] == model.comm_id
    ]
