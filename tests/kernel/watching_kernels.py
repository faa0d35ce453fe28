"""Processes that watch projects on one store, for tests that stop and kill them."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.kernel import claim_log

ROOT = Path(__file__).parents[2]
#: Seconds between two questions about a project.
INTERVAL_S = 1.0
#: Seconds of silence that the states don't explain: two turns of a loop, and what the clock's figures are rounded.
SILENCE_S = 0.5
IDS = [f"endless--{n}" for n in range(6)]


class Kernel:
    """One process that watches; ``running`` says whether it isn't stopped."""

    def __init__(
        self, env: dict[str, str], log: Path, ids: list[str], interval_s: float = INTERVAL_S
    ) -> None:
        self._log = log
        self.running = True
        self._up, self._ids = False, {*ids}
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.kernel.watching_process", str(interval_s), *ids],
                cwd=ROOT,
                env=env,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def said(self) -> list[claim_log.Event]:
        return claim_log.events(self._log)

    @property
    def statuses(self) -> list[claim_log.Event]:
        return [each for each in self.said() if each.kind == "status"]

    @property
    def up(self) -> bool:
        """Whether it knows all of its projects, and can take over."""
        self._up = self._up or {each.project_id for each in self.statuses} == self._ids
        return self._up

    def send(self, number: int) -> None:
        self.process.send_signal(number)
        self.running = number == signal.SIGCONT

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


class Begin:
    """Begins kernels; ``kernels`` are all that were begun."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self._env, self._folder = env, folder
        self.kernels: list[Kernel] = []

    def __call__(self, ids: list[str], interval_s: float = INTERVAL_S) -> Kernel:
        log = self._folder / f"kernel-{len(self.kernels)}.log"
        self.kernels.append(Kernel(self._env, log, ids, interval_s))
        return self.kernels[-1]


def until(condition: Callable[[], object], limit_s: float = 60.0) -> None:
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)  # a look, not a wait for a fixed time
