"""Errors of the disk, as sentences that contain no path of this machine."""

from __future__ import annotations

import errno
import functools
import os
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from mh_widgets.errors import TransferError

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


def translate_os_errors(function: Callable[P, T]) -> Callable[P, T]:
    """Decorate ``function`` to raise ``TransferError`` for ``OSError``, whose text contains a path."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except OSError as error:
            reason = reason_of(error)
        hint = "Choose another download_directory."
        raise TransferError(f"The video can't be written: {reason}.", code="disk", hint=hint)

    return wrapper


def reason_of(error: OSError) -> str:
    """Return why the disk refused, in words without a path."""
    number = error.errno or 0
    return _REASONS.get(number) or (os.strerror(number).lower() if number else "the disk refused")
