"""Files that are whole under their final name or not there: boxes, partial files, the last step, and who is faster."""

from __future__ import annotations

import concurrent.futures
import errno
import gc
import io
import multiprocessing
import os
import random
import subprocess
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mh_widgets import TransferError
from mh_widgets.simulator import FILMS
from mh_widgets.transfers import atomic_file

SUNRISE = (FILMS / "sunrise.mp4").read_bytes()
FTYP = b"\0\0\0\x10ftypisom\0\0\0\0"
MOOV = b"\0\0\0\x10moov12345678"

posix = pytest.mark.skipif(sys.platform == "win32", reason="partial files are not shared there")


def whole(data: bytes) -> bool:
    return atomic_file.is_whole_mp4(io.BytesIO(data))


# --- is it whole?


def boundaries(data: bytes) -> list[int]:
    """The offsets at which the boxes of a film end, its own end left out."""
    ends, offset = [], 0
    while offset < len(data):
        offset += int.from_bytes(data[offset : offset + 4], "big")
        ends.append(offset)
    return ends[:-1]


@pytest.mark.parametrize("name", ["sunrise", "lanterns", "moonlight", "planet"])
def test_a_film_is_whole_and_cut_anywhere_inside_a_box_it_is_not(name: str) -> None:
    data = (FILMS / f"{name}.mp4").read_bytes()
    assert whole(data)
    near = {at + step for at in boundaries(data) for step in range(-20, 20)}
    cuts = near | set(range(8, len(data), 997)) | {len(data) - 1}
    assert [cut for cut in sorted(cuts - set(boundaries(data))) if whole(data[:cut])] == []


def test_a_film_cut_between_two_boxes_is_not_whole() -> None:
    assert [cut for cut in boundaries(SUNRISE) if whole(SUNRISE[:cut])] == []


def test_the_first_bytes_of_a_film_are_not_whole() -> None:
    assert [cut for cut in range(1, 8) if whole(SUNRISE[:cut])] == []


def test_a_film_with_bytes_behind_its_end_is_not_whole() -> None:
    assert not whole(SUNRISE + b"\0")
    assert not whole(SUNRISE + b"\0\0\0")
    assert not whole(SUNRISE + b"more than a header")


def mdat64(size: int, content: bytes) -> bytes:
    return b"\0\0\0\1mdat" + size.to_bytes(8, "big") + content


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (FTYP + MOOV + mdat64(26, b"0123456789"), True),
        (FTYP + mdat64(26, b"0123456789") + MOOV, True),
        (FTYP + MOOV + mdat64(27, b"0123456789"), False),
        (FTYP + MOOV + mdat64(25, b"0123456789"), False),
        (FTYP + MOOV + mdat64(2**63, b"0123456789"), False),
        (FTYP + MOOV + b"\0\0\0\0mdat up to the end of the file", True),
        (FTYP + mdat64(26, b"0123456789"), False),  # without its index nobody can play it
        (FTYP + b"\0\0\0\0mdat the index would come behind", False),
        (FTYP + MOOV + b"\0\0\0\7mdat", False),  # no box is smaller than its header
        (FTYP + MOOV + b"\0\0\0\2mdat", False),
    ],
)
def test_sizes_of_boxes(data: bytes, expected: bool) -> None:
    assert whole(data) is expected


def test_a_64_bit_size_that_is_cut_or_impossible_is_not_whole() -> None:
    film = FTYP + MOOV + mdat64(26, b"0123456789")
    header = len(FTYP + MOOV)
    assert [cut for cut in range(header + 8, header + 16) if whole(film[:cut])] == []
    assert not whole(FTYP + MOOV + mdat64(0, b"0123456789"))


@given(st.binary(max_size=200))
def test_garbage_behind_a_beginning_leaves_the_file_at_its_end(garbage: bytes) -> None:
    file = io.BytesIO(FTYP + MOOV + garbage)
    atomic_file.is_whole_mp4(file)
    assert file.tell() == len(FTYP + MOOV + garbage)


