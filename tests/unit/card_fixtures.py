"""What the tests of a card share: a card whose first answer has come, and what it reports."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from mh_widgets import VideoProject
from tests.unit.virtual_time import Api, film, project, run, settled

Body = Callable[[VideoProject, Api], Coroutine[Any, Any, None]]


def with_card(body: Body, *gets: Callable[[], object], project: object = "clx1", **settings: Any) -> None:
    """Run ``body`` with a card whose first answer has come, and close the card."""

    async def test() -> None:
        api = Api(*[answer() for answer in gets or (film,)])
        card = VideoProject(project, client=api.client(), **settings)
        await settled()
        try:
            await body(card, api)
        finally:
            card.close()

    run(test())


def rendering() -> dict[str, Any]:
    return project("rendering")


def reported(card: VideoProject) -> tuple[str, str]:
    assert card.error is not None
    assert set(card.error) == {"code", "message", "hint"}
    return card.error["code"], card.error["message"]
