"""A kernel reduced to what it costs the API: ``python -m tests.kernel.watching_process INTERVAL ID …``.

Each project watches as a card does. Whatever is new is a line of JSON, ``[time, id, status]``; the first line
says that it is up.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from mh_widgets import AsyncClient
from mh_widgets.polling.registry import poller_for
from mh_widgets.polling.subscription import Subscription


def say(*values: object) -> None:
    sys.stdout.write(json.dumps([time.time(), *values]) + "\n")
    sys.stdout.flush()


async def main(interval_s: float | None, ids: list[str]) -> None:
    client = AsyncClient()
    known: dict[str, str] = {}

    def begin(project_id: str) -> Subscription:
        poller = poller_for(client.api, project_id)

        def changed() -> None:
            if poller.status and known.get(project_id) != poller.status:
                known[project_id] = poller.status
                say(project_id, poller.status)

        subscription = Subscription(poller, changed, poll_interval_s=interval_s)
        subscription.start()
        return subscription

    subscriptions = [begin(project_id) for project_id in ids]
    say("", "up")
    await asyncio.Event().wait()
    del subscriptions


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) or None, sys.argv[2:]))
