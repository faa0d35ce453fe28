"""Draws the simulator's films, pictures and sounds: `python -m tools.draw_videos [name ...]`, in the top folder.

Run by hand, and the results are committed; the simulator itself needs none of this. It wants `numpy` for the
painting and `imageio-ffmpeg` for its static ffmpeg (libx264, AAC). The films were made on 2026-11-23 with
numpy 2 and ffmpeg 9: 24 frames a second, 6 s, H.264 High in yuv420p (what Chromium, Firefox and Safari all
play), AAC-LC, and +faststart, so that `moov` comes before `mdat` and a player can begin before it has
everything. All of it is computed: nobody else's picture or sound is in them. It takes about a minute a film.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Protocol

FILMS = Path(__file__).parents[2] / "mh_widgets" / "simulator" / "films"
FRAMES_PER_SECOND = 24
SECONDS = 6


class Painter(Protocol):
    """Something that paints a frame; `t` runs from 0 to 1."""

    def frame(self, t: float) -> object:
        """Paint the frame at `t`."""


@dataclass(frozen=True)
class Film:
    """How one film is made."""

    width: int
    height: int
    crf: int
    chord: list[float]
    notes: list[tuple[float, float]]
    water: float


DORIAN = [146.83, 220.0, 261.63, 329.63]
MAJOR_NINTH = [130.81, 196.0, 246.94, 329.63]
OPEN_FIFTHS = [98.0, 146.83, 220.0, 293.66]
WIDE = [73.42, 110.0, 164.81, 246.94]

PLAN = {
    "sunrise": Film(
        640, 360, 26, MAJOR_NINTH, [(0.9, 523.25), (2.1, 659.26), (3.4, 587.33), (4.3, 783.99)], 0.8
    ),
    "moonlight": Film(640, 360, 27, DORIAN, [(1.1, 440.0), (2.6, 523.25), (4.0, 392.0)], 1.0),
    "lanterns": Film(
        320, 600, 29, OPEN_FIFTHS, [(0.6, 587.33), (1.5, 440.0), (2.4, 659.26), (3.6, 587.33)], 0.35
    ),
    "planet": Film(480, 480, 27, WIDE, [(1.4, 329.63), (3.2, 493.88)], 0.12),
}


STILLS = ("dawn", "noon", "dusk", "night", "wide", "tall")
OTHERS = {"poster": ".png", "cutout": ".png", "voice": ".wav", "bells": ".mp3"}
VOICE_SECONDS = 2.6
BELLS_SECONDS = 5


def main(names: list[str]) -> None:
    """Draw the named ones, or all: the films of `PLAN`, the pictures and the sounds."""
    for name in names or [*PLAN, "poster", *STILLS, "cutout", "voice", "bells"]:
        suffix = ".mp4" if name in PLAN else ".jpg" if name in STILLS else OTHERS[name]
        target = FILMS / f"{name}{suffix}"
        if name in PLAN:
            draw(name, PLAN[name], target)
        elif name in STILLS:
            draw_still(name, target)
        else:
            {"poster": draw_poster, "cutout": draw_cutout, "voice": draw_voice, "bells": draw_bells}[name](
                target
            )
        sys.stdout.write(f"{target.name}: {target.stat().st_size:,} bytes\n")


def painter(name: str, width: int, height: int) -> Painter:
    """Who paints the film of this name."""
    from . import bay, lanterns, planet

    if name == "lanterns":
        return lanterns.Lanterns(width, height)
    if name == "planet":
        return planet.Planet(width, height)
    return bay.Bay(width, height, bay.SUNRISE if name == "sunrise" else bay.MOONLIGHT)


def frames(name: str, width: int, height: int, moments: list[float]) -> Iterator[bytes]:
    """Return the frames at these moments (0 to 1), as RGB bytes."""
    import numpy as np  # type: ignore[import-not-found,unused-ignore]

    from .paint import finish, grid

    x, y = grid(width, height)
    # The same grain in each frame: it hides banding, and costs the encoder nothing after the first one.
    grain = np.random.default_rng(1).random((height, width))
    hand = painter(name, width, height)
    for moment in moments:
        yield finish(hand.frame(moment), x, y, grain).tobytes()


def draw(name: str, film: Film, target: Path) -> None:
    """Paint, score and encode one film."""
    from .sound import RATE, ambience

    count = FRAMES_PER_SECOND * SECONDS
    with tempfile.TemporaryDirectory() as folder:
        track = Path(folder) / "track.wav"
        samples = ambience(SECONDS, film.chord, film.notes, film.water, seed=len(name))
        write_wave(track, samples.tobytes(), channels=2, rate=RATE)
        encode(
            frames(name, film.width, film.height, [i / (count - 1) for i in range(count)]),
            shlex.split(
                f"-f rawvideo -pix_fmt rgb24 -s {film.width}x{film.height} -r {FRAMES_PER_SECOND} -i -"
            ),
            ["-i", str(track)],
            shlex.split("-vf scale=out_color_matrix=bt709:out_range=tv -pix_fmt yuv420p"),
            shlex.split("-colorspace bt709 -color_primaries bt709 -color_trc bt709"),
            shlex.split(
                f"-c:v libx264 -profile:v high -preset veryslow -crf {film.crf} -g {FRAMES_PER_SECOND * 2}"
            ),
            shlex.split("-c:a aac -b:a 72k -movflags +faststart -map_metadata -1"),
            shlex.split("-fflags +bitexact -flags:v +bitexact -flags:a +bitexact"),
            [str(target)],
        )


def draw_poster(target: Path) -> None:
    """Return the sunrise at its best moment, as a PNG with a palette of its own."""
    encode(
        frames("sunrise", 640, 360, [0.46]),
        shlex.split("-f rawvideo -pix_fmt rgb24 -s 640x360 -i - -frames:v 1 -bitexact"),
        [
            "-vf",
            "split[a][b];[a]palettegen=max_colors=255[p];[b][p]paletteuse=dither=sierra2_4a",
            str(target),
        ],
    )


def draw_still(name: str, target: Path) -> None:
    """One picture of the bay."""
    from .stills import still

    plan, pixels = still(name)
    encode(
        iter([pixels]),
        shlex.split(f"-f rawvideo -pix_fmt rgb24 -s {plan.width}x{plan.height} -i - -frames:v 1"),
        ["-q:v", "5", "-bitexact", str(target)],
    )


def draw_cutout(target: Path) -> None:
    """Return the planet, as a PNG with a transparent background."""
    from .stills import CUTOUT_SIDE, cutout

    encode(
        iter([cutout()]),
        shlex.split(f"-f rawvideo -pix_fmt rgba -s {CUTOUT_SIDE}x{CUTOUT_SIDE} -i - -frames:v 1"),
        ["-pred", "mixed", "-bitexact", str(target)],
    )


def draw_voice(target: Path) -> None:
    """Return the voice that hums, as a WAV."""
    from .voice import RATE, hum

    write_wave(target, hum(VOICE_SECONDS).tobytes(), channels=1, rate=RATE)


def draw_bells(target: Path) -> None:
    """Return a few bells over the water, as an MP3."""
    from .sound import RATE, ambience

    notes = [(0.3, 587.33), (1.1, 880.0), (1.9, 659.26), (2.6, 440.0), (3.3, 587.33)]
    with tempfile.TemporaryDirectory() as folder:
        track = Path(folder) / "track.wav"
        samples = ambience(BELLS_SECONDS, OPEN_FIFTHS, notes, 0.2, seed=5)
        write_wave(track, samples.tobytes(), channels=2, rate=RATE)
        encode(
            iter(()),
            ["-i", str(track)],
            shlex.split("-c:a libmp3lame -b:a 64k -ac 1 -map_metadata -1 -bitexact"),
            [str(target)],
        )


def write_wave(target: Path, samples: bytes, *, channels: int, rate: int) -> None:
    """Write 16-bit samples as a WAV."""
    with wave.open(str(target), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)


def encode(pictures: Iterator[bytes], *options: list[str]) -> None:
    """Feed raw pictures to ffmpeg. Raises RuntimeError with what it said."""
    import imageio_ffmpeg

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *chain.from_iterable(options)]
    done = subprocess.run(command, input=b"".join(pictures), capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"ffmpeg failed: {done.stderr.decode()}")


if __name__ == "__main__":
    main(sys.argv[1:])
