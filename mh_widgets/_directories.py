"""The directory that somebody names for saved videos, as a path of this machine's disk."""

from __future__ import annotations

import os
import pathlib
import re
import sys

# "s3://bucket", and what pathlib makes of it, "s3:/bucket". One letter is a drive of Windows.
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/")


def local_directory(
    directory: str | os.PathLike[str] | None, name: str = "download_directory"
) -> pathlib.Path:
    """The path of ``directory``: ``~`` is the home directory, None and "" are the current one.

    Nothing is looked up or made on the disk.

    Args:
        directory: What the caller passed.
        name: The argument's name, for the sentence.

    Raises:
        TypeError: It is not a path at all.
        ValueError: It is an address, has no home directory, or has characters that no file name here can
            have.
    """
    try:
        text = os.fspath("" if directory is None else directory)
    except TypeError:
        text = None
    if not isinstance(text, str):
        raise TypeError(
            f"{name} must be a path (str or pathlib.Path) or None, got {type(directory).__name__}."
        )
    address = _ADDRESS.match(text)
    if address:
        # Only its scheme: the rest of an address may be signed.
        raise ValueError(
            f"{name} must be a directory on this machine, got an address ({address[1]}://…). "
            "Save to a local directory, then copy the files there."
        )
    if "\0" in text:
        raise ValueError(f"{name} must not contain a NUL character.")
    expanded = os.path.expanduser(text)  # noqa: PTH111 - a Path would take "./~", a directory of that name, for the home
    if text.startswith("~") and expanded == text:
        raise ValueError(f"{name} begins with ~, but that home directory is not known. Write the whole path.")
    try:
        os.fsencode(expanded)
    except UnicodeEncodeError:
        encoding = sys.getfilesystemencoding()
    else:
        return pathlib.Path(expanded)
    raise ValueError(
        f"{name} has a character that file names here can't have (encoding: {encoding}). "
        "Use ASCII letters, or start Python with PYTHONUTF8=1."
    )


def directory_label(directory: str | os.PathLike[str] | None) -> str:
    """How a Save button names ``directory``: as it was passed, and "./" for the current one."""
    text = os.fspath(directory or ".")
    # A byte of a file name that is no text is a lone surrogate here, and no message can carry one.
    return "./" if text == "." else text.encode("utf-8", "replace").decode("utf-8")
