"""What goes wrong with a film that is saved is a sentence, and leaves no film."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import httpx
import pytest

from mh_widgets.transfers import remote_file
from mh_widgets.transfers.types import TransferCancelled
from tests.unit.file_host import ETAG, FileHost, hurried, streamed
from tests.unit.saver import ERRORS, FILM, SIZE, Saver, make_small_and_quick, of_each_kind


@pytest.fixture(autouse=True)
def small_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_and_quick(monkeypatch)


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


@of_each_kind
@pytest.mark.parametrize(("error", "code"), ERRORS, ids=lambda value: type(value).__name__)
def test_no_answer_is_a_sentence_after_a_few_tries(save: Saver, error: Exception, code: str) -> None:
    host = FileHost(error)
    assert save.fails(host).code == code
    assert len(host.requests) == remote_file.MAX_FAILURES + 1


@of_each_kind
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
        raise OSError(number, os.strerror(number), str(save.folder / save.name))

    monkeypatch.setattr(os, "fsync", broken)
    error = save.fails(FileHost(FILM))
    assert error.code == "disk"
    assert error.message == f"The {save.kind} can't be written: {words}."
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
