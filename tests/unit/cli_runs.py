"""The command line in processes of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from mh_widgets import cli

ROOT = Path(cli.__file__).parent.parent


class Run:
    """The command in a process of its own, and its lines as they come."""

    def __init__(self, *arguments: str, environment: dict[str, str] | None = None) -> None:
        paths = os.pathsep.join([(environment or {}).get("PYTHONPATH", ""), str(ROOT)]).strip(os.pathsep)
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "mh_widgets", *arguments],
            env={**os.environ, **(environment or {}), "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.said = ""

    def until(self, pattern: str) -> re.Match[str]:
        """Read on until this was said."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if found := re.search(pattern, self.said):
                return found
        assert self.process.stderr
        raise AssertionError(f"never said {pattern!r}, but:\n{self.said}\n{self.process.stderr.read()}")

    def end(self, number: signal.Signals | None = None) -> tuple[int, str]:
        """Send it a signal; its exit code and what it said on stderr."""
        if number is not None:
            self.process.send_signal(number)
        rest, trouble = self.process.communicate(timeout=100)
        self.said += rest
        return self.process.returncode, trouble


def runs() -> Iterator[Callable[..., Run]]:
    """For a fixture: begin runs, and end all of them after the test."""
    begun: list[Run] = []

    def begin(*arguments: str, environment: dict[str, str] | None = None) -> Run:
        begun.append(Run(*arguments, environment=environment))
        return begun[-1]

    yield begin
    for each in begun:
        # Not killed: it would leave the server behind that it has started.
        each.process.terminate()
        each.process.communicate(timeout=100)
