"""A film's first good frame as a small JPEG, made with PyAV. Worker threads call it, and only here is PyAV loaded.

What is decoded came from the network. So the container is named by its first bytes, as FFmpeg's playlists
would open other addresses, and frames, pixels and seconds have limits.
"""

from __future__ import annotations

import fractions
import re
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from mh_widgets._fork import importing
from mh_widgets.errors import ConfigurationError, TransferError
from mh_widgets.transfers.types import NO_POSTER, TransferCancelled

if TYPE_CHECKING:
    import io

    from av.video.frame import VideoFrame

#: The most bytes of a poster. A notebook keeps it twice, as state and as HTML, in four thirds of its size:
#: with the 50 kB of a card it stays below 70 kB.
MAX_BYTES: Final = 7_000

#: Longest sides in pixels, and quantizers of FFmpeg's JPEG encoder (2 is the best), tried until one is small.
_SIDES_PX = (480, 400, 320, 240, 160)
_QUANTIZERS = (3, 5, 7, 10, 14)

#: The most pixels of a frame: a little more than 8K.
_MAX_PIXELS = 40_000_000
#: A film that is dark for longer than this has its best frame so far as its poster.
_MAX_FRAMES = 300
_MAX_S = 10.0

#: Between 0 and 255: a frame whose mean is below it is black, and one whose values differ less is of one colour.
_BLACK_MEAN = 24
_FLAT_DEVIATION = 5.0
_FLATTEST_DEVIATION = 1.0

_CONTAINERS = (
    (re.compile(rb"\0...(ftyp|styp|moov|moof|mdat|free|skip|wide)", re.DOTALL), "mov"),
    (re.compile(rb"\x1aE\xdf\xa3"), "matroska"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png_pipe"),
    (re.compile(rb"\xff\xd8\xff"), "jpeg_pipe"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "webp_pipe"),
    (re.compile(rb"GIF8[79]a"), "gif"),
)
_PICTURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
)

#: By degrees counter-clockwise: the filters that turn a frame.
_TURNS = {90: ("cclock",), -90: ("clock",), 180: ("clock", "clock"), -180: ("clock", "clock")}


def picture_type(data: bytes) -> str:
    """Return the MIME type of a picture that every browser shows, or ""."""
    return next((mime for mark, mime in _PICTURES if mark.match(data)), "")


def make_poster(file: io.RawIOBase | BinaryIO, media: str, stop: threading.Event) -> bytes:
    """Return a JPEG of at most ``MAX_BYTES``: a film's first frame that is not black, or a picture made small.

    Args:
        file: A seekable file. What it raises passes through the decoder.
        media: ``video`` or ``image``. A picture is accepted as it is, black or not.
        stop: Ends the work soon after it is set.

    Raises:
        ConfigurationError: PyAV is missing or can't be loaded.
        TransferError: The file can't be decoded, or shows nothing. The code is ``no_poster``.
        TransferCancelled: The work was stopped.
    """
    pyav = _load_pyav()
    head = file.read(16) or b""
    container = next((name for mark, name in _CONTAINERS if mark.match(head)), "")
    try:
        file.seek(0)
        data = _draw(pyav, file, container, media, stop) if container else None
    except (TransferCancelled, TransferError):
        raise
    except Exception:  # noqa: BLE001 - a decoder raises of every kind on files that are not what they claim
        data = None
    if data is None:
        raise TransferError(f"No picture of the {media} could be made.", code=NO_POSTER)
    return data


def _load_pyav() -> Any:
    try:
        with importing():
            import av
    except (ImportError, OSError):
        raise ConfigurationError(
            "A poster needs PyAV, which is not installed.", hint="pip install 'mh_widgets[poster]'"
        ) from None
    return av


