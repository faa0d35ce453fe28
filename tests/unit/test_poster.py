"""Which frame of a film becomes its poster, how small it gets, and what bad files lead to."""

from __future__ import annotations

import io
import os
import sys
import threading
from pathlib import Path

import pytest

import mh_widgets.simulator
from mh_widgets import ConfigurationError, TransferError
from mh_widgets.transfers import poster
from mh_widgets.transfers.types import TransferCancelled
from tests.unit.clips import BLACK, DIM, GREY, NOISE, STRIPES, clip, drawn, poster_of, size_of, still

FILMS = sorted((Path(mh_widgets.simulator.__file__).parent / "films").glob("*.mp4"))


def brightness(jpeg: bytes) -> tuple[float, float]:
    import av

    with av.open(io.BytesIO(jpeg)) as opened:
        return poster._brightness(next(opened.decode(video=0)))


def code_of(data: bytes, media: str = "video") -> str:
    with pytest.raises(TransferError) as caught:
        poster_of(data, media)
    assert "Traceback" not in str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("path", FILMS, ids=lambda path: path.stem)
def test_a_film_of_the_simulator_gets_a_small_jpeg_in_its_shape(path: Path) -> None:
    film = path.read_bytes()
    made = poster_of(film)
    assert made.startswith(b"\xff\xd8\xff")
    assert len(made) <= poster.MAX_BYTES
    width, height = size_of(made)
    wide, high = size_of(film)
    assert 240 <= max(width, height) <= 480
    assert width / height == pytest.approx(wide / high, rel=0.02)


def test_the_first_frame_that_is_not_black_is_taken() -> None:
    mean, deviation = brightness(poster_of(clip(BLACK, BLACK, GREY, STRIPES, GREY)))
    assert 90 < mean < 150
    assert deviation > 40


def test_a_dim_frame_is_taken_only_if_no_better_one_follows() -> None:
    assert brightness(poster_of(clip(DIM, STRIPES)))[0] > 90
    assert 5 < brightness(poster_of(clip(BLACK, DIM)))[0] < 30


def test_a_film_that_is_only_black_has_no_poster() -> None:
    assert code_of(clip(*[BLACK] * 5)) == "no_poster"


def test_frames_after_the_limit_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    film = clip(BLACK, BLACK, STRIPES)
    monkeypatch.setattr(poster, "_MAX_FRAMES", 2)
    assert code_of(film) == "no_poster"
    monkeypatch.setattr(poster, "_MAX_FRAMES", 3)
    assert poster_of(film)
    monkeypatch.setattr(poster, "_MAX_S", -1.0)
    assert code_of(film) == "no_poster"


def test_what_can_t_be_packed_gets_smaller_until_it_fits() -> None:
    made = poster_of(clip(NOISE, width=640, height=360))
    assert len(made) <= poster.MAX_BYTES
    assert max(size_of(made)) < 400


def test_a_film_whose_pixels_are_no_squares_keeps_its_shape() -> None:
    width, height = size_of(poster_of(clip(STRIPES, width=160, height=180, square=False)))
    assert width / height == pytest.approx(320 / 180, rel=0.02)


@pytest.mark.parametrize(
    ("degrees", "shape"), [(0, (320, 180)), (90, (180, 320)), (-90, (180, 320)), (180, (320, 180))]
)
def test_a_film_that_was_taken_sideways_is_turned(degrees: int, shape: tuple[int, int]) -> None:
    import av

    turned = poster._turned(av, drawn(STRIPES, 320, 180).reformat(format="yuvj420p"), degrees)
    assert (turned.width, turned.height) == shape


@pytest.mark.parametrize("codec", ["png", "mjpeg"])
def test_a_large_picture_is_made_small_even_a_black_one(codec: str) -> None:
    made = poster_of(still(NOISE, codec, 1000, 500), "image")
    assert made.startswith(b"\xff\xd8\xff")
    assert size_of(made)[0] == 2 * size_of(made)[1]
    assert poster_of(still(BLACK, codec, 1000, 500), "image")


def test_no_broken_file_gets_past_no_poster(capfd: pytest.CaptureFixture[str]) -> None:
    film = FILMS[0].read_bytes()
    noise = os.urandom(20_000)
    broken = [
        b"",
        b"\0",
        noise,
        film[:40],
        film[:3000],
        film[:8000] + noise,
        film[:40] + noise,
        b"\x1aE\xdf\xa3" + noise,
        b"\x89PNG\r\n\x1a\n" + noise,
        b"GIF89a" + noise,
        b"<html>not here</html>",
    ]
    assert {code_of(each) for each in broken} == {"no_poster"}
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "text", ["#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", "ffconcat version 1.0\nfile /etc/passwd\n"]
)
def test_a_playlist_that_names_other_files_is_not_opened(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import av

    monkeypatch.setattr(av, "open", lambda *_args, **_more: pytest.fail("it was opened"))
    assert code_of(text.encode()) == "no_poster"


def test_a_frame_with_too_many_pixels_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poster, "_MAX_PIXELS", 320 * 180 - 1)
    assert code_of(clip(STRIPES)) == "no_poster"


def test_a_stop_ends_the_work() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(TransferCancelled):
        poster.make_poster(io.BytesIO(clip(STRIPES)), "video", stop)


def test_without_pyav_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(ConfigurationError) as caught:
        poster_of(b"")
    assert caught.value.hint == "pip install 'mh_widgets[poster]'"
