"""A card's controller without widgets, and what it sends and tells."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast

from mh_widgets.controllers.messages import parse_message
from mh_widgets.controllers.project import ProjectController
from mh_widgets.controllers.settings import Settings
from mh_widgets.project_ids import AnyKind
from tests.unit.virtual_time import Api, clock, film, run, settled


@dataclasses.dataclass
class May:
    """Permissions that a test can change."""

    allow_delete: bool = True
    allow_save: bool = True


class Desk:
    """A session, what it sends, and each state it told of."""

    def __init__(
        self,
        api: Api,
        directory: Path = Path(),
        may: May | None = None,
        kind: AnyKind = "video",
        **settings: Any,
    ) -> None:
        self.sent: list[dict[str, Any]] = []
        self.states: list[dict[str, Any]] = []
        self.session = ProjectController(
            api.client().api,
            "clx1",
            Settings(directory, **settings),
            may or May(),
            on_change=lambda: self.states.append(self.state),
            send=self._send,
            kind=kind,
            clock=clock(),
        )

    def _send(self, content: dict[str, Any], _buffers: list[bytes]) -> None:
        self.sent.append(content)
        if content["kind"] == "chunk":
            self.say("ack", id=content["id"], index=content["index"])

    def say(self, kind: str, **fields: object) -> None:
        message = parse_message({"kind": kind, **fields})
        assert message is not None
        self.session.handle(message)

    @property
    def state(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self.session.state())

    @property
    def notice(self) -> dict[str, str]:
        notice = self.state["notice"]
        assert isinstance(notice, dict)
        assert set(notice) == {"tone", "code", "message", "hint"}
        return notice


Body = Callable[[Desk, Api], Coroutine[Any, Any, None]]


def with_session(
    body: Body, *gets: Callable[[], object], delete: tuple[object, ...] = (204,), **setup: Any
) -> None:
    """Run ``body`` with a session whose first answer has come."""

    async def test() -> None:
        api = Api(*[answer() for answer in gets or (film,)], delete=delete)
        desk = Desk(api, **setup)
        desk.session.start()
        await settled()
        try:
            await body(desk, api)
        finally:
            desk.session.close()

    run(test())
