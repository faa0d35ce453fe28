"""Partial files: what has arrived is there the next time, and one's own until then."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mh_widgets.transfers import atomic_file
from tests.unit.platforms import posix


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
