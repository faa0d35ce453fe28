"""Whether an MP4 film is all there, judged by its own structure: for the rare host that doesn't say how long it is."""

from __future__ import annotations

#: Boxes that a film that plays has: its type, its index, its pictures.
_NEEDED = {b"ftyp", b"moov", b"mdat"}


_END_OF_FILE = 1 << 63


class Mp4BoxScanner:
    """The top-level boxes of a file that is read from its beginning. Source: ISO/IEC 14496-12, 4.2."""

    def __init__(self) -> None:
        self._position = 0  # of the next byte
        self._next = 0  # where the next box begins
        self._header = b""
        self._kinds: set[bytes] = set()
        self._odd = False  # something that can't be an MP4

    def feed(self, piece: bytes) -> None:
        """Read the next piece."""
        at = 0
        while at < len(piece) and not self._odd:
            skipped = min(self._next - self._position, len(piece) - at) if self._next > self._position else 0
            at, self._position = at + skipped, self._position + skipped
            if self._position < self._next:
                return
            # A header is 8 bytes, or 16 where the size has 64 bits; it may be cut by the end of a piece.
            wanted = 16 if self._header[:4] == b"\0\0\0\1" and len(self._header) >= 8 else 8
            part = piece[at : at + wanted - len(self._header)]
            self._header += part
            at += len(part)
            if len(self._header) == 8 and self._header[:4] == b"\0\0\0\1":
                continue
            if len(self._header) == wanted:
                self._begin_box()

    def _begin_box(self) -> None:
        header, self._header = self._header, b""
        size = int.from_bytes(header[8:] or header[:4], "big")
        open_ended = size == 0 and len(header) == 8  # the last box may end where the file does
        if (not self._kinds and header[4:8] != b"ftyp") or (size < len(header) and not open_ended):
            self._odd = True
            return
        self._kinds.add(header[4:8])
        self._next = _END_OF_FILE if open_ended else self._position + size
        self._position += len(header)

    @property
    def is_complete(self) -> bool:
        """Whether the file may end here. True for what is no MP4 at all: nothing is known about it."""
        if not self._kinds:
            return self._odd
        at_end = self._next in (self._position, _END_OF_FILE)
        return not self._odd and at_end and not self._header and self._kinds >= _NEEDED
