"""Import in a process that is a kernel already, beside the libraries below it, and the official SDK."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.figures import Row

#: Of processor time: what else the machine does makes a wall clock useless for so short a time.
ROUNDS = 11
WHAT = ("from mh_widgets import VideoProject", "import anywidget, ipywidgets", "import magic_hour")
_CODE = "import ipykernel.kernelapp, time; t = time.thread_time(); {}; print(time.thread_time() - t)"


def _seconds(imports: str) -> float:
    command = [sys.executable, "-c", _CODE.format(imports)]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def rows() -> Iterator[Row]:
    taken: dict[str, list[float]] = {imports: [] for imports in WHAT}
    for imports in WHAT:
        _seconds(imports)  # the first one also compiles
    for _ in range(ROUNDS):  # in turn, so that a busy moment hits all of them
        for imports in WHAT:
            taken[imports].append(_seconds(imports))
    ours, floor, sdk = (statistics.median(taken[imports]) for imports in WHAT)
    yield "import in a kernel process: mh_widgets", f"{ours * 1000:.0f} ms", ""
    yield "  anywidget and ipywidgets alone", f"{floor * 1000:.0f} ms", ""
    yield "  the SDK", f"{sdk * 1000:.0f} ms", ""
    yield "  ours, of anywidget and ipywidgets alone", f"{ours / floor:.2f}", "1.15"
    yield "  ours, of the SDK", f"{ours / sdk:.2f}", ""
