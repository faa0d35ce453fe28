"""A presigned URL becomes a file: whole or not at all, over nothing that was there, and without telling its query."""

from __future__ import annotations

import errno
import gzip
import logging
import os
import random
import threading
import traceback
from pathlib import Path

import httpx
import pytest

from mh_widgets import TransferError
from mh_widgets.transfers import remote_file, saving
from mh_widgets.transfers.remote_file import RemoteFile
from mh_widgets.transfers.saving import read_output, save_output
from mh_widgets.transfers.types import TransferCancelled
from tests.unit.file_host import (
    ETAG,
    URL,
    FileHost,
    Pieces,
    Respond,
    continued,
    hurried,
    impatient,
    moved,
    streamed,
)

FILM = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def small_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_file, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(saving, "_SAMPLE_BYTES", 100)
    impatient(monkeypatch)


#: The extension of an output of each kind.
SUFFIXES = {"video": ".mp4", "image": ".png", "audio": ".wav"}
#: Every fault is one of images and audio as well.
of_each_kind = pytest.mark.parametrize("save", SUFFIXES, indirect=True)


class Saver:
    """Saves into one folder and looks at what it leaves there."""

    def __init__(self, folder: Path, kind: str = "video") -> None:
        self.folder = folder
        self.kind = kind
        self.stop = threading.Event()
        self.progress: list[tuple[int, int | None]] = []
        self.troubles: list[str] = []
        self.renewals: list[bool] = []  # for each link that was asked for, whether it had to be a fresh one

    @property
    def name(self) -> str:
        """What the output is called when nothing else has the name."""
        return f"clx1{SUFFIXES[self.kind]}"

    def __call__(self, host: FileHost, url: str = URL) -> Path:
        def link(renew: bool, _stop: threading.Event) -> str:
            self.renewals.append(renew)
            return url

        with RemoteFile(link, self.stop, self.troubles.append, host, media=self.kind) as film:
            return save_output(film, self.folder, "clx1", SUFFIXES[self.kind], self._note)

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
def save(request: pytest.FixtureRequest, tmp_path: Path) -> Saver:
    return Saver(tmp_path / "films", getattr(request, "param", "video"))


def read(host: FileHost, max_bytes: int = 10**6, stop: threading.Event | None = None) -> bytes:
    with RemoteFile(lambda _renew, _stop: URL, stop or threading.Event(), transport=host) as film:
        return read_output(film, max_bytes, lambda *_: None)


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


def test_a_redirect_to_a_link_with_illegal_characters_is_followed(save: Saver) -> None:
    host = FileHost(moved("https://cdn.test/a b|{c}.mp4?n=a b|c"))
    host.put("/a b|{c}.mp4", FILM)  # httpx tells the path as it is meant
    assert save(host).read_bytes() == FILM
    assert host.requests[1].url.raw_path == b"/a%20b%7C%7Bc%7D.mp4?n=a%20b%7Cc"


@of_each_kind
@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://x.test/a", "javascript:1", "data:,x", "https://u:pw@x.test/a"]
)
def test_a_redirect_to_what_may_not_be_fetched_is_refused(save: Saver, target: str) -> None:
    host = FileHost(moved(target))
    assert save.fails(host).code in ("bad_link", "network")  # some of these httpx itself refuses
    assert {request.url.host for request in host.requests} == {"files.test"}


@of_each_kind
def test_a_circle_of_redirects_ends(save: Saver) -> None:
    host = FileHost(moved(URL))
    assert save.fails(host).code == "redirects"
    assert len(host.requests) == 6


@of_each_kind
@pytest.mark.parametrize(
    "url", ["file:///etc/passwd?SECRET", "https://u:SECRET@files.test/a.mp4", "", "a.mp4"]
)
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


