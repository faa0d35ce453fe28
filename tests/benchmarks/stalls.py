"""How long a kernel's loop keeps others waiting: alone, under 100 cards at their usual pace, and under the SDK's wait.

In a real kernel, from the moment the cards are made: their first answers, their changes, and the messages
they send.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mh_widgets.simulator import Scenario, Simulator
from tests.benchmarks.figures import PULSE, Row, lateness, percentile, stalls
from tests.kernel.live_kernel import LiveKernel, live_kernel

WATCHES = 100
SECONDS = 15
#: Its first look at 100 projects takes the budget 10 s; meanwhile the first of them change and end.
SCENARIO = Scenario(
    id="measured", name="Measured", shows="", timeline=((0, "queued"), (3, "rendering"), (8, "complete"))
)

ALONE = f"await pulse({SECONDS})"
OURS = f"""
from mh_widgets import VideoProject
videos = [VideoProject(f"measured--{{i}}") for i in range({WATCHES})]
await pulse({SECONDS})
for video in videos:
    video.close()
"""
SDK = """
from os import environ
from magic_hour import AsyncClient
client = AsyncClient(token=environ["MAGIC_HOUR_API_KEY"], base_url=environ["MAGIC_HOUR_BASE_URL"])
beat = asyncio.create_task(pulse(6))
await asyncio.sleep(0)
await client.v1.video_projects.check_result(id="measured--sdk", wait_for_completion=True, download_outputs=False)
await beat
"""


def rows() -> Iterator[Row]:
    with (
        Simulator(scenarios=[SCENARIO]) as simulator,
        tempfile.TemporaryDirectory() as folder,
        live_kernel(simulator.env, Path(folder)) as kernel,
    ):
        kernel.run(PULSE)
        yield from _row("the loop of a kernel alone", _wakes(kernel, ALONE), "")
        wakes = _wakes(kernel, OURS)
        yield from _row(f"with {WATCHES} watches ({len(simulator.requests)} answers)", wakes, "5 ms")
        yield from _row("with one wait of the SDK", _wakes(kernel, SDK), "")


def _wakes(kernel: LiveKernel, code: str) -> list[float]:
    cell = kernel.run(code + "\nprint(pathlib.Path('wakes.json').read_text())")
    assert not cell.error, cell.error
    wakes: list[float] = json.loads(cell.stdout)
    return wakes


def _row(what: str, wakes: list[float], limit: str) -> Iterator[Row]:
    yield f"{what}: stall, p99", _ms(percentile(stalls(wakes), 0.99)), limit
    yield "  the longest", _ms(max(stalls(wakes))), ""
    yield "  lateness of what is due at any moment, p99", _ms(percentile(lateness(wakes), 0.99)), ""


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.{0 if seconds > 0.0995 else 1}f} ms"
