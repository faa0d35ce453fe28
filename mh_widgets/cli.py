"""`mh-widgets demo` and `mh-widgets simulate`: all that needs no key and no network; `_commands.py` has the others."""

from __future__ import annotations

import argparse
import contextlib
import http.client
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import webbrowser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mh_widgets._commands import add_commands, own_webhook, receiving
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

OPENING = (
    "halfway",
    "moonlight-finished",
    "failed",
    "film-and-picture",
    "talking-photo",
    "portrait-finished",
    "longer-than-usual",
    "square-image-to-video",
)
"""The projects that the dashboard opens with: every stage of a render, and a failure that explains itself.

Something that moves and a film to play come first, so that also a phone shows them at once; what is wide
comes before what is tall, so that the first row is a low one.
"""

TEMPLATE = """\
{%- extends "voila/templates/lab/index.html.j2" -%}
{%- block notebook_css -%}
{{ super() | replace("https://cdn.jsdelivr.net/npm/@fortawesome", "data:text/css,") }}
{%- endblock notebook_css -%}
"""
"""Voilà's usual page, without the fonts that it fetches from a CDN before it shows anything: a demo has no network."""

VARIABLE, STORE = "MAGIC_HOUR_STORE", "store.db"
START_S = 120.0
"""How long a server may take to answer. Voilà needs 3 s on a desktop; a cold, busy machine is ten times slower."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, also after Ctrl-C; 1 for a `Problem`; 2 for wrong usage."""
    options = _parser().parse_args(argv)
    return guarded(lambda stop: int(options.run(options, stop)))


def demo(options: argparse.Namespace, stop: threading.Event) -> int:
    """The simulator with Voilà or JupyterLab on it, until `stop` is set or the server ends."""
    with tempfile.TemporaryDirectory(prefix="mh_widgets-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        shutil.copytree(_notebooks(), folder / "notebooks", ignore=shutil.ignore_patterns(".*", "films"))
        server = _lab(folder, options.port) if options.lab else _voila(folder, options.port)
        webhook = own_webhook() if options.webhooks else None
        with (
            Simulator(speed=options.speed, webhook=webhook) as simulator,
            receiving(webhook, {**simulator.env, VARIABLE: str(folder / STORE)}),
            _running(server, simulator, folder) as process,
        ):
            say(f"Starting {server.title} ...")
            if not wait(stop, lambda: process.poll() is None and not server.answers(), START_S):
                raise Problem(f"{server.title} didn't answer within {START_S:g} s{_last_words(folder)}")
            if process.poll() is None and not stop.is_set():
                say(f"\n{server.title} is at\n\n  {server.url}\n\n{server.hint}\n\n{_ids(simulator)}\n")
                say("What it saves is in a temporary folder, which goes when the demo ends. Ctrl-C ends it.")
                if options.browser:
                    _open_browser(server.url)
            wait(stop, lambda: process.poll() is None)
            if not stop.is_set():
                raise Problem(f"{server.title} has ended by itself{_last_words(folder)}")
    return 0


@dataclass(frozen=True, kw_only=True)
class Server:
    """A notebook server to be started on `HOST`."""

    title: str
    command: list[str]
    port: int
    path: str
    """Of the page to open."""
    probe: str
    """A path that it answers without starting a kernel."""
    hint: str
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The page to open."""
        return f"http://{HOST}:{self.port}{self.path}"

    def answers(self) -> bool:
        """Whether it answers by now."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", self.probe)
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True


def _voila(folder: Path, port: int | None) -> Server:
    _need("voila", "Voilà")
    port = _port(port, 8866)
    template = folder / "share" / "voila" / "templates" / "mh_widgets" / "index.html.j2"
    template.parent.mkdir(parents=True)
    template.write_text(TEMPLATE, encoding="utf-8")
    template.with_name("conf.json").write_text('{"base_template": "lab"}', encoding="utf-8")
    notebook = str(folder / "notebooks" / "dashboard.ipynb")
    # No preheated kernels: a page is there in 2 s without (measured), and each would be one more process that
    # waits. A page that stays open keeps its kernel, as it stays connected; a kernel that was left goes after
    # five minutes.
    options = (
        "--no-browser --Voila.port_retries=0"
        " --VoilaConfiguration.allow_template_override=NO --template=mh_widgets"
    )
    culling = "--MappingKernelManager.cull_idle_timeout=300 --MappingKernelManager.cull_interval=60"
    return Server(
        title="The dashboard",
        command=[
            "voila",
            notebook,
            f"--Voila.ip={HOST}",
            f"--port={port}",
            *options.split(),
            *culling.split(),
        ],
        port=port,
        path=f"/?project={','.join(OPENING)}",
        probe="/voila/static/",
        hint="Type any of these IDs on the page. Each begins when it is first asked for; ID--2 is a fresh copy.",
        environment={
            "JUPYTER_PATH": os.pathsep.join(
                filter(None, (str(folder / "share"), os.environ.get("JUPYTER_PATH")))
            )
        },
    )


