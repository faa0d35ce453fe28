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
from mh_widgets.transfers.mp4 import Mp4BoxScanner

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
# What os.fsync says where a file system has nothing to wait for, as FUSE may; any other refusal is a loss.
_NO_FSYNC = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


@dataclasses.dataclass
class PartialFile:
    """A file on its way, open for reading and writing, and ours alone."""

    path: pathlib.Path
    file: IO[bytes]
    #: Whether it stays whatever happens: all of it is here, and only the last step failed.
    keep: bool = False

    def discard(self) -> None:
        """Forget what has arrived."""
        if sys.platform == "win32":
            self.file.close()  # what is open can't be removed there
        self.path.unlink(missing_ok=True)


@contextlib.contextmanager
def partial_file(directory: pathlib.Path, name: str, identity: str) -> Iterator[PartialFile]:
    """The partial file of ``name`` for the film that ``identity`` stands for, with what arrived of it before.

    It stays when the block ends, unless ``identity`` is "": then nobody could know what it belongs to. While
    another process or another card writes to it, this one gets a file of its own, which goes.
    """
    partial = _locked(_partial_path(directory, name, identity)) if identity else None
    shared = partial is not None
    if partial is None:
        path = directory / f".{name}.{secrets.token_hex(6)}.part"
        partial = PartialFile(path, path.open("x+b"))
    with partial.file:
        try:
            yield partial
        except OSError:
            partial.discard()  # what the disk refused is no beginning
            raise
        finally:
            # Before the lock goes with the file: after that it may be another's.
            if partial.keep:
                pass
            elif not shared or not (partial.file.closed or partial.file.seek(0, os.SEEK_END)):
                partial.discard()


def forget_partial(directory: pathlib.Path, name: str, identity: str) -> None:
    """Remove what an earlier attempt may have left of a film that is whole by now."""
    if identity:
        _partial_path(directory, name, identity).unlink(missing_ok=True)


def _partial_path(directory: pathlib.Path, name: str, identity: str) -> pathlib.Path:
    return directory / f".{name}.{hashlib.sha256(identity.encode()).hexdigest()[:12]}.part"


def _locked(path: pathlib.Path) -> PartialFile | None:
    if sys.platform == "win32":
        return None  # no locks of this kind: every transfer there has a partial file of its own
    # Opened without truncation and with the permissions that any new file gets; never through another's
    # symbolic link.
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    try:
        file = os.fdopen(os.open(path, flags, 0o666), "r+b")
    except OSError:
        return None  # another user's, in a directory that is shared: one of its own may do
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if (
            os.fstat(file.fileno()).st_ino == path.stat().st_ino
        ):  # else whoever had it has just finished with it
            return PartialFile(path, file)
    except BlockingIOError:
        pass
    except (OSError, AttributeError):
        if not os.fstat(
            file.fileno()
        ).st_size:  # a file system without locks: what was just made must not stay
            path.unlink(missing_ok=True)
    file.close()
    return None


def commit(partial: PartialFile, directory: pathlib.Path, stem: str, suffix: str) -> pathlib.Path:
    """Give a whole file its name, the first free one, in one step that replaces nothing; return its path.

    A file of the same bytes that has one of the names already is as good. Raises ``TransferError`` where the
    file system refuses every way to a name; the partial file then stays, as all of the video is in it.
    """
    for path in candidate_paths(directory, stem, suffix):
        try:
            named = not os.path.lexists(path) and _give_name(partial, path)
        except FileNotFoundError:
            # Whoever saved the same film meanwhile has cleared this beginning away.
            with partial_file(directory, stem + suffix, "") as copy:
                partial.file.seek(0)
                shutil.copyfileobj(partial.file, copy.file, 1 << 20)
                sync(copy.file)
                return commit(copy, directory, stem, suffix)
        except OSError as error:
            partial.keep = True
            reason = _reason(error)
            break
        if named or _same(partial.file, path):
            if not named:
                partial.discard()
            _sync_directory(directory)
            return path
    else:
        raise AssertionError("unreachable: there is always a next name")
    hint = f"All of it is in {partial.path.name}, in that directory: rename it, or save again."
    raise TransferError(f"The video can't be given its name: {reason}.", code="disk", hint=hint)


def _give_name(partial: PartialFile, path: pathlib.Path) -> bool:
    """Move ``partial`` to ``path``; False where that is somebody's by now. Raises ``OSError``."""
    try:
        os.link(partial.path, path)  # fails where somebody was faster: two kernels can't race
    except FileExistsError:
        return False
    except (OSError, AttributeError):
        # File systems without hard links say so in many ways (EPERM, EACCES on Android, EXDEV, 524 on network
        # drives), and some systems have no os.link at all. What is really wrong, the other way finds out as
        # well.
        return _claim(partial, path)
    partial.discard()
    return True


def _claim(partial: PartialFile, path: pathlib.Path) -> bool:
    """Without hard links: take the name with an empty file first, then put the film in its place."""
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return False
    if sys.platform == "win32":
        partial.file.close()  # what is open can't be moved there
    try:
        partial.path.replace(path)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return True


def sync(file: IO[bytes]) -> None:
    """Bring what was written to the disk. Raises ``OSError``, but not where the file system knows no such thing."""
    file.flush()
    try:
        os.fsync(file.fileno())
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise


def _sync_directory(directory: pathlib.Path) -> None:
    """Bring the new name itself to the disk, where directories can be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def candidate_paths(directory: pathlib.Path, stem: str, suffix: str) -> Iterator[pathlib.Path]:
    """``stem.mp4``, ``stem-2.mp4`` and so on."""
    yield directory / f"{stem}{suffix}"
    for number in itertools.count(2):
        yield directory / f"{stem}-{number}{suffix}"


def existing_candidates(directory: pathlib.Path, stem: str, suffix: str) -> Iterator[pathlib.Path]:
    """Those of the names that are files already, up to the first free one."""
    for path in itertools.takewhile(os.path.lexists, candidate_paths(directory, stem, suffix)):
        if path.is_file():
            yield path


def size_of(path: pathlib.Path) -> int:
    """Its bytes; -1 where that can't be known."""
    try:
        return path.stat().st_size
    except OSError:
        return -1


def read(path: pathlib.Path, offset: int, size: int) -> bytes:
    """``size`` bytes from ``offset`` on, fewer at the end; none of a file that can't be read."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        file.seek(offset)
        return file.read(size)
    return b""


def read_chunks(path: pathlib.Path, size: int) -> Iterator[bytes]:
    """All of a saved file, ``size`` bytes at a time. Raises ``TransferError``."""
    try:
        with path.open("rb") as file:
            while chunk := file.read(size):
                yield chunk
    except OSError as error:
        reason = _reason(error)
    else:
        return
    raise TransferError(f"The saved video can't be read: {reason}.", code="disk", hint="Save it again.")


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
    """``Mp4BoxScanner.is_complete`` of a file, from its beginning; leaves it at its end."""
    boxes = Mp4BoxScanner()
    file.seek(0)
    while piece := file.read(1 << 20):
        boxes.feed(piece)
    return boxes.is_complete


def translate_os_errors(function: Callable[P, T]) -> Callable[P, T]:
    """Make the disk's refusals a ``TransferError``: the system's own text holds a path of this machine."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except OSError as error:
            reason = _reason(error)
        hint = "Choose another download_directory."
        raise TransferError(f"The film can't be written: {reason}.", code="disk", hint=hint)

    return wrapper


def _reason(error: OSError) -> str:
    """Why the disk refused, in words without a path."""
    number = error.errno or 0
    return _REASONS.get(number) or (os.strerror(number).lower() if number else "the disk refused")
