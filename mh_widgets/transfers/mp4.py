"""A check whether an MP4 file is complete, for the rare host that doesn't send its length."""

from __future__ import annotations

#: Boxes that a file needs to play: its type, its index and its samples.
_NEEDED = {b"ftyp", b"moov", b"mdat"}
#: A picture, as AVIF, has another index, and may have its samples in it.
_NEEDED_BY_PICTURES = {b"ftyp", b"meta"}
_PICTURES = frozenset({b"avif", b"avis", b"heic", b"heix", b"mif1"})

_END_OF_FILE = 1 << 63


class Mp4BoxScanner:
    """A scanner of the top-level boxes of a file that is read from its beginning.

    Source: ISO/IEC 14496-12, 4.2.
    """

    def __init__(self) -> None:
        self._position = 0  # offset of the next byte
        self._next = 0  # offset of the next box
        self._header = b""
        self._kinds: set[bytes] = set()
        self._invalid = False  # whether this can't be an MP4
        self._start = b""  # size, type and brand of the first box

    def feed(self, chunk: bytes) -> None:
        """Read the next bytes of the file."""
        if len(self._start) < 12:
            self._start += chunk[: 12 - len(self._start)]
        start = 0
        while start < len(chunk) and not self._invalid:
            skipped = max(0, min(self._next - self._position, len(chunk) - start))
            start, self._position = start + skipped, self._position + skipped
            if self._position < self._next:
                return
            # A header has 8 bytes, or 16 if the size has 64 bits. It may be cut by the end of a chunk.
            wanted = 16 if self._header[:4] == b"\0\0\0\1" and len(self._header) >= 8 else 8
            part = chunk[start : start + wanted - len(self._header)]
            self._header += part
            start += len(part)
            if len(self._header) == 8 and self._header[:4] == b"\0\0\0\1":
                continue
            if len(self._header) == wanted:
                self._begin_box()

    def _begin_box(self) -> None:
        header, self._header = self._header, b""
        size = int.from_bytes(header[8:] or header[:4], "big")
        open_ended = size == 0 and len(header) == 8  # the last box may end where the file does
        if (not self._kinds and header[4:8] != b"ftyp") or (size < len(header) and not open_ended):
            self._invalid = True
            return
        self._kinds.add(header[4:8])
        self._next = _END_OF_FILE if open_ended else self._position + size
        self._position += len(header)

    @property
    def is_complete(self) -> bool:
        """Whether the file may end here. True for a file that is no MP4, as nothing is known about it."""
        if not self._kinds:
            return self._invalid
        at_end = self._next in (self._position, _END_OF_FILE)
        needed = _NEEDED_BY_PICTURES if self._start[8:] in _PICTURES else _NEEDED
        return not self._invalid and at_end and not self._header and self._kinds >= needed
