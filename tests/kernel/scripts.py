"""Plain scripts, as people run them: a Python of their own, and what it says."""

from __future__ import annotations

import os
import subprocess
import sys

from mh_widgets.api import proxies, tls
from mh_widgets.simulator import Simulator

#: Seconds after which a script hangs.
LIMIT_S = 150.0


def run_script(code: str, simulator: Simulator | None, *options: str, **env: str) -> str:
    """What ``code`` prints to stdout. Fails where it doesn't end well, or says anything on stderr."""
    clean = {
        name: value for name, value in os.environ.items() if name not in (*tls.VARIABLES, *proxies.VARIABLES)
    }
    address = simulator.env if simulator else {}
    done = subprocess.run(
        [sys.executable, *options, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
        env={**clean, "NO_PROXY": "127.0.0.1,localhost", **address, **env},
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout
