"""The last step to a file's final name: nothing is replaced or lost, whoever is faster."""

from __future__ import annotations

import concurrent.futures
import errno
import gc
import multiprocessing
import os
import random
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import pytest

from mh_widgets import TransferError
from mh_widgets.transfers import atomic_file
from tests.unit.platforms import posix


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
@pytest.mark.parametrize(("suffix", "media"), [(".mp4", "video"), (".png", "image"), (".wav", "audio")])
@pytest.mark.documented("films: a file system that refuses that, too")
def test_a_whole_film_that_gets_no_name_is_kept_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, identity: str, suffix: str, media: str
) -> None:
    def broken(_path: Path, _target: Path) -> None:
        raise OSError(errno.EACCES, f"no permission: {tmp_path}")

    def save() -> None:
        with atomic_file.partial_file(tmp_path, f"a{suffix}", identity) as partial:
            partial.file.write(b"film")
            atomic_file.sync(partial.file)
            atomic_file.commit(partial, tmp_path, "a", suffix)

    no_links(monkeypatch, errno.EACCES)
    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(TransferError) as caught:
        save()
    ((name, data),) = contents(tmp_path).items()
    assert (name.endswith(".part"), data) == (True, b"film")
    assert caught.value.message == f"The {media} can't get its final name: no permission to write there."
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
