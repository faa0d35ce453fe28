"""The API's origin: projects, as the public document describes them, behind a bearer token."""

from __future__ import annotations

import json
from typing import Any

from tornado.escape import json_decode

from .create import Refused, text_to_video
from .faults import Fault
from .handler import Handler
from .world import UnknownProject

TEMPLATE = "video is a template and cannot be deleted. Please reach out to our support team."
"""The message of a 422, quoted from the public document."""


class ApiHandler(Handler):
    """One endpoint. Errors are `{"message": ...}`, and every request needs a token."""

    origin = "api"

    async def prepare(self) -> None:
        await super().prepare()
        if not self._finished and not self._authorized():
            self.say(401, "Unauthorized")

    def _authorized(self) -> bool:
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self.sim.accepts(token)

    def answer(self, status: int, body: dict[str, Any] | None) -> None:
        """Send the right answer, unless the request's fault loses it."""
        if self.fault.lost_answer:
            self.leave(reset=True)
            return
        self.set_status(status)
        if body is None:
            self.finish()
        else:
            self.set_header("Content-Type", "application/json; charset=UTF-8")
            self.finish(json.dumps(body, ensure_ascii=False, separators=(",", ":")))

    def say(self, status: int, message: str) -> None:
        """Send an error in the API's form."""
        self.answer(status, {"message": message})

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.say(status_code, self._reason)


class VideoProjectHandler(ApiHandler):
    """GET and DELETE of `/v1/video-projects/{id}`."""

    def planned(self) -> Fault:
        return self.sim.next_fault(self.project_id) if self.request.method == "GET" else super().planned()

    def get(self, project_id: str) -> None:
        try:
            self.answer(200, self.sim.details(project_id, self.sim.files_url_for(self.request.host_name)))
        except UnknownProject:
            self.say(404, "Not Found")

    def delete(self, project_id: str) -> None:
        try:
            outcome = self.sim.delete(project_id)
        except UnknownProject:
            self.say(404, "Not Found")
            return
        if outcome == "template":
            self.say(422, TEMPLATE)
        else:
            self.answer(204, None)


class TextToVideoHandler(ApiHandler):
    """POST of `/v1/text-to-video`."""

    def post(self) -> None:
        if not self.request.body:
            self.say(400, "Missing request body")
            return
        try:
            scenario = text_to_video(json_decode(self.request.body), self.sim.clock())
        except ValueError:
            self.say(400, "Request body is not valid JSON")
        except Refused as refused:
            self.say(refused.status, str(refused))
        else:
            credits = scenario.credits[0]
            # The last field is deprecated and not in the document, but the official SDK 0.90.0 needs it.
            body = {
                "id": self.sim.create(scenario),
                "credits_charged": credits,
                "estimated_frame_cost": credits,
            }
            self.answer(200, body)


class NotFoundHandler(ApiHandler):
    """Every other path. It answers 404 without a token, as it has nothing to protect."""

    def _authorized(self) -> bool:
        return True

    def _not_found(self) -> None:
        self.say(404, "Not Found")

    get = head = post = put = patch = delete = options = _not_found


ROUTES = [
    (r"/v1/video-projects/(?P<project_id>[^/]+)", VideoProjectHandler),
    (r"/v1/text-to-video", TextToVideoHandler),
    (r".*", NotFoundHandler),
]
