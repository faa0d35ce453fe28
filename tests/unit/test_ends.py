"""Whether what came without a length is whole: told by the boxes of films, and by the ends of pictures and sound."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mh_widgets.simulator import FILMS
from mh_widgets.transfers import ends
from tests.unit.test_content import MADE, encode

SUNRISE = (FILMS / "sunrise.mp4").read_bytes()
FTYP = b"\0\0\0\x10ftypisom\0\0\0\0"
MOOV = b"\0\0\0\x10moov12345678"


def whole(data: bytes) -> bool:
    return ends.is_whole(io.BytesIO(data))


def boundaries(data: bytes) -> list[int]:
    """The offsets at which the boxes of a film end, its own end left out."""
    found, offset = [], 0
    while offset < len(data):
        offset += int.from_bytes(data[offset : offset + 4], "big")
        found.append(offset)
    return found[:-1]


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
    ends.is_whole(file)
    assert file.tell() == len(FTYP + MOOV + garbage)


# --- pictures and sound


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".gif", ".wav"])
def test_a_picture_or_sound_is_whole_and_cut_anywhere_it_is_not(tmp_path: Path, suffix: str) -> None:
    data = encode(tmp_path, suffix, MADE[suffix])
    assert whole(data)
    # A GIF's end is a byte that may also come before.
    assert [cut for cut in range(12, len(data)) if whole(data[:cut]) and data[cut - 1 : cut] != b";"] == []


@pytest.mark.parametrize("name", sorted(path.name for path in FILMS.iterdir() if path.suffix != ".mp3"))
def test_every_output_of_the_simulator_is_whole_and_its_half_is_not(name: str) -> None:
    data = (FILMS / name).read_bytes()
    assert whole(data)
    assert not whole(data[: len(data) // 2])
    assert not whole(data[:-1])


@pytest.mark.parametrize("name", ["cutout.png", "dawn.jpg"])
def test_bytes_behind_the_end_of_a_picture_leave_it_whole(name: str) -> None:
    assert whole((FILMS / name).read_bytes() + b"\0 written by a program")


def box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


@pytest.mark.parametrize("brand", [b"avif", b"avis", b"heic", b"heix", b"mif1"])
def test_a_picture_of_boxes_has_another_index_than_a_film(brand: bytes) -> None:
    picture = box(b"ftyp", brand + b"\0\0\0\0") + box(b"meta", b"index") + box(b"mdat", b"picture")
    assert whole(picture)
    assert [cut for cut in range(16, len(picture)) if whole(picture[:cut])] == [len(picture) - 15]
    assert not whole(picture.replace(brand, b"isom"))


@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_sound_whose_writer_did_not_know_its_size_is_taken_as_it_is(size: int) -> None:
    assert whole(b"RIFF" + size.to_bytes(4, "little") + b"WAVEfmt ")


def test_of_other_containers_nothing_is_known() -> None:
    assert whole((FILMS / "bells.mp3").read_bytes()[:5000])
    assert whole(b"fLaC and so on, an audio file")


def test_ends_are_found_however_the_bytes_come() -> None:
    data = (FILMS / "dawn.jpg").read_bytes()
    for step in (1, 7, 4095, 4096, 4097):
        scanner = ends.EndScanner()
        for offset in range(0, len(data), step):
            assert not scanner.is_complete or offset < 12
            scanner.feed(data[offset : offset + step])
        assert scanner.is_complete
