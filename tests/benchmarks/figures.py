"""What the benchmarks share: a row of the table, a process of its own, and how late a loop runs."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

#: What was measured, the figure, and its limit or "".
Row = tuple[str, str, str]

#: Seconds between two looks at a loop. The lateness that they can see is at least about this.
STEP_S = 0.001

#: For a cell: notes for some seconds when the loop got round to it.
PULSE = f"""
import asyncio, json, pathlib, time
async def pulse(seconds):
    wakes, end = [time.perf_counter()], time.perf_counter() + seconds
    while wakes[-1] < end:
        await asyncio.sleep({STEP_S})
        wakes.append(time.perf_counter())
    pathlib.Path("wakes.json").write_text(json.dumps(wakes))
"""


class Missing(Exception):
    """Something that one benchmark needs isn't on this machine; the text says what."""


class Apart:
    """The other end of a process of its own: values as lines of JSON, both ways."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def tell(self, value: object) -> None:
        assert self._process.stdin is not None
        print(json.dumps(value), file=self._process.stdin, flush=True)

    def hear(self) -> Any:
        """The next value that it prints; raises ``RuntimeError`` where it ended instead."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a process of the benchmark ended before it had its figures")
        return json.loads(line)


@contextmanager
def apart(module: str, part: str, env: dict[str, str]) -> Iterator[Apart]:
    """``python -m module part``, ended with the block: whoever is measured shares its time with nobody."""
    command = [sys.executable, "-m", module, part]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Apart(process)
        finally:
            process.terminate()


def lateness(wakes: Sequence[float], step_s: float = STEP_S) -> list[float]:
    """How late, in seconds, what was due every ``step_s`` ran on a loop that was free at the times ``wakes``.

    All that was due during a stall counts, each with its own wait. If a stall were one look among many, a
    loop that stands still most of the time would have a splendid median.
    """
    late: list[float] = []
    due = wakes[0] + step_s
    for _, wake in pairwise(wakes):
        while due <= wake:
            late.append(wake - due)
            due += step_s
    return late


def stalls(wakes: Sequence[float], step_s: float = STEP_S) -> list[float]:
    """By how many seconds each look came later than asked for. A long stall counts as one look among the others."""
    return [after - before - step_s for before, after in pairwise(wakes)]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of ``values`` that at least ``share`` (0 to 1) of them don't exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
