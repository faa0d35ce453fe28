"""What finding out kinds costs whose projects are all videos: ``VideoProject`` beside ``Project`` in one run."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mh_widgets.simulator import Simulator
from tests.benchmarks.figures import Row
from tests.kernel.live_kernel import LiveKernel, Model, live_kernel

ROUNDS = 11
CLASSES = ("VideoProject", "Project")
#: Another process each, which has what a kernel has; of processor time, as in ``imports``.
_FIRST = (
    "import ipykernel.kernelapp, json, sys, time; t = time.thread_time(); from mh_widgets import {name}; "
    "{name}('clx1'); print(json.dumps([time.thread_time() - t, 'mh_widgets.image_audio' in sys.modules]))"
)
#: Another card in a kernel that has both classes already.
_NEXT = """
import statistics, time
taken = {{"VideoProject": [], "Project": []}}
for number in range({rounds}):
    for made in (VideoProject, Project):
        begun = time.thread_time()
        card = made("finished", client=client)
        taken[made.__name__].append(time.thread_time() - begun)
        card.close()
print(*(statistics.median(each) for each in taken.values()))
"""


def rows() -> Iterator[Row]:
    with Simulator() as simulator:
        yield from _first_card({**os.environ, **simulator.env})
        with tempfile.TemporaryDirectory() as folder, live_kernel(simulator.env, Path(folder)) as kernel:
            kernel.run("from mh_widgets import AsyncClient, Project, VideoProject\nclient = AsyncClient()")
            yield from _next_card(kernel)
            for scenario, what in (("finished", "finished"), ("quick", "that renders")):
                yield from _whole_life(kernel, simulator, scenario, what)


def _first_card(env: dict[str, str]) -> Iterator[Row]:
    taken: dict[str, list[float]] = {name: [] for name in CLASSES}
    loads = False
    for number in range(ROUNDS + 1):
        for name in CLASSES:  # in turn, so that a busy moment hits both
            command = [sys.executable, "-c", _FIRST.format(name=name)]
            said = subprocess.run(command, capture_output=True, check=True, text=True, env=env).stdout
            seconds, loaded = json.loads(said)
            loads |= loaded
            if number:  # the first one also compiles
                taken[name].append(seconds)
    videos, any_kind = (statistics.median(taken[name]) for name in CLASSES)
    yield "import and first card in a kernel process: VideoProject", f"{videos * 1000:.0f} ms", ""
    yield "  Project, of VideoProject", f"{any_kind / videos:.2f}", ""
    yield "  either loads what only pictures and audio need", str(loads), "False"


def _next_card(kernel: LiveKernel) -> Iterator[Row]:
    cell = kernel.run(_NEXT.format(rounds=101))
    assert not cell.error, cell.error
    videos, any_kind = map(float, cell.stdout.split())
    yield "another card: VideoProject", f"{videos * 1000:.2f} ms", ""
    yield "  Project, of VideoProject", f"{any_kind / videos:.2f}", ""


def _whole_life(kernel: LiveKernel, simulator: Simulator, scenario: str, what: str) -> Iterator[Row]:
    """Requests, messages and bytes until the end of one video as each of the classes."""
    figures = {}
    for name in CLASSES:
        project = f"{scenario}--{CLASSES.index(name)}"  # of one length: it is in the state
        model = kernel.show(f"card = {name}({project!r}, client=client, poll_interval_s=0.5)\ncard")
        kernel.until(lambda model=model: model.state["watch"]["state"] == "stopped", "the end")  # type: ignore[misc]
        figures[name] = (len(simulator.requests.of(project, origin="api")), *_said(kernel, model))
        kernel.run("card.close()")
    for name, (asked, messages, state, changes) in figures.items():
        yield f"a video {what}, {name}: questions, messages", f"{asked}, {messages}", ""
        yield "  state without view and words, changes", f"{state:,} B, {changes:,} B", ""


def _said(kernel: LiveKernel, model: Model) -> tuple[int, int, int]:
    """The number of a card's messages, and the bytes of its first state and of its changes."""
    pack = kernel.client.session.pack
    own = [m for m in kernel.wire if m["content"].get("comm_id") == model.comm_id]
    opened = next(m["content"]["data"]["state"] for m in own if m["msg_type"] == "comm_open")
    state = {name: value for name, value in opened.items() if name not in ("_esm", "_css", "words")}
    changes = [m for m in own if m["msg_type"] == "comm_msg"]
    return len(changes), len(pack(state)), sum(len(pack(m["content"])) for m in changes)