def _lab(folder: Path, port: int | None) -> Server:
    _need("jupyterlab", "JupyterLab")
    port, token = _port(port, 8888), secrets.token_hex(16)
    news = folder / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false", "checkForUpdates": false}', encoding="utf-8")
    options = ["--no-browser", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder / 'notebooks'}"]
    if getattr(os, "geteuid", lambda: 1)() == 0:
        # in a container everybody is root, and Jupyter Server must be told that it's fine
        options.append("--allow-root")
    return Server(
        title="JupyterLab",
        command=["jupyterlab", f"--ServerApp.ip={HOST}", f"--ServerApp.port={port}", *options],
        port=port,
        path=f"/lab/tree/quickstart.ipynb?token={token}",
        probe="/api",
        hint="Try any of these IDs in its cells. Each begins when it is first asked for; ID--2 is a fresh copy.",
        environment={
            # Here and not among the arguments, which everybody on the machine can list.
            "JUPYTER_TOKEN": token,
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        },
    )


@contextlib.contextmanager
def _running(server: Server, simulator: Simulator, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, **server.environment, **simulator.env}
    # What is simulated says nothing about real projects; its pages share what they see all the same.
    environment[VARIABLE] = str(folder / STORE)
    # What the machine's own dashboard shows in public, the simulator doesn't have.
    environment.pop("MAGIC_HOUR_PUBLIC_PROJECTS", None)
    for name in ("NO_PROXY", "no_proxy"):
        # A proxy that the machine may have can't reach the simulator.
        environment[name] = ",".join(filter(None, (environment.get(name), HOST, "localhost")))
    with (folder / "server.log").open("wb") as log:
        # In a session of its own, so that Ctrl-C reaches us alone: JupyterLab would ask whether it is meant.
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
            process.wait(15)  # it shuts its kernels down first
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


def _last_words(folder: Path) -> str:
    lines = (folder / "server.log").read_text(encoding="utf-8", errors="replace").splitlines()
    return "; the last that it said:\n" + "\n".join(f"  {line}" for line in lines[-12:]) if lines else ""


def _port(wanted: int | None, usual: int) -> int:
    if wanted is not None and not _free(wanted):
        raise Problem(f"port {wanted} is taken; choose another one with --port")
    port = wanted or next(filter(_free, range(usual, usual + 100)), None)
    if port is None:
        raise Problem(f"no port from {usual} to {usual + 99} is free; choose one with --port")
    if wanted is None and port != usual:
        say(f"Port {usual} is taken, so this is {port}.")
    return port


def _free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":
            # So that old connections that are winding down don't count; on Windows the option means another
            # thing.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return True
    return False


def _notebooks() -> Path:
    package = Path(__file__).parent
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if (folder / "dashboard.ipynb").is_file():
            return folder
    raise Problem(f"the notebooks are missing from {package / 'notebooks'}; install mh_widgets again")


def _need(module: str, name: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise Problem(f"{name} is not installed; get it with: {sys.executable} -m pip install {module}")


def _open_browser(url: str) -> None:
    graphical = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    # Without a screen, Linux would start a text browser in this terminal, on top of what was just printed.
    if graphical or not sys.platform.startswith("linux"):
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(url)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mh-widgets", description="Live cards for Magic Hour renders in notebooks."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser("demo", help="see the cards at work on a simulator: no key, no network")
    kind = run.add_mutually_exclusive_group()
    kind.add_argument(
        "--voila", action="store_false", dest="lab", default=False, help="the dashboard, as without it"
    )
    kind.add_argument("--lab", action="store_true", help="JupyterLab on the quickstart notebook")
    run.add_argument(
        "--port", type=port_number, help="the page's (8866, or 8888 with --lab, or the next free one)"
    )
    run.add_argument("--no-browser", action="store_false", dest="browser", help="open no browser")

    run.add_argument(
        "--webhooks", action="store_true", help="the simulator sends webhooks, and a receiver takes them"
    )
    add_speed(run)

    simulated = commands.add_parser("simulate", help="run the simulated Magic Hour API alone")
    add_arguments(simulated)
    simulated.set_defaults(run=simulate)
    run.set_defaults(run=demo)
    add_commands(commands)
    return parser
