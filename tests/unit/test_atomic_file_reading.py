"""What is read of files: whether a film is whole, which names are taken, and pieces."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mh_widgets import TransferError
from mh_widgets.simulator import FILMS
from mh_widgets.transfers import atomic_file

SUNRISE = (FILMS / "sunrise.mp4").read_bytes()


FTYP = b"\0\0\0\x10ftypisom\0\0\0\0"


MOOV = b"\0\0\0\x10moov12345678"


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
