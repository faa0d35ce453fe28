"""`make matrix`: tests/kernel/matrix on many ipykernels, each in an environment of its own, on this machine's Pythons.

Every ipykernel on the Python of .venv, the oldest and the newest on the other Pythons that mh_widgets
supports, and Colab's own set of packages. Left out: the releases between on the other Pythons, as ipykernels
differ in threads and queues, and Pythons in asyncio. The environments lie in .venv/kernels and are made again
when their versions change. An older ipykernel differs in nothing else from the newest on the same Python: its
environment holds it alone, and has the rest from that one, so that the rest is compiled once. A line says what
was run, and what this machine can't.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tools

ENVIRONMENTS = tools.VENV / "kernels"
SUPPORTED = ("3.10", "3.11", "3.12", "3.13")
WITHOUT_NESTING = "7.3.0"
OLD = ("6.28.0", "6.31.0", "7.0.1", "7.2.0", WITHOUT_NESTING)
#: Whatever constraints.txt says for this Python.
NEWEST = "newest"
#: What Colab ships (August 2026); its page is on no registry, its kernel's packages are.
COLAB = "colab"
COLAB_PYTHON = "3.13"
COLAB_PINS = (
    "anywidget==0.9.21",
    "httpx==0.28.1",
    "ipykernel==6.17.1",
    "ipython==7.34.0",
    "ipywidgets==7.7.1",
    "jupyter-client==7.4.9",
    "tornado==6.5.7",
    "traitlets==5.7.1",
)
#: What the others of them need. It is archived: there will be no later one.
ARCHIVED = "nest-asyncio==1.6.0"
#: Kernels on two cores: their tests mostly wait.
AT_A_TIME = 4


def pythons(machine: tools.Machine) -> dict[str, str]:
    """Return the interpreters by version ("3.12"): that of .venv, then the others that start here."""
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = {ours: sys.executable}
    for version in SUPPORTED:
        if version not in found:
            path = next((path for path in _places(machine, version) if _starts(machine, path, version)), None)
            if path:
                found[version] = path
            else:
                tools.say(f"No Python {version} on this machine: its kernels are not tried.")
    return found


def _places(machine: tools.Machine, version: str) -> Iterator[str]:
    yield f"python{version}"
    # pyenv puts commands on the PATH that only start for the version that is chosen.
    if root := machine.environ.get("PYENV_ROOT"):
        yield from map(str, sorted(Path(root).glob(f"versions/{version}.*/bin/python")))


def _starts(machine: tools.Machine, path: str, version: str) -> bool:
    return (
        machine.output(path, "-c", "import sys, ssl, sqlite3; print('%d.%d' % sys.version_info[:2])")
        == version
    )


def whole(found: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(version of Python, ipykernel) of the environments that have all of their packages."""
    for version in found:
        yield version, NEWEST
    yield COLAB_PYTHON if COLAB_PYTHON in found else next(iter(found)), COLAB


def older(found: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(version of Python, ipykernel) of those that have an older ipykernel in front of the newest's packages."""
    for number, version in enumerate(found):
        for ipykernel in OLD if number == 0 else OLD[:1]:
            yield version, ipykernel


def constraints(ipykernel: str) -> str:
    """Return the versions of a whole environment: constraints.txt, or Colab's."""
    # What Colab's packages need besides is older as well, and no pin of ours.
    return "\n".join([*COLAB_PINS, ARCHIVED]) if ipykernel == COLAB else tools.CONSTRAINTS.read_text()


def make(machine: tools.Machine, python: str, version: str, ipykernel: str) -> tuple[str, Path]:
    """Make one environment, unless it is there as it would be made now; its name and its Python."""
    folder = _folder(version, ipykernel)
    stamp, program = folder / "made-of", folder / "bin" / "python"
    behind = _packages(_folder(version, NEWEST)) if ipykernel in OLD else None
    pins = constraints(ipykernel)
    recipe = hashlib.sha256(
        "\n".join((python, pins, str(behind), (tools.ROOT / "pyproject.toml").read_text())).encode()
    ).hexdigest()
    if not (stamp.exists() and stamp.read_text() == recipe and program.exists()):
        shutil.rmtree(folder, ignore_errors=True)
        uv = str(tools.VENV / "bin" / "uv")
        if not machine.run(uv, "venv", "--quiet", "--python", python, str(folder)):
            raise tools.Missing(f"No environment could be made with {python}: see above.")
        if behind:
            # What stands in an environment's own folder comes first. The second line is mh_widgets itself.
            (_packages(folder) / "behind.pth").write_text(f"{behind}\n{tools.ROOT}\n")
            nesting = [] if ipykernel == WITHOUT_NESTING else [ARCHIVED]
            needs = ["--no-deps", f"ipykernel=={ipykernel}", *nesting]
        else:
            constrained = folder / "constraints.txt"
            constrained.write_text(pins)
            needs = ["--constraint", str(constrained), "--editable", str(tools.ROOT), "ipykernel"]
        if not machine.run(uv, "pip", "install", "--quiet", "--python", str(program), *needs):
            raise tools.Missing(
                f"ipykernel {ipykernel} could not be installed for Python {version}: see above."
            )
        stamp.write_text(recipe)
    colab = f"-{COLAB}" if ipykernel == COLAB else ""
    return f"python{version}-ipykernel{_version_in(folder)}{colab}", program


def _folder(version: str, ipykernel: str) -> Path:
    return ENVIRONMENTS / f"{version}-{ipykernel}"


def _packages(folder: Path) -> Path:
    (packages,) = folder.glob("lib/python*/site-packages")
    return packages


def _version_in(folder: Path) -> str:
    (info,) = _packages(folder).glob("ipykernel-*.dist-info")
    return info.name.removeprefix("ipykernel-").removesuffix(".dist-info")


def test(machine: tools.Machine, name: str, program: Path) -> bool:
    """Run the tests on one kernel; one line where they pass, all that they print where not."""
    version = _version_in(program.parents[1])
    environ = {**machine.environ, "MH_KERNEL_PYTHON": str(program), "MH_KERNEL_VERSION": version}
    command = [sys.executable, "-m", "pytest", "--no-header", "tests/kernel/matrix"]
    # hypothesis, which no test here uses, is imported by its plugin at the end of a run.
    command += ["-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    if name.endswith(COLAB):
        command += ["tests/kernel/test_gallery.py", "tests/kernel/test_relaying.py"]
    done = subprocess.run(command, cwd=tools.ROOT, env=environ, capture_output=True, text=True, check=False)
    summary = (re.findall(r"\d+ \w+[^=]*", done.stdout.rpartition("\n=")[2]) or [f"exit {done.returncode}"])[
        0
    ]
    print(f"{name}: {summary.strip()}", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def main() -> int:
    """Make them all, then test them all, some at a time: most of it is waiting, for a registry and for renders."""
    machine = tools.Machine()
    found = pythons(machine)
    try:
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            # In this order in the tests, too: the older ones find compiled what they share.
            made = [
                *pool.map(lambda pair: make(machine, found[pair[0]], *pair), [*whole(found)]),
                *pool.map(lambda pair: make(machine, found[pair[0]], *pair), [*older(found)]),
            ]
            passed = [*pool.map(lambda one: test(machine, *one), made)]
    except tools.Missing as problem:
        tools.say(str(problem))
        return 1
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
