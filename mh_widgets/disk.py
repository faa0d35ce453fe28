"""Files that are whole under their final name, or not there: names, partial files, the last step. Knows no network."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import filecmp
import functools
import hashlib
import itertools
import os
import pathlib
import secrets
import sys
from collections.abc import Callable, Iterator
from typing import IO, ParamSpec, TypeVar

from mh_widgets.errors import TransferError

if sys.platform != "win32":
    import fcntl

P = ParamSpec("P")
T = TypeVar("T")

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota is used up",
    errno.EFBIG: "the file system takes no file of that size",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "no permission to write there",
    errno.EPERM: "no permission to write there",
    errno.ENOTDIR: "a part of its path is a file",
    errno.EEXIST: "a file has the directory's name",
    errno.ENAMETOOLONG: "its name is too long",
}
# What os.link says on file systems without hard links.
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EOPNOTSUPP, errno.EINVAL})


@dataclasses.dataclass
class Partial:
    """A file on its way, open for reading and writing, and ours alone."""

    path: pathlib.Path
    file: IO[bytes]

    def drop(self) -> None:
        """Forget what has arrived."""
        self.path.unlink(missing_ok=True)


@contextlib.contextmanager
def partial_file(directory: pathlib.Path, name: str, identity: str) -> Iterator[Partial]:
    """The partial file of ``name`` for the film that ``identity`` stands for, with what arrived of it before.

    It stays when the block ends, unless ``identity`` is "": then nobody could know what it belongs to. While another
    process or another card writes to it, this one gets a file of its own, which goes.
    """
    tag = hashlib.sha256(identity.encode()).hexdigest()[:12]
    partial = _locked(directory / f".{name}.{tag}.part") if identity else None
    shared = partial is not None
    if partial is None:
        path = directory / f".{name}.{secrets.token_hex(6)}.part"
        partial = Partial(path, path.open("x+b"))
    try:
        with partial.file:
            yield partial
    except OSError:
        partial.drop()  # what the disk refused is no beginning
        raise
    finally:
        if not shared or (partial.path.exists() and partial.path.stat().st_size == 0):
            partial.drop()


def _locked(path: pathlib.Path) -> Partial | None:
    if sys.platform == "win32":
        return None  # no locks of this kind: every transfer there has a partial file of its own
    # Opened without truncation and with the permissions that any new file gets.
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(file.fileno()).st_ino == path.stat().st_ino:  # else whoever had it has just finished with it
            return Partial(path, file)
    except OSError:
        pass
    file.close()
    return None


def publish(partial: pathlib.Path, directory: pathlib.Path, stem: str, suffix: str) -> pathlib.Path:
    """Give a whole file its name, the first free one, in one step that replaces nothing; return its path.

    A file of the same bytes that has come there meanwhile is as good.
    """
    for path in names(directory, stem, suffix):
        # A symbolic link that leads nowhere takes a name as well, and there is nothing to compare.
        if os.path.lexists(path) and not (path.is_file() and filecmp.cmp(partial, path, shallow=False)):
            continue
        try:
            os.link(partial, path)  # fails where somebody was faster: two kernels can't race
        except FileExistsError:
            if not (path.is_file() and filecmp.cmp(partial, path, shallow=False)):
                continue
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if not (path.is_file() or _claim(partial, path)):
                continue
        partial.unlink(missing_ok=True)
        _sync(directory)
        return path
    raise AssertionError("unreachable: there is always a next name")


def _claim(partial: pathlib.Path, path: pathlib.Path) -> bool:
    """Without hard links: take the name with an empty file first, then put the film in its place."""
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return False
    try:
        partial.replace(path)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return True


def _sync(directory: pathlib.Path) -> None:
    """Bring the new name itself to the disk, where directories can be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def names(directory: pathlib.Path, stem: str, suffix: str) -> Iterator[pathlib.Path]:
    """``stem.mp4``, ``stem-2.mp4`` and so on."""
    yield directory / f"{stem}{suffix}"
    for number in itertools.count(2):
        yield directory / f"{stem}-{number}{suffix}"


def taken(directory: pathlib.Path, stem: str, suffix: str) -> Iterator[pathlib.Path]:
    """Those of the names that are files already, up to the first free one."""
    return itertools.takewhile(pathlib.Path.is_file, names(directory, stem, suffix))


def read(path: pathlib.Path, offset: int, size: int) -> bytes:
    """``size`` bytes from ``offset`` on, fewer at the end."""
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(size)


def is_whole_mp4(file: IO[bytes]) -> bool:
    """Whether the boxes of an MP4 file end where the file ends, with its index (``moov``) among them.

    True for what is no MP4: nothing is known about it. Source: ISO/IEC 14496-12, 4.2. Leaves the file at its end.
    """
    end, offset = file.seek(0, os.SEEK_END), 0
    kinds: list[bytes] = []
    while offset < end:
        file.seek(offset)
        header = file.read(16)
        size, kind = int.from_bytes(header[:4], "big"), header[4:8]
        if not kinds and kind != b"ftyp":
            break
        kinds.append(kind)
        if size == 1:  # the real size follows, in 64 bits
            size = int.from_bytes(header[8:16], "big")
        if size == 0:  # up to the end of the file
            size = end - offset
        if size < 8:
            break
        offset += size
    file.seek(end)
    return not kinds or (offset == end and b"moov" in kinds)


def reports_errors(function: Callable[P, T]) -> Callable[P, T]:
    """Make the disk's refusals a ``TransferError``: the system's own text holds a path of this machine."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except OSError as error:
            number = error.errno or 0
        reason = _REASONS.get(number) or (os.strerror(number).lower() if number else "the disk refused")
        hint = "Choose another download_directory."
        raise TransferError(f"The film can't be written: {reason}.", code="disk", hint=hint)

    return wrapper
