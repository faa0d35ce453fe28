"""What the tests of the gallery share: an API that knows its projects apart, and a gallery on it."""

from __future__ import annotations

import collections
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, TypeVar

import httpx
import pytest

from mh_widgets.project_ids import KINDS, Kind
from mh_widgets.widgets.project_gallery import ProjectGallery
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.recording_comm import Wire, without_revision
from tests.unit.virtual_time import Api, project, project_of, refusal, run, settled, until_all

T = TypeVar("T")


class Studio(Api):
    """An ``Api`` in which each project has its own queue of answers to GET; others are rendering."""

    def __init__(self, **gets: object) -> None:
        super().__init__()
        self.gets = {
            name: collections.deque(row if isinstance(row, list) else [row]) for name, row in gets.items()
        }

    def put(self, project_id: str, *answers: object) -> None:
        self.gets[project_id] = collections.deque(answers)

    def asked(self, project_id: str) -> int:
        return len(self.folders[project_id])

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            name = request.url.path.rpartition("/")[2]
            self.answers["GET"] = self.gets.setdefault(name, collections.deque([project("rendering")]))
        return await super()._answer(request)


def kind_named(project_id: str) -> Kind:
    """The kind of a project of a ``MixedStudio``: its ID begins with it, as "image1" does."""
    return next(kind for kind in KINDS if project_id.startswith(kind))


class MixedStudio(Studio):
    """A ``Studio`` in which IDs begin with their kind; a project is at the path of its kind alone."""

    def paths(self, project_id: str) -> list[str]:
        """The kinds as which a project was asked for, in order."""
        return [folder.removesuffix("-projects") for folder in self.folders[project_id]]

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        folder, name = request.url.path.split("/")[-2:]
        kind = kind_named(name)
        self.gets.setdefault(name, collections.deque([project_of(kind, "rendering")]))
        if folder == f"{kind}-projects":
            return await super()._answer(request)
        self._note(request)
        return refusal(404, "Not Found")


#: For tests of what has to be the same for both galleries.
of_both_galleries = pytest.mark.parametrize("made", [VideoGallery, ProjectGallery])

Gallery = ProjectGallery[Any]
Body = Callable[[Any, Any], Coroutine[Any, Any, T]]


def with_gallery(
    body: Body[T],
    projects: object,
    answers: Mapping[str, Callable[[], object]],
    made: type[Gallery] = VideoGallery,
    at: type[Studio] = Studio,
    **settings: Any,
) -> T:
    """Run ``body`` with a gallery whose first answers have come, and close it."""

    async def test() -> T:
        studio = at(**{name: answer() for name, answer in answers.items()})
        gallery = made(projects, client=studio.client(), **settings)
        await looked_at(gallery, studio)
        try:
            return await body(gallery, studio)
        finally:
            gallery.close()

    return run(test())


async def looked_at(gallery: Gallery, studio: Studio) -> None:
    """Wait for a first answer about each; they come one by one, as a client asks so often and no more."""
    await until_all(studio.asked, gallery)
    await settled()


def wire(gallery: Gallery) -> Wire:
    assert isinstance(gallery.comm, Wire)
    return gallery.comm


def states(gallery: Gallery) -> list[dict[str, Any]]:
    """The state messages so far, without the first that opens the comm, and without their revisions."""
    return [
        without_revision(data["state"])
        for _, data, _ in wire(gallery).sent[1:]
        if data.get("method") == "update"
    ]


def customs(gallery: Gallery) -> list[dict[str, Any]]:
    return [data["content"] for _, data, _ in wire(gallery).sent if data.get("method") == "custom"]


def say(gallery: Gallery, **content: object) -> None:
    """A custom message from a view."""
    data = {"method": "custom", "content": content}
    wire(gallery).handle_msg({"content": {"data": data}, "buffers": []})


def forge(gallery: Gallery, **state: object) -> None:
    """A state update from a view."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    wire(gallery).handle_msg({"content": {"data": data}, "buffers": []})
