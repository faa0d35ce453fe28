"""A process of its own for what a loop does to it, and a coroutine that fails."""

from __future__ import annotations

import subprocess
import sys


async def fail() -> None:
    raise ZeroDivisionError


def python(code: str) -> str:
    """Run ``code`` in a process of its own: nest-asyncio2 patches a loop's class for good, and exits are looked at."""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stderr == ""
    return result.stdout
