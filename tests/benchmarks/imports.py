"""Import in a process that is a kernel already, beside the two libraries that it stands on, and the official SDK."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.figures import Row

ROUNDS = 11
WHAT = ("mh_widgets", "anywidget, httpx", "magic_hour")
_CODE = "import ipykernel.kernelapp, time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"


def _seconds(modules: str) -> float:
    command = [sys.executable, "-c", _CODE.format(modules)]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def rows() -> Iterator[Row]:
    taken: dict[str, list[float]] = {modules: [] for modules in WHAT}
    for modules in WHAT:
        _seconds(modules)  # the first one also compiles
    for _ in range(ROUNDS):  # in turn, so that a busy moment hits all of them
        for modules in WHAT:
            taken[modules].append(_seconds(modules))
    ours, floor, sdk = (statistics.median(taken[modules]) for modules in WHAT)
    yield "import in a kernel process: mh_widgets", f"{ours * 1000:.0f} ms", ""
    yield "  anywidget and httpx alone", f"{floor * 1000:.0f} ms", ""
    yield "  the SDK", f"{sdk * 1000:.0f} ms", ""
    yield "  ours, of anywidget and httpx alone", f"{ours / floor:.2f}", "1.15"
    yield "  ours, of the SDK", f"{ours / sdk:.2f}", ""
