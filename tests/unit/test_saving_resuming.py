"""A film that broke off or was stopped goes on where it was, if it is still the same."""

from __future__ import annotations

import httpx
import pytest

from mh_widgets.transfers import remote_file
from mh_widgets.transfers.types import TransferCancelled
from tests.unit.file_host import ETAG, FileHost, Pieces, Respond, continued, streamed
from tests.unit.saver import ERRORS, FILM, SIZE, Saver, make_small_and_quick, of_each_kind


@pytest.fixture(autouse=True)
def small_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_and_quick(monkeypatch)


# --- what a part says of itself


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


@of_each_kind
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


@of_each_kind
def test_a_connection_broken_in_the_first_bytes_does_not_end_the_film(save: Saver) -> None:
    host = FileHost(streamed(bytes(100), fail=httpx.ReadError("x")), FILM)
    assert save(host).read_bytes() == FILM


@of_each_kind
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


# --- what is taken up, at once or the next time


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
