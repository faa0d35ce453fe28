"""What is fetched of a film for its poster: its first bytes, what its index needs, and never all of it."""

from __future__ import annotations

import io
import re

import httpx
import pytest

from mh_widgets import TransferError
from mh_widgets.transfers import range_file
from mh_widgets.transfers.range_file import LimitReached, RangeFile
from mh_widgets.transfers.remote_file import RemoteFile
from tests.unit.clips import BLACK, NOISE, STRIPES, clip, remote_poster
from tests.unit.file_host import FileHost, Pieces, impatient, streamed
from tests.unit.saver import ERRORS

SIZE = 10_000
BYTES = bytes(range(250)) * 40


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(range_file, "HEAD_BYTES", 8_000)
    monkeypatch.setattr(range_file, "BLOCK_BYTES", 16_000)
    impatient(monkeypatch)


def asked_bytes(host: FileHost) -> int:
    spans = [re.fullmatch(r"bytes=(\d+)-(\d+)", span or "") for span in host.ranges]
    assert all(spans), host.ranges
    return sum(int(span[2]) - int(span[1]) + 1 for span in spans if span)


def opened(host: FileHost, head_bytes: int = 100) -> RangeFile:
    import threading

    from tests.unit.file_host import URL

    remote = RemoteFile(lambda _renew, _stop: URL, threading.Event(), transport=host)
    return RangeFile(remote, head_bytes)


def test_a_film_with_its_index_first_needs_its_first_bytes() -> None:
    film = clip(STRIPES, *[NOISE] * 20, index="start")
    host = FileHost(film)
    assert remote_poster(host).startswith(b"\xff\xd8\xff")
    assert host.ranges[0] == "bytes=0-7999"
    assert asked_bytes(host) < len(film) / 10


def test_a_film_with_its_index_last_needs_that_and_its_first_bytes() -> None:
    film = clip(STRIPES, *[NOISE] * 20)
    host = FileHost(film)
    assert remote_poster(host)
    assert host.ranges[1].endswith(f"-{len(film) - 1}")  # type: ignore[union-attr]  # all are ranges
    assert asked_bytes(host) < len(film) / 5


def test_a_film_that_stays_black_is_read_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    film = clip(*[BLACK] * 3, *[NOISE] * 20, STRIPES, index="start")
    monkeypatch.setattr(range_file, "MAX_BYTES", 20_000)
    host = FileHost(film)
    with pytest.raises(TransferError, match="No picture"):
        remote_poster(host)
    assert asked_bytes(host) <= 20_000


def test_bytes_are_those_of_the_film_wherever_they_are_read() -> None:
    host = FileHost(BYTES)
    file = opened(host)
    buffered = io.BufferedReader(file)
    for offset, size in [(0, 50), (90, 20), (9_990, 50), (5_000, 300), (SIZE, 10), (0, SIZE)]:
        buffered.seek(offset)
        assert buffered.read(size) == BYTES[offset : offset + size]
    assert file.seek(-10, io.SEEK_END) == SIZE - 10
    assert file.seek(5, io.SEEK_CUR) == file.tell() == SIZE - 5


def test_no_block_is_fetched_twice() -> None:
    host = FileHost(BYTES)
    file = opened(host)
    for _ in range(3):
        file.seek(0)
        assert file.readall() == BYTES
    assert host.ranges == ["bytes=0-99", "bytes=100-9999"]


def test_no_more_than_the_limit_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(range_file, "BLOCK_BYTES", 1000)
    monkeypatch.setattr(range_file, "MAX_BYTES", 3000)
    host = FileHost(BYTES)
    with pytest.raises(LimitReached):
        opened(host).readall()
    assert asked_bytes(host) <= 3000


def test_of_a_host_without_ranges_a_small_film_is_read_whole() -> None:
    film = clip(STRIPES, NOISE)
    assert remote_poster(FileHost(streamed(film, length=len(film))))


def test_of_a_host_without_ranges_a_large_film_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(range_file, "MAX_BYTES", 20_000)
    read: list[int] = []

    class Counted(Pieces):
        def __iter__(self):  # type: ignore[no-untyped-def]  # as its base
            for piece in self.pieces:
                read.append(len(piece))
                yield piece

    film = clip(*[NOISE] * 20)
    pieces = tuple(film[start : start + 1000] for start in range(0, len(film), 1000))
    host = FileHost(lambda _request: httpx.Response(200, stream=Counted(pieces)))
    monkeypatch.setattr("mh_widgets.transfers.remote_file.CHUNK_BYTES", 1000)
    with pytest.raises(TransferError, match="No picture"):
        remote_poster(host)
    assert sum(read) < 30_000 < len(film)


@pytest.mark.parametrize(("error", "code"), ERRORS[:2])
def test_a_connection_that_breaks_once_is_no_loss(error: Exception, code: str) -> None:
    film = clip(STRIPES)
    assert remote_poster(FileHost(error, 503, film))
    with pytest.raises(TransferError) as caught:
        remote_poster(FileHost(error))
    assert caught.value.code == code
    assert "SECRET" not in str(caught.value)


def test_a_part_that_breaks_off_in_the_middle_is_continued() -> None:
    def cut(request: httpx.Request) -> httpx.Response:
        headers = {"etag": '"film"', "content-range": f"bytes 0-99/{SIZE}", "content-length": "100"}
        return httpx.Response(206, headers=headers, stream=Pieces((BYTES[:40],), httpx.ReadError("reset")))

    host = FileHost(cut, BYTES)
    assert opened(host).head == BYTES[:100]
    assert host.ranges == ["bytes=0-99", "bytes=40-99"]


def test_a_part_that_was_not_asked_for_is_refused() -> None:
    def later(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            206, headers={"content-range": f"bytes 5-99/{SIZE}"}, stream=Pieces((b"x" * 95,))
        )

    with pytest.raises(TransferError, match="can't be continued"):
        opened(FileHost(later))


def test_an_empty_file_and_a_web_page_are_no_film() -> None:
    for answer in (b"", b"<html><body>Log in</body></html>"):
        with pytest.raises(TransferError):
            remote_poster(FileHost(answer))
