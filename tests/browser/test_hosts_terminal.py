"""The card where there is no page: IPython in a terminal prints words, watches while it waits, and saves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Fresh = Callable[[str], str]


def ipython(env: dict[str, str], folder: Path, *lines: str) -> str:
    """What IPython prints for these lines, typed one after the other."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "IPython",
            "--simple-prompt",
            "--no-banner",
            "--no-confirm-exit",
            "--colors=NoColor",
        ],
        input="\n".join(lines) + "\n",
        cwd=folder,
        env={**os.environ, **env, "IPYTHONDIR": str(folder / "ipython"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.documented("hosts: IPython in a terminal")
def test_a_terminal_prints_words_and_watches_while_it_waits(
    env: dict[str, str], fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("quick")
    said = ipython(
        env,
        tmp_path,
        "from mh_widgets import VideoProject",
        f"video = VideoProject({project!r}, poll_interval_s=0.2)",
        "video",
        "video.wait(60).status",
        "video",
        "await video.save('films')",
    )
    assert f"Out[3]: VideoProject('{project}')\n" in said
    assert "Out[4]: 'complete'\n" in said
    assert f"Out[5]: VideoProject('{project}', status='complete')\n" in said
    assert (tmp_path / "films" / f"{project}.mp4").is_file()


@pytest.mark.documented("hosts: IPython in a terminal")
def test_a_terminal_says_what_is_wrong(env: dict[str, str], tmp_path: Path) -> None:
    said = ipython(env, tmp_path, "from mh_widgets import VideoProject", "VideoProject('../secrets')")
    assert "Out[2]: VideoProject('', error=" in said
    assert "not a project ID" in said
