"""The command line: `mh-widgets demo` and `mh-widgets simulate`, which need no key and no network.

`_commands.py` has the other commands.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
import threading
import webbrowser
from collections.abc import Iterator, Sequence
from pathlib import Path

from mh_widgets._commands import add_commands, own_webhook, receiving
from mh_widgets._servers import Server, lab_server, voila_server
from mh_widgets.simulator import Simulator
from mh_widgets.simulator.__main__ import (
    HOST,
    Problem,
    add_arguments,
    add_speed,
    guarded,
    port_number,
    say,
    simulate,
    wait,
)

VARIABLE, STORE = "MAGIC_HOUR_STORE", "store.db"
START_S = 120.0
"""The time-out of a server's first answer. Voilà needs 3 s, and ten times that on a busy machine."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: The arguments; default: those of the process.

    Returns:
        The exit code: 0, also after Ctrl-C; 1 for a `Problem`; 2 for wrong usage.
    """
    options = _parser().parse_args(argv)
    return guarded(lambda stop: int(options.run(options, stop)))


def demo(options: argparse.Namespace, stop: threading.Event) -> int:
    """Run the simulator, with Voilà or JupyterLab on it, until `stop` is set or the server ends."""
    with tempfile.TemporaryDirectory(prefix="mh_widgets-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        shutil.copytree(_notebooks(), folder / "notebooks", ignore=shutil.ignore_patterns(".*", "films"))
        server = lab_server(folder, options.port) if options.lab else voila_server(folder, options.port)
        webhook = own_webhook() if options.webhooks else None
        with (
            Simulator(speed=options.speed, webhook=webhook) as simulator,
            receiving(webhook, {**simulator.env, VARIABLE: str(folder / STORE)}),
            _running(server, simulator, folder) as process,
        ):
            say(f"Starting {server.title} ...")
            if not wait(stop, lambda: process.poll() is None and not server.answers(), START_S):
                raise Problem(f"{server.title} didn't answer within {START_S:g} s{_log_tail(folder)}")
            if process.poll() is None and not stop.is_set():
                say(f"\n{server.title} is at\n\n  {server.url}\n\n{server.hint}\n\n{_ids(simulator)}\n")
                say("Saved files are in a temporary folder and deleted at the end. Press Ctrl-C to stop.")
                if options.browser:
                    _open_browser(server.url)
            wait(stop, lambda: process.poll() is None)
            if not stop.is_set():
                raise Problem(f"{server.title} stopped by itself{_log_tail(folder)}")
    return 0


@contextlib.contextmanager
def _running(server: Server, simulator: Simulator, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, **server.environment, **simulator.env}
    # `!mh-widgets` and `!pip` in a cell are those of this Python, also where its environment isn't active.
    scripts = sysconfig.get_path("scripts")
    environment["PATH"] = os.pathsep.join(filter(None, (scripts, os.environ.get("PATH"))))
    # Simulated projects must not enter the user's own store, but the demo's pages share one.
    environment[VARIABLE] = str(folder / STORE)
    # The public projects of this machine's own dashboard don't exist in the simulator.
    environment.pop("MAGIC_HOUR_PUBLIC_PROJECTS", None)
    for name in ("NO_PROXY", "no_proxy"):
        # The machine's proxy, if any, can't reach the simulator.
        environment[name] = ",".join(filter(None, (environment.get(name), HOST, "localhost")))
    with (folder / "server.log").open("wb") as log:
        # In a session of its own, so that Ctrl-C reaches only us. JupyterLab would ask for confirmation.
        process = subprocess.Popen(
            [sys.executable, "-m", *server.command],
            cwd=folder / "notebooks",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)  # it needs time to shut down its kernels
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ids(simulator: Simulator) -> str:
    return textwrap.fill(
        "  ".join(each.id for each in simulator.scenarios),
        width=80,
        initial_indent="  ",
        subsequent_indent="  ",
        break_on_hyphens=False,
    )


def _log_tail(folder: Path) -> str:
    lines = (folder / "server.log").read_text(encoding="utf-8", errors="replace").splitlines()
    return "; its last output:\n" + "\n".join(f"  {line}" for line in lines[-12:]) if lines else ""


def _notebooks() -> Path:
    package = Path(__file__).parent
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if (folder / "dashboard.ipynb").is_file():
            return folder
    raise Problem(f"the notebooks are missing from {package / 'notebooks'}; install mh_widgets again")


def _open_browser(url: str) -> None:
    graphical = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    # Without a screen, Linux would start a text browser in this terminal and cover what was printed.
    if graphical or not sys.platform.startswith("linux"):
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(url)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mh-widgets", description="Live cards for Magic Hour renders in notebooks."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser("demo", help="show the cards on a simulator, without a key and a network")
    kind = run.add_mutually_exclusive_group()
    kind.add_argument(
        "--voila", action="store_false", dest="lab", default=False, help="open the dashboard (the default)"
    )
    kind.add_argument("--lab", action="store_true", help="open the quickstart notebook in JupyterLab")
    run.add_argument(
        "--port", type=port_number, help="the server's port (8866, or 8888 with --lab, or the next free one)"
    )
    run.add_argument("--no-browser", action="store_false", dest="browser", help="don't open a browser")

    run.add_argument("--webhooks", action="store_true", help="send webhooks from the simulator to a receiver")
    add_speed(run)

    simulated = commands.add_parser("simulate", help="run only the simulated Magic Hour API")
    add_arguments(simulated)
    simulated.set_defaults(run=simulate)
    run.set_defaults(run=demo)
    add_commands(commands)
    return parser
