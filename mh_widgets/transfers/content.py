"""Checks of the first bytes of a body: whether they are the file, or a page that came in its place.

Headers can't be trusted. A hotel's login page has the status 200, and a proxy may send any content type.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
from collections.abc import Iterator

#: How many bytes are needed to tell text from other content. Browsers look at as many.
#: https://mimesniff.spec.whatwg.org/#reading-the-resource-header
HEAD_BYTES = 512

# The containers that outputs come in: ISO media (mp4, mov, m4a, avif), Matroska, pictures, sound.
_MEDIA = re.compile(
    rb"\0...(ftyp|styp|moov|moof|mdat|free|skip|wide|sidx|emsg|pnot)|\x1aE\xdf\xa3|RIFF....(WAVE|WEBP|AVI )"
    rb"|\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a|OggS\0|fLaC|ID3[\x02-\x04]|\xff[\xe2\xe3\xf0-\xf3\xf8-\xfb]",
    re.DOTALL,
)
# https://mimesniff.spec.whatwg.org/#binary-data-byte
_BINARY = re.compile(rb"[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_MARKUP = re.compile(r"\s*<[!?/A-Za-z]")
_JSON = re.compile(r"\s*[{\[]")
_HTML = re.compile(r"(?i)<(!doctype\s+html|html|head|body|script|title|meta|center|h1|div|p)\b")

#: Extensions of outputs that are text, and of those that are markup.
_TEXT_SUFFIXES = frozenset({".ass", ".csv", ".gltf", ".json", ".srt", ".txt", ".vtt"})
_MARKUP_SUFFIXES = frozenset({".htm", ".html", ".svg", ".xml"})


def is_media(head: bytes) -> bool:
    """Return whether a file with these first bytes is a usual kind of output. False means unknown."""
    return _MEDIA.match(head) is not None


def is_gzip(head: bytes) -> bool:
    """Return whether a file with these first bytes is packed with gzip."""
    return head.startswith(b"\x1f\x8b")


def stand_in(head: bytes, media: str, suffix: str = "") -> str:
    """Name what came instead of the file, judged by its first bytes.

    Only text is refused. A container of an unknown kind is accepted.

    Args:
        head: The first ``HEAD_BYTES`` of the body, or all of it if it is shorter.
        media: What was asked for: ``video``, ``image``, ``audio`` or ``file``.
        suffix: The extension in the link, in lower case. A ``file`` may be text.

    Returns:
        "a web page" or "an error message"; "" if this may be the file.
    """
    if is_media(head) or not head or suffix in _MARKUP_SUFFIXES:
        return ""
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS.items() if head.startswith(mark)), "")
    text = head.decode(encoding or "latin-1", errors="ignore").lstrip("\ufeff")
    is_markup = _MARKUP.match(text) is not None
    if is_markup and _HTML.search(text):
        return "a web page"
    if suffix in _TEXT_SUFFIXES:
        return ""
    # Any file may begin with the mark of a wide encoding, so the rest must look like a document.
    is_wide, is_plain = encoding not in ("", "utf-8"), not _BINARY.search(head)
    is_document = is_markup or _JSON.match(text)
    if (is_document and (is_wide or is_plain)) or (media != "file" and is_plain):
        return "an error message"
    return ""


def unpack(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the content of a gzip file.

    Args:
        chunks: The gzip file, in chunks of any size.

    Raises:
        EOFError: The file is cut.
        OSError: The file is broken.
        zlib.error: The file is broken.
    """
    with gzip.GzipFile(fileobj=io.BufferedReader(_Reader(chunks))) as file:
        while data := file.read(64 * 1024):
            yield data


class _Reader(io.RawIOBase):
    """A file object that reads from chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # io's is wider
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
