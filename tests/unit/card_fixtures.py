"""What the tests of a card share: a card whose first answer has come, and what it reports."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from mh_widgets import AudioProject, ImageProject, Project, VideoProject
from mh_widgets.project_ids import AnyKind
from tests.unit.virtual_time import Api, film, project, run, settled

Body = Callable[[Any, Api], Coroutine[Any, Any, None]]
CARDS: dict[AnyKind, type[Project]] = {
    "any": Project,
    "video": VideoProject,
    "image": ImageProject,
    "audio": AudioProject,
}
#: For tests of what has to be the same for all cards.
of_each_card = pytest.mark.parametrize("card_class", CARDS.values())


def with_card(
    body: Body,
    *gets: Callable[[], object],
    project: object = "clx1",
    card_class: type[Project] = VideoProject,
    **settings: Any,
) -> None:
    """Run ``body`` with a card whose first answer has come, and close the card."""

    async def test() -> None:
        api = Api(*[answer() for answer in gets or (film,)])
        card = card_class(project, client=api.client(), **settings)
        await settled()
        try:
            await body(card, api)
        finally:
            card.close()

    run(test())


def rendering() -> dict[str, Any]:
    return project("rendering")


def reported(card: Project) -> tuple[str, str]:
    assert card.error is not None
    assert set(card.error) == {"code", "message", "hint"}
    return card.error["code"], card.error["message"]
