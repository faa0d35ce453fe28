"""What is asked of a file host and read from it, and that nothing tells a link's query."""

from __future__ import annotations

import errno
import logging
import threading
import traceback

import httpx
import pytest

from mh_widgets import TransferError
from mh_widgets.transfers.remote_file import RemoteFile
from mh_widgets.transfers.types import TransferCancelled
from tests.unit.file_host import URL, FileHost, Pieces, moved, streamed
from tests.unit.saver import FILM, Saver, make_small_and_quick, of_each_kind, read


@pytest.fixture(autouse=True)
def small_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_and_quick(monkeypatch)


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
