"""Renders of 5 s and 30 s, watched for real: questions, and the delay from the end of the render to who waits for it.

Ours at its usual pace and the SDK's ``check_result``, each in a process of its own, at the same time; a few
renders of each length, whose watching begins at different moments, as the end of a render knows nothing of
who asks.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from mh_widgets.simulator import Scenario, Simulator
from tests.benchmarks.figures import Apart, Row, apart

LENGTHS_S = (5.0, 30.0)
COPIES = 8
#: The copies begin within the SDK's interval, so that together they see its mean delay.
SPAN_S = 0.5

#: By length: the projects' IDs and when they end (Unix seconds).
Renders = dict[float, list[tuple[str, float]]]


def rows() -> Iterator[Row]:
    with Simulator() as simulator:
        env = {**os.environ, **simulator.env}
        with apart(__name__, "ours", env) as ours, apart(__name__, "sdk", env) as sdk:
            for each in (ours, sdk):
                each.hear()  # it has imported what it needs
            watched = {"ours": (ours, _begin(simulator, ours)), "the SDK": (sdk, _begin(simulator, sdk))}
            results = {who: (renders, process.hear()) for who, (process, renders) in watched.items()}
        for length_s in LENGTHS_S:
            for who, (renders, heard_at) in results.items():
                asked = [
                    len(simulator.requests.of(project, method="GET")) for project, _ in renders[length_s]
                ]
                delays = [heard_at[project] - ended_at for project, ended_at in renders[length_s]]
                name = f"a render of {length_s:g} s, for real: questions, delay ({who})"
                yield name, f"{statistics.fmean(asked):.1f}, {statistics.fmean(delays):.2f} s", ""


def _begin(simulator: Simulator, process: Apart) -> Renders:
    renders: Renders = {}
    for length_s in LENGTHS_S:
        timeline = ((0.0, "queued"), (length_s / 10, "rendering"), (length_s, "complete"))
        scenario = Scenario(id=f"render-{length_s:g}", name="Measured", shows="", timeline=timeline)
        renders[length_s] = [(simulator.create(scenario), time.time() + length_s) for _ in range(COPIES)]
    process.tell([[project for project, _ in each] for each in renders.values()])
    return renders


def _told() -> list[tuple[str, float]]:
    """The projects, and after how many seconds the watching of each begins."""
    return [
        (project, SPAN_S * i / COPIES) for group in json.loads(input()) for i, project in enumerate(group)
    ]


async def _ours() -> dict[str, float]:
    from mh_widgets import VideoProject

    print(json.dumps("ready"), flush=True)

    async def heard_at(project: str, begin_s: float) -> tuple[str, float]:
        await asyncio.sleep(begin_s)
        await VideoProject(project)
        return project, time.time()

    return dict(await asyncio.gather(*(heard_at(*each) for each in _told())))


def _sdk() -> dict[str, float]:
    from magic_hour import Client

    client = Client(token=os.environ["MAGIC_HOUR_API_KEY"], base_url=os.environ["MAGIC_HOUR_BASE_URL"])
    print(json.dumps("ready"), flush=True)

    # The blocking client in threads: of its asynchronous waits, only one at a time gets anywhere.
    def heard_at(project: str, begin_s: float) -> tuple[str, float]:
        time.sleep(begin_s)  # when this render begins
        client.v1.video_projects.check_result(id=project, wait_for_completion=True, download_outputs=False)
        return project, time.time()

    begin = _told()
    with ThreadPoolExecutor(len(begin)) as pool:
        return dict(pool.map(lambda each: heard_at(*each), begin))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_ours()) if sys.argv[1] == "ours" else _sdk()), flush=True)
