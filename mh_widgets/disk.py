"""Files that are whole under their final name, or not there: names, partial files, the last step. Knows no network."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import functools
import hashlib
import itertools
import os
import pathlib
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from typing import IO, ParamSpec, TypeVar

from mh_widgets.errors import TransferError
from mh_widgets.mp4 import Boxes

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
        if sys.platform == "win32":
            self.file.close()  # what is open can't be removed there
        self.path.unlink(missing_ok=True)


@contextlib.contextmanager
def partial_file(directory: pathlib.Path, name: str, identity: str) -> Iterator[Partial]:
    """The partial file of ``name`` for the film that ``identity`` stands for, with what arrived of it before.

    It stays when the block ends, unless ``identity`` is "": then nobody could know what it belongs to. While another
    process or another card writes to it, this one gets a file of its own, which goes.
    """
    partial = _locked(_partial_path(directory, name, identity)) if identity else None
    shared = partial is not None
    if partial is None:
        path = directory / f".{name}.{secrets.token_hex(6)}.part"
        partial = Partial(path, path.open("x+b"))
    with partial.file:
        try:
            yield partial
        except OSError:
            partial.drop()  # what the disk refused is no beginning
            raise
        finally:
            # Before the lock goes with the file: after that it may be another's.
            if not shared or not (partial.file.closed or partial.file.seek(0, os.SEEK_END)):
                partial.drop()


def forget_partial(directory: pathlib.Path, name: str, identity: str) -> None:
    """Remove what an earlier attempt may have left of a film that is whole by now."""
    if identity:
        _partial_path(directory, name, identity).unlink(missing_ok=True)


def _partial_path(directory: pathlib.Path, name: str, identity: str) -> pathlib.Path:
    return directory / f".{name}.{hashlib.sha256(identity.encode()).hexdigest()[:12]}.part"


def _locked(path: pathlib.Path) -> Partial | None:
    if sys.platform == "win32":
        return None  # no locks of this kind: every transfer there has a partial file of its own
    # Opened without truncation and with the permissions that any new file gets.
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(file.fileno()).st_ino == path.stat().st_ino:  # else whoever had it has just finished with it
            return Partial(path, file)
    except BlockingIOError:
        pass
    except OSError:
        if not os.fstat(file.fileno()).st_size:  # a file system without locks: what was just made must not stay
            path.unlink(missing_ok=True)
    file.close()
    return None


def publish(partial: Partial, directory: pathlib.Path, stem: str, suffix: str) -> pathlib.Path:
    """Give a whole file its name, the first free one, in one step that replaces nothing; return its path.

    A file of the same bytes that has one of the names already is as good.
    """
    for path in names(directory, stem, suffix):
        if not os.path.lexists(path):
            try:
                os.link(partial.path, path)  # fails where somebody was faster: two kernels can't race
            except FileExistsError:
                pass
            except FileNotFoundError:
                # Whoever saved the same film meanwhile has cleared this beginning away.
                with partial_file(directory, stem + suffix, "") as copy:
                    partial.file.seek(0)
                    shutil.copyfileobj(partial.file, copy.file, 1 << 20)
                    copy.file.flush()
                    os.fsync(copy.file.fileno())
                    return publish(copy, directory, stem, suffix)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                _claim(partial.path, path)
        if _same(partial.file, path):
            partial.drop()
            _sync(directory)
            return path
    raise AssertionError("unreachable: there is always a next name")


def _claim(partial: pathlib.Path, path: pathlib.Path) -> None:
    """Without hard links: take the name with an empty file first, then put the film in its place."""
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return
    try:
        partial.replace(path)
    except OSError:
        path.unlink(missing_ok=True)
        raise


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
    for path in itertools.takewhile(os.path.lexists, names(directory, stem, suffix)):
        if path.is_file():
            yield path


def read(path: pathlib.Path, offset: int, size: int) -> bytes:
    """``size`` bytes from ``offset`` on, fewer at the end; none of a file that can't be read."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        file.seek(offset)
        return file.read(size)
    return b""


def _same(file: IO[bytes], path: pathlib.Path) -> bool:
    """Whether ``path`` is a file with the bytes of ``file``; False for what can't be read."""
    with contextlib.suppress(OSError), path.open("rb") as other:
        if os.fstat(other.fileno()).st_size != file.seek(0, os.SEEK_END):
            return False
        file.seek(0)
        while piece := file.read(1 << 20):
            if other.read(len(piece)) != piece:
                return False
        return True
    return False


def is_whole_mp4(file: IO[bytes]) -> bool:
    """``Boxes.whole`` of a file, from its beginning; leaves it at its end."""
    boxes = Boxes()
    file.seek(0)
    while piece := file.read(1 << 20):
        boxes.feed(piece)
    return boxes.whole


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
