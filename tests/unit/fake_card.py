"""A card reduced to what a watch needs of it."""

from __future__ import annotations

from mh_widgets import AsyncClient
from mh_widgets.polling.presence import Presence
from mh_widgets.polling.registry import poller_for
from mh_widgets.polling.subscription import Subscription
from mh_widgets.project_ids import AnyKind
from tests.unit.virtual_time import Api, clock


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
        rank: int = 0,
        kind: AnyKind = "video",
        rechecks: bool = True,
    ) -> None:
        self.told = 0
        self.client = client
        self.watch = poller_for(client.api, project_id, clock(chance), kind)
        self.presence = Presence(self.watch.update_pace)
        self.watcher = Subscription(
            self.watch,
            self._count,
            deadline_s=deadline_s,
            poll_interval_s=poll_interval_s,
            presence=self.presence,
            rank=rank,
            rechecks=rechecks,
        )
        self.watcher.start()

    def _count(self) -> None:
        self.told += 1

    def shown(self, view: str = "v") -> None:
        self.presence.shown(view)

    def hidden(self, view: str = "v") -> None:
        self.presence.hidden(view)

    def close(self) -> None:
        self.watcher.close()


def kernels(api: Api, number: int, project_id: str = "clx1", **settings: float) -> list[Card]:
    """Cards of as many kernels: a client each has pollers, a rate limiter and a store of its own."""
    return [Card(api.client(), project_id, **settings) for _ in range(number)]  # type: ignore[arg-type]


def close(*cards: Card) -> None:
    for card in cards:
        card.close()