def test_of_what_is_no_film_nothing_is_known() -> None:
    assert whole((FILMS / "poster.png").read_bytes())
    assert whole(b"ID3 and so on, an audio file")


# --- partial files


def partials(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def interrupted(folder: Path, identity: str, error: Exception) -> None:
    with atomic_file.partial_file(folder, "a.mp4", identity) as partial:
        partial.file.write(b"12345")
        raise error


@posix
def test_what_has_arrived_is_there_the_next_time_for_the_same_film_only(tmp_path: Path) -> None:
    with atomic_file.partial_file(tmp_path, "a.mp4", '"tag" 10') as partial:
        partial.file.write(b"12345")
    with atomic_file.partial_file(tmp_path, "a.mp4", '"tag" 10') as partial:
        assert partial.file.read() == b"12345"
    with atomic_file.partial_file(tmp_path, "a.mp4", '"other" 10') as partial:
        assert partial.file.read() == b""
    with atomic_file.partial_file(tmp_path, "b.mp4", '"tag" 10') as partial:
        assert partial.file.read() == b""
    assert len(partials(tmp_path)) == 1  # the empty ones are gone


def test_without_an_identity_nothing_stays(tmp_path: Path) -> None:
    with atomic_file.partial_file(tmp_path, "a.mp4", "") as partial:
        partial.file.write(b"12345")
    with pytest.raises(RuntimeError):
        interrupted(tmp_path, "", RuntimeError())
    assert partials(tmp_path) == []


@posix
def test_what_the_disk_refused_is_no_beginning(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"):
        interrupted(tmp_path, "tag", OSError(errno.ENOSPC, "full"))
    assert partials(tmp_path) == []


@posix
def test_a_partial_file_is_one_s_own_in_one_process(tmp_path: Path) -> None:
    with (
        atomic_file.partial_file(tmp_path, "a.mp4", "tag") as first,
        atomic_file.partial_file(tmp_path, "a.mp4", "tag") as second,
    ):
        first.file.write(b"first")
        second.file.write(b"second one")
        assert first.path != second.path
    assert (tmp_path / first.path.name).read_bytes() == b"first"
    assert not second.path.exists()


HOLD = """
import pathlib, sys
from mh_widgets import TransferError
from mh_widgets.transfers import atomic_file
with atomic_file.partial_file(pathlib.Path(sys.argv[1]), "a.mp4", "tag") as partial:
    partial.file.write(b"first")
    partial.file.flush()
    print(partial.path.name, flush=True)
    sys.stdin.readline()
"""


@posix
@pytest.mark.parametrize("end", ["it ends", "it is killed"])
def test_a_partial_file_belongs_to_one_process_until_it_ends(tmp_path: Path, end: str) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        name = other.stdout.readline().decode().strip()
        with atomic_file.partial_file(tmp_path, "a.mp4", "tag") as mine:
            assert mine.path.name != name
        if end == "it is killed":
            other.kill()
    with atomic_file.partial_file(tmp_path, "a.mp4", "tag") as mine:
        assert mine.path.name == name
        assert mine.file.read() == b"first"


@posix
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EINVAL, errno.EIO, None])
@pytest.mark.documented("films: a file system without locks")
def test_without_locks_nothing_is_left_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int | None
) -> None:
    import fcntl

    def refused(*_: object) -> None:
        raise OSError(number, "no locks here")

    if number is None:
        monkeypatch.delattr(fcntl, "flock")
    else:
        monkeypatch.setattr(fcntl, "flock", refused)
    with atomic_file.partial_file(tmp_path, "a.mp4", "tag") as partial:
        partial.file.write(b"12345")
    assert partials(tmp_path) == []


