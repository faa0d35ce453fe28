"""A saved film is whole or not there, under the project's name, over nothing that was there."""

from __future__ import annotations

import errno
import gzip
import os
from pathlib import Path

import pytest

from tests.unit.file_host import FileHost, streamed
from tests.unit.saver import FILM, Saver, make_small_and_quick


@pytest.fixture(autouse=True)
def small_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_and_quick(monkeypatch)


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
