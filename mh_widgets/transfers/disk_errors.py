"""Errors of the disk, as sentences that contain no path of this machine."""

from __future__ import annotations

import errno
import functools
import os
from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from mh_widgets.errors import TransferError


class Output(Protocol):
    """What is written."""

    media: str


Written = TypeVar("Written", bound=Output)
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


def translate_os_errors(
    function: Callable[Concatenate[Written, P], T],
) -> Callable[Concatenate[Written, P], T]:
    """Decorate ``function`` to raise ``TransferError`` for ``OSError``, whose text contains a path.

    Its first argument is the output that it writes.
    """

    @functools.wraps(function)
    def wrapper(output: Written, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(output, *args, **kwargs)
        except OSError as error:
            reason = reason_of(error)
        hint = "Choose another download_directory."
        raise TransferError(f"The {output.media} can't be written: {reason}.", code="disk", hint=hint)

    return wrapper


def reason_of(error: OSError) -> str:
    """Return why the disk refused, in words without a path."""
    number = error.errno or 0
    return _REASONS.get(number) or (os.strerror(number).lower() if number else "the disk refused")