def test_the_final_name_appears_with_the_whole_film_in_it(
    save: Saver, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []
    monkeypatch.setattr(save, "_note", lambda *_: seen.append(set(save.files())))
    save(FileHost(FILM))
    assert seen
    assert not any("clx1.mp4" in names for names in seen)


def test_another_file_stays_and_the_film_gets_the_next_free_name(save: Saver) -> None:
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


def test_a_name_taken_in_the_last_moment_is_not_overwritten(
    save: Saver, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def late(source: Path, target: Path) -> None:
        if target.name == "clx1.mp4":
            target.write_bytes(b"another kernel's")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert save(FileHost(FILM)).name == "clx1-2.mp4"
    assert save.files() == {"clx1.mp4": b"another kernel's", "clx1-2.mp4": FILM}


def test_the_same_film_put_there_in_the_last_moment_is_the_one(
    save: Saver, monkeypatch: pytest.MonkeyPatch
) -> None:
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


def test_without_hard_links_a_failure_leaves_no_empty_film(
    save: Saver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Path, target: Path) -> Path:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "link", no_links)
    monkeypatch.setattr(Path, "replace", broken)
    save.fails(FileHost(FILM))


def test_without_hard_links_and_length_a_film_is_recognised(
    save: Saver, monkeypatch: pytest.MonkeyPatch
) -> None:
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


# --- bytes that are not what their headers say

PAGE = b"<html>Please log in to the hotel's network</html>"
LOG_IN = "Log in to this network, or check its proxy, and try again."
MP4 = b"\0\0\0\x18ftypisom" + FILM


def portal(status_code: int = 200, **headers: str) -> object:
    """A login page that says that it is the film."""
    said = {"content-type": "video/mp4", "content-length": str(len(PAGE)), **headers}
    return lambda _request: httpx.Response(status_code, headers=said, stream=Pieces((PAGE,)))


@of_each_kind
@pytest.mark.documented("films: a login page, an XML error or JSON instead of the output")
@pytest.mark.parametrize(
    "answer",
    [
        portal(),
        portal(etag=ETAG),
        streamed(*[PAGE[at : at + 1] for at in range(len(PAGE))]),
        streamed(gzip.compress(PAGE), encoding="gzip"),
        streamed(PAGE, encoding="identity"),
        moved("https://portal.test/login"),
    ],
    ids=["plain", "with the film's ETag", "in pieces", "packed", "identity", "behind a redirect"],
)
def test_a_login_page_is_a_sentence_and_no_file(save: Saver, answer: object) -> None:
    host = FileHost(answer)
    host.put("/login", portal())
    error = save.fails(host)
    assert error.code == "not_the_file"
    assert str(error) == f"The file host sent a web page instead of the {save.kind}. {LOG_IN}"
    assert save.files() == {}
    assert save.renewals == [False, *[True] * remote_file.MAX_FAILURES]
    with pytest.raises(TransferError, match="sent a web page"):
        read(FileHost(answer, answer, *[portal()] * 9))


@of_each_kind
def test_an_error_that_says_200_is_a_sentence_and_no_file(save: Saver) -> None:
    error = save.fails(FileHost(streamed(b"<Error><Code>SlowDown</Code></Error>")))
    said = f"The file host sent an error message instead of the {save.kind}. Try again in a minute."
    assert str(error) == said
    assert save.files() == {}


def test_a_login_page_that_goes_away_leaves_the_film(save: Saver) -> None:
    assert save(FileHost(portal(), portal(), MP4)).name == "clx1.mp4"
    assert save.files() == {"clx1.mp4": MP4}


def test_a_login_page_in_the_middle_of_a_film_takes_nothing_back(save: Saver) -> None:
    broken = streamed(FILM[:5000], length=len(FILM), fail=httpx.ReadError("x"), etag=ETAG)
    host = FileHost(
        broken, portal(), portal(etag='"page"'), streamed(gzip.compress(PAGE), encoding="gzip"), FILM
    )
    assert save(host).read_bytes() == FILM
    assert host.ranges == [None, *["bytes=5000-"] * 4]
    assert save.files() == {"clx1.mp4": FILM}


def test_a_login_page_before_a_film_is_continued_leaves_its_beginning(
    save: Saver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop_soon(received: int, _total: int | None) -> None:
        if received >= 5000:
            save.stop.set()

    monkeypatch.setattr(save, "_note", stop_soon)
    with pytest.raises(TransferCancelled):
        save(FileHost(FILM))
    (beginning,) = save.files()
    save.stop.clear()
    monkeypatch.setattr(save, "_note", lambda *_: None)
    save.fails(FileHost(FILM, portal()))
    assert list(save.files()) == [beginning]
    assert save(FileHost(FILM)).read_bytes() == FILM


def test_a_picture_is_named_as_what_it_is(save: Saver) -> None:
    film = RemoteFile(lambda _renew, _stop: URL, save.stop, transport=FileHost(portal()), media="image")
    with film, pytest.raises(TransferError, match="a web page instead of the image"):
        read_output(film, 1000, lambda *_: None)


def test_an_output_that_is_text_by_its_link_is_saved(save: Saver) -> None:
    host = FileHost()
    host.put("/a.srt", b"1\n00:00:00,000 --> 00:00:01,000\nHello\n")
    url = URL.replace("a.mp4", "a.SRT".lower())
    with RemoteFile(lambda _renew, _stop: url, save.stop, transport=host, media="file") as film:
        assert save_output(film, save.folder, "clx1", ".bin", save._note).read_bytes().endswith(b"Hello\n")


@of_each_kind
@pytest.mark.documented("films: only the label says that the output is packed")
@pytest.mark.parametrize(("coding", "film"), [("gzip", MP4), ("gzip", FILM), ("aws-chunked", MP4)])
def test_a_label_that_says_packed_of_a_film_that_is_not_is_not_believed(
    save: Saver, coding: str, film: bytes
) -> None:
    lie = streamed(film[:5000], length=len(film), encoding=coding, etag=ETAG, fail=httpx.ReadError("x"))
    rest = continued(film[5000:], f"bytes 5000-{len(film) - 1}/{len(film)}", content_encoding=coding)
    host = FileHost(lie, rest)
    assert save(host).read_bytes() == film
    assert host.ranges == [None, "bytes=5000-"]


@of_each_kind
@pytest.mark.documented("films: the output comes packed in another way")
@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br"])
def test_a_film_packed_in_a_way_that_nobody_asked_for_is_not_saved_packed(save: Saver, coding: str) -> None:
    error = save.fails(FileHost(streamed(b"\x1b packed", encoding=coding)))
    assert (error.code, error.message) == (
        "encoding",
        f"The file host sent the {save.kind} in an encoding that can't be read.",
    )
    assert save.files() == {}


@of_each_kind
@pytest.mark.documented("films: the output comes packed with gzip, unasked")
@pytest.mark.parametrize("cut", [100, 200_000, -1])
def test_a_packed_film_that_breaks_off_begins_again(save: Saver, cut: int) -> None:
    packed = gzip.compress(random.Random(1).randbytes(300_000) + FILM)
    broken = streamed(packed[:cut], length=len(packed), encoding="gzip", etag=ETAG, fail=httpx.ReadError("x"))
    host = FileHost(broken, streamed(packed, encoding="gzip", etag=ETAG))
    assert save(host).read_bytes() == gzip.decompress(packed)
    assert host.ranges == [None, None]  # a place in the packed body is not a place in the film
    assert save.files() == {save.name: gzip.decompress(packed)}


def test_a_packed_film_that_ends_early_without_a_sound_is_not_whole(save: Saver) -> None:
    packed = gzip.compress(FILM)
    assert (
        save(FileHost(streamed(packed[:-9], encoding="gzip"), streamed(packed, encoding="gzip"))).read_bytes()
        == FILM
    )


SIZE = len(FILM)


@of_each_kind
@pytest.mark.documented("films: a 206 answer has the same ETag and another total, or contradicts itself")
@pytest.mark.parametrize(
    "wrong",
    [
        continued(FILM[5000:], f"bytes 5000-{SIZE}/{SIZE + 1}"),
        continued(FILM[5000:9000], "bytes 5000-8999/9000"),
        continued(FILM[5000:], f"bytes 5000-{SIZE - 1}/{SIZE - 1}"),
        continued(FILM[4000:], f"bytes 4000-{SIZE - 1}/{SIZE}"),
        continued(FILM[5000:], f"bytes 5000-4999/{SIZE}"),
        continued(FILM[5000:], f"bytes 5000-{SIZE - 1}/{SIZE}", etag='"other"'),
        continued(FILM[5000:], f"bytes 5000-{SIZE - 1}/{SIZE}", etag='W/"film"'),
        continued(FILM[5000:], f"bytes 5000-{SIZE - 1}/{SIZE}", content_length="1000"),
        continued(FILM[5000:], f"bytes 5000-{SIZE - 1}/{SIZE}", content_encoding="gzip"),
        continued(FILM[5000:], "chapters 2-3/5"),
        continued(FILM[5000:], ""),
    ],
    ids=[
        *("larger", "smaller", "beyond its end", "too early", "backwards", "another ETag", "a weak ETag"),
        *("another length", "packed", "another unit", "nothing said"),
    ],
)
def test_a_part_that_contradicts_itself_or_what_was_said_is_not_believed(save: Saver, wrong: object) -> None:
    broken = streamed(FILM[:5000], length=SIZE, fail=httpx.ReadError("x"), etag=ETAG)
    host = FileHost(broken, wrong, FILM)
    assert save(host).read_bytes() == FILM
    assert host.ranges == [None, "bytes=5000-", None]


def test_a_part_without_an_etag_or_a_total_is_believed_for_its_if_range(save: Saver) -> None:
    broken = streamed(FILM[:5000], length=SIZE, fail=httpx.ReadError("x"), etag=ETAG)
    host = FileHost(broken, continued(FILM[5000:], f"bytes 5000-{SIZE - 1}/*", etag=""))
    assert save(host).read_bytes() == FILM
    assert save.progress[-1] == (SIZE, SIZE)


def test_a_part_tells_the_length_that_the_beginning_did_not(save: Saver) -> None:
    broken = streamed(FILM[:5000], fail=httpx.ReadError("x"), etag=ETAG)
    host = FileHost(broken, continued(FILM[5000:6000], f"bytes 5000-5999/{SIZE}"), FILM)
    assert save(host).read_bytes() == FILM
    assert host.ranges == [None, "bytes=5000-", "bytes=6000-"]


def test_a_part_of_another_date_is_another_film(save: Saver) -> None:
    def dated(date: str, response: Respond) -> Respond:
        def answer(request: httpx.Request) -> httpx.Response:
            made = response(request)
            made.headers["last-modified"] = date
            del made.headers["etag"]
            return made

        return answer

    old, new = "Mon, 02 Mar 2026 10:00:00 GMT", "Tue, 03 Mar 2026 10:00:00 GMT"
    broken = dated(old, streamed(FILM[:5000], length=SIZE, fail=httpx.ReadError("x"), etag=ETAG))
    rest = dated(new, continued(FILM[::-1][5000:], f"bytes 5000-{SIZE - 1}/{SIZE}"))
    host = FileHost(broken, rest, FILM[::-1])
    assert save(host).read_bytes() == FILM[::-1]


def test_a_film_that_turns_out_shorter_than_its_beginning_is_cut(save: Saver) -> None:
    broken = streamed(FILM[:5000], fail=httpx.ReadError("x"), etag=ETAG)
    assert save(FileHost(broken, 416, FILM[:3000])).read_bytes() == FILM[:3000]


def test_a_connection_broken_in_the_first_bytes_does_not_end_the_film(save: Saver) -> None:
    host = FileHost(streamed(bytes(100), fail=httpx.ReadError("x")), FILM)
    assert save(host).read_bytes() == FILM


@pytest.mark.documented("films: the connection breaks after the last byte")
def test_a_connection_that_breaks_behind_the_last_byte_is_a_success(save: Saver) -> None:
    host = FileHost(streamed(FILM, length=SIZE, fail=httpx.ReadError("x"), etag=ETAG))
    assert save(host).read_bytes() == FILM
    assert len(host.requests) == 1


def endless(request: httpx.Request) -> httpx.Response:
    """All that is left instead of the sample that was asked for."""
    response = continued(b"", f"bytes 5120-{SIZE - 1}/{SIZE}")(request)
    response.stream = Pieces((FILM[5120:],), AssertionError("read on"))
    return response


@pytest.mark.parametrize(
    "sample",
    [
        continued(b"", f"bytes 5120-5120/{SIZE}"),
        continued(FILM[5120:5121], f"bytes 5120-5219/{SIZE}"),
        endless,
    ],
    ids=["another", "cut", "endless"],
)
def test_a_sample_that_is_not_the_one_asked_for_recognises_nothing(save: Saver, sample: object) -> None:
    save.folder.mkdir()
    (save.folder / "clx1.mp4").write_bytes(FILM)
    host = FileHost(FILM, sample, FILM)
    assert save(host).name == "clx1.mp4"  # it was fetched again, and turned out to be the same
    assert save.progress[-1] == (SIZE, SIZE)


def test_a_part_beyond_a_length_that_nobody_knew_is_not_believed(save: Saver) -> None:
    broken = streamed(FILM[:5000], fail=httpx.ReadError("x"), etag=ETAG)
    host = FileHost(broken, continued(FILM[5000:], f"bytes 5000-{SIZE - 1}/6000"), FILM)
    assert save(host).read_bytes() == FILM
    assert host.ranges == [None, "bytes=5000-", None]


# --- what goes wrong


@of_each_kind
def test_a_film_of_which_nothing_comes_is_none(save: Saver) -> None:
    assert save.fails(FileHost(streamed(length=10))).code == "incomplete"


@of_each_kind
@pytest.mark.parametrize(
    "answer",
    [streamed(FILM[:5000], length=len(FILM)), streamed(FILM, b"more", length=len(FILM))],
    ids=["short", "long"],
)
def test_a_film_that_is_never_whole_is_given_up(save: Saver, answer: object) -> None:
    assert save.fails(FileHost(answer)).code == "incomplete"


@of_each_kind
def test_a_film_of_no_bytes_is_none(save: Saver) -> None:
    save.fails(FileHost(b""))


@of_each_kind
@pytest.mark.parametrize(
    ("status_code", "code", "message"),
    [
        *[
            (number, "link_refused", "The file host refuses the link to the video.")
            for number in (400, 401, 403)
        ],
        *[(number, "not_there", "The file host does not have the video yet.") for number in (404, 410)],
    ],
)
def test_a_file_that_never_comes_is_given_up_as_late_as_after_a_503(
    save: Saver, status_code: int, code: str, message: str
) -> None:
    host = FileHost(status_code)
    error = save.fails(host)
    said = message.replace("video", save.kind)
    assert (error.code, error.message, error.hint) == (code, said, "Try again in a minute.")
    assert len(host.requests) == 1 + remote_file.MAX_FAILURES
    assert save.renewals == [False, *[True] * remote_file.MAX_FAILURES]


@of_each_kind
def test_a_file_that_is_there_some_seconds_later_is_saved(
    save: Saver, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = hurried(monkeypatch)
    assert save(FileHost(404, 403, 404, FILM)).read_bytes() == FILM
    assert waits == [2, 3]  # ever less often
    assert save.troubles == [
        f"The file host refuses the link to the {save.kind}; next attempt in 0 s.",
        f"The file host does not have the {save.kind} yet; next attempt in 0 s.",
        "",
    ]


@of_each_kind
def test_a_link_that_ends_later_is_renewed_at_once_again(
    save: Saver, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = hurried(monkeypatch)
    broken = streamed(FILM[:5000], length=SIZE, etag=ETAG, fail=httpx.ReadError("x"))
    assert save(FileHost(403, broken, 403, FILM)).read_bytes() == FILM
    assert waits == [1]  # for the connection that broke
    assert save.renewals == [False, True, True]


@of_each_kind
@pytest.mark.parametrize("status_code", [204, 304, 418, 429, 500, 503])
def test_another_answer_of_the_file_host_is_a_sentence(save: Saver, status_code: int) -> None:
    error = save.fails(FileHost(status_code))
    assert error.code == f"http_{status_code}"
    assert str(status_code) in error.message


@of_each_kind
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


@of_each_kind
@pytest.mark.parametrize(("error", "code"), ERRORS, ids=lambda value: type(value).__name__)
def test_no_answer_is_a_sentence_after_a_few_tries(save: Saver, error: Exception, code: str) -> None:
    host = FileHost(error)
    assert save.fails(host).code == code
    assert len(host.requests) == remote_file.MAX_FAILURES + 1


@of_each_kind
@pytest.mark.parametrize("error", [error for error, _ in ERRORS[1:5]], ids=lambda value: type(value).__name__)
def test_a_connection_that_breaks_is_taken_up_where_it_broke(save: Saver, error: Exception) -> None:
    broken = streamed(FILM[:5000], length=len(FILM), fail=error, etag=ETAG)
    host = FileHost(broken, FILM)
    assert save(host).read_bytes() == FILM
    assert host.ranges == [None, "bytes=5000-"]
    assert [request.headers.get("if-range") for request in host.requests] == [None, ETAG]
    assert save.progress[-1] == (len(FILM), len(FILM))


@of_each_kind
def test_a_film_that_is_another_one_meanwhile_begins_again(save: Saver) -> None:
    old = streamed(FILM[:5000], length=len(FILM), fail=httpx.ReadError("x"), etag='"old"')
    host = FileHost(old, old, FILM[::-1])
    assert save(host).read_bytes() == FILM[::-1]
    assert save.files() == {save.name: FILM[::-1]}


def test_what_was_stopped_goes_on_the_next_time(save: Saver, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop_soon(received: int, _total: int | None) -> None:
        if received >= 5000:
            save.stop.set()

    monkeypatch.setattr(save, "_note", stop_soon)
    with pytest.raises(TransferCancelled):
        save(FileHost(FILM))
    monkeypatch.undo()
    monkeypatch.setattr(remote_file, "CHUNK_BYTES", 1000)
    save.stop.clear()
    host = FileHost(FILM)
    assert save(host).read_bytes() == FILM
    assert host.ranges == [
        None,
        "bytes=4000-",
    ]  # a chunk less than came: its end may never have reached the disk
    assert save.files() == {"clx1.mp4": FILM}


def test_what_was_stopped_of_another_film_is_not_continued(
    save: Saver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(save, "_note", lambda *_: save.stop.set())
    with pytest.raises(TransferCancelled):
        save(FileHost(streamed(b"\0" * 3000, b"\1" * 3000, length=6000, etag='"other"')))
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
def test_a_disk_that_fails_is_a_sentence(
    save: Saver, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
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
def test_told_to_stop_it_stops_and_leaves_no_film(
    save: Saver, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    if not after:
        save.stop.set()
    chunks: list[int] = []

    def note(received: int, _total: int | None) -> None:
        chunks.append(received)
        if len(chunks) == after:
            save.stop.set()

    monkeypatch.setattr(save, "_note", note)
    with pytest.raises(TransferCancelled):
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
    with pytest.raises(TransferCancelled):
        read(FileHost(FILM), stop=stop)


def test_a_film_that_is_read_is_whole_too() -> None:
    with pytest.raises(TransferError):
        read(FileHost(streamed(FILM[:5000], length=len(FILM))))


def test_a_disk_that_can_not_be_read_at_the_end_is_no_fault_of_the_host() -> None:
    def unreadable() -> bool:
        raise OSError(errno.EIO, "the disk, not the network")

    troubles: list[str] = []
    host = FileHost(lambda _request: httpx.Response(200, stream=Pieces((FILM,))))
    with RemoteFile(lambda _renew, _stop: URL, threading.Event(), troubles.append, host) as film:
        film.is_whole = unreadable
        with pytest.raises(OSError, match="the disk, not the network"):
            list(film.iter_chunks())
    assert troubles == []
    assert len(host.requests) == 1


# --- secrets


@pytest.mark.parametrize(
    "answer", [FILM, 403, 500, httpx.ConnectError(URL)], ids=["film", "403", "500", "refused"]
)
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


@pytest.mark.parametrize(
    "error", [httpx.ConnectError(URL), httpx.InvalidURL(URL), OSError(errno.EIO, "x", URL)]
)
def test_no_traceback_tells_the_query_or_a_path_of_this_machine(save: Saver, error: Exception) -> None:
    with pytest.raises(TransferError) as caught:
        save(FileHost(error))
    assert "SECRET" not in "".join(traceback.format_exception(caught.value))
