"""Files that are complete under their final name, or not there. Knows nothing of the network."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import itertools
import os
import pathlib
import secrets
import shutil
import sys
from collections.abc import Iterator
from typing import IO

from mh_widgets.errors import TransferError
from mh_widgets.models import media_of
from mh_widgets.transfers import disk_errors

if sys.platform != "win32":
    import fcntl

# Errors of os.fsync on file systems that have nothing to wait for, as FUSE may. Any other error is a loss.
_NO_FSYNC = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


@dataclasses.dataclass
class PartialFile:
    """A file that is still incomplete. It is open for reading and writing, and locked."""

    path: pathlib.Path
    file: IO[bytes]
    #: Whether it must stay: it is complete, and only the step to its final name failed.
    keep: bool = False

    def discard(self) -> None:
        """Remove the file with what has arrived."""
        if sys.platform == "win32":
            self.file.close()  # Windows can't remove an open file
        self.path.unlink(missing_ok=True)


@contextlib.contextmanager
def partial_file(directory: pathlib.Path, name: str, identity: str) -> Iterator[PartialFile]:
    """Open the partial file of an output, with what arrived of it before.

    The file stays when the block ends, unless ``identity`` is "" or the disk refused it. While another
    process or card writes to the file, the block gets a temporary one instead.

    Args:
        directory: Where the file is.
        name: The name that the output will have.
        identity: What tells these bytes from those of another output; "" if nothing does.

    Yields:
        The file, which nothing else writes to.
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
            partial.discard()  # what the disk refused can't be continued
            raise
        finally:
            # Before the file is closed: that releases its lock, and then another process may own it.
            if partial.keep:
                pass
            elif not shared or not (partial.file.closed or partial.file.seek(0, os.SEEK_END)):
                partial.discard()


def forget_partial(directory: pathlib.Path, name: str, identity: str) -> None:
    """Remove what an earlier attempt left of an output that is complete now; see ``partial_file``."""
    if identity:
        _partial_path(directory, name, identity).unlink(missing_ok=True)


def _partial_path(directory: pathlib.Path, name: str, identity: str) -> pathlib.Path:
    return directory / f".{name}.{hashlib.sha256(identity.encode()).hexdigest()[:12]}.part"


def _locked(path: pathlib.Path) -> PartialFile | None:
    if sys.platform == "win32":
        return None  # Windows has no such locks, so each transfer there has a temporary file
    # Not truncated, with the permissions of any new file, and never through a symbolic link of another user.
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    try:
        file = os.fdopen(os.open(path, flags, 0o666), "r+b")
    except OSError:
        return None  # it may be another user's file, in a shared directory: a temporary file may work
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Otherwise its owner has just finished and removed it.
        if os.fstat(file.fileno()).st_ino == path.stat().st_ino:
            return PartialFile(path, file)
    except BlockingIOError:
        pass
    except (OSError, AttributeError):
        # The file system has no locks. An empty file was created just now and must not stay.
        if not os.fstat(file.fileno()).st_size:
            path.unlink(missing_ok=True)
    file.close()
    return None


def commit(partial: PartialFile, directory: pathlib.Path, stem: str, suffix: str) -> pathlib.Path:
    """Give a complete file the first free name, in one step that replaces no file.

    If a file of that name has the same bytes, that one is kept instead.

    Args:
        partial: The complete file.
        directory: Where it gets its name.
        stem: The name without its ending.
        suffix: The ending, as ``.mp4``.

    Returns:
        The path under its final name.

    Raises:
        TransferError: The file system refuses every way to a name. The partial file then stays.
    """
    for path in candidate_paths(directory, stem, suffix):
        try:
            named = not os.path.lexists(path) and _give_name(partial, path)
        except FileNotFoundError:
            # Another card saved the same output meanwhile and removed this partial file.
            with partial_file(directory, stem + suffix, "") as copy:
                partial.file.seek(0)
                shutil.copyfileobj(partial.file, copy.file, 1 << 20)
                sync(copy.file)
                return commit(copy, directory, stem, suffix)
        except OSError as error:
            partial.keep = True
            reason = disk_errors.reason_of(error)
            break
        if named or _same(partial.file, path):
            if not named:
                partial.discard()
            _sync_directory(directory)
            return path
    else:
        raise AssertionError("unreachable: there is always a next name")
    hint = f"The complete file is {partial.path.name} in that directory. Rename it, or save again."
    what = media_of(suffix)
    raise TransferError(f"The {what} can't get its final name: {reason}.", code="disk", hint=hint)


