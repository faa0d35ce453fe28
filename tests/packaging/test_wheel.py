"""The wheel is what people get: it is opened, compared with the tree, and installed where nothing else is."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from uv import find_uv_bin

import mh_widgets

ROOT = Path(__file__).resolve().parents[2]
#: What `pip install` fetches from a registry besides; the films are most of it.
MAX_WHEEL_BYTES = 2_500_000
SHIPPED = {".py", ".typed", ".js", ".css", ".ipynb", ".mp4", ".png", ".jpg", ".wav", ".mp3", ".svg", ".json"}
VIEWS = ("widget", "gallery", "project", "project_gallery")
CONTRACT = {
    *("AsyncClient", "Client", "VideoProject", "VideoDetails", "Download", "MagicHourError", "ApiError"),
    *("NetworkError", "RenderFailed", "RenderCanceled", "ProjectDeleted", "WatchDeadline", "WatchClosed"),
    *("TransferError", "NotAllowed", "MissingToken"),
}


def run(*command: str | Path, cwd: Path) -> str:
    """What a command printed; where it fails, the test shows it."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist of this tree, and the wheel built from it and from nothing else."""
    folder = tmp_path_factory.mktemp("dist")
    uv = find_uv_bin()
    run(
        uv,
        "build",
        "--quiet",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "--out-dir",
        folder,
        ROOT,
        cwd=folder,
    )
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (found,) = dist.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def content(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def in_tree() -> dict[str, bytes]:
    """What the wheel should hold, by its path there."""
    package = (
        path
        for path in (ROOT / "mh_widgets").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in package}
    notebooks = (ROOT / "notebooks").glob("*.ipynb")
    return files | {f"mh_widgets/notebooks/{path.name}": path.read_bytes() for path in notebooks}


def test_the_wheel_holds_package_and_notebooks_and_nothing_else(
    content: dict[str, bytes],
) -> None:
    expected = in_tree()
    shipped = {name: data for name, data in content.items() if ".dist-info/" not in name}
    assert sorted(shipped) == sorted(expected)
    assert [name for name in shipped if shipped[name] != expected[name]] == []


@pytest.mark.parametrize(
    "name",
    [
        "py.typed",
        *(f"static/{view}.{kind}" for view in VIEWS for kind in ("js", "css")),
        "static/dashboard.css",
        *(f"translations/{language}.json" for language in ("en", "de", "ar")),
        *(f"notebooks/{name}.ipynb" for name in ("quickstart", "gallery", "dashboard")),
    ],
)
def test_it_holds_what_a_user_would_miss(content: dict[str, bytes], name: str) -> None:
    assert f"mh_widgets/{name}" in content


def test_widgets_of_videos_alone_carry_nothing_of_pictures(content: dict[str, bytes]) -> None:
    code = {
        view: b"".join(content[f"mh_widgets/static/{view}.{kind}"] for kind in ("js", "css"))
        for view in VIEWS
    }
    of_any_kind = {"project", "project_gallery"}
    assert {view for view in VIEWS if b"mh-tile" in code[view]} == of_any_kind
    assert {view for view in VIEWS if b"mh-any" in code[view]} == of_any_kind


def test_it_holds_the_films_of_the_simulator(content: dict[str, bytes]) -> None:
    films = [
        data
        for name, data in content.items()
        if name.startswith("mh_widgets/simulator/") and name.endswith(".mp4")
    ]
    assert films
    assert all(film[4:8] == b"ftyp" for film in films)


def test_nothing_strayed_into_it(content: dict[str, bytes]) -> None:
    names = [name for name in content if ".dist-info/" not in name]
    assert [name for name in names if Path(name).suffix not in SHIPPED or "/." in name] == []


def test_it_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < MAX_WHEEL_BYTES


def test_its_metadata_say_what_it_is(content: dict[str, bytes]) -> None:
    (text,) = (data for name, data in content.items() if name.endswith(".dist-info/METADATA"))
    (scripts,) = (data for name, data in content.items() if name.endswith(".dist-info/entry_points.txt"))
    metadata = Parser().parsestr(text.decode())
    assert metadata["License-Expression"] == "BSD-3-Clause"
    assert metadata["Requires-Python"] == ">=3.10"
    extras = metadata.get_all("Provides-Extra")
    assert extras == ["demo", "poster", "redis"], "what developers need is in groups, which stay here"
    posters = {each for each in metadata.get_all("Requires-Dist", []) if each.startswith("av")}
    assert posters == {f"av>=14; extra == '{extra}'" for extra in ("demo", "poster")}
    assert metadata["Project-URL"] == "Magic Hour, https://magichour.ai"
    assert metadata.get_payload(), "the README is what a registry shows"
    assert "mh-widgets = mh_widgets.cli:main" in scripts.decode().splitlines()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in content)


def test_the_sdist_holds_the_sources_and_nothing_built(dist: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "pyproject.toml",
        "LICENSE",
        "README.md",
        "Makefile",
        "js/package.json",
        "tests/conftest.py",
    } <= names
    strays = ("node_modules", "__pycache__", ".venv", "dist", ".screenshots")
    assert [name for name in names if not set(Path(name).parts).isdisjoint(strays)] == []


@pytest.mark.parametrize("versions", ["highest", "lowest-direct"])
def test_it_works_in_an_empty_environment(wheel: Path, tmp_path: Path, versions: str) -> None:
    uv, python = find_uv_bin(), tmp_path / "env" / "bin" / "python"
    run(uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "env", cwd=tmp_path)
    run(uv, "pip", "install", "--quiet", "--python", python, "--resolution", versions, wheel, cwd=tmp_path)

    names = sorted(CONTRACT.union(mh_widgets.__all__))
    script = f"""
import pathlib, sys
import mh_widgets
from mh_widgets import {", ".join(names)}
assert pathlib.Path(mh_widgets.__file__).is_relative_to({str(tmp_path)!r}), mh_widgets.__file__
assert "nest_asyncio2" not in sys.modules, "patching asyncio is for wait(), never for the import"
VideoProject("an-id").close()
VideoGallery(["an-id"]).close()
"""
    run(python, "-I", "-W", "error", "-c", script, cwd=tmp_path)
    usage = run(tmp_path / "env" / "bin" / "mh-widgets", "--help", cwd=tmp_path)
    assert "demo" in usage
    assert "simulate" in usage
