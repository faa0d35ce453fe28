"""What the Makefile does on machines that this one is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import bundle
import pytest

import tools

VENV = Path("/clone/.venv")


class FakeMachine(tools.Machine):
    """A computer made of what its programs print; `runs` says what becomes of the commands that change it."""

    def __init__(self, programs: dict[str, str], *, root: bool = False, debian: bool = True) -> None:
        super().__init__({"PATH": "/usr/bin"})
        self.programs, self.root, self.debian = programs, root, debian
        self.runs: dict[str, Callable[[], bool]] = {}
        self.asked: list[str] = []

    def which(self, name: str) -> str | None:
        return next((path for path in self.programs if path in {name, f"/usr/bin/{name}"}), None)

    def output(self, *command: str) -> str | None:
        path = self.which(command[0])
        return None if path is None else self.programs[path]

    def run(self, *command: str) -> bool:
        line = " ".join(command)
        self.asked.append(line)
        return next((effect() for words, effect in self.runs.items() if words in line), False)

    def is_root(self) -> bool:
        return self.root

    def is_debian(self) -> bool:
        return self.debian

    def gets(self, path: str, prints: str = "1.0") -> Callable[[], bool]:
        """An effect: from now on the program is there."""

        def install() -> bool:
            self.programs[path] = prints
            return True

        return install


def test_npm_is_the_environments_own_and_starts_its_node(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bin").mkdir()
    for name, script in (("npm", 'exec node "$@"'), ("node", 'echo "node of the environment: $@"')):
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    assert tools.npm(tools.Machine(), ["run", "build"], venv=tmp_path) == 0
    assert capfd.readouterr().out == "node of the environment: run build\n"


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_the_systems_chromium_comes_first(name: str) -> None:
    machine = FakeMachine({f"/usr/bin/{name}": "Chromium 156", "/usr/bin/apt-get": ""}, root=True)
    assert tools.chromium(machine) == f"/usr/bin/{name}"
    assert machine.asked == []


def test_a_chromium_can_be_chosen_but_must_start() -> None:
    machine = FakeMachine({"/opt/chromium": "Chromium 156", "/usr/bin/chromium": "Chromium 150"})
    machine.environ["MH_CHROMIUM"] = "/opt/chromium"
    assert tools.chromium(machine) == "/opt/chromium"
    machine.environ["MH_CHROMIUM"] = "/opt/nothing"
    with pytest.raises(tools.Missing, match="unset MH_CHROMIUM"):
        tools.chromium(machine)


def test_root_gets_debians_chromium() -> None:
    machine = FakeMachine({"/usr/bin/apt-get": ""}, root=True)
    machine.runs["apt-get -qq install"] = machine.gets("/usr/bin/chromium")
    assert tools.chromium(machine) == "/usr/bin/chromium"
    assert not any(command.startswith("sudo") for command in machine.asked)


def test_sudo_without_a_password_will_do() -> None:
    machine = FakeMachine({"/usr/bin/apt-get": "", "/usr/bin/sudo": ""})
    machine.runs["sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -qq install"] = machine.gets(
        "/usr/bin/chromium"
    )
    assert tools.chromium(machine) == "/usr/bin/chromium"


@pytest.mark.parametrize(
    "machine",
    [
        FakeMachine({"/usr/bin/apt-get": ""}),
        FakeMachine({"/usr/bin/apt-get": ""}, root=True, debian=False),
        FakeMachine({}, root=True),
    ],
    ids=["nobody", "not Debian", "no apt"],
)
def test_else_playwrights_own_and_no_word_to_apt(machine: FakeMachine) -> None:
    python, own = str(tools.VENV / "bin" / "python"), "/cache/chrome"
    machine.programs[python] = own
    machine.runs["-m playwright install chromium"] = machine.gets(own)
    assert tools.chromium(machine) == own
    assert not any("apt-get" in command for command in machine.asked)
    before = list(machine.asked)
    assert tools.chromium(machine) == own
    assert machine.asked == before


def test_no_chromium_anywhere_is_one_sentence_with_the_command() -> None:
    machine = FakeMachine({"/usr/bin/apt-get": ""}, root=True)
    with pytest.raises(tools.Missing, match="apt-get install chromium"):
        tools.chromium(machine)
    assert [command.split()[-2:] for command in machine.asked[:2]] == [
        ["-qq", "update"],
        ["chromium", "fonts-liberation"],
    ]


def test_a_python_without_venv_is_one_sentence_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(tools.Missing, match=r"apt-get install python3\.\d+-venv"):
        tools.make_venv(FakeMachine({}), "/usr/bin/python3", tmp_path / ".venv")


def test_an_environment_without_uv_does_not_stay_behind(tmp_path: Path) -> None:
    venv = tmp_path / ".venv"
    machine = FakeMachine({"/usr/bin/python3": ""})

    def half_made() -> bool:
        venv.mkdir()
        return True

    machine.runs["-m venv"] = half_made
    with pytest.raises(tools.Missing, match="pip install uv"):
        tools.make_venv(machine, "/usr/bin/python3", venv)
    assert not venv.exists()


def test_what_is_missing_is_said_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert tools.main(["chromium"], FakeMachine({})) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[-1].startswith("No Chromium could be found")


def test_a_bundle_is_stale_where_any_byte_differs() -> None:
    committed = {"widget.js": b"old", "widget.css": b"same", "gone.js": b""}
    built = {"widget.js": b"new", "widget.css": b"same", "more.js": b""}
    assert bundle.stale(committed, built) == ["gone.js", "more.js", "widget.js"]
    assert bundle.stale(built, built) == []


@pytest.mark.parametrize("name", ["redis-server", "valkey-server"])
def test_the_systems_redis_or_valkey_comes_first(name: str) -> None:
    machine = FakeMachine({f"/usr/bin/{name}": "v=7.0.15"}, root=True)
    assert tools.redis(machine) == f"/usr/bin/{name}"
    assert machine.asked == []


def test_root_gets_debians_redis() -> None:
    machine = FakeMachine({"/usr/bin/apt-get": "apt"}, root=True)
    machine.runs["redis-server"] = machine.gets("/usr/bin/redis-server")
    assert tools.redis(machine) == "/usr/bin/redis-server"


def test_without_redis_the_tests_run_all_the_same() -> None:
    assert tools.redis(FakeMachine({})) == ""


def test_a_redis_can_be_chosen_but_must_start() -> None:
    machine = FakeMachine({})
    machine.environ["MH_REDIS"] = "/opt/redis"
    with pytest.raises(tools.Missing, match="MH_REDIS is /opt/redis"):
        tools.redis(machine)
    machine.programs["/opt/redis"] = "v=7"
    assert tools.redis(machine) == "/opt/redis"
