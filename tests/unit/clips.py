"""Short films that PyAV draws for the tests of posters."""

from __future__ import annotations

import fractions
import io
import pathlib
import tempfile
import threading
from collections.abc import Sequence

import av

from mh_widgets.transfers import poster
from mh_widgets.transfers.range_file import RangeFile
from mh_widgets.transfers.remote_file import RemoteFile
from tests.unit.file_host import URL, FileHost

BLACK, GREY = "black", "grey"
STRIPES, NOISE, DIM = "stripes", "noise", "dim"
_LUMA = {BLACK: 16, GREY: 128}


def clip(*scenes: str, width: int = 320, height: int = 180, index: str = "end", square: bool = True) -> bytes:
    """A film at 10 frames a second, with one frame for each scene, and its index at the ``end`` or ``start``."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "clip.mp4")
        _write(path, scenes, (width, height), {"movflags": "faststart"} if index == "start" else {}, square)
        return path.read_bytes()


def _write(
    path: pathlib.Path, scenes: Sequence[str], size: tuple[int, int], options: dict[str, str], square: bool
) -> None:
    width, height = size
    with av.open(path, "w", options=options) as made:
        stream = made.add_stream("libx264", rate=10, options={"preset": "ultrafast", "qp": "10"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        if not square:
            stream.codec_context.sample_aspect_ratio = fractions.Fraction(2)
        for number, scene in enumerate(scenes):
            frame = drawn(scene, width, height, seed=number)
            frame.pts, frame.time_base = number, fractions.Fraction(1, 10)
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))


def still(scene: str, codec: str, width: int, height: int) -> bytes:
    """A picture, as ``png`` or ``mjpeg``."""
    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height = width, height
    encoder.pix_fmt = "rgb24" if codec == "png" else "yuvj420p"
    encoder.time_base = fractions.Fraction(1)
    frame = drawn(scene, width, height).reformat(format=encoder.pix_fmt)
    frame.pts, frame.time_base = 0, fractions.Fraction(1)
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])


def drawn(scene: str, width: int, height: int, seed: int = 0) -> av.VideoFrame:
    """One frame: of one colour, of stripes, or of what can't be packed."""
    frame = av.VideoFrame(width, height, "yuv420p")
    for number, plane in enumerate(frame.planes):
        size = plane.buffer_size
        if number:
            data = bytes([128]) * size
        elif scene == STRIPES:
            data = (bytes([40]) * 16 + bytes([200]) * 16) * (size // 32 + 1)
        elif scene == DIM:
            data = (bytes([16]) * 24 + bytes([90]) * 8) * (size // 32 + 1)
        elif scene == NOISE:
            state, values = 12345 + seed, bytearray()
            while len(values) < size:
                state = (state * 1103515245 + 12345) % 2**31
                values += (state >> 8).to_bytes(3, "big")
            data = bytes(values)
        else:
            data = bytes([_LUMA[scene]]) * size
        plane.update(data[:size])
    return frame


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of a picture."""
    with av.open(io.BytesIO(data)) as opened:
        context = opened.streams.video[0].codec_context
        return context.width, context.height


def poster_of(film: bytes, media: str = "video") -> bytes:
    """The poster of a film on the disk."""
    return poster.make_poster(io.BytesIO(film), media, threading.Event())


def remote_poster(host: FileHost, url: str = URL) -> bytes:
    """The poster of a film on a host."""
    stop = threading.Event()
    with RemoteFile(lambda _renew, _stop: url, stop, transport=host) as remote:
        return poster.make_poster(RangeFile(remote), "video", stop)
