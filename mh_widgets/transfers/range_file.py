"""A part of an output as a file object: its first bytes, and by range requests what a decoder asks for."""

from __future__ import annotations

import contextlib
import io

from mh_widgets.transfers.remote_file import RemoteFile

#: Bytes of the first request. Most short films have their index and their first frames in them.
HEAD_BYTES = 512 * 1024
#: Bytes of each further request.
BLOCK_BYTES = 1024 * 1024
#: The most bytes that are fetched of one output.
MAX_BYTES = 8 * 1024 * 1024


class LimitReached(OSError):
    """A decoder has asked for more than may be fetched, or for what the host doesn't serve."""


class RangeFile(io.RawIOBase):
    """An output on the file host, read where a decoder seeks to. Fetches ``MAX_BYTES`` at most.

    Args:
        remote: The output. What it raises passes through the decoder.
        head_bytes: Bytes of the first request; None is ``HEAD_BYTES``.

    Raises:
        TransferError: The first bytes could not be fetched.
        TransferCancelled: The transfer was stopped.
    """

    def __init__(self, remote: RemoteFile, head_bytes: int | None = None) -> None:
        self._remote = remote
        self._position = 0
        self._blocks: dict[int, bytes] = {}
        self._head = self._fetch_head(head_bytes or HEAD_BYTES)
        self._fetched = len(self._head)
        # A host that tells no size serves no ranges either, so what has arrived is all there is.
        self.size = len(self._head) if remote.total_bytes is None else remote.total_bytes

    @property
    def head(self) -> bytes:
        """The first bytes, which tell the container."""
        return self._head

    def readable(self) -> bool:
        """Return True, as all files that are read."""
        return True

    def seekable(self) -> bool:
        """Return True: seeking costs nothing before the next read."""
        return True

    def tell(self) -> int:
        """Return the position of the next read."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to ``offset``, as any file does."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # io's is wider
        """Read what is there in one piece. Raises ``LimitReached``."""
        data = self._bytes_at(self._position)[: len(buffer)]
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def _bytes_at(self, position: int) -> bytes:
        """Return some bytes from ``position`` on; none at the end."""
        if position < len(self._head):
            return self._head[position:]
        if position >= self.size:
            return b""
        start = position - position % BLOCK_BYTES
        if start not in self._blocks:
            # Where the head has a part of the block, only the rest is fetched.
            first = max(start, len(self._head))
            self._blocks[start] = bytes(first - start) + self._fetch(first, start + BLOCK_BYTES - first)
        return self._blocks[start][position - start :]

    def _fetch(self, offset: int, size: int) -> bytes:
        size = min(size, self.size - offset)
        if self._fetched + size > MAX_BYTES:
            raise LimitReached("Enough of the file was read.")
        data = self._remote.sample(offset, size)
        if data is None:
            raise LimitReached("The file host sent no part of the file.")
        self._fetched += size
        return data

    def _fetch_head(self, size: int) -> bytes:
        head = bytearray()
        with contextlib.closing(self._remote.iter_chunks(first_bytes=size)) as chunks:
            for offset, chunk in chunks:
                del head[offset:]
                head += chunk
                # A host without ranges sends the whole file: a small one can be used all the same.
                if len(head) >= (size if self._remote.validator else MAX_BYTES):
                    break
        return bytes(head)