def _give_name(partial: PartialFile, path: pathlib.Path) -> bool:
    """Move ``partial`` to ``path``; return False if that name is taken by now."""
    try:
        os.link(partial.path, path)  # fails if another kernel was faster
    except FileExistsError:
        return False
    except (OSError, AttributeError):
        # File systems without hard links raise many errors: EPERM, EACCES on Android, EXDEV, 524 on network
        # drives. Some systems have no os.link at all. A real problem makes the other way fail as well.
        return _claim(partial, path)
    partial.discard()
    return True


def _claim(partial: PartialFile, path: pathlib.Path) -> bool:
    """Move ``partial`` to ``path`` without hard links: create an empty file there, then replace it."""
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return False
    if sys.platform == "win32":
        partial.file.close()  # Windows can't move an open file
    try:
        partial.path.replace(path)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return True


def sync(file: IO[bytes]) -> None:
    """Bring what was written to the disk.

    Args:
        file: The file that was written.

    Raises:
        OSError: The disk refused. A file system without ``fsync`` raises nothing.
    """
    file.flush()
    try:
        os.fsync(file.fileno())
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise


def _sync_directory(directory: pathlib.Path) -> None:
    """Bring the new name itself to the disk, on systems that can open directories."""
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def candidate_paths(directory: pathlib.Path, stem: str, suffix: str) -> Iterator[pathlib.Path]:
    """Yield the names that a saved output may get: ``stem.mp4``, ``stem-2.mp4`` and so on."""
    yield directory / f"{stem}{suffix}"
    for number in itertools.count(2):
        yield directory / f"{stem}-{number}{suffix}"


def existing_candidates(directory: pathlib.Path, stem: str, suffix: str) -> Iterator[pathlib.Path]:
    """Yield those of ``candidate_paths`` that are files already, up to the first free name."""
    for path in itertools.takewhile(os.path.lexists, candidate_paths(directory, stem, suffix)):
        if path.is_file():
            yield path


def size_of(path: pathlib.Path) -> int:
    """Return the size of a file in bytes, or -1 if it is unknown."""
    try:
        return path.stat().st_size
    except OSError:
        return -1


def read(path: pathlib.Path, offset: int, size: int) -> bytes:
    """Return ``size`` bytes from ``offset`` on, fewer at the end, and b"" if the file can't be read."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        file.seek(offset)
        return file.read(size)
    return b""


def read_chunks(path: pathlib.Path, size: int) -> Iterator[bytes]:
    """Yield a saved file, ``size`` bytes at a time.

    Args:
        path: The file.
        size: How many bytes to read at once.

    Raises:
        TransferError: The file can't be read.
    """
    try:
        with path.open("rb") as file:
            while chunk := file.read(size):
                yield chunk
    except OSError as error:
        reason = disk_errors.reason_of(error)
    else:
        return
    what = media_of(path.suffix)
    raise TransferError(f"The saved {what} can't be read: {reason}.", code="disk", hint="Save it again.")


def _same(file: IO[bytes], path: pathlib.Path) -> bool:
    """Return whether ``path`` has the same bytes as ``file``; False if it can't be read."""
    with contextlib.suppress(OSError), path.open("rb") as other:
        if os.fstat(other.fileno()).st_size != file.seek(0, os.SEEK_END):
            return False
        file.seek(0)
        while chunk := file.read(1 << 20):
            if other.read(len(chunk)) != chunk:
                return False
        return True
    return False
