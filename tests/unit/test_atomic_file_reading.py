"""What is read of files: which names are taken, and pieces."""

from __future__ import annotations

from pathlib import Path

import pytest

from mh_widgets import TransferError
from mh_widgets.transfers import atomic_file


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


@pytest.mark.parametrize(
    ("name", "media"), [("gone.mp4", "video"), ("gone.png", "image"), ("gone.wav", "audio"), ("gone", "file")]
)
def test_a_saved_file_that_goes_while_it_is_read_is_a_sentence(tmp_path: Path, name: str, media: str) -> None:
    with pytest.raises(
        TransferError, match=rf"^The saved {media} can't be read: no such file or directory\."
    ):
        list(atomic_file.read_chunks(tmp_path / name, 4))
    assert atomic_file.size_of(tmp_path / "gone") == -1
    (tmp_path / "a").write_bytes(b"0123456789")
    assert list(atomic_file.read_chunks(tmp_path / "a", 4)) == [b"0123", b"4567", b"89"]
