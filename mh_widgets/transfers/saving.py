"""A presigned URL becomes a file on disk, or pieces of bytes: what ``filehost`` reads, brought to where it is wanted.

Synchronous, for worker threads. ``disk`` knows how a file comes to its name, this module in which order it
all goes.
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
from mh_widgets.transfers.mp4 import Mp4BoxScanner
from mh_widgets.transfers.remote_file import RemoteFile
from mh_widgets.transfers.types import Progress

_SAMPLE_BYTES = 64 * 1024


def read_film(film: RemoteFile, max_bytes: int, progress: Progress) -> bytes:
    """The whole film, at most ``max_bytes``. Raises ``TransferError``, or ``TransferCancelled``."""
    data = bytearray()
    with contextlib.closing(film.iter_chunks()) as pieces:
        film.is_whole = lambda: atomic_file.is_whole_mp4(io.BytesIO(data))
        for offset, piece in at_most(max_bytes, film, pieces):
            del data[offset:]
            data += piece
            progress(len(data), film.total_bytes)
    return bytes(data)


def at_most(
    max_bytes: int | None, film: RemoteFile, pieces: Iterable[tuple[int, bytes]]
) -> Iterator[tuple[int, bytes]]:
    """``iter_chunks``, or a ``TransferError`` as soon as it is known that there are more than ``max_bytes``."""
    for offset, piece in pieces:
        if max_bytes is not None and max(offset + len(piece), film.total_bytes or 0) > max_bytes:
            why = f"The film has more than {max_bytes:,} bytes, too many for the memory."
            raise TransferError(why, code="too_large", hint="Download or save it.")
        yield offset, piece


@atomic_file.translate_os_errors
def save_film(
    film: RemoteFile, directory: pathlib.Path, stem: str, suffix: str, progress: Progress
) -> pathlib.Path:
    """Save ``film`` as ``stem + suffix`` in ``directory``, or under the next free name; return its path.

    The name appears with the whole film in it, and nothing is ever overwritten. A film that is there already
    is recognised and not fetched again; one that broke off goes on where it was, also in another kernel.
    Raises ``TransferError``, or ``TransferCancelled``; what has arrived by then stays in a partial file for
    the next time.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for _ in range(remote_file.MAX_FAILURES):
        with contextlib.closing(film.iter_chunks()) as pieces:
            offset, head = next(pieces, (0, b""))
            identity = film.validator and f"{film.validator} {film.total_bytes}"
            path = _recognise(film, head, atomic_file.existing_candidates(directory, stem, suffix))
            if path is None:
                with atomic_file.partial_file(directory, stem + suffix, identity) as partial:
                    if _fetch(film, itertools.chain([(offset, head)], pieces), partial.file, progress):
                        path = atomic_file.commit(partial, directory, stem, suffix)
                    else:
                        partial.discard()  # another film came in the middle: begin again with that one
        if path is not None:
            atomic_file.forget_partial(directory, stem + suffix, identity)
            return path
    raise TransferError("The film changes while it is fetched.", code="changed", hint="Try again later.")


def saved_or_streamed(
    film: RemoteFile, directory: pathlib.Path, stem: str, suffix: str
) -> Generator[tuple[int, bytes], None, None]:
    """``(offset, piece)`` of the whole film, from ``directory`` where it has been saved there, else from its host."""
    with contextlib.closing(film.iter_chunks()) as pieces:
        _, head = next(pieces, (0, b""))
        path = _recognise(film, head, atomic_file.existing_candidates(directory, stem, suffix))
        if path is None:
            boxes = Mp4BoxScanner()
            film.is_whole = lambda: boxes.is_complete
            for offset, piece in itertools.chain([(0, head)], pieces):
                if offset == 0:
                    boxes = Mp4BoxScanner()
                boxes.feed(piece)
                yield offset, piece
            return
    offset = 0
    for chunk in atomic_file.read_chunks(path, remote_file.CHUNK_BYTES):
        yield offset, chunk
        offset += len(chunk)
    if offset != film.total_bytes:
        raise TransferError("The saved video changed while it was read.", code="changed", hint="Try again.")


def _recognise(film: RemoteFile, head: bytes, paths: Iterator[pathlib.Path]) -> pathlib.Path | None:
    """The path that holds this film already: of its size, and the same at its beginning, middle and end."""
    size = film.total_bytes or 0
    spots = [spot for spot in (size // 2, max(0, size - _SAMPLE_BYTES)) if spot]
    samples: list[bytes | None] | None = None
    for path in paths:
        if (
            size
            and atomic_file.size_of(path) == size
            and head
            and atomic_file.read(path, 0, len(head)) == head
        ):
            if samples is None:
                samples = [film.sample(spot, min(_SAMPLE_BYTES, size - spot)) for spot in spots]
            if all(
                sample and atomic_file.read(path, at, len(sample)) == sample
                for at, sample in zip(spots, samples, strict=True)
            ):
                return path
    return None


def _fetch(
    film: RemoteFile, pieces: Iterator[tuple[int, bytes]], file: IO[bytes], progress: Progress
) -> bool:
    """Write what is missing of the film to ``file``; False where the film changed under way."""
    validator = film.validator
    # Behind a crash of the machine, the last bytes of a file may never have reached the disk.
    position = max(0, file.seek(0, os.SEEK_END) - remote_file.CHUNK_BYTES)
    film.is_whole = lambda: atomic_file.is_whole_mp4(file)
    with contextlib.closing(film.iter_chunks(position)) as later:
        for offset, piece in later if position else pieces:
            if film.validator != validator:
                return False
            if offset != file.tell():
                file.seek(offset)
            file.write(piece)
            progress(offset + len(piece), film.total_bytes)
    end = file.tell()
    if file.seek(0, os.SEEK_END) > end:
        file.truncate(end)  # only then, as some file systems can't
    atomic_file.sync(file)
    return True
