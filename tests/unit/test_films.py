"""The simulator's films are what a browser plays, in the shape that their projects say."""

from __future__ import annotations

import re
import struct
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from mh_widgets.simulator import FILMS, SCENARIOS

NAMES = ("sunrise", "moonlight", "lanterns", "planet")


def boxes(data: bytes) -> list[str]:
    """The names of an MP4's outermost boxes, in their order."""
    names, at = [], 0
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        assert size >= 8
        names.append(name.decode())
        at += size
    assert at == len(data)
    return names


def ffmpeg(*options: str) -> str:
    done = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


def size(path: Path) -> tuple[int, int]:
    found = re.search(r"Stream .*Video: .*?, (\d+)x(\d+)", ffmpeg("-i", str(path)))
    assert found
    return int(found[1]), int(found[2])


@pytest.mark.parametrize("name", NAMES)
def test_a_player_can_begin_before_it_has_everything(name: str) -> None:
    names = boxes((FILMS / f"{name}.mp4").read_bytes())
    assert names[0] == "ftyp"
    assert names.index("moov") < names.index("mdat")


@pytest.mark.parametrize("name", NAMES)
def test_a_film_is_h264_and_aac_that_every_browser_plays(name: str) -> None:
    said = ffmpeg("-i", str(FILMS / f"{name}.mp4"))
    assert re.search(r"Video: h264 \((High|Main)\).* yuv420p\(", said)
    assert "24 fps" in said
    assert re.search(r"Audio: aac \(LC\).* stereo", said)
    assert "Duration: 00:00:06.00" in said


@pytest.mark.parametrize("name", NAMES)
def test_a_film_can_be_heard_but_not_loudly(name: str) -> None:
    said = ffmpeg("-i", str(FILMS / f"{name}.mp4"), "-vn", "-af", "volumedetect", "-f", "null", "-")
    mean, loudest = (float(re.findall(rf"{word}_volume: (-?[\d.]+) dB", said)[0]) for word in ("mean", "max"))
    assert -32 < mean < -14
    assert loudest < -3


def test_together_they_are_small() -> None:
    sizes = [path.stat().st_size for path in FILMS.iterdir()]
    assert max(sizes) < 200_000
    assert sum(sizes) < 1_050_000


def test_every_project_has_the_shape_of_its_film_so_that_no_card_jumps() -> None:
    sizes = {path: size(path) for path in FILMS.glob("*.mp4")}
    for scenario in (each for each in SCENARIOS if each.kind == "video"):
        film = next(output for output in scenario.outputs if isinstance(output, Path))
        width, height = sizes[film]
        if scenario.width > 0:
            assert scenario.width * height == scenario.height * width, scenario.id


def test_the_picture_is_a_png_of_the_film_that_it_goes_with() -> None:
    data = (FILMS / "poster.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack_from(">II", data, 16) == (640, 360)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        *((each, (384, 384)) for each in ("dawn", "noon", "dusk", "night")),
        ("wide", (640, 360)),
        ("tall", (288, 512)),
    ],
)
def test_a_still_is_a_jpeg_in_its_own_shape(name: str, shape: tuple[int, int]) -> None:
    path = FILMS / f"{name}.jpg"
    assert path.read_bytes().startswith(b"\xff\xd8\xff")
    assert size(path) == shape


def test_the_cutout_is_a_png_that_is_clear_outside_and_solid_inside() -> None:
    path = FILMS / "cutout.png"
    data = path.read_bytes()
    assert struct.unpack_from(">II", data, 16) == (224, 224)
    assert data[25] == 6  # truecolour with alpha
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-i", str(path)]
    alpha = subprocess.run(
        [*command, "-vf", "alphaextract", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
        capture_output=True,
        check=True,
    ).stdout
    assert (alpha[0], alpha[112 * 224 + 112]) == (0, 255)


@pytest.mark.parametrize(
    ("name", "codec", "length"),
    [("voice.wav", "pcm_s16le", "00:00:02.60"), ("bells.mp3", "mp3", "00:00:05.0")],
)
def test_a_sound_can_be_heard_but_not_loudly(name: str, codec: str, length: str) -> None:
    said = ffmpeg("-i", str(FILMS / name), "-af", "volumedetect", "-f", "null", "-")
    assert re.search(rf"Audio: {codec}", said)
    assert f"Duration: {length}" in said
    mean, loudest = (float(re.findall(rf"{word}_volume: (-?[\d.]+) dB", said)[0]) for word in ("mean", "max"))
    assert -32 < mean < -14
    assert loudest < -3
