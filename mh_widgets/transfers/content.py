"""What a body is, judged by its first bytes: the file that was asked for, or a page that came in its place.

Headers are not believed: a hotel's login page says 200, and a proxy may say ``video/mp4`` of whatever it
likes.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
from collections.abc import Iterator

#: So many bytes tell text from anything else; a browser looks at as many.
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

#: Extensions of outputs that are text by themselves, and of those that are web pages or pictures in markup.
_TEXT_SUFFIXES = frozenset({".ass", ".csv", ".gltf", ".json", ".srt", ".txt", ".vtt"})
_MARKUP_SUFFIXES = frozenset({".htm", ".html", ".svg", ".xml"})


def is_media(head: bytes) -> bool:
    """Whether a file with these first bytes is of a kind that outputs usually are. False says nothing."""
    return _MEDIA.match(head) is not None


def is_gzip(head: bytes) -> bool:
    """Whether a file with these first bytes is packed with gzip."""
    return head.startswith(b"\x1f\x8b")


def stand_in(head: bytes, media: str, suffix: str = "") -> str:
    """What came in the place of the file, "a web page" or "an error message"; "" where it may be the file itself.

    Only what is text is refused, never a container for being unknown.

    Args:
        head: The first bytes, ``HEAD_BYTES`` of them or all there are.
        media: What was asked for, ``video``, ``image``, ``audio`` or ``file``.
        suffix: The extension in the link, in lower case: a ``file`` may be text.
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
    # Where the bytes are wide, any file may begin with the mark, so it has to go on as a document.
    is_wide, is_plain = encoding not in ("", "utf-8"), not _BINARY.search(head)
    is_document = is_markup or _JSON.match(text)
    if (is_document and (is_wide or is_plain)) or (media != "file" and is_plain):
        return "an error message"
    return ""


def unpack(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The content of a gzip file. Raises ``EOFError``, ``OSError`` or ``zlib.error`` where it is broken or cut."""
    with gzip.GzipFile(fileobj=io.BufferedReader(_Reader(chunks))) as file:
        while data := file.read(64 * 1024):
            yield data


class _Reader(io.RawIOBase):
    """Chunks as a file to read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # io's own type is wider
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
