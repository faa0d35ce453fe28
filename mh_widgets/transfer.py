"""A presigned URL becomes a file on disk, or pieces of bytes. Nothing here has credentials.

Everything is synchronous and meant for a worker thread: streamed by synchronous httpx, a film of 500 MB costs 38 MB of
memory and 2.2 times curl's time; async httpx on the loop stalls it up to 85 ms (measured).
"""

from __future__ import annotations

import contextlib
import errno
import filecmp
import itertools
import os
import pathlib
import secrets
import threading
from collections.abc import Callable, Iterator
from typing import IO

import httpx

from mh_widgets.errors import TransferError
from mh_widgets.net import is_fetchable, ssl_context, unlogged

#: Bytes read at once; also the size of the messages that carry a film to the browser.
CHUNK_BYTES = 1024 * 1024
_MAX_REDIRECTS = 5
_TIMEOUT_S = 30.0

#: ``progress(received_bytes, total_bytes)``, called in the worker thread; ``total_bytes`` is None where unknown.
Progress = Callable[[int, "int | None"], None]


class Stopped(Exception):
    """Somebody asked this transfer to stop; it has cleaned up after itself."""


class Film:
    """An open answer of the file host: its size, and its bytes in pieces."""

    def __init__(self, response: httpx.Response) -> None:
        length = response.headers.get("content-length", "")
        encoded = "content-encoding" in response.headers
        self.total_bytes = int(length) if length.isdecimal() and not encoded else None
        self.pieces: Iterator[bytes] = response.iter_bytes(CHUNK_BYTES)


@contextlib.contextmanager
def open_film(url: str, transport: httpx.BaseTransport | None = None) -> Iterator[Film]:
    """Open ``url`` for reading. Raises ``TransferError``; its code is ``link_ended`` where a fresh link may help."""
    verify = ssl_context() if transport is None else False
    # Credential-free on purpose, and made for one film: it shares neither headers nor cookies with the API's client.
    with (
        unlogged(),
        _as_transfer_error(),
        httpx.Client(verify=verify, transport=transport, timeout=_TIMEOUT_S, follow_redirects=False) as http,
        contextlib.ExitStack() as stack,
    ):
        response = _get(http, url, stack)
        if response.status_code in (403, 404, 410):
            raise TransferError("The link to the film has ended.", code="link_ended", hint="Try again.")
        if response.status_code != 200:
            raise TransferError(
                f"The file host answered {response.status_code}.",
                code=f"http_{response.status_code}",
                hint="Try again.",
            )
        yield Film(response)


def _get(http: httpx.Client, url: str, stack: contextlib.ExitStack) -> httpx.Response:
    for _ in range(_MAX_REDIRECTS + 1):
        if not is_fetchable(url):
            raise TransferError("The link to the film is not one that can be fetched.", code="bad_link")
        response = stack.enter_context(http.stream("GET", url, headers={"Accept-Encoding": "identity"}))
        if not response.has_redirect_location:
            return response
        url = str(response.url.join(response.headers["location"]))
    raise TransferError("The file host redirects in a circle.", code="redirects", hint="Try again.")


def save_film(
    url: str,
    directory: pathlib.Path,
    stem: str,
    suffix: str,
    *,
    progress: Progress,
    stop: threading.Event,
    transport: httpx.BaseTransport | None = None,
) -> pathlib.Path:
    """Save the film at ``url`` as ``stem + suffix`` in ``directory``, or under the next free name; return its path.

    The name appears with the whole film in it, and nothing is ever overwritten. A film that is there already is
    recognised by its size and its first megabyte, and not fetched again. Raises ``TransferError``, or ``Stopped``
    soon after ``stop`` is set; either way no partial file stays.
    """
    with _as_transfer_error():
        directory.mkdir(parents=True, exist_ok=True)
    with open_film(url, transport) as film, _as_transfer_error():
        first = next(film.pieces, b"")
        for path in _taken(directory, stem, suffix):
            if film.total_bytes == path.stat().st_size and _starts_with(path, first):
                return path
        partial = directory / f".{stem}{suffix}.{secrets.token_hex(4)}.part"
        try:
            with partial.open("xb") as file:
                _write(film, first, file, progress, stop)
            return _publish(partial, directory, stem, suffix)
        finally:
            partial.unlink(missing_ok=True)


