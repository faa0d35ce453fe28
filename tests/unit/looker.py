"""A card reduced to what a watch needs of it."""

from __future__ import annotations

from mh_widgets import AsyncClient
from mh_widgets.watch import Watch
from mh_widgets.watcher import Watcher
from tests.unit.virtual_time import clock


class Card:
    """As much of a card as a watch needs; counts how often it hears of something."""

    def __init__(
        self,
        client: AsyncClient,
        project_id: str = "clx1",
        *,
        deadline_s: float | None = None,
        poll_interval_s: float | None = None,
        chance: float = 0.5,
    ) -> None:
        self.told = 0
        self.watch = Watch.of(client, project_id, clock(chance))
        self.watcher = Watcher(self.watch, self._count, deadline_s=deadline_s, poll_interval_s=poll_interval_s)
        self.watcher.start()

    def _count(self) -> None:
        self.told += 1

    def close(self) -> None:
        self.watcher.close()
