"""Real servers for real pages, as child processes: JupyterLab (and Notebook 7 with it), Voilà, marimo; and Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

#: The address bar's pop-ups are web pages, and each context made them: two thirds of what one cost. And no
#: renderer waits for a page that a test may open.
SPARED = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess")
#: Of two such switches the last one counts, and that is ours: so Playwright's own stand here as well.
PLAYWRIGHTS = (
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay",
    "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "TcpPortRandomizationWin", "ThirdPartyStoragePartitioning",
)  # fmt: skip
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # What pages of a few seconds would win by compiling their scripts to the last, compiling them costs.
    "--js-flags=--no-opt",
    f"--disable-features={','.join((*PLAYWRIGHTS, *SPARED))}",
]
#: What anything may take, however busy the machine is, before a test gives up: a ceiling, not a measure.
PATIENCE_MS = 100_000
#: How long a server may take to end. JupyterLab on a busy machine sometimes ends its kernels and never itself.
STOP_S = 20
NEWS = "@jupyterlab/apputils-extension"


def chromium() -> str:
    """The browser that ``make`` found, else the system's."""
    path = os.environ.get("MH_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "No Chromium: run the tests with `make test`, which finds or installs one."
    return path


@dataclass
class Server:
    """One Jupyter server: where it is, and the folder that it serves."""

    url: str
    token: str
    folder: Path
    log: Path | None = None

    def wait_until_it_says(self, words: str) -> None:
        """Until the server has logged these words."""
        assert self.log is not None
        end = time.monotonic() + PATIENCE_MS / 1000
        while words not in (said := self.log.read_text(errors="replace")):
            assert time.monotonic() < end, said
            time.sleep(0.1)  # a look ten times a second, not a wait for a fixed time

    def page(self, path: str) -> str:
        """The address of ``path`` with the token."""
        return f"{self.url}/{path}{'&' if '?' in path else '?'}token={self.token}"


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook with these code cells."""
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(notebook, path)


@contextmanager
def jupyter_lab(folder: Path, env: dict[str, str]) -> Iterator[Server]:
    """JupyterLab in ``folder``, with everything that it would write to a home directory beside it."""
    home = folder.parent / "jupyter-home"
    settings = home / "settings" / NEWS
    settings.mkdir(parents=True)
    # Otherwise a question about news covers the notebook.
    (settings / "notification.jupyterlab-settings").write_text(
        '{"fetchNews":"false","checkForUpdates":false}'
    )
    dirs = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    env = {
        **env,
        **dirs,
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
    }
    env["JUPYTERLAB_WORKSPACES_DIR"] = str(home / "workspaces")
    port = _free_port()
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", "--IdentityProvider.token=test", f"--ServerApp.root_dir={folder}",
        "--expose-app-in-browser", "--JupyterNotebookApp.expose_app_in_browser=True",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    with _running(command, env, folder, port):
        yield Server(f"http://127.0.0.1:{port}", "test", folder)


@contextmanager
def voila(notebook: Path, folder: Path, env: dict[str, str], *arguments: str) -> Iterator[Server]:
    """Voilà with one notebook."""
    port = _free_port()
    home = folder / "voila-home"
    dirs = {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    command = [
        sys.executable, "-m", "voila", str(notebook), "--no-browser", "--Voila.ip=127.0.0.1",
        f"--port={port}", *arguments,
    ]  # fmt: skip
    with _running(command, {**env, **dirs}, folder, port) as log:
        yield Server(f"http://127.0.0.1:{port}", "", folder, log)


@contextmanager
def marimo(mode: str, folder: Path, env: dict[str, str]) -> Iterator[Server]:
    """marimo (``edit`` or ``run``) on a folder of notebooks; ``?file=name.py`` opens one."""
    port = _free_port()
    home = folder.parent / f"marimo-{mode}-home"
    dirs = {
        "HOME": str(home),
        **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "CACHE", "STATE")},
    }
    command = [
        sys.executable, "-m", "marimo", "--yes", "--quiet", mode, str(folder), "--headless", "--no-token",
        "--no-sandbox", f"--port={port}", *(["--skip-update-check"] if mode == "edit" else []),
    ]  # fmt: skip
    settings = home / "config" / "marimo" / "marimo.toml"
    settings.parent.mkdir(parents=True)
    # The editor else waits for a press on Run, which it doesn't hear before it says that it is ready:
    # nowhere.
    settings.write_text("[runtime]\nauto_instantiate = true\n")
    with _running(command, {**env, **dirs}, folder, port):
        yield Server(f"http://127.0.0.1:{port}", "", folder)


@contextmanager
def _running(command: list[str], env: dict[str, str], folder: Path, port: int) -> Iterator[Path]:
    log = folder.parent / f"{folder.name}-{port}.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, env={**os.environ, **env}, cwd=folder, stdout=stream, stderr=stream
        )
        try:
            _wait_for(port, process, log)
            yield log
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)  # a look ten times a second, not a wait for a fixed time
    raise AssertionError(f"nothing listens on port {port}:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