def read_film(
    url: str,
    max_bytes: int,
    *,
    progress: Progress,
    stop: threading.Event,
    transport: httpx.BaseTransport | None = None,
) -> bytes:
    """The bytes of the film at ``url``, at most ``max_bytes``. Raises ``TransferError``, or ``Stopped``."""
    data = bytearray()
    with open_film(url, transport) as film:
        for piece in film.pieces:
            data += piece
            if max(len(data), film.total_bytes or 0) > max_bytes:
                hint = "Pass a larger max_bytes, or use save()."
                raise TransferError(f"The film has more than {max_bytes:,} bytes.", code="too_large", hint=hint)
            if stop.is_set():
                raise Stopped
            progress(len(data), film.total_bytes)
    return bytes(data)


def _write(film: Film, first: bytes, file: IO[bytes], progress: Progress, stop: threading.Event) -> None:
    received = 0
    for piece in itertools.chain([first], film.pieces):
        if stop.is_set():
            raise Stopped
        file.write(piece)
        received += len(piece)
        progress(received, film.total_bytes)
    if not received or film.total_bytes not in (None, received):
        raise TransferError("The film arrived incomplete.", code="incomplete", hint="Try again.")
    file.flush()
    os.fsync(file.fileno())


def _publish(partial: pathlib.Path, directory: pathlib.Path, stem: str, suffix: str) -> pathlib.Path:
    for path in _names(directory, stem, suffix):
        try:
            os.link(partial, path)  # fails where the name is taken: two kernels can't race
            return path
        except FileExistsError:
            if filecmp.cmp(partial, path, shallow=False):
                return path
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK):
                raise
            # No hard links on this file system: claim the name first, then put the film under it.
            with contextlib.suppress(FileExistsError):
                path.touch(exist_ok=False)
                partial.replace(path)
                return path
    raise AssertionError("unreachable: there is always a next name")


def _names(directory: pathlib.Path, stem: str, suffix: str) -> Iterator[pathlib.Path]:
    yield directory / f"{stem}{suffix}"
    for number in itertools.count(2):
        yield directory / f"{stem}-{number}{suffix}"


def _taken(directory: pathlib.Path, stem: str, suffix: str) -> Iterator[pathlib.Path]:
    return itertools.takewhile(pathlib.Path.is_file, _names(directory, stem, suffix))


def _starts_with(path: pathlib.Path, head: bytes) -> bool:
    with path.open("rb") as file:
        return bool(head) and file.read(len(head)) == head


@contextlib.contextmanager
def _as_transfer_error() -> Iterator[None]:
    """Say what happened without the URL: httpx's and the system's own texts may hold it, or a path of this machine."""
    try:
        yield
        return
    except httpx.TimeoutException:
        failure = TransferError("The file host did not answer in time.", code="timeout", hint="Try again.")
    except httpx.ConnectError:
        failure = TransferError("The file host can't be reached.", code="network", hint="Check the network, try again.")
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
        failure = TransferError("The connection to the file host broke.", code="network", hint="Try again.")
    except OSError as error:
        reason = {
            errno.ENOSPC: "the disk is full",
            errno.EDQUOT: "the quota is used up",
            errno.EROFS: "the file system is read-only",
            errno.EACCES: "no permission to write there",
            errno.EPERM: "no permission to write there",
            errno.ENOTDIR: "a part of its path is a file",
            errno.EEXIST: "a file has the directory's name",
        }.get(error.errno or 0, os.strerror(error.errno) if error.errno else type(error).__name__)
        failure = TransferError(
            f"The film can't be written: {reason}.", code="disk", hint="Choose another download_directory."
        )
    raise failure
