"""The API's origin: projects, as the public document describes them, behind a bearer token."""

from __future__ import annotations

import json
from typing import Any, ClassVar, cast

from tornado.escape import json_decode

from .create import Refused, ai_image, ai_voice, text_to_video
from .faults import Fault
from .handler import Handler
from .scenarios import Kind, Scenario
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


class ProjectHandler(ApiHandler):
    """GET and DELETE of `/v1/video-projects/{id}`, and the same for images and audio."""

    @property
    def kind(self) -> Kind:
        """The kind of project that the path names."""
        return cast("Kind", self.path_kwargs["kind"])

    def planned(self) -> Fault:
        if self.request.method != "GET":
            return super().planned()
        return self.sim.next_fault(self.project_id, self.kind)

    def get(self, kind: Kind, project_id: str) -> None:
        files_url = self.sim.files_url_for(self.request.host_name)
        try:
            self.answer(200, self.sim.details(project_id, files_url, kind))
        except UnknownProject:
            self.say(404, "Not Found")

    def delete(self, kind: Kind, project_id: str) -> None:
        try:
            outcome = self.sim.delete(project_id, kind)
        except UnknownProject:
            self.say(404, "Not Found")
            return
        if outcome == "template":
            self.say(422, TEMPLATE)
        else:
            self.answer(204, None)


class CreateHandler(ApiHandler):
    """The POST of one endpoint that makes a project."""

    #: A deprecated name of the credits that is no longer in the document; the SDK 0.90.0 fails without it.
    deprecated: ClassVar[str | None] = None

    @staticmethod
    def scenario(body: Any, now: float) -> Scenario:
        """Return the scenario of the project that this request body describes. Raises Refused."""
        raise NotImplementedError

    def post(self) -> None:
        if not self.request.body:
            self.say(400, "Missing request body")
            return
        try:
            scenario = self.scenario(json_decode(self.request.body), self.sim.clock())
        except ValueError:
            self.say(400, "Request body is not valid JSON")
        except Refused as refused:
            self.say(refused.status, str(refused))
        else:
            credits = scenario.credits[0]
            body = {"id": self.sim.create(scenario), "credits_charged": credits}
            self.answer(200, {**body, self.deprecated: credits} if self.deprecated else body)


class TextToVideoHandler(CreateHandler):
    """POST of `/v1/text-to-video`."""

    scenario = staticmethod(text_to_video)
    deprecated = "estimated_frame_cost"


class AiImageGeneratorHandler(CreateHandler):
    """POST of `/v1/ai-image-generator`."""

    scenario = staticmethod(ai_image)
    deprecated = "frame_cost"


class AiVoiceGeneratorHandler(CreateHandler):
    """POST of `/v1/ai-voice-generator`."""

    scenario = staticmethod(ai_voice)


class NotFoundHandler(ApiHandler):
    """Every other path. It answers 404 without a token, as it has nothing to protect."""

    def _authorized(self) -> bool:
        return True

    def _not_found(self) -> None:
        self.say(404, "Not Found")

    get = head = post = put = patch = delete = options = _not_found


ROUTES = [
    (r"/v1/(?P<kind>video|image|audio)-projects/(?P<project_id>[^/]+)", ProjectHandler),
    (r"/v1/text-to-video", TextToVideoHandler),
    (r"/v1/ai-image-generator", AiImageGeneratorHandler),
    (r"/v1/ai-voice-generator", AiVoiceGeneratorHandler),
    (r".*", NotFoundHandler),
]
