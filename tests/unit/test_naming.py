"""Whatever a project is called and wherever its links lead: its files have harmless names, here and on any computer."""

from __future__ import annotations

import re
import threading
from pathlib import Path, PurePosixPath, PureWindowsPath
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mh_widgets.models import Download, VideoDetails
from mh_widgets.transfers import atomic_file
from mh_widgets.transfers.filenames import _MIME, browser_filename
from mh_widgets.transfers.remote_file import RemoteFile
from mh_widgets.transfers.saving import save_output
from tests.unit.file_host import URL, FileHost

SUFFIXES = {*_MIME, ".bin"}

#: As the API makes them; the pattern that is accepted is wider.
real_ids = st.from_regex(r"cl[a-z0-9]{23}", fullmatch=True)
any_ids = st.from_regex(r"[A-Za-z0-9_-]{1,128}", fullmatch=True)
paths = st.text(max_size=40) | st.sampled_from(
    [
        "a.mp4",
        "a.MP4",
        "a.php",
        "../../etc/passwd",
        "a.mp4/..",
        "a.tar.gz",
        ".mp4",
        "a.",
        "a.mp4\0.exe",
        "%2e%2e",
        "CON.mp4",
    ]
)
urls = paths.map(lambda path: f"https://files.test/{path}?X-Sig=SECRET")

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")


def downloaded_as(name: object, url: str, project: str, output: int = 0) -> str:
    """The name that a browser is told to save the file under."""
    answer = {"name": name, "status": "complete", "downloads": [{"url": "https://files.test/a"}]}
    details = VideoDetails.from_api(answer, project)
    return browser_filename(details.name, project, output, Download(url, None).suffix)


def assert_harmless(name: str) -> None:
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f]', name)  # Windows; the others forbid less
    assert PurePosixPath(name).name == PureWindowsPath(name).name == name
    assert name == name.strip(" .")  # Windows takes them off, and a dot in front hides a file
    assert name.isprintable()
    assert PurePosixPath(name).suffix in SUFFIXES


@given(st.text() | st.none() | st.integers(), urls, any_ids, st.integers(0, 99))
@example("../../etc/passwd", "https://files.test/../../x.sh", "clx1", 0)
@example("\u202e4pm.exe", "https://files.test/a.exe", "clx1", 0)
@example("CON", "https://files.test/nul.mp4", "clx1", 1)
@example("a.mp4\0.exe\r\nX: y", "https://files.test/a", "clx1", 0)
@pytest.mark.documented("films: any project name in a download")
def test_a_download_has_a_harmless_name_that_holds_its_project_s_id(
    name: object, url: str, project: str, output: int
) -> None:
    given_name = downloaded_as(name, url, project, output)
    assert_harmless(given_name)
    number = f"-{output + 1}" if output else ""
    assert PurePosixPath(given_name).stem.endswith(project + number)
    assert len(given_name) <= 255


@given(st.text(min_size=1), urls, real_ids)
def test_the_name_of_a_download_is_no_device_of_windows(name: str, url: str, project: str) -> None:
    assert not RESERVED.fullmatch(downloaded_as(name, url, project))


@pytest.mark.parametrize(
    ("file", "name"), [("a.mp4", "video-CON.mp4"), ("a.png", "image-CON.png"), ("a.wav", "audio-CON.wav")]
)
def test_an_id_that_is_a_device_of_windows_is_not_a_name_by_itself(file: str, name: str) -> None:
    assert downloaded_as("", f"https://files.test/{file}", "CON") == name
    assert not RESERVED.fullmatch(name)


@given(st.text(st.sampled_from("a映\U0001f600\U00020000"), max_size=80), real_ids)
@example("\U00020000" * 60, "clx7uu86w0a5qp55yxz315r6r")
def test_a_download_s_name_fits_into_255_bytes(name: str, project: str) -> None:
    assert len(downloaded_as(name, "https://files.test/a.mp4", project, 1).encode()) <= 255


@given(urls)
@example("https://files.test/a.mp4%2f..%2f..%2fetc")
@example("https://files.test/a.sh;.mp4")
def test_the_extension_comes_from_a_list_whatever_the_link_says(url: str) -> None:
    assert Download(url, None).suffix in SUFFIXES


@given(any_ids, urls, st.integers(1, 5))
def test_the_names_of_saved_files_are_the_id_in_the_directory(project: str, url: str, count: int) -> None:
    folder, suffix = Path("films"), Download(url, None).suffix
    for number, path in zip(
        range(1, count + 1), atomic_file.candidate_paths(folder, project, suffix), strict=False
    ):
        assert path.parent == folder
        assert path.name == project + (f"-{number}" if number > 1 else "") + suffix
        assert_harmless(path.name)
        assert len(path.name) <= 140


@settings(max_examples=30)
@given(any_ids, urls)
@pytest.mark.documented("films: any project name, any link")
def test_a_save_writes_this_one_name_and_nowhere_else(project: str, url: str) -> None:
    suffix = Download(url, None).suffix
    with TemporaryDirectory() as top:
        folder = Path(top) / "films"
        with RemoteFile(lambda _renew, _stop: URL, threading.Event(), transport=FileHost(b"\0film")) as film:
            save_output(film, folder, project, suffix, lambda *_: None)
        assert [path.name for path in Path(top).rglob("*")] == ["films", project + suffix]
