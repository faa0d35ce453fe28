"""The notebook servers of `mh-widgets demo`: Voilà with the dashboard, and JupyterLab."""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import os
import secrets
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

from mh_widgets.simulator.__main__ import HOST, Problem, say

OPENING = (
    "halfway",
    "moonlight-finished",
    "failed",
    "pictures-finished",
    "music-finished",
    "talking-photo",
    "portrait-finished",
    "picture",
)
"""The projects that the dashboard opens with: all kinds, every stage, and a failure with its reason.

A render in progress and a video to play come first, so that a phone shows them. Wide videos come before
tall ones, so that the first row is low.
"""

TEMPLATE = """\
{%- extends "voila/templates/lab/index.html.j2" -%}
{%- block notebook_css -%}
{{ super() | replace("https://cdn.jsdelivr.net/npm/@fortawesome", "data:text/css,") }}
{%- endblock notebook_css -%}
"""
"""Voilà's usual page without the fonts of a CDN. A demo needs no network."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A notebook server on `HOST`."""

    title: str
    command: list[str]
    port: int
    path: str
    """The path of the page to open."""
    probe: str
    """A path that the server answers without starting a kernel."""
    hint: str
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The page to open."""
        return f"http://{HOST}:{self.port}{self.path}"

    def answers(self) -> bool:
        """Return whether the server answers."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", self.probe)
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True


def voila_server(folder: Path, port: int | None) -> Server:
    """Return the server of the dashboard. Raises `Problem` if it can't be started."""
    _need("voila", "Voilà")
    port = _port(port, 8866)
    template = folder / "share" / "voila" / "templates" / "mh_widgets" / "index.html.j2"
    template.parent.mkdir(parents=True)
    template.write_text(TEMPLATE, encoding="utf-8")
    template.with_name("conf.json").write_text('{"base_template": "lab"}', encoding="utf-8")
    notebook = str(folder / "notebooks" / "dashboard.ipynb")
    # No preheated kernels: each would be one more idle process, and a page opens in 2 s without (measured).
    # An open page stays connected and keeps its kernel. A kernel without a page ends after five minutes.
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
        hint="Type any of these IDs there. A render begins with the first request; ID--2 is a new copy.",
        environment={
            "JUPYTER_PATH": os.pathsep.join(
                filter(None, (str(folder / "share"), os.environ.get("JUPYTER_PATH")))
            )
        },
    )


def lab_server(folder: Path, port: int | None) -> Server:
    """Return the server of the quickstart notebook. Raises `Problem` if it can't be started."""
    _need("jupyterlab", "JupyterLab")
    port, token = _port(port, 8888), secrets.token_hex(16)
    news = folder / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false", "checkForUpdates": false}', encoding="utf-8")
    options = ["--no-browser", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder / 'notebooks'}"]
    if getattr(os, "geteuid", lambda: 1)() == 0:
        # Users of containers are often root, which Jupyter Server refuses without this option.
        options.append("--allow-root")
    return Server(
        title="JupyterLab",
        command=["jupyterlab", f"--ServerApp.ip={HOST}", f"--ServerApp.port={port}", *options],
        port=port,
        path=f"/lab/tree/quickstart.ipynb?token={token}",
        probe="/api",
        hint="Use any of these IDs there. A render begins with the first request; ID--2 is a new copy.",
        environment={
            # Not an argument, as all users of the machine can list those.
            "JUPYTER_TOKEN": token,
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        },
    )


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
            # Ignores old connections that are still closing. On Windows the option has another meaning.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return True
    return False


def _need(module: str, name: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise Problem(f"{name} is not installed; get it with: {sys.executable} -m pip install {module}")
