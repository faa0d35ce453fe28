"""A presigned URL becomes a file: whole or not at all, over nothing that was there, and without telling its query."""

from __future__ import annotations

import errno
import gzip
import logging
import os
import threading
import traceback
from pathlib import Path

import httpx
import pytest

from mh_widgets import TransferError, filehost, transfer
from mh_widgets.filehost import Film, Stopped
from mh_widgets.transfer import read_film, save_film
from tests.unit.file_host import ETAG, URL, FileHost, impatient, moved, streamed

FILM = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def small_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filehost, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(transfer, "_SAMPLE_BYTES", 100)
    impatient(monkeypatch)


class Saver:
    """Saves into one folder and looks at what it leaves there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stop = threading.Event()
        self.progress: list[tuple[int, int | None]] = []
        self.troubles: list[str] = []

    def __call__(self, host: FileHost, url: str = URL) -> Path:
        with Film(lambda _renew, _stop: url, self.stop, self.troubles.append, host) as film:
            return save_film(film, self.folder, "clx1", ".mp4", self._note)

    def _note(self, received: int, total: int | None) -> None:
        self.progress.append((received, total))

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}

    def fails(self, host: FileHost, url: str = URL) -> TransferError:
        """The error of a save that has to fail and to leave no film behind."""
        before = self.films()
        with pytest.raises(TransferError) as caught:
            self(host, url)
        error = caught.value
        assert error.message.endswith(".")
        text = f"{error} {error!r} {error.as_dict()} {self.troubles}"
        assert "SECRET" not in text
        assert str(self.folder) not in text
        assert self.films() == before
        return error

    def films(self) -> dict[str, bytes]:
        """The files that have a film's name; what waits to be continued has none."""
        files = self.files() if self.folder.is_dir() else {}
        return {name: data for name, data in files.items() if not name.startswith(".")}


@pytest.fixture
def save(tmp_path: Path) -> Saver:
    return Saver(tmp_path / "films")


def read(host: FileHost, max_bytes: int = 10**6, stop: threading.Event | None = None) -> bytes:
    with Film(lambda _renew, _stop: URL, stop or threading.Event(), transport=host) as film:
        return read_film(film, max_bytes, lambda *_: None)


# --- what is asked


def test_a_film_is_fetched_without_credentials_or_cookies(save: Saver) -> None:
    host = FileHost(FILM)
    save(host)
    for request in host.requests:
        assert str(request.url) == URL
        assert {"authorization", "cookie", "referer"}.isdisjoint(request.headers)
        assert request.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("status_code", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(save: Saver, status_code: int) -> None:
    host = FileHost(moved("https://cdn.test/b.mp4?X-Sig=OTHER", status_code))
    host.put("/b.mp4", moved("../c.mp4"))
    host.put("/c.mp4", FILM)
    assert save(host).read_bytes() == FILM
    assert [request.url.host for request in host.requests][:3] == ["files.test", "cdn.test", "cdn.test"]


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://x.test/a", "javascript:1", "data:,x", "https://u:pw@x.test/a"]
)
def test_a_redirect_to_what_may_not_be_fetched_is_refused(save: Saver, target: str) -> None:
    host = FileHost(moved(target))
    assert save.fails(host).code in ("bad_link", "network")  # some of these httpx itself refuses
    assert {request.url.host for request in host.requests} == {"files.test"}


def test_a_circle_of_redirects_ends(save: Saver) -> None:
    host = FileHost(moved(URL))
    assert save.fails(host).code == "redirects"
    assert len(host.requests) == 6


@pytest.mark.parametrize("url", ["file:///etc/passwd?SECRET", "https://u:SECRET@files.test/a.mp4", "", "a.mp4"])
def test_a_url_that_may_not_be_fetched_makes_no_request(save: Saver, url: str) -> None:
    host = FileHost(FILM)
    assert save.fails(host, url).code == "bad_link"
    assert host.requests == []


# --- the file


def test_the_whole_film_is_there_under_the_project_s_name_and_nothing_else(save: Saver) -> None:
    path = save(FileHost(FILM))
    assert path == save.folder / "clx1.mp4"
    assert save.files() == {"clx1.mp4": FILM}


def test_progress_tells_bytes_and_their_total(save: Saver) -> None:
    save(FileHost(FILM))
    assert save.progress == [(min(n * 1000, len(FILM)), len(FILM)) for n in range(1, 12)]


