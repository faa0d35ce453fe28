"""Import in a process that is a kernel already, beside the two libraries that it stands on."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator

ROUNDS = 11
_CODE = "import ipykernel.kernelapp, time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"


def _seconds(modules: str) -> float:
    command = [sys.executable, "-c", _CODE.format(modules)]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def rows() -> Iterator[tuple[str, str, str]]:
    ours, floor = [], []
    _seconds("mh_widgets")  # the first one also compiles
    for _ in range(ROUNDS):  # in turn, so that a busy moment hits both
        ours.append(_seconds("mh_widgets"))
        floor.append(_seconds("anywidget, httpx"))
    yield "import mh_widgets, in a kernel process", f"{statistics.median(ours) * 1000:.0f} ms", ""
    yield "import anywidget and httpx alone", f"{statistics.median(floor) * 1000:.0f} ms", ""
    yield "ratio", f"{statistics.median(ours) / statistics.median(floor):.2f}", "1.15"
