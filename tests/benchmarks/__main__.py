"""``make bench``: what the package costs, each figure beside its limit, measured in one run.

Ratios travel from machine to machine, seconds don't: compare rows of one run only. ``ARGS=imports`` picks by name.
"""

from __future__ import annotations

import os
import platform
import sys
import time

from tests.benchmarks import bundle, imports, messages, transfers

BENCHMARKS = {"imports": imports.rows, "messages": messages.rows, "bundle": bundle.rows, "transfers": transfers.rows}


def main(names: list[str]) -> None:
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        sys.exit(f"No benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}.")
    print(f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {os.cpu_count()} cores\n")
    print(f"| {'figure':52} | {'measured':>12} | {'limit':>12} |\n|:{'-' * 53}|{'-' * 13}:|{'-' * 13}:|")
    for name, rows in BENCHMARKS.items():
        if not names or name in names:
            for figure, measured, limit in rows():
                print(f"| {figure:52} | {measured:>12} | {limit:>12} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