def test_the_final_name_appears_with_the_whole_film_in_it(save: Saver, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[str]] = []
    monkeypatch.setattr(save, "_note", lambda *_: seen.append(set(save.files())))
    save(FileHost(FILM))
    assert seen
    assert not any("clx1.mp4" in names for names in seen)


def test_another_file_of_that_name_stays_and_the_film_gets_the_next_free_one(save: Saver) -> None:
    save.folder.mkdir()
    (save.folder / "clx1.mp4").write_bytes(b"mine")
    (save.folder / "clx1-2.mp4").write_bytes(b"mine too")
    assert save(FileHost(FILM)).name == "clx1-3.mp4"
    assert save.files() == {"clx1.mp4": b"mine", "clx1-2.mp4": b"mine too", "clx1-3.mp4": FILM}


def test_another_file_of_the_same_size_is_not_taken_for_the_film(save: Saver) -> None:
    save.folder.mkdir()
    (save.folder / "clx1.mp4").write_bytes(bytes(len(FILM)))
    assert save(FileHost(FILM)).name == "clx1-2.mp4"


@pytest.mark.parametrize("name", ["clx1.mp4", "clx1-2.mp4"])
def test_the_same_film_is_recognised_and_not_fetched_again(save: Saver, name: str) -> None:
    save.folder.mkdir()
    if name != "clx1.mp4":
        (save.folder / "clx1.mp4").write_bytes(b"mine")
    (save.folder / name).write_bytes(FILM)
    before = save.files()
    host = FileHost(FILM)
    assert save(host).name == name
    assert save.files() == before
    assert host.ranges == [None, "bytes=5120-5219", "bytes=10140-10239"]


@pytest.mark.parametrize("spot", [0, 5120, len(FILM) - 1])
def test_a_file_that_differs_somewhere_is_not_taken_for_the_film(save: Saver, spot: int) -> None:
    save.folder.mkdir()
    other = bytearray(FILM)
    other[spot] ^= 1
    (save.folder / "clx1.mp4").write_bytes(other)
    assert save(FileHost(FILM)).name == "clx1-2.mp4"
    assert save.files() == {"clx1.mp4": bytes(other), "clx1-2.mp4": FILM}


def test_a_film_of_unannounced_length_is_recognised_too(save: Saver) -> None:
    for _ in range(3):
        assert save(FileHost(streamed(FILM))).name == "clx1.mp4"
    assert save.files() == {"clx1.mp4": FILM}


def test_two_outputs_of_the_same_kind_get_two_names(save: Saver) -> None:
    assert save(FileHost(FILM)).name == "clx1.mp4"
    assert save(FileHost(FILM[::-1])).name == "clx1-2.mp4"


