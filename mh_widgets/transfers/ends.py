"""A check whether an output is complete, for the rare host that doesn't send its length."""

from __future__ import annotations

from typing import IO, Final

from mh_widgets.transfers.mp4 import Mp4BoxScanner

#: How many of the last bytes are kept. Some programs write a few of their own behind the end of a picture.
_TAIL_BYTES = 4096
#: A WAV file has this size or more, or 0, if its writer didn't know it.
_NO_SIZE = 0x7FFFFFFF

#: How files of a kind begin, and how they end.
_ENDS: Final = (
    (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
    (b"\xff\xd8\xff", b"\xff\xd9"),
)


class EndScanner:
    """A scanner of an output that is read from its beginning. It looks at the ends of the usual containers."""

    def __init__(self) -> None:
        self._boxes = Mp4BoxScanner()
        self._size = 0
        self._head = self._tail = b""

    def feed(self, chunk: bytes) -> None:
        """Read the next bytes of the output."""
        self._boxes.feed(chunk)
        self._size += len(chunk)
        if len(self._head) < 12:
            self._head += chunk[: 12 - len(self._head)]
        self._tail = (self._tail + chunk if len(chunk) < _TAIL_BYTES else chunk)[-_TAIL_BYTES:]

    @property
    def is_complete(self) -> bool:
        """Whether the output may end here. True where nothing is known about it, as for an MP3."""
        for beginning, end in _ENDS:
            if self._head.startswith(beginning):
                return end in self._tail
        if self._head.startswith(b"GIF8"):
            return self._tail.rstrip(b"\0").endswith(b";")
        if self._head.startswith(b"RIFF"):  # WAV and WebP, which tell the size of what follows it
            size = int.from_bytes(self._head[4:8], "little")
            return len(self._head) == 12 and (not 0 < size < _NO_SIZE or self._size >= 8 + size)
        return self._boxes.is_complete


def is_whole(file: IO[bytes]) -> bool:
    """Return whether ``file`` may be a complete output; see ``EndScanner``. Leaves it at its end."""
    scanner = EndScanner()
    file.seek(0)
    while chunk := file.read(1 << 20):
        scanner.feed(chunk)
    return scanner.is_complete
