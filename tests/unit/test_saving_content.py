"""Bytes that are not what their headers say: pages in place of films, and packed films."""

from __future__ import annotations

import gzip
import random

import httpx
import pytest

from mh_widgets import TransferError
from mh_widgets.transfers import remote_file
from mh_widgets.transfers.remote_file import RemoteFile
from mh_widgets.transfers.saving import read_output, save_output
from mh_widgets.transfers.types import TransferCancelled
from tests.unit.file_host import ETAG, URL, FileHost, Pieces, continued, moved, streamed
from tests.unit.saver import FILM, Saver, make_small_and_quick, of_each_kind, read


@pytest.fixture(autouse=True)
def small_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_and_quick(monkeypatch)


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


@of_each_kind
def test_a_login_page_that_goes_away_leaves_the_film(save: Saver) -> None:
    assert save(FileHost(portal(), portal(), MP4)).name == save.name
    assert save.files() == {save.name: MP4}


@of_each_kind
def test_a_login_page_in_the_middle_of_a_film_takes_nothing_back(save: Saver) -> None:
    broken = streamed(FILM[:5000], length=len(FILM), fail=httpx.ReadError("x"), etag=ETAG)
    host = FileHost(
        broken, portal(), portal(etag='"page"'), streamed(gzip.compress(PAGE), encoding="gzip"), FILM
    )
    assert save(host).read_bytes() == FILM
    assert host.ranges == [None, *["bytes=5000-"] * 4]
    assert save.files() == {save.name: FILM}


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
