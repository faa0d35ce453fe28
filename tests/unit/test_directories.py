"""The directory that somebody names: the home directory is found, and what is no directory here is one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mh_widgets import AsyncClient, TransferError, VideoGallery, VideoProject, _directories
from mh_widgets._directories import directory_label, local_directory
from tests.unit.virtual_time import Api, film, run

LONE = "\ud800"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("given", "below"),
    [("~", "."), ("~/films", "films"), (Path("~/films"), "films"), ("~/films/../other", "films/../other")],
)
def test_a_tilde_is_the_home_directory(home: Path, given: str | Path, below: str) -> None:
    assert local_directory(given) == home / below


@pytest.mark.parametrize(
    "given", ["films", "./~", "./~/films", "a~b", "/srv/films", Path("films"), "filme/é", "a:b", "C:/x"]
)
def test_any_other_path_stays_as_it_is(home: Path, given: str | Path) -> None:
    assert local_directory(given) == Path(given)


@pytest.mark.parametrize("given", [None, "", ".", Path()])
def test_nothing_is_the_current_directory(given: str | Path | None) -> None:
    assert local_directory(given) == Path()
    assert directory_label(given) == "./"


@pytest.mark.parametrize(
    "given",
    [
        "s3://bucket/films",
        "gs://b/f",
        "https://h.test/?sig=SECRET",
        "file:///srv/films",
        "dbfs:/mnt/x",
        Path("s3://b/f"),
    ],
)
def test_an_address_is_refused_without_repeating_it(given: str | Path) -> None:
    with pytest.raises(
        ValueError, match=r"^download_directory must be a directory on this machine, .*\.$"
    ) as caught:
        local_directory(given)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("a\0b", "must not contain a NUL character"),
        (f"films{LONE}", "has a character that file names here can't have"),
        ("~nobody-has-this-name/films", "that home directory is not known"),
    ],
)
def test_a_name_that_no_directory_has_is_a_sentence(given: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        local_directory(given, "directory")
    assert str(caught.value).startswith("directory ")
    assert type(caught.value) is ValueError  # a UnicodeEncodeError is one as well


@pytest.mark.parametrize("given", [5, b"films", ["films"], object()])
def test_what_is_no_path_is_a_type_error_that_says_so(given: Any) -> None:
    with pytest.raises(TypeError, match=f"must be a path .* got {type(given).__name__}"):
        local_directory(given)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are UTF-8 there in every locale")
def test_an_umlaut_in_an_ascii_locale_is_a_sentence() -> None:
    code = f"import runpy; runpy.run_path({_directories.__file__!r})['local_directory'](chr(233))"
    ascii_only = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=ascii_only, capture_output=True, text=True, check=False
    )
    assert done.stderr.splitlines()[-1] == (
        "ValueError: download_directory has a character that file names here can't have (encoding: ascii). "
        "Use ASCII letters, or start Python with PYTHONUTF8=1."
    )


def test_a_label_is_the_directory_as_passed_and_fit_for_a_message(home: Path) -> None:
    assert directory_label("~/films") == "~/films"
    assert directory_label("films\udce9") == "films?"  # a byte that is no UTF-8, as os.listdir gives it


# --- where it is used


def made(argument: Any) -> list[Callable[[], object]]:
    """All the ways to hand over a directory."""
    api = Api(film(ends_in_s=None))

    async def save(card: VideoProject | VideoGallery) -> None:
        try:
            await card.save(argument)
        finally:
            card.close()

    return [
        lambda: VideoProject(download_directory=argument),
        lambda: VideoGallery(download_directory=argument),
        lambda: run(save(VideoProject("clx1", client=api.client()))),
        lambda: run(save(VideoGallery(["clx1"], client=api.client()))),
        lambda: run(AsyncClient("key").check_result("clx1", True, True, argument)),
    ]


@pytest.mark.parametrize("place", range(5), ids=["card", "gallery", "save", "gallery.save", "check_result"])
@pytest.mark.parametrize(
    ("given", "error"), [("s3://bucket", ValueError), ("a\0", ValueError), (5, TypeError)]
)
@pytest.mark.documented("films: `~`, an address such as `s3://`, an impossible name")
def test_a_wrong_directory_is_refused_wherever_it_is_passed(
    given: Any, error: type[Exception], place: int
) -> None:
    with pytest.raises(error, match="directory must"):
        made(given)[place]()


def test_the_default_is_also_none_and_the_label_is_as_passed(home: Path) -> None:
    assert VideoProject(download_directory=None).save_label == "./"
    assert VideoGallery(download_directory=None).save_label == "./"
    card = VideoProject(download_directory="~/films")
    assert card.save_label == "~/films"
    assert card._settings.directory == home / "films"


async def test_a_name_that_is_too_long_is_a_sentence_when_it_is_saved(tmp_path: Path) -> None:
    client = Api(film(ends_in_s=None)).client()
    card = VideoProject("clx1", client=client, download_directory=tmp_path / ("x" * 300))
    try:
        with pytest.raises(TransferError, match="its name is too long"):
            await card.save()
    finally:
        card.close()