def _draw(
    pyav: Any, file: io.RawIOBase | BinaryIO, container: str, media: str, stop: threading.Event
) -> bytes | None:
    with pyav.open(file, format=container) as opened:
        stream = opened.streams.video[0]
        stream.codec_context.options = {"max_pixels": str(_MAX_PIXELS)}
        stream.codec_context.thread_count = 1
        frame = _choose(_frames(opened.decode(stream), stop), picture=media == "image")
        return None if frame is None else _encode(pyav, frame, stream.sample_aspect_ratio or 1)


def _frames(decoded: Iterator[VideoFrame], stop: threading.Event) -> Iterator[VideoFrame]:
    """Yield the first frames, until a limit is reached or nothing more can be decoded."""
    end = time.monotonic() + _MAX_S
    for _ in range(_MAX_FRAMES):
        if stop.is_set():
            raise TransferCancelled
        if time.monotonic() > end:
            return
        try:
            frame = next(decoded)
        except (TransferCancelled, TransferError):
            raise
        except Exception:  # noqa: BLE001 - also the end of the bytes: what was decoded before may serve
            return
        if not getattr(frame, "is_corrupt", False):
            yield frame


def _choose(frames: Iterator[VideoFrame], *, picture: bool) -> VideoFrame | None:
    """Return the first frame that shows something, else the one that shows most, or None if all are flat."""
    best: VideoFrame | None = None
    most = _FLATTEST_DEVIATION
    for frame in frames:
        mean, deviation = _brightness(frame)
        if picture or (mean >= _BLACK_MEAN and deviation >= _FLAT_DEVIATION):
            return frame
        if deviation > most:
            best, most = frame, deviation
    return best


def _brightness(frame: VideoFrame) -> tuple[float, float]:
    """Return the mean of the pixels between 0 and 255, and their standard deviation."""
    plane = frame.reformat(width=32, height=32, format="gray").planes[0]
    rows, step = bytes(plane), plane.line_size
    pixels = b"".join(rows[row * step : row * step + 32] for row in range(32))
    mean = sum(pixels) / len(pixels)
    return mean, (sum((pixel - mean) ** 2 for pixel in pixels) / len(pixels)) ** 0.5


def _encode(pyav: Any, frame: VideoFrame, pixel_ratio: fractions.Fraction | int) -> bytes | None:
    """Return the frame as a JPEG: the largest and best one within ``MAX_BYTES``.

    ``pixel_ratio`` is the width of a pixel over its height: those of some films are no squares.
    """
    for side_px in _SIDES_PX:
        width, height = _fit(frame.width * float(pixel_ratio), frame.height, side_px)
        small = _turned(pyav, frame.reformat(width=width, height=height, format="yuvj420p"), _rotation(frame))
        for quantizer in _QUANTIZERS:
            data = _jpeg(pyav, small, quantizer)
            if len(data) <= MAX_BYTES:
                return data
    return None


def _fit(width: float, height: float, side_px: int) -> tuple[int, int]:
    scale = min(1.0, side_px / max(width, height))
    # Even numbers, as colours are halved.
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _rotation(frame: VideoFrame) -> int:
    return int(getattr(frame, "rotation", 0))  # PyAV 14 doesn't know it


def _turned(pyav: Any, frame: VideoFrame, degrees: int) -> VideoFrame:
    """Return the frame as players show it: phones record sideways and store the rotation."""
    turns = _TURNS.get(degrees)
    if turns is None:
        return frame
    graph = pyav.filter.Graph()
    last = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=fractions.Fraction(1)
    )
    for turn in turns:
        following = graph.add("transpose", turn)
        last.link_to(following)
        last = following
    last.link_to(graph.add("buffersink"))
    graph.configure()
    graph.push(frame)
    return cast("VideoFrame", graph.pull())


def _jpeg(pyav: Any, frame: VideoFrame, quantizer: int) -> bytes:
    encoder = pyav.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuvj420p"
    encoder.time_base = fractions.Fraction(1)
    encoder.qmin = encoder.qmax = quantizer
    frame.pts, frame.time_base = 0, fractions.Fraction(1)
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])
