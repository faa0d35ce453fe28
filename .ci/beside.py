"""Runs commands beside each other, each a line for a shell, and lets their output read as if they had run in a row.

The first one prints as it goes. What the others print is kept, and follows whole, in their order. All run to
their end, so that one failure doesn't hide another; the last line names those that failed.
"""

from __future__ import annotations

import contextlib
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence


def main(lines: Sequence[str]) -> int:
    """Run them all; 0 if every one of them succeeded."""
    with contextlib.ExitStack() as files:
        kept = [files.enter_context(tempfile.TemporaryFile()) for _ in lines[1:]]
        # Open files stay open: make hands its job server down by them.
        running = [
            subprocess.Popen(
                shlex.split(line), stdin=subprocess.DEVNULL, stdout=out, stderr=out, close_fds=False
            )
            for line, out in zip(lines, [None, *kept], strict=True)
        ]
        try:
            running[0].wait()
            for process, out in zip(running[1:], kept, strict=True):
                process.wait()
                out.seek(0)
                shutil.copyfileobj(out, sys.stdout.buffer)
                sys.stdout.flush()
        except KeyboardInterrupt:
            for process in running:  # they have heard it themselves
                process.wait()
            return 130
    failed = [line for line, process in zip(lines, running, strict=True) if process.returncode]
    if failed:
        print(f"Failed, see above: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
