"""The Makefile where Python is a stand-in: what it makes, when it makes it again, and what it leaves alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import beside
import pytest

ROOT = Path(__file__).parents[2]
#: Makes an environment of programs that do nothing, and says so; it is its own answer to every other
#: question.
PYTHON = """#!/bin/sh
if [ "$1" = .ci/tools.py ]; then
    rm -rf .venv && mkdir -p .venv/bin && echo made >> log
    for name in python uv; do printf '#!/bin/sh\\necho "$@" >> log\\n' > .venv/bin/$name; chmod +x .venv/bin/$name; done
fi
"""


class Clone:
    """A folder with the Makefile, and all that its environment depends on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / ".ci").mkdir(parents=True)
        for name in ("Makefile", "pyproject.toml", ".ci/constraints.txt"):
            shutil.copy(ROOT / name, folder / name)
        (folder / "stand-in").write_text(PYTHON)
        (folder / "stand-in").chmod(0o755)

    def make(self, goal: str) -> list[str]:
        """Run make; what was made and installed by that."""
        environ = {
            name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
        }
        log = self.folder / "log"
        log.write_text("")
        subprocess.run(
            ["make", f"PYTHON={self.folder}/stand-in", goal],
            cwd=self.folder,
            env=environ,
            check=True,
            capture_output=True,
        )
        return [line.partition("constraints.txt ")[2] or line for line in log.read_text().splitlines()]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "here")


def test_an_environment_is_made_once(clone: Clone) -> None:
    assert clone.make(".venv") == ["made", "--editable .[demo]", "--group test --editable .[demo]"]
    assert clone.make(".venv") == []


def test_in_a_folder_that_was_moved_it_is_made_again_and_filled(clone: Clone, tmp_path: Path) -> None:
    clone.make(".venv")
    clone.folder = clone.folder.rename(tmp_path / "there")
    assert clone.make(".venv") == ["made", "--editable .[demo]", "--group test --editable .[demo]"]
    assert clone.make(".venv") == []


def test_what_does_not_need_it_leaves_one_alone_that_was_moved(clone: Clone, tmp_path: Path) -> None:
    clone.make(".venv")
    clone.folder = clone.folder.rename(tmp_path / "there")
    assert clone.make("help") == []
    assert (clone.folder / ".venv" / ".test").exists()


def test_what_runs_beside_is_told_in_a_row_and_a_failure_fails(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    # Each waits for the other: one after the other they would never end.
    here, there = tmp_path / "here", tmp_path / "there"
    meet = (
        "import pathlib; pathlib.Path('{}').touch()\nwhile not pathlib.Path('{}').exists(): time.sleep(0.01)"
    )
    scripts = []
    for name, own, other, end in (
        ("first", here, there, "print('first ends')"),
        ("second", there, here, "sys.exit(3)"),
    ):
        script = tmp_path / f"{name}.py"
        script.write_text(
            f"import sys, time\nprint('{name} begins', flush=True)\n{meet.format(own, other)}\n{end}\n"
        )
        scripts.append(f"{sys.executable} {script}")
    assert beside.main(scripts) == 1
    said = capfdbinary.readouterr()
    assert said.out.decode().splitlines() == ["first begins", "first ends", "second begins"]
    assert said.err.decode() == f"Failed, see above: {scripts[1]}\n"
    assert beside.main([f"{sys.executable} -c pass"] * 2) == 0
