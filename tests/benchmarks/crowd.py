"""1,000 watches of one client: do they keep to its budget, and what do they take? Beside httpx, asking as often.

Measured from the first look on, which is the busiest time: 1,000 projects that nobody knows anything about
yet.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
import tracemalloc
from collections.abc import Iterator

from mh_widgets.polling.rate_limiter import PER_S
from mh_widgets.simulator import Scenario, Simulator
from tests.benchmarks.figures import Row, apart

WATCHES = 1000
SECONDS = 20.0
IDS = [f"measured--{i}" for i in range(WATCHES)]
SCENARIO = Scenario(id="measured", name="Measured", shows="", timeline=((0, "queued"), (10, "rendering")))


def rows() -> Iterator[Row]:
    with Simulator(scenarios=[SCENARIO]) as simulator:
        env = {**os.environ, **simulator.env}
        with apart(__name__, "ours", env) as ours:
            cpu, seconds = ours.hear()
            asked = [request.time for request in simulator.requests]
        with apart(__name__, "httpx", env) as bare:
            bare_cpu, bare_seconds = bare.hear()
        with apart(__name__, "memory", env) as memory:
            bytes_each = memory.hear()[0] / WATCHES
    busiest = max(sum(begin <= at < begin + 1 for at in asked) for begin in asked)
    yield f"{WATCHES:,} watches: requests a second", f"{len(asked) / seconds:.1f}", f"{PER_S:g}"
    # The first one: its first two questions wait for the TLS settings, and arrive together with the third.
    yield "  in the busiest second, the first", f"{busiest}", ""
    yield "  share of a core", f"{cpu / seconds:.1%}", ""
    yield "  share of a core, httpx alone asking as often", f"{bare_cpu / bare_seconds:.1%}", ""
    yield "  memory a watch", f"{bytes_each / 1000:.1f} kB", ""


class _Looker:
    """Looks at a watch as a card does; ``Observer`` in full."""

    poll_interval_s: float | None = None
    rank = 0
    wants_polling = attentive = rechecks = True

    def changed(self) -> None:
        """Nothing to show it on."""


def _say(*figures: float) -> None:
    # At once: ending a loop with 1,000 watches on it is no part of any figure.
    print(json.dumps(figures), flush=True)


async def _ours() -> None:
    from mh_widgets import AsyncClient
    from mh_widgets.polling.registry import poller_for

    client = AsyncClient()
    watches = [poller_for(client.api, project) for project in IDS]
    cpu, begin = time.process_time(), time.perf_counter()
    for watch in watches:
        watch.join(_Looker())
        watch.sync_task()
    await asyncio.sleep(SECONDS)
    _say(time.process_time() - cpu, time.perf_counter() - begin)


async def _httpx() -> None:
    import httpx

    headers = {"Authorization": f"Bearer {os.environ['MAGIC_HOUR_API_KEY']}"}
    async with httpx.AsyncClient(base_url=os.environ["MAGIC_HOUR_BASE_URL"], headers=headers) as client:
        cpu, begin = time.process_time(), time.perf_counter()
        for number, project in enumerate(IDS[: int(SECONDS * PER_S)]):
            await asyncio.sleep(begin + number / PER_S - time.perf_counter())
            (await client.get(f"/v1/video-projects/{project}")).json()
        _say(time.process_time() - cpu, time.perf_counter() - begin)


async def _memory() -> None:
    """Bytes of 1,000 watches that know their project, between two questions."""
    from mh_widgets import AsyncClient
    from mh_widgets.polling.registry import poller_for

    client = AsyncClient()
    await client.get("measured--first")  # connections, and all that is imported or cached at first use
    tracemalloc.start()
    watches = [poller_for(client.api, project) for project in IDS]
    for watch in watches:
        watch.join(_Looker())
    # its answer starts a watch that somebody wants
    await asyncio.gather(*(watch.refresh() for watch in watches))
    await asyncio.sleep(0.1)
    assert all(watch.running and watch.status for watch in watches)
    gc.collect()
    _say(tracemalloc.get_traced_memory()[0])


_PARTS = {"ours": _ours, "httpx": _httpx, "memory": _memory}

if __name__ == "__main__":
    asyncio.run(_PARTS[sys.argv[1]]())
