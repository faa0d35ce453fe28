"""What a card says on the wire, in a real kernel on the simulator."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mh_widgets.simulator import Simulator
from tests.kernel.live_kernel import LiveKernel, Model, live_kernel

IDLE_S = 3.0


def _sizes(kernel: LiveKernel, model: Model, since: int) -> list[int]:
    return [
        len(json.dumps(m["content"]))
        for m in kernel.wire[since:]
        if m["msg_type"] == "comm_msg" and m["content"]["comm_id"] == model.comm_id
    ]


def rows() -> Iterator[tuple[str, str, str]]:
    with (
        Simulator() as simulator,
        tempfile.TemporaryDirectory() as folder,
        live_kernel(simulator.env, Path(folder)) as kernel,
    ):
        model = kernel.show("from mh_widgets import *\nvideo = VideoProject('draft', poll_interval_s=0.1)\nvideo")
        kernel.until(lambda: model.state["status"] == "draft", "the first answer")
        kernel.drain(0.3)
        since, asked = len(kernel.wire), len(simulator.requests)
        kernel.drain(IDLE_S)
        answers = len(simulator.requests) - asked
        yield f"messages while idle ({answers} answers without a change)", str(len(_sizes(kernel, model, since))), "0"
        sizes = []
        for status in ("queued", "rendering", "complete"):
            since = len(kernel.wire)
            simulator.set_status("draft", status)
            kernel.until(lambda status=status: model.state["status"] == status, status)  # type: ignore[misc]
            kernel.drain(0.3)
            sizes.append(_sizes(kernel, model, since))
        yield "messages a change", " ".join(str(len(each)) for each in sizes), "1"
        yield "bytes a change", " ".join(str(sum(each)) for each in sizes), "700"
