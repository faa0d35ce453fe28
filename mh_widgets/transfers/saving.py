"""An output of the file host, saved to the disk or read into memory.

Synchronous, for worker threads. ``remote_file`` reads from the host and ``atomic_file`` writes to the disk.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import pathlib
from collections.abc import Generator, Iterable, Iterator
from typing import IO

from mh_widgets.errors import TransferError
from mh_widgets.transfers import atomic_file, remote_file
from mh_widgets.transfers.disk_errors import translate_os_errors
from mh_widgets.transfers.ends import EndScanner, is_whole
from mh_widgets.transfers.remote_file import RemoteFile
from mh_widgets.transfers.types import Progress

_SAMPLE_BYTES = 64 * 1024


def read_output(remote: RemoteFile, max_bytes: int, progress: Progress) -> bytes:
    """Read a whole output into memory.

    Args:
        remote: The output on the file host.
        max_bytes: A larger output is refused.
        progress: Is told how much has arrived.

    Raises:
        TransferError: The output has more than ``max_bytes``, or could not be fetched.
        TransferCancelled: The transfer was stopped.
    """
    data = bytearray()
    with contextlib.closing(remote.iter_chunks()) as chunks:
        remote.is_whole = lambda: is_whole(io.BytesIO(data))
        for offset, chunk in at_most(max_bytes, remote, chunks):
            del data[offset:]
            data += chunk
            progress(len(data), remote.total_bytes)
    return bytes(data)


def at_most(
    max_bytes: int | None, remote: RemoteFile, chunks: Iterable[tuple[int, bytes]]
) -> Iterator[tuple[int, bytes]]:
    """Yield ``chunks``, as long as the output has no more than ``max_bytes``.

    Args:
        max_bytes: A larger output is refused; None is no limit.
        remote: The output, which may know its size.
        chunks: What ``RemoteFile.iter_chunks`` yields.

    Raises:
        TransferError: The output is larger. Raised as soon as that is known.
    """
    for offset, chunk in chunks:
        if max_bytes is not None and max(offset + len(chunk), remote.total_bytes or 0) > max_bytes:
            message = f"The {remote.media} has more than {max_bytes:,} bytes, too many to hold in memory."
            raise TransferError(message, code="too_large", hint="Download or save it.")
        yield offset, chunk


@translate_os_errors
def save_output(
    remote: RemoteFile, directory: pathlib.Path, stem: str, suffix: str, progress: Progress
) -> pathlib.Path:
    """Save an output as ``stem + suffix`` in ``directory``, or under the next free name.

    The name appears when the file is complete, and no file is overwritten. A saved output is recognised and
    not fetched again. A transfer that broke off continues where it stopped, also in another kernel. What
    arrived before an error stays in a partial file for the next attempt.

    Args:
        remote: The output on the file host.
        directory: Where to save it. Created if it doesn't exist.
        stem: The name without its ending.
        suffix: The ending, as ``.mp4``.
        progress: Is told how much has arrived.

    Returns:
        The path of the saved output.

    Raises:
        TransferError: The output could not be fetched or written.
        TransferCancelled: The transfer was stopped.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for _ in range(remote_file.MAX_FAILURES):
        with contextlib.closing(remote.iter_chunks()) as chunks:
            offset, head = next(chunks, (0, b""))
            identity = remote.validator and f"{remote.validator} {remote.total_bytes}"
            path = _find_saved(remote, head, atomic_file.existing_candidates(directory, stem, suffix))
            if path is None:
                with atomic_file.partial_file(directory, stem + suffix, identity) as partial:
                    if _fetch(remote, itertools.chain([(offset, head)], chunks), partial.file, progress):
                        path = atomic_file.commit(partial, directory, stem, suffix)
                    else:
                        partial.discard()  # the output was replaced meanwhile: begin again with the new one
        if path is not None:
            atomic_file.forget_partial(directory, stem + suffix, identity)
            return path
    message = f"The {remote.media} keeps changing during the transfer."
    raise TransferError(message, code="changed", hint="Try again later.")


def saved_or_streamed(
    remote: RemoteFile, directory: pathlib.Path, stem: str, suffix: str
) -> Generator[tuple[int, bytes], None, None]:
    """Yield a whole output in chunks: from ``directory`` if it is saved there, else from its host.

    Args:
        remote: The output on the file host.
        directory: Where the output may have been saved.
        stem: The name without its ending.
        suffix: The ending, as ``.mp4``.

    Yields:
        ``(offset, chunk)``, as ``RemoteFile.iter_chunks`` does.

    Raises:
        TransferError: The output could not be fetched, or the saved file could not be read.
        TransferCancelled: The transfer was stopped.
    """
    with contextlib.closing(remote.iter_chunks()) as chunks:
        _, head = next(chunks, (0, b""))
        path = _find_saved(remote, head, atomic_file.existing_candidates(directory, stem, suffix))
        if path is None:
            end = EndScanner()
            remote.is_whole = lambda: end.is_complete
            for offset, chunk in itertools.chain([(0, head)], chunks):
                if offset == 0:
                    end = EndScanner()
                end.feed(chunk)
                yield offset, chunk
            return
    offset = 0
    for chunk in atomic_file.read_chunks(path, remote_file.CHUNK_BYTES):
        yield offset, chunk
        offset += len(chunk)
    if offset != remote.total_bytes:
        raise TransferError(
            f"The saved {remote.media} changed while it was read.", code="changed", hint="Try again."
        )


def _find_saved(remote: RemoteFile, head: bytes, paths: Iterator[pathlib.Path]) -> pathlib.Path | None:
    """Return the path that holds this output already, or None.

    Such a file has the output's size, and the same bytes at its beginning, middle and end.
    """
    size = remote.total_bytes or 0
    offsets = [offset for offset in (size // 2, max(0, size - _SAMPLE_BYTES)) if offset]
    samples: list[bytes | None] | None = None
    for path in paths:
        if (
            size
            and atomic_file.size_of(path) == size
            and head
            and atomic_file.read(path, 0, len(head)) == head
        ):
            if samples is None:
                samples = [remote.sample(offset, min(_SAMPLE_BYTES, size - offset)) for offset in offsets]
            if all(
                sample and atomic_file.read(path, offset, len(sample)) == sample
                for offset, sample in zip(offsets, samples, strict=True)
            ):
                return path
    return None


def _fetch(
    remote: RemoteFile, chunks: Iterator[tuple[int, bytes]], file: IO[bytes], progress: Progress
) -> bool:
    """Write the missing rest of an output to ``file``; return False if the output was replaced meanwhile."""
    validator = remote.validator
    # After a crash of the machine, the last bytes of a file may never have reached the disk.
    position = max(0, file.seek(0, os.SEEK_END) - remote_file.CHUNK_BYTES)
    remote.is_whole = lambda: is_whole(file)
    with contextlib.closing(remote.iter_chunks(position)) as rest:
        for offset, chunk in rest if position else chunks:
            if remote.validator != validator:
                return False
            if offset != file.tell():
                file.seek(offset)
            file.write(chunk)
            progress(offset + len(chunk), remote.total_bytes)
    end = file.tell()
    if file.seek(0, os.SEEK_END) > end:
        file.truncate(end)  # only where it is needed, as some file systems can't truncate
    atomic_file.sync(file)
    return True
