"""The trusted certificates: those that the environment names now, or else those of certifi."""

from __future__ import annotations

import contextlib
import functools
import os
import pathlib
import ssl
from typing import Final, NamedTuple

import httpx

from mh_widgets._fork import on_fork
from mh_widgets.errors import ConfigurationError

FILE: Final = "SSL_CERT_FILE"
FOLDER: Final = "SSL_CERT_DIR"
#: Variables of other programs. Their certificates are trusted as well. An unreadable file is ignored.
OTHERS: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
VARIABLES: Final = (FILE, FOLDER, *OTHERS)


class _Source(NamedTuple):
    """A path from the environment, and a stamp that changes with the file's content."""

    path: str
    stamp: tuple[int, int]


def ssl_context() -> ssl.SSLContext:
    """Return the TLS settings for a new connection.

    Call it off the loop: it reads the disk, and the first call takes some 50 ms (measured).

    Raises:
        ConfigurationError: A variable names no certificates.
    """
    return _context(*map(_source, VARIABLES))


@functools.lru_cache(maxsize=4)
def _context(file: _Source, folder: _Source, *others: _Source) -> ssl.SSLContext:
    if folder.path and not any(pathlib.Path(path).is_dir() for path in folder.path.split(os.pathsep)):
        raise _refused(FOLDER, "names a folder that doesn't exist")
    try:
        if file.path or folder.path:
            context = ssl.create_default_context(cafile=file.path or None, capath=folder.path or None)
        else:
            context = httpx.create_ssl_context(trust_env=False)
    except (OSError, ValueError) as error:
        refusal = _refusal(file, error)
    else:
        for other in others:
            _add(context, other.path)
        return context
    raise refusal


def _add(context: ssl.SSLContext, path: str) -> None:
    if path:
        is_folder = pathlib.Path(path).is_dir()
        with contextlib.suppress(OSError, ValueError):  # a setting of another program
            context.load_verify_locations(
                cafile=None if is_folder else path, capath=path if is_folder else None
            )


def _refusal(file: _Source, error: Exception) -> ConfigurationError:
    if not file.path:
        return ConfigurationError(
            "The certificates of the Python package certifi can't be read.",
            code="certificate",
            hint=f"Reinstall certifi, or name a file with certificates in {FILE}.",
        )
    if isinstance(error, FileNotFoundError):
        return _refused(FILE, "names a file that doesn't exist")
    if isinstance(error, ssl.SSLError):
        return _refused(FILE, "names a file without a certificate in PEM format")
    return _refused(FILE, "names a file that can't be read")


def _refused(variable: str, what: str) -> ConfigurationError:
    return ConfigurationError(
        f"{variable} {what}.", code="certificate", hint=f"Correct {variable} or remove it, then try again."
    )


def _source(variable: str) -> _Source:
    path = os.environ.get(variable, "").strip()
    if not path:
        return _Source("", (0, 0))
    if path.startswith("~"):  # a shell replaces it, os.environ doesn't
        with contextlib.suppress(RuntimeError):
            path = str(pathlib.Path(path).expanduser())
    try:
        stat = pathlib.Path(path).stat()
    except OSError:
        return _Source(path, (0, 0))
    return _Source(path, (stat.st_mtime_ns, stat.st_size))


# A thread may have held OpenSSL's locks at the fork. They would stay locked in the child.
on_fork(_context.cache_clear)
