"""A film of 500 MB onto the disk: ours beside the official SDK and curl, all from one file host in one run.

``ru_maxrss`` and a ticking task in a process of its own give memory and the longest stall of the event loop.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILM_BYTES = 500_000_000
ROUNDS = 3

_SERVER = """
import sys, time
from pathlib import Path
from mh_widgets.simulator import Scenario, Simulator
with Simulator() as simulator:
    film = Path(sys.argv[1])
    simulator.add(Scenario(id="large", name="Large", shows="", timeline=((0, "complete"),), outputs=(film,)))
    print(simulator.url, simulator.token, flush=True)
    sys.stdin.read()
"""

_MEASURE = """
import asyncio, json, resource, sys, time
{setup}
async def main():
    longest = 0.0
    async def tick():
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before - 0.001)
    {prepare}
    await asyncio.sleep(0.2)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ticker = asyncio.create_task(tick())
    await asyncio.sleep(0.1)
    longest = 0.0
    begin = time.perf_counter()
    {work}
    seconds = time.perf_counter() - begin
    await asyncio.sleep(0.01)
    ticker.cancel()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([seconds, (peak - base) / 1024, longest * 1000]))
asyncio.run(main())
"""

_OURS = {
    "setup": "from mh_widgets import VideoProject",
    "prepare": "video = VideoProject('large'); await video",
    "work": "await video.save(sys.argv[1])",
}
_SDK = {
    "setup": "from os import environ\nfrom magic_hour import AsyncClient",
    "prepare": "client = AsyncClient(token=environ['MAGIC_HOUR_API_KEY'], base_url=environ['MAGIC_HOUR_BASE_URL'])",
    "work": "await client.v1.video_projects.check_result(id='large', wait_for_completion=True, download_outputs=True,"
    " download_directory=sys.argv[1])",
}


@contextmanager
def _serve(film: Path) -> Iterator[dict[str, str]]:
    command = [sys.executable, "-c", _SERVER, str(film)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url, token = server.stdout.readline().split()
        yield {"MAGIC_HOUR_BASE_URL": url, "MAGIC_HOUR_API_KEY": token, "NO_PROXY": "127.0.0.1,localhost"}
        server.communicate("")


def _in_process(parts: dict[str, str], env: dict[str, str], folder: Path) -> tuple[float, float, float]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    command = [sys.executable, "-c", _MEASURE.format(**parts), str(folder)]
    result = subprocess.run(command, env={**os.environ, **env}, check=True, capture_output=True, text=True)
    assert sum(path.stat().st_size for path in folder.iterdir()) == FILM_BYTES
    seconds, memory_mb, stall_ms = json.loads(result.stdout)
    return seconds, memory_mb, stall_ms


def _curl(env: dict[str, str], folder: Path) -> float:
    request = urllib.request.Request(
        f"{env['MAGIC_HOUR_BASE_URL']}/v1/video-projects/large",
        headers={"Authorization": f"Bearer {env['MAGIC_HOUR_API_KEY']}"},
    )
    with urllib.request.urlopen(request) as answer:
        url = json.load(answer)["downloads"][0]["url"]
    target = folder / "curl.mp4"
    begin = time.perf_counter()
    subprocess.run(["curl", "--silent", "--fail", "--output", str(target), url], check=True)
    seconds = time.perf_counter() - begin
    target.unlink()
    return seconds


def rows() -> Iterator[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory(prefix="mh-bench-") as name:
        folder = Path(name)
        film = folder / "large.mp4"
        block = os.urandom(1_000_000)
        with film.open("wb") as file:
            for _ in range(FILM_BYTES // len(block)):
                file.write(block)
        ours, sdk, curl = [], [], []
        with _serve(film) as env:
            _curl(env, folder)  # the first request also makes the file host compute its ETag
            for _ in range(ROUNDS):
                curl.append(_curl(env, folder))
                ours.append(_in_process(_OURS, env, folder / "ours"))
                sdk.append(_in_process(_SDK, env, folder / "sdk"))
    base = statistics.median(curl)
    yield f"500 MB by curl (median of {ROUNDS})", f"{base:.2f} s", ""
    for who, results, limits in (
        ("by save()", ours, ("2.0", "20 MB", "10 ms")),
        ("by the SDK", sdk, ("", "", "")),
    ):
        seconds, memory_mb, stall_ms = (statistics.median(column) for column in zip(*results, strict=True))
        yield f"500 MB {who}: time, of curl's", f"{seconds / base:.1f}", limits[0]
        yield f"500 MB {who}: peak memory above the start", f"{memory_mb:.0f} MB", limits[1]
        yield f"500 MB {who}: longest stall of the loop", f"{stall_ms:.0f} ms", limits[2]