@posix
@pytest.mark.parametrize("obstacle", ["a link", "a directory"])
@pytest.mark.documented("films: a partial file of another user in a shared directory")
def test_a_partial_file_that_is_not_ours_to_open_is_passed_over(tmp_path: Path, obstacle: str) -> None:
    path = atomic_file._partial_path(tmp_path, "a.mp4", "tag")
    other = tmp_path / "other"
    other.write_bytes(b"mine")
    if obstacle == "a link":
        path.symlink_to(other)
    else:
        path.mkdir()
    with atomic_file.partial_file(tmp_path, "a.mp4", "tag") as partial:
        partial.file.write(b"12345")
        assert partial.path != path
    assert other.read_bytes() == b"mine"
    assert partials(tmp_path) == sorted([path.name, "other"])


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS, errno.ENOTSUP])
@pytest.mark.documented("films: a file system without fsync")
def test_a_file_system_that_has_no_fsync_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refused(_descriptor: int) -> None:
        raise OSError(number, "nothing to wait for")

    monkeypatch.setattr(os, "fsync", refused)
    with (tmp_path / "a").open("wb") as file:
        file.write(b"film")
        atomic_file.sync(file)
        assert (tmp_path / "a").read_bytes() == b"film"


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_a_write_that_fsync_says_is_lost_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def lost(_descriptor: int) -> None:
        raise OSError(number, "lost")

    monkeypatch.setattr(os, "fsync", lost)
    with (tmp_path / "a").open("wb") as file, pytest.raises(OSError, match="lost"):
        atomic_file.sync(file)


@posix
def test_an_empty_partial_file_is_not_taken_away_from_who_has_it_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[atomic_file.PartialFile] = []
    exists = Path.exists

    def late(path: Path) -> bool:
        if path.suffix == ".part" and not taken:
            other = atomic_file._locked(path)
            assert other is not None
            taken.append(other)
        return exists(path)

    monkeypatch.setattr(Path, "exists", late)
    with atomic_file.partial_file(tmp_path, "a.mp4", "tag"):
        pass
    if not taken:  # it doesn't ask in this way any more
        return
    with taken[0].file:
        assert taken[0].path in tmp_path.iterdir()


@posix
def test_a_file_finished_while_its_lock_is_awaited_is_no_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    with atomic_file.partial_file(tmp_path, "a.mp4", "tag") as partial:
        partial.file.write(b"12345")
    locked = fcntl.flock

    def late(*arguments: Any) -> None:
        partial.path.unlink(missing_ok=True)  # published by whoever had the lock until now
        locked(*arguments)

    monkeypatch.setattr(fcntl, "flock", late)
    with atomic_file.partial_file(tmp_path, "a.mp4", "tag") as mine:
        assert mine.path != partial.path
        assert mine.file.read() == b""
        assert mine.path.exists()


# --- the last step


def partial_with(folder: Path, data: bytes) -> Path:
    path = folder / f".{random.randrange(10**9)}.part"
    path.write_bytes(data)
    return path


def publish_path(path: Path, folder: Path) -> Path:
    with path.open("r+b") as file:
        return atomic_file.commit(atomic_file.PartialFile(path, file), folder, "a", ".mp4")


