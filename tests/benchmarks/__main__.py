"""``make bench``: what the package costs, each figure beside its limit, measured in one run.

Ratios travel from machine to machine, seconds don't: compare rows of one run only. ``ARGS="imports pace"``
picks by name. What this machine lacks gives a row that says so; a benchmark that breaks gives one too, and
the run fails.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Missing, Row
from tests.conftest import FOLDERS, FOREIGN

#: By name: the module whose ``rows()`` measures it. Imported when its turn comes, as each may need what
#: others don't.
BENCHMARKS = {
    "imports": "imports",
    "kinds": "kinds",
    "pace": "simulation",
    "renders": "renders",
    "stalls": "stalls",
    "crowd": "crowd",
    "kernels": "kernels",
    "messages": "messages",
    "bundle": "bundle",
    "growth": "growth",
    "view": "view",
    "comparing": "comparing",
    "browser": "lab",
    "reopened": "reopened",
    "transfers": "transfers",
}


def main(names: list[str]) -> int:
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        sys.exit(f"No benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}.")
    print(f"{time.strftime('%Y-%m-%d')}, `make bench`: {_machine()}\n")
    print(f"| {'figure':68} | {'measured':>15} | {'limit':>9} |\n|:{'-' * 69}|{'-' * 16}:|{'-' * 10}:|")
    broken = 0
    with tempfile.TemporaryDirectory(prefix="mh-bench-", ignore_cleanup_errors=True) as home:
        _be_nobody(Path(home))
        for name, module in BENCHMARKS.items():
            if names and name not in names:
                continue
            try:
                for row in _rows(module):
                    _print(row)
            except (Missing, ModuleNotFoundError) as missing:
                _print((f"{name}: not measured, {missing}", "", ""))
            except Exception as error:  # noqa: BLE001 - one that breaks doesn't take the others' minutes with it
                _print((f"{name}: broke ({type(error).__name__})", "", ""))
                traceback.print_exc()
                broken = 1
    return broken


def _rows(module: str) -> Iterator[Row]:
    rows: Iterator[Row] = importlib.import_module(f"tests.benchmarks.{module}").rows()
    return rows


def _print(row: Row) -> None:
    figure, measured, limit = row
    print(f"| {figure:68} | {measured:>15} | {limit:>9} |", flush=True)


def _machine() -> str:
    try:
        memory = f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB, "
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        memory = ""
    return f"{os.cpu_count()} cores, {memory}{platform.system()}, Python {platform.python_version()}"


def _be_nobody(home: Path) -> None:
    """As in the tests: nothing of the person who measures gets in, and nothing is left in their folders."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    for name in FOLDERS:
        os.environ[name] = str(home / name.lower())
    os.environ["MAGIC_HOUR_STORE"] = "off"
    # As on people's machines, whose second kernel finds what the first one compiled.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(home / "bytecode")
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