def test_a_name_taken_in_the_last_moment_is_not_overwritten(save: Saver, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def late(source: Path, target: Path) -> None:
        if target.name == "clx1.mp4":
            target.write_bytes(b"another kernel's")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert save(FileHost(FILM)).name == "clx1-2.mp4"
    assert save.files() == {"clx1.mp4": b"another kernel's", "clx1-2.mp4": FILM}


def test_the_same_film_put_there_in_the_last_moment_is_the_one(save: Saver, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def late(source: Path, target: Path) -> None:
        target.write_bytes(FILM)
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert save(FileHost(FILM)).name == "clx1.mp4"
    assert save.files() == {"clx1.mp4": FILM}


def no_links(*_: object) -> None:
    raise OSError(errno.EPERM, "no hard links here")


def test_without_hard_links_it_works_as_well(save: Saver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", no_links)
    assert save(FileHost(FILM)).name == "clx1.mp4"
    assert save(FileHost(FILM[::-1])).name == "clx1-2.mp4"
    assert save.files() == {"clx1.mp4": FILM, "clx1-2.mp4": FILM[::-1]}


def test_without_hard_links_a_failure_leaves_no_empty_film(save: Saver, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Path, target: Path) -> Path:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "link", no_links)
    monkeypatch.setattr(Path, "replace", broken)
    save.fails(FileHost(FILM))


def test_without_hard_links_and_length_a_film_is_recognised(save: Saver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", no_links)
    for _ in range(2):
        assert save(FileHost(streamed(FILM))).name == "clx1.mp4"


def test_a_folder_of_the_film_s_name_is_left_alone(save: Saver) -> None:
    (save.folder / "clx1.mp4").mkdir(parents=True)
    assert save(FileHost(FILM)).name == "clx1-2.mp4"


def test_a_dangling_link_of_the_film_s_name_is_left_alone(save: Saver) -> None:
    save.folder.mkdir()
    (save.folder / "clx1.mp4").symlink_to(save.folder / "gone")
    assert save(FileHost(FILM)).name == "clx1-2.mp4"


def test_folders_that_are_missing_are_made(tmp_path: Path) -> None:
    save = Saver(tmp_path / "a" / "b")
    assert save(FileHost(FILM)).is_file()


def test_a_packed_film_is_unpacked(save: Saver) -> None:
    assert save(FileHost(streamed(gzip.compress(FILM), encoding="gzip"))).read_bytes() == FILM


# --- what goes wrong


def test_a_film_of_which_nothing_comes_is_none(save: Saver) -> None:
    assert save.fails(FileHost(streamed(length=10))).code == "incomplete"


@pytest.mark.parametrize(
    "answer",
    [streamed(FILM[:5000], length=len(FILM)), streamed(FILM, b"more", length=len(FILM))],
    ids=["short", "long"],
)
def test_a_film_that_is_never_whole_is_given_up(save: Saver, answer: object) -> None:
    assert save.fails(FileHost(answer)).code == "incomplete"


def test_a_film_of_no_bytes_is_none(save: Saver) -> None:
    save.fails(FileHost(b""))


@pytest.mark.parametrize("status_code", [401, 403, 404, 410])
def test_a_link_that_has_ended_is_told_apart(save: Saver, status_code: int) -> None:
    host = FileHost(status_code)
    assert save.fails(host).code == "link_ended"
    assert len(host.requests) <= 3


@pytest.mark.parametrize("status_code", [204, 304, 400, 418, 429, 500, 503])
def test_another_answer_of_the_file_host_is_a_sentence(save: Saver, status_code: int) -> None:
    error = save.fails(FileHost(status_code))
    assert error.code == f"http_{status_code}"
    assert str(status_code) in error.message


@pytest.mark.parametrize("status_code", [206, 416])
def test_a_range_that_nobody_asked_for_is_no_film(save: Saver, status_code: int) -> None:
    assert "can't be continued" in save.fails(FileHost(status_code)).message


ERRORS = [
    (httpx.ConnectError(f"{URL} refused"), "network"),
    (httpx.ReadError(f"{URL} reset"), "network"),
    (httpx.RemoteProtocolError(URL), "network"),
    (httpx.ConnectTimeout(URL), "timeout"),
    (httpx.ReadTimeout(URL), "timeout"),
    (httpx.InvalidURL(URL), "network"),
]


@pytest.mark.parametrize(("error", "code"), ERRORS, ids=lambda value: type(value).__name__)
def test_no_answer_is_a_sentence_after_a_few_tries(save: Saver, error: Exception, code: str) -> None:
    host = FileHost(error)
    assert save.fails(host).code == code
    assert len(host.requests) == filehost.MAX_FAILURES + 1


@pytest.mark.parametrize("error", [error for error, _ in ERRORS[1:5]], ids=lambda value: type(value).__name__)
def test_a_connection_that_breaks_is_taken_up_where_it_broke(save: Saver, error: Exception) -> None:
    broken = streamed(FILM[:5000], length=len(FILM), fail=error, etag=ETAG)
    host = FileHost(broken, FILM)
    assert save(host).read_bytes() == FILM
    assert host.ranges == [None, "bytes=5000-"]
    assert [request.headers.get("if-range") for request in host.requests] == [None, ETAG]
    assert save.progress[-1] == (len(FILM), len(FILM))


def test_a_film_that_is_another_one_meanwhile_begins_again(save: Saver) -> None:
    old = streamed(FILM[:5000], length=len(FILM), fail=httpx.ReadError("x"), etag='"old"')
    host = FileHost(old, old, FILM[::-1])
    assert save(host).read_bytes() == FILM[::-1]
    assert save.files() == {"clx1.mp4": FILM[::-1]}


def test_what_was_stopped_goes_on_the_next_time(save: Saver, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop_soon(received: int, _total: int | None) -> None:
        if received >= 5000:
            save.stop.set()

    monkeypatch.setattr(save, "_note", stop_soon)
    with pytest.raises(Stopped):
        save(FileHost(FILM))
    monkeypatch.undo()
    monkeypatch.setattr(filehost, "CHUNK_BYTES", 1000)
    save.stop.clear()
    host = FileHost(FILM)
    assert save(host).read_bytes() == FILM
    assert host.ranges == [None, "bytes=4000-"]  # a chunk less than came: its end may never have reached the disk
    assert save.files() == {"clx1.mp4": FILM}


def test_what_was_stopped_of_another_film_is_not_continued(save: Saver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(save, "_note", lambda *_: save.stop.set())
    with pytest.raises(Stopped):
        save(FileHost(streamed(b"x" * 3000, b"y" * 3000, length=6000, etag='"other"')))
    save.stop.clear()
    monkeypatch.setattr(save, "_note", lambda *_: None)
    assert save(FileHost(FILM)).read_bytes() == FILM


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the quota is used up"),
        (errno.EROFS, "the file system is read-only"),
        (errno.EACCES, "no permission to write there"),
        (errno.EIO, "input/output error"),
    ],
)
@pytest.mark.documented("films: a read-only disk, a quota, an I/O error")
def test_a_disk_that_fails_is_a_sentence(save: Saver, monkeypatch: pytest.MonkeyPatch, number: int, words: str) -> None:
    def broken(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number), str(save.folder / "clx1.mp4"))

    monkeypatch.setattr(os, "fsync", broken)
    error = save.fails(FileHost(FILM))
    assert error.code == "disk"
    assert words in error.message
    assert "download_directory" in error.hint


def test_a_file_where_the_folder_should_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "films").write_bytes(b"mine")
    host = FileHost(FILM)
    assert "a file has the directory's name" in Saver(tmp_path / "films").fails(host).message
    assert "a part of its path is a file" in Saver(tmp_path / "films" / "deeper").fails(host).message
    assert host.requests == []


@pytest.mark.parametrize("after", [0, 1, 5])
def test_told_to_stop_it_stops_and_leaves_no_film(save: Saver, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    if not after:
        save.stop.set()
    chunks: list[int] = []

    def note(received: int, _total: int | None) -> None:
        chunks.append(received)
        if len(chunks) == after:
            save.stop.set()

    monkeypatch.setattr(save, "_note", note)
    with pytest.raises(Stopped):
        save(FileHost(FILM))
    assert len(chunks) == after
    assert save.films() == {}


# --- bytes


def test_a_film_is_read_up_to_the_limit() -> None:
    assert read(FileHost(FILM), len(FILM)) == FILM


@pytest.mark.parametrize("length", [None, len(FILM)], ids=["unannounced", "announced"])
@pytest.mark.documented("films: `embed()` of an output above `max_bytes`")
def test_a_film_over_the_limit_is_not_read_to_its_end(length: int | None) -> None:
    endless = [FILM[:1000]] * 3 if length is None else [FILM[:1000]]
    with pytest.raises(TransferError, match="more than 2,000 bytes") as caught:
        read(FileHost(streamed(*endless, length=length, fail=AssertionError("read on"))), 2000)
    assert caught.value.code == "too_large"


def test_reading_stops_when_told() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        read(FileHost(FILM), stop=stop)


def test_a_film_that_is_read_is_whole_too() -> None:
    with pytest.raises(TransferError):
        read(FileHost(streamed(FILM[:5000], length=len(FILM))))


# --- secrets


@pytest.mark.parametrize("answer", [FILM, 403, 500, httpx.ConnectError(URL)], ids=["film", "403", "500", "refused"])
def test_no_log_tells_the_query_not_even_at_debug(
    save: Saver, caplog: pytest.LogCaptureFixture, answer: object
) -> None:
    caplog.set_level(logging.DEBUG)
    host = FileHost(moved("https://files.test/b.mp4?X-Sig=SECRET"))
    host.put("/b.mp4", answer)
    try:
        save(host)
    except TransferError:
        logging.getLogger("app").info("failed")
    assert "SECRET" not in caplog.text


def test_other_people_s_requests_are_logged_as_ever(save: Saver, caplog: pytest.LogCaptureFixture) -> None:
    save(FileHost(FILM))
    caplog.set_level(logging.DEBUG)
    with httpx.Client(transport=FileHost(FILM)) as http:
        http.get("https://files.test/a.mp4")
    assert "https://files.test/a.mp4" in caplog.text


@pytest.mark.parametrize("error", [httpx.ConnectError(URL), httpx.InvalidURL(URL), OSError(errno.EIO, "x", URL)])
def test_no_traceback_tells_the_query_or_a_path_of_this_machine(save: Saver, error: Exception) -> None:
    with pytest.raises(TransferError) as caught:
        save(FileHost(error))
    assert "SECRET" not in "".join(traceback.format_exception(caught.value))
