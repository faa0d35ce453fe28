"""Checks and labels of the directory for saved videos."""

from __future__ import annotations

import os
import pathlib
import re
import sys

# Matches "s3://bucket", and also "s3:/bucket", as pathlib spells it. A single letter is a drive of Windows.
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/")


def local_directory(
    directory: str | os.PathLike[str] | None, name: str = "download_directory"
) -> pathlib.Path:
    """Return ``directory`` as a path. Creates nothing on the disk.

    Args:
        directory: What the caller passed. ``~`` is the home directory, None and "" are the current directory.
        name: The argument's name in the error message.

    Returns:
        The path, with ``~`` expanded.

    Raises:
        TypeError: It is not a path.
        ValueError: It is an address, its home directory is unknown, or file names can't have its characters.
    """
    try:
        text = os.fspath("" if directory is None else directory)
    except TypeError:
        text = None
    if not isinstance(text, str):
        raise TypeError(
            f"{name} must be a path (str or pathlib.Path) or None, got {type(directory).__name__}."
        )
    expanded = _expanded(text, name)
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


def _expanded(text: str, name: str) -> str:
    """Replace ``~`` in a local path; raise ``ValueError`` for any other text."""
    address = _ADDRESS.match(text)
    if address:
        # Only the scheme is repeated: the rest of an address may contain a signature.
        raise ValueError(
            f"{name} must be a directory on this machine, got an address ({address[1]}://…). "
            "Save to a local directory, then copy the files there."
        )
    if "\0" in text:
        raise ValueError(f"{name} must not contain a NUL character.")
    expanded = os.path.expanduser(text)  # noqa: PTH111 - a Path would expand the directory "./~" as well
    if text.startswith("~") and expanded == text:
        raise ValueError(f"{name} begins with ~, but that home directory is not known. Write the whole path.")
    return expanded


def directory_label(directory: str | os.PathLike[str] | None) -> str:
    """Return the name of ``directory`` on a Save button: as it was passed, and "./" for the current one."""
    text = os.fspath(directory or ".")
    # A byte that is not text became a lone surrogate, which no message can carry.
    return "./" if text == "." else text.encode("utf-8", "replace").decode("utf-8")
