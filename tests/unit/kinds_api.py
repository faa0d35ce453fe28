"""An API that has one project of one kind, and the details that belong to each kind."""

from __future__ import annotations

import collections

import httpx

from mh_widgets import AsyncClient, AudioDetails, ImageDetails, VideoDetails
from mh_widgets.project_ids import Kind
from tests.unit.virtual_time import API, TOKEN, project_of, refusal

CLASSES = {"video": VideoDetails, "image": ImageDetails, "audio": AudioDetails}


class Paths:
    """An API that has one project, of one kind; the others answer 404. ``script`` comes first, in its order."""

    def __init__(self, kind: Kind | None, *script: object, status: str = "complete") -> None:
        self.kind = kind
        self.status = status
        self.script = collections.deque(script)
        self.more: dict[str, object] = {}
        self.asked: list[str] = []

    def client(self) -> AsyncClient:
        return AsyncClient(TOKEN, base_url=API, transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path, _, project_id = request.url.path.removeprefix("/v1/").rpartition("/")
        self.asked.append(f"{request.method} {path.removesuffix('-projects')}")
        answer = self.script.popleft() if self.script else None
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)
        if path != f"{self.kind}-projects":
            return refusal(404, "Not Found")
        assert self.kind is not None
        if request.method == "DELETE":
            return httpx.Response(204)
        url = "https://files.test/output?X-Sig=SECRET"
        downloads = [{"url": url}] if self.status == "complete" else []
        answer = project_of(self.kind, self.status, downloads=downloads, id=project_id, **self.more)
        return httpx.Response(200, json=answer)
