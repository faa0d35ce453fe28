"""What came is judged by its bytes: every container passes, known or not, and no page is taken for a film."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import pytest

from mh_widgets.models import MEDIA_BY_SUFFIX
from mh_widgets.simulator import FILMS
from mh_widgets.transfers import content
from mh_widgets.transfers.content import HEAD_BYTES, is_media, stand_in, unpack

SOUND = ("-f", "lavfi", "-i", "sine=duration=0.2")
PICTURE = ("-f", "lavfi", "-i", "testsrc=duration=0.2:size=64x64")
#: Options of ffmpeg by the extension of what it makes.
MADE = {
    ".mp4": (*PICTURE, "-pix_fmt", "yuv420p"),
    ".m4v": PICTURE,
    ".mov": PICTURE,
    ".webm": (*PICTURE, "-c:v", "libvpx"),
    ".mkv": PICTURE,
    ".png": (*PICTURE, "-frames:v", "1"),
    ".jpg": (*PICTURE, "-frames:v", "1"),
    ".jpeg": (*PICTURE, "-frames:v", "1"),
    ".webp": (*PICTURE, "-frames:v", "1"),
    ".gif": PICTURE,
    ".mp3": SOUND,
    ".wav": SOUND,
    ".m4a": SOUND,
    ".aac": SOUND,
    ".ogg": SOUND,
    ".flac": SOUND,
}
#: Containers that outputs don't come in today.
STRANGE = {".avi": PICTURE, ".ts": PICTURE, ".flv": PICTURE, ".mpg": PICTURE, ".wmv": PICTURE, ".aiff": SOUND}


def encode(folder: Path, suffix: str, options: tuple[str, ...]) -> bytes:
    path = folder / f"a{suffix}"
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *options, str(path)], check=True)
    return path.read_bytes()


def test_every_kind_of_output_is_tried_here() -> None:
    # ffmpeg makes no AVIF everywhere; its beginning is that of an MP4.
    assert {*MADE, ".avif"} == set(MEDIA_BY_SUFFIX)
    assert is_media(b"\0\0\0\x20ftypavif\0\0\0\0")


@pytest.mark.parametrize("suffix", MADE)
def test_a_file_of_a_known_kind_is_what_it_is_however_little_came(tmp_path: Path, suffix: str) -> None:
    data = encode(tmp_path, suffix, MADE[suffix])
    assert is_media(data[:HEAD_BYTES])
    assert [size for size in range(1, HEAD_BYTES) if size >= 12 and stand_in(data[:size], "video")] == []


@pytest.mark.documented("films: a container that is not known")
@pytest.mark.parametrize("suffix", STRANGE)
@pytest.mark.parametrize("media", ["video", "file"])
def test_a_container_that_nobody_knows_is_not_refused(tmp_path: Path, suffix: str, media: str) -> None:
    data = encode(tmp_path, suffix, STRANGE[suffix])
    assert stand_in(data[:HEAD_BYTES], media) == ""


def test_noise_is_not_refused_whatever_it_begins_with() -> None:
    noise = random.Random(1).randbytes(HEAD_BYTES)
    beginnings = [
        b"",
        b"<",
        b"{",
        b"[",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe\0\0",
        b"\0\0\xfe\xff",
    ]
    for beginning, media in itertools.product(beginnings, ("video", "image", "audio", "file")):
        assert stand_in(beginning + b"\0" + noise, media) == "", beginning


def test_the_films_of_the_simulator_pass() -> None:
    for path in FILMS.iterdir():
        assert is_media(path.read_bytes()[:HEAD_BYTES])


LOGIN = "<html><head><title>Bitte anmelden für das Gästenetz</title></head><body>…</body></html>"
WEB_PAGES = [
    LOGIN.encode(),
    LOGIN.encode("latin-1", "replace"),
    LOGIN.encode("utf-8-sig"),
    LOGIN.encode("utf-16"),
    LOGIN.encode("utf-32"),
    b"\r\n\t <!DOCTYPE html>\n<html>",
    b"<!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'>",
    b"<!-- saved -->\n<HTML><BODY onload=go()>",
    b'<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">',
    b"<script>location='http://login.test/'</script>",
    b"<h1>502 Bad Gateway</h1>",
    b"<meta http-equiv=refresh content='0; url=http://login.test/'>",
    b"<html>\0a page with a byte that is no text</html>",
]
ERRORS = [
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code></Error>',
    b"<Error><Code>SlowDown</Code></Error>",
    json.dumps({"message": "Not Found"}).encode(),
    json.dumps({"message": "Not Found"}).encode("utf-16"),
    b' [{"error": 5}]',
]
PLAIN = [
    b"upstream connect error or disconnect/reset before headers",
    b"NoSuchKey",
    b"x",
    "Bitte anmelden: Gästenetz".encode(),
]


@pytest.mark.parametrize("media", ["video", "image", "audio", "file"])
@pytest.mark.parametrize("body", WEB_PAGES)
def test_a_web_page_is_none_of_them(body: bytes, media: str) -> None:
    assert stand_in(body, media) == "a web page"


@pytest.mark.parametrize("media", ["video", "image", "audio", "file"])
@pytest.mark.parametrize("body", ERRORS)
def test_an_error_of_the_host_is_none_of_them(body: bytes, media: str) -> None:
    assert stand_in(body, media) == "an error message"


@pytest.mark.parametrize("body", PLAIN)
def test_plain_text_is_no_film_but_may_be_a_file(body: bytes) -> None:
    assert [stand_in(body, media) for media in ("video", "image", "audio")] == ["an error message"] * 3
    assert stand_in(body, "file") == ""


@pytest.mark.parametrize(
    ("suffix", "body"),
    [
        (".srt", b"1\n00:00:00,000 --> 00:00:01,000\nHello\n"),
        (".vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"),
        (".json", b'{"words": []}'),
        (".gltf", b'{"asset": {}}'),
        (".svg", b'<svg xmlns="http://www.w3.org/2000/svg">'),
        (".xml", b'<?xml version="1.0"?><fcpxml/>'),
        (".html", LOGIN.encode()),
    ],
)
def test_an_output_that_is_text_by_itself_passes(suffix: str, body: bytes) -> None:
    assert stand_in(body, "file", suffix) == ""


@pytest.mark.parametrize("suffix", [".srt", ".vtt", ".json", ".txt"])
def test_a_web_page_is_no_subtitles_either(suffix: str) -> None:
    assert stand_in(LOGIN.encode(), "file", suffix) == "a web page"


# --- what is packed


def parts(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 7, 10**6])
def test_what_is_packed_is_unpacked_from_pieces_of_any_size(size: int) -> None:
    film = bytes(range(256)) * 400
    assert b"".join(unpack(parts(gzip.compress(film), size))) == film
    assert (
        b"".join(unpack(parts(gzip.compress(film) + gzip.compress(b"and more"), size))) == film + b"and more"
    )


def test_a_small_body_that_unpacks_to_a_huge_one_comes_in_bounded_pieces() -> None:
    pieces = unpack(parts(gzip.compress(bytes(50_000_000)), 10**6))
    assert max(len(piece) for piece in pieces) <= 64 * 1024


def test_packed_bytes_that_are_cut_or_broken_are_an_error() -> None:
    packed = gzip.compress(random.Random(1).randbytes(10_000))
    for broken in (packed[:-1], packed[:5000], packed[:5000] + b"\0" + packed[5001:], packed + b"not gzip"):
        with pytest.raises((EOFError, OSError, zlib.error)):
            list(content.unpack(parts(broken, 1000)))
