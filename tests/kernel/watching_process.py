"""A kernel reduced to what it costs the API: ``python -m tests.kernel.watching_process INTERVAL ID …``.

Each project watches as a card does. What happens is a line of JSON, ``[time, kind, id, value]``: ``up``, a new
``status``, what comes of each claim (``claims``, then ``granted`` with the seconds until its turn, ``alone``
where the store didn't work, or ``refused``), ``asks``, ``asked``, ``recorded``, ``failed`` with the seconds
until the next try, ``loads`` and ``loaded`` around the import of what sends requests, and ``turns``: the loop
turned.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from mh_widgets import AsyncClient
from mh_widgets.api.projects import ProjectsApi
from mh_widgets.models import ProjectDetails
from mh_widgets.polling.registry import poller_for
from mh_widgets.polling.sharing import Sharing
from mh_widgets.polling.subscription import Subscription
from mh_widgets.store.base import Claim

#: Seconds between two lines that say that the loop turns.
TURN_S = 0.1


def say(kind: str, project_id: str = "", value: object = None) -> None:
    sys.stdout.write(json.dumps([time.time(), kind, project_id, value]) + "\n")
    sys.stdout.flush()


class TalkingSharing(Sharing):
    """Says what it claims and asks."""

    async def claim(self, project_id: str, known: int, per_s: float | None) -> Claim:
        say("claims", project_id)
        claim = await super().claim(project_id, known, per_s)
        works = self._store is not None and self._store.works
        if claim.outcome == "granted":
            say("granted" if works else "alone", project_id, claim.wait_s)
        else:
            say("refused", project_id, claim.outcome)
        return claim

    @contextlib.contextmanager
    def asking(self, project_id: str) -> Iterator[None]:
        say("asks", project_id)
        with super().asking(project_id):
            yield
        say("asked", project_id)

    def postpone(self, project_id: str, seconds: float) -> None:
        if sys._getframe(1).f_code.co_name != "renew":
            say("failed", project_id, seconds)
        super().postpone(project_id, seconds)

    def record(self, details: ProjectDetails, **settings: Any) -> None:
        on_version: Callable[[int], None] = settings.pop("on_version")

        def recorded(version: int) -> None:
            say("recorded", details.id, version)
            on_version(version)

        super().record(details, **settings, on_version=recorded)


class TalkingApi(ProjectsApi):
    """Says while it loads what sends requests."""

    async def prepare(self) -> None:
        if self._sender is None:
            say("loads")
        await super().prepare()
        if not self.said_so:
            self.said_so = True
            say("loaded")

    said_so = False


async def main(interval_s: float | None, ids: list[str]) -> None:
    client = AsyncClient()
    client.api.__class__ = TalkingApi
    known: dict[str, str] = {}

    def begin(project_id: str) -> Subscription:
        poller = poller_for(client.api, project_id)
        poller._shared._sharing.__class__ = TalkingSharing

        def changed() -> None:
            if poller.status and known.get(project_id) != poller.status:
                known[project_id] = poller.status
                say("status", project_id, poller.status)

        subscription = Subscription(poller, changed, poll_interval_s=interval_s)
        subscription.start()
        return subscription

    subscriptions = [begin(project_id) for project_id in ids]
    say("up")
    while subscriptions:
        await asyncio.sleep(TURN_S)
        say("turns")


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) or None, sys.argv[2:]))
