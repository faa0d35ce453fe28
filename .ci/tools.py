"""Makes the virtual environment with uv in it, runs its npm, and finds or gets Chromium and Redis, for the Makefile.

Standard library only: the first command runs before anything is installed. Every failure is one sentence that
names the command which would mend it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / ".ci" / "constraints.txt"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REDIS = ("redis-server", "valkey-server")
MAC_BROWSERS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


class Missing(Exception):
    """Something that can't be had here; the text says what, and the command that would get it."""


class Machine:
    """What the decisions below ask of the computer; the tests put a made-up one in its place."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self.environ = dict(os.environ if environ is None else environ)

    def which(self, name: str) -> str | None:
        """Return the path of a program, by the environment's PATH or as an absolute path."""
        return shutil.which(name, path=self.environ.get("PATH", ""))

    def output(self, *command: str) -> str | None:
        """Return what a command printed, stripped, or None where it failed or isn't there."""
        try:
            done = subprocess.run(
                command,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.strip()

    def run(self, *command: str) -> bool:
        """Run a command that may take its time; its output is shown only where it fails."""
        try:
            done = subprocess.run(
                command,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
        except OSError as error:
            say(str(error))
            return False
        if done.returncode:
            say("\n".join(done.stdout.splitlines()[-15:]))
        return done.returncode == 0

    def is_root(self) -> bool:
        """May Debian's packages be installed without sudo?"""
        return hasattr(os, "geteuid") and os.geteuid() == 0

    def is_debian(self) -> bool:
        """Debian itself: elsewhere apt's "chromium" is missing, or a snap that can't read our folders."""
        try:
            return (
                re.search(r"^ID=\"?debian\b", Path("/etc/os-release").read_text(), re.MULTILINE) is not None
            )
        except OSError:
            return False


def say(text: str) -> None:
    """Progress goes to stderr: stdout is the answer."""
    print(text, file=sys.stderr, flush=True)


# --- Python ----------------------------------------------------------------------------------------------------------


def make_venv(machine: Machine, python: str = sys.executable, venv: Path = VENV) -> None:
    """Make the virtual environment anew, with uv in it."""
    shutil.rmtree(venv, ignore_errors=True)
    if machine.output(python, "-c", "import venv, ensurepip") is None:
        name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise Missing(
            f"{python} has no venv module: install it with `apt-get install {name}`, then run make again."
        )
    if not machine.run(python, "-m", "venv", str(venv)):
        raise Missing(
            f"The virtual environment could not be made: see above, and try `{python} -m venv {venv}`."
        )
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not machine.run(*pip, "--constraint", str(CONSTRAINTS), "uv"):
        shutil.rmtree(venv, ignore_errors=True)
        raise Missing("uv could not be installed: see above; `pip install uv` has to work on this machine.")


# --- Node ------------------------------------------------------------------------------------------------------------


def npm(machine: Machine, arguments: Sequence[str], where: Path = ROOT / "js", venv: Path = VENV) -> int:
    """Run the environment's npm in a folder, which starts the environment's Node: the group `view` has both."""
    environ = {
        **machine.environ,
        "PATH": f"{venv / 'bin'}{os.pathsep}{machine.environ.get('PATH', '')}",
        "npm_config_update_notifier": "false",
        **({} if sys.stdout.isatty() else {"NO_COLOR": "1"}),  # vitest colours whatever CI records
    }
    command = [str(venv / "bin" / "npm"), *arguments]
    return subprocess.run(command, cwd=where, env=environ, check=False).returncode


# --- Chromium --------------------------------------------------------------------------------------------------------


def chromium(machine: Machine) -> str:
    """Return the path of a Chromium that starts: MH_CHROMIUM, the system's, Debian's, Playwright's own."""
    chosen = machine.environ.get("MH_CHROMIUM")
    if chosen:
        if machine.output(chosen, "--version") is None:
            raise Missing(
                f"MH_CHROMIUM is {chosen}, which doesn't start: `unset MH_CHROMIUM` to have one found."
            )
        return chosen
    return _system_chromium(machine) or _debian_chromium(machine) or _playwright_chromium(machine)


def _system_chromium(machine: Machine) -> str | None:
    found = (machine.which(name) for name in (*BROWSERS, *MAC_BROWSERS))
    return next((path for path in found if path and machine.output(path, "--version") is not None), None)


def _debian_chromium(machine: Machine) -> str | None:
    sudo = _apt_prefix(machine)
    if sudo is None or not machine.is_debian():
        return None
    say("No Chromium on the PATH: installing Debian's package.")
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    # A machine that was never updated knows no packages, and a failed update may still know enough.
    machine.run(*apt, "update")
    machine.run(*apt, "install", "--yes", "--no-install-recommends", "chromium", "fonts-liberation")
    return _system_chromium(machine)


def _apt_prefix(machine: Machine) -> list[str] | None:
    if not machine.which("apt-get"):
        return None
    if machine.is_root():
        return []
    if machine.which("sudo") and machine.output("sudo", "-n", "true") is not None:
        return ["sudo", "-n"]
    return None


def _playwright_chromium(machine: Machine, venv: Path = VENV) -> str:
    python = str(venv / "bin" / "python")
    where = (
        "from playwright.sync_api import sync_playwright as s\n"
        "with s() as p: print(p.chromium.executable_path, end='')"
    )
    path = machine.output(python, "-c", where)
    if path and machine.output(path, "--version") is not None:
        return path
    say("No Chromium from the system: taking Playwright's own.")
    if _apt_prefix(machine) is not None:
        machine.run(python, "-m", "playwright", "install-deps", "chromium")
    machine.run(python, "-m", "playwright", "install", "chromium")
    if path and machine.output(path, "--version") is not None:
        return path
    raise Missing(
        "No Chromium could be found, installed or downloaded: install one, for example with `sudo apt-get install "
        "chromium`, or name one with MH_CHROMIUM=/path/to/it, then run make again."
    )


# --- Redis -----------------------------------------------------------------------------------------------------------


def redis(machine: Machine) -> str:
    """Return the path of a Redis or Valkey server: MH_REDIS, the system's, Debian's. Tests skip without."""
    chosen = machine.environ.get("MH_REDIS")
    if chosen:
        if machine.output(chosen, "--version") is None:
            raise Missing(f"MH_REDIS is {chosen}, which doesn't start: `unset MH_REDIS` to have one found.")
        return chosen
    found = _system_redis(machine)
    sudo = _apt_prefix(machine)
    if found is None and sudo is not None and machine.is_debian():
        say("No Redis on the PATH: installing Debian's package.")
        apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        machine.run(*apt, "update")
        machine.run(*apt, "install", "--yes", "--no-install-recommends", "redis-server")
        found = _system_redis(machine)
    return found or ""


def _system_redis(machine: Machine) -> str | None:
    found = (machine.which(name) for name in REDIS)
    return next((path for path in found if path and machine.output(path, "--version") is not None), None)


# --- commands --------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str], machine: Machine | None = None) -> int:
    """`venv`, `npm …`, `chromium` or `redis`, as the Makefile calls them."""
    machine = machine or Machine()
    command, rest = arguments[0], arguments[1:]
    try:
        if command == "venv":
            make_venv(machine)
        elif command == "npm":
            return npm(machine, rest)
        elif command == "chromium":
            print(chromium(machine))
        elif command == "redis":
            print(redis(machine))
        else:
            raise Missing(f"tools.py knows venv, npm, chromium and redis, and not {command}.")
    except Missing as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
