"""A card's films without the card's widget, and all that they say; for test_outputs_…."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mh_widgets import MagicHourError
from mh_widgets.polling.poller import Poller
from mh_widgets.project_ids import Kind
from mh_widgets.transfers.outputs import Outputs
from mh_widgets.transfers.types import Transfer
from tests.unit.fake_card import Card
from tests.unit.virtual_time import START, Api, VirtualLoop, film, now, run, settled

A, B = "https://files.test/a.mp4?X-Sig=SECRET", "https://files.test/b.png?X-Sig=SECRET"
NOWHERE = Path("no-such-folder")


class Desk:
    """The films of one watch, and all that they say."""

    def __init__(self, watch: Poller, *, acknowledge: bool = True) -> None:
        self.sent: list[dict[str, Any]] = []
        self.data = b""
        self.shown: list[Transfer | None] = []
        self.troubles: list[str] = []
        self.acknowledge = acknowledge
        self.films = Outputs(
            watch, self._send, self.shown.append, self.troubles.append, lambda: START + now()
        )

    def _send(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.sent.append(content)
        if content.get("index") == 0:
            self.data = b""  # a view begins again, too
        self.data += b"".join(buffers)
        if self.acknowledge and content["kind"] == "chunk":
            self.films.acknowledge(content["id"], content["index"])

    @property
    def chunks(self) -> list[int]:
        return [content["index"] for content in self.sent if content["kind"] == "chunk"]


def with_films(
    body: Callable[[Desk, Api], Any],
    *gets: Callable[[], object],
    acknowledge: bool = True,
    kind: Kind = "video",
) -> None:
    """Run ``body`` with a card whose first answer has come."""

    async def test() -> None:
        api = Api(*[answer() for answer in gets or (film,)])
        card = Card(api.client(), kind=kind)
        await settled()
        try:
            await body(Desk(card.watch, acknowledge=acknowledge), api)
        finally:
            card.close()

    run(test())


def jump_although_threads_are_at_work() -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    loop.threads_wait_for_us = True


async def failure(awaitable: Any) -> MagicHourError:
    with pytest.raises(MagicHourError) as caught:
        await awaitable
    return caught.value
