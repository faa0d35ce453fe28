"""Many kernels of one key: what they cost the API and the machine, how late each hears, with a store and without.

MH_SECONDS is how long each row watches; 60 by default. Renders end at times that the simulator knows, so the
delay of each kernel is measured and not estimated.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from mh_widgets.simulator import Scenario, Simulator
from tests.benchmarks import takeover
from tests.benchmarks.figures import Row, apart, lateness
from tests.redis_server import redis_program, running_redis

SECONDS = float(os.environ.get("MH_SECONDS", "60"))
PROJECTS = 20
KNOWN = 1000
#: Seconds between two visitors of one process.
ARRIVAL_S = 0.1
#: They end one after the other, the last well before the row does.
SCENARIOS = [
    Scenario(
        id=f"render{n}",
        name="Measured",
        shows="",
        type=f"KIND_{n}",  # none of them learns from the others
        timeline=((0, "queued"), (2, "rendering"), (SECONDS * (0.2 + 0.6 * n / PROJECTS), "complete")),
    )
    for n in range(PROJECTS)
]
FINISHED = Scenario(id="known", name="Known", shows="", timeline=((0, "error"),))


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="mh-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for kernels in (1, 4, 16):
            yield from _watched(f"{kernels} kernels, store off", kernels, 1, "off")
            yield from _watched(f"{kernels} kernels, SQLite", kernels, 1, str(folder / f"{kernels}.db"))
        yield from takeover.rows("2 kernels, SQLite", folder / "killed", str(folder / "killed.db"))
        yield from _reopened(str(folder / "known.db"))
        program = redis_program()
        if program is None:
            yield "200 visitors on Redis: not measured, there is no redis-server", "", ""
            return
        with running_redis(folder, program) as server:
            yield from _watched("200 visitors, Redis", 4, 50, server.url)
            yield from takeover.rows("2 kernels, Redis", folder / "killed-redis", server.url)


def _watched(title: str, kernels: int, clients: int, store: str) -> Iterator[Row]:
    """``clients`` in each of so many processes watch the same projects."""
    with Simulator(scenarios=SCENARIOS) as simulator, contextlib.ExitStack() as stack:
        env = {**os.environ, **simulator.env, "MAGIC_HOUR_STORE": store, "MH_CLIENTS": str(clients)}
        watching = [stack.enter_context(apart(__name__, "watch", env)) for _ in range(kernels)]
        said = [each.hear() for each in watching]
        ends = {
            each.id: (simulator._projects[each.id].begun_at or 0) + each.timeline[-1][0]
            for each in SCENARIOS
            if each.id in simulator._projects
        }
        asked = len([*simulator.requests.of(origin="api")])
    late = sorted(at - ends[project] for one in said for project, at in one["heard"])
    missed = kernels * clients * PROJECTS - len(late)
    cpu = sum(one["cpu"] for one in said) / SECONDS
    yield f"{title}: requests", f"{asked}", ""
    if late:
        quantiles = f"{statistics.median(late):.1f} / {late[int(0.99 * (len(late) - 1))]:.1f} s"
        yield f"  hears of an end late, p50 / p99{f', {missed} not at all' if missed else ''}", quantiles, ""
    yield "  share of a core, all together", f"{cpu:.1%}", ""
    yield "  a loop stands still, p99", f"{max(one['stall'] for one in said) * 1000:.0f} ms", ""


def _reopened(store: str) -> Iterator[Row]:
    """A gallery of projects that another kernel has seen."""
    with Simulator(scenarios=[FINISHED]) as simulator:
        env = {**os.environ, **simulator.env, "MAGIC_HOUR_STORE": store}
        with apart(__name__, "remember", env) as one:
            one.hear()
        with apart(__name__, "reopen", env) as two:
            seconds, stall = two.hear()
    yield f"{KNOWN:,} known projects are on their cards", f"{seconds:.2f} s", "1 s"
    yield "  a loop stands still meanwhile, at most", f"{stall * 1000:.0f} ms", ""


def _say(value: object) -> None:
    print(json.dumps(value), flush=True)


async def _pulse(wakes: list[float]) -> None:
    while True:
        wakes.append(time.perf_counter())
        await asyncio.sleep(0.005)


async def _watch() -> None:
    from mh_widgets import AsyncClient
    from mh_widgets.polling.registry import poller_for
    from mh_widgets.polling.subscription import Subscription

    heard: list[tuple[str, float]] = []
    wakes: list[float] = []
    pulse = asyncio.create_task(_pulse(wakes))
    cpu = time.process_time()

    def begin(client: AsyncClient, project: str) -> Subscription:
        poller = poller_for(client.api, project)
        told: list[None] = []

        def changed() -> None:
            if poller.status == "complete" and not told:
                told.append(None)
                heard.append((project, time.time()))

        subscription = Subscription(poller, changed)
        subscription.start()
        return subscription

    watching: list[Subscription] = []
    clients = int(os.environ["MH_CLIENTS"])
    until = time.monotonic() + SECONDS
    for _ in range(clients):
        client = AsyncClient()
        watching += [begin(client, each.id) for each in SCENARIOS]
        # Visitors don't come all at once.
        await asyncio.sleep(ARRIVAL_S if clients > 1 else 0)
    await asyncio.sleep(until - time.monotonic())
    pulse.cancel()
    late = sorted(lateness(wakes, 0.005))
    _say({"heard": heard, "cpu": time.process_time() - cpu, "stall": late[int(0.99 * (len(late) - 1))]})
    del watching


async def _remember() -> None:
    """What a kernel writes that has seen them all, without its requests."""
    from mh_widgets import AsyncClient
    from mh_widgets.models import VideoDetails
    from mh_widgets.store import records
    from mh_widgets.store.chosen import store_of_loop

    store, account = store_of_loop(), AsyncClient().api.account()
    for n in range(KNOWN):
        record = records.pack(VideoDetails(f"known--{n}", "error", "Known"), deleted=False, writer="bench")
        assert record is not None
        await store.record(account, record, 0)
    _say("done")


async def _reopen() -> None:
    from mh_widgets import VideoGallery

    wakes: list[float] = []
    pulse = asyncio.create_task(_pulse(wakes))
    await asyncio.sleep(0.1)
    begun = time.perf_counter()
    gallery = VideoGallery([f"known--{n}" for n in range(KNOWN)])
    shown = asyncio.Event()

    def look(_: object) -> None:
        if all(gallery.statuses.values()):
            shown.set()

    gallery.observe(look, "changed")
    await shown.wait()
    _say((time.perf_counter() - begun, max(lateness(wakes, 0.005))))
    pulse.cancel()
    gallery.close()


if __name__ == "__main__":
    asyncio.run({"watch": _watch, "remember": _remember, "reopen": _reopen}[sys.argv[1]]())
