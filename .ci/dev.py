"""`make dev`: the view is rebuilt while you edit it, and anywidget puts it into the open notebook at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

import tools


def main(arguments: Sequence[str]) -> int:
    """Run esbuild's watch beside JupyterLab on the simulator; when Lab ends, both end."""
    watch = [sys.executable, str(tools.ROOT / ".ci" / "tools.py"), "npm", "run", "--silent", "dev"]
    lab = [str(tools.VENV / "bin" / "mh-widgets"), "demo", "--lab", *arguments]
    # A session of its own, so that Ctrl-C reaches Lab alone and the watch ends after it.
    watching = subprocess.Popen(watch, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        return subprocess.run(lab, env={**os.environ, "ANYWIDGET_HMR": "1"}, check=False).returncode
    except KeyboardInterrupt:
        return 130
    finally:
        os.killpg(watching.pid, signal.SIGTERM)
        watching.wait(timeout=10)
        # The watch writes a bundle for reading; what is committed is the one for shipping.
        tools.main(["npm", "run", "--silent", "build"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