def publish(folder: Path, data: bytes) -> str:
    return publish_path(partial_with(folder, data), folder).name


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def no_links(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refused(_source: Path, _target: Path) -> None:
        raise OSError(number, "no hard links here")

    monkeypatch.setattr(os, "link", refused)


#: How file systems say that they have no hard links. 524 is Linux's own ENOTSUPP, which has no name in
#: Python.
NO_LINKS = [errno.EPERM, errno.EACCES, errno.EXDEV, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EIO, 524]


@pytest.fixture(
    params=[
        "hard links",
        pytest.param("no os.link", marks=pytest.mark.documented("films: a file system without hard links")),
        *NO_LINKS,
    ]
)
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "no os.link":
        monkeypatch.delattr(os, "link")
    elif request.param != "hard links":
        no_links(monkeypatch, request.param)


@pytest.mark.usefixtures("links")
def test_nothing_is_replaced_and_the_same_bytes_are_one_file(tmp_path: Path) -> None:
    assert [publish(tmp_path, data) for data in (b"1", b"2", b"1", b"3", b"2")] == [
        "a.mp4",
        "a-2.mp4",
        "a.mp4",
        "a-3.mp4",
        "a-2.mp4",
    ]
    assert contents(tmp_path) == {"a.mp4": b"1", "a-2.mp4": b"2", "a-3.mp4": b"3"}


@pytest.mark.usefixtures("links")
@pytest.mark.documented("films: a directory or a broken link has the name")
def test_names_that_are_taken_by_something_else_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").mkdir()
    (tmp_path / "a-2.mp4").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a-3.mp4").symlink_to(tmp_path / "a-3.mp4")
    assert publish(tmp_path, b"film") == "a-4.mp4"
    assert (tmp_path / "a-2.mp4").is_symlink()
    assert not (tmp_path / "nowhere").exists()
    assert contents(tmp_path) == {"a-4.mp4": b"film"}


@pytest.mark.usefixtures("links")
def test_threads_that_publish_at_once_lose_nothing(tmp_path: Path) -> None:
    films = [bytes([n // 2]) * 1000 for n in range(16)]  # each of them twice
    barrier = threading.Barrier(len(films))

    def work(data: bytes) -> tuple[bytes, str]:
        partial = partial_with(tmp_path, data)
        barrier.wait(100)
        return data, publish_path(partial, tmp_path).name

    with concurrent.futures.ThreadPoolExecutor(len(films)) as pool:
        results = list(pool.map(work, films))
    there = contents(tmp_path)
    assert [name for name in there if name.startswith(".")] == []
    assert [(data, name) for data, name in results if there[name] != data] == []
    assert set(there.values()) == set(films)


def _publish_many(folder: str, first: int) -> list[tuple[int, str]]:
    return [(n, publish(Path(folder), bytes([n]) * 1000)) for n in range(first, first + 12)]


@pytest.mark.documented("films: many threads or processes publish one name at once")
def test_processes_that_publish_at_once_lose_nothing(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=spawn) as pool:
        results = [*pool.map(_publish_many, [str(tmp_path)] * 2, [0, 6])]
    there = contents(tmp_path)
    assert all(there[name] == bytes([n]) * 1000 for each in results for n, name in each)
    assert sorted(there.values()) == [bytes([n]) * 1000 for n in range(18)]


@pytest.mark.parametrize("identity", ["tag", ""])
@pytest.mark.documented("films: a file system that refuses that, too")
def test_a_whole_film_that_gets_no_name_is_kept_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, identity: str
) -> None:
    def broken(_path: Path, _target: Path) -> None:
        raise OSError(errno.EACCES, f"no permission: {tmp_path}")

    def save() -> None:
        with atomic_file.partial_file(tmp_path, "a.mp4", identity) as partial:
            partial.file.write(b"film")
            atomic_file.sync(partial.file)
            atomic_file.commit(partial, tmp_path, "a", ".mp4")

    no_links(monkeypatch, errno.EACCES)
    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(TransferError) as caught:
        save()
    ((name, data),) = contents(tmp_path).items()
    assert (name.endswith(".part"), data) == (True, b"film")
    assert caught.value.message == "The video can't get its final name: no permission to write there."
    assert caught.value.hint == f"The complete file is {name} in that directory. Rename it, or save again."
    assert str(tmp_path) not in "".join(traceback.format_exception(caught.value))


@posix
def test_a_film_that_got_no_name_is_there_when_it_is_saved_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save() -> tuple[int, Path]:
        with atomic_file.partial_file(tmp_path, "a.mp4", "tag") as partial:
            there = partial.file.seek(0, os.SEEK_END)
            partial.file.seek(0)
            partial.file.write(b"film")
            atomic_file.sync(partial.file)
            return there, atomic_file.commit(partial, tmp_path, "a", ".mp4")

    no_links(monkeypatch, errno.EACCES)
    monkeypatch.setattr(Path, "replace", os.rmdir)  # refuses with its own OSError
    with pytest.raises(TransferError):
        save()
    monkeypatch.undo()
    assert save() == (4, tmp_path / "a.mp4")
    assert contents(tmp_path) == {"a.mp4": b"film"}


def test_without_hard_links_a_late_other_film_is_not_taken_for_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(_source: Path, target: Path) -> None:
        if target.name == "a.mp4":
            target.write_bytes(b"another kernel's")
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", late)
    assert publish(tmp_path, b"film") == "a-2.mp4"
    assert contents(tmp_path) == {"a.mp4": b"another kernel's", "a-2.mp4": b"film"}


@pytest.mark.documented("films: the file with that name can't be read")
def test_a_file_that_can_not_be_read_is_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.mp4").write_bytes(b"1234")

    opened = Path.open

    def refused(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "a.mp4":  # root may read everything, so the refusal is made up
            raise PermissionError(errno.EACCES, "not yours")
        return opened(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refused)
    assert publish(tmp_path, b"film") == "a-2.mp4"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only there one sees which files are open")
def test_no_file_is_removed_while_it_is_open_as_windows_would_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink

    def windows(path: Path, missing_ok: bool = False) -> None:
        if str(path) in {str(each.resolve()) for each in Path("/proc/self/fd").iterdir()}:
            raise PermissionError(errno.EACCES, "used by another process")
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(Path, "unlink", windows)
    with atomic_file.partial_file(tmp_path, "a.mp4", "tag") as partial:
        partial.file.write(b"film")
        partial.file.flush()
        atomic_file.commit(partial, tmp_path, "a", ".mp4")
    assert contents(tmp_path) == {"a.mp4": b"film"}


def test_a_film_whose_partial_file_was_deleted_is_committed_all_the_same(tmp_path: Path) -> None:
    path = partial_with(tmp_path, b"film")
    with path.open("r+b") as file:
        path.unlink()
        assert atomic_file.commit(atomic_file.PartialFile(path, file), tmp_path, "a", ".mp4").name == "a.mp4"
    gc.collect()  # a file that nobody closed complains here
    assert contents(tmp_path) == {"a.mp4": b"film"}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_and_where_the_disk_refuses_that_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    path = partial_with(tmp_path, b"film")
    with path.open("r+b") as file:
        path.unlink()
        with pytest.raises(OSError, match="full"):
            atomic_file.commit(atomic_file.PartialFile(path, file), tmp_path, "a", ".mp4")
    gc.collect()
    assert contents(tmp_path) == {}


def test_a_name_that_is_claimed_already_is_not_claimed_again(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"mine")
    path = partial_with(tmp_path, b"film")
    with path.open("r+b") as file:
        assert not atomic_file._claim(atomic_file.PartialFile(path, file), tmp_path / "a.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == b"mine"


# --- names


def test_the_names_that_are_taken_end_at_the_first_free_one(tmp_path: Path) -> None:
    for name in ("a.mp4", "a-2.mp4", "a-4.mp4"):
        (tmp_path / name).touch()
    assert [path.name for path in atomic_file.existing_candidates(tmp_path, "a", ".mp4")] == [
        "a.mp4",
        "a-2.mp4",
    ]


def test_names_that_are_taken_by_something_else_do_not_hide_the_film(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").mkdir()
    (tmp_path / "a-2.mp4").touch()
    assert [path.name for path in atomic_file.existing_candidates(tmp_path, "a", ".mp4")] == ["a-2.mp4"]


def test_a_piece_of_a_file_is_read_and_less_at_its_end(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    assert atomic_file.read(tmp_path / "a", 3, 4) == b"3456"
    assert atomic_file.read(tmp_path / "a", 8, 4) == b"89"


def test_a_saved_file_that_goes_while_it_is_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TransferError, match=r"^The saved video can't be read: no such file or directory\."):
        list(atomic_file.read_chunks(tmp_path / "gone", 4))
    assert atomic_file.size_of(tmp_path / "gone") == -1
    (tmp_path / "a").write_bytes(b"0123456789")
    assert list(atomic_file.read_chunks(tmp_path / "a", 4)) == [b"0123", b"4567", b"89"]
