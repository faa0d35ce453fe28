"""The API key and the API's address: where they are looked for, and how they are checked."""

from __future__ import annotations

import getpass
import io
import os
import pathlib
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mh_widgets.errors import MissingToken

if TYPE_CHECKING:
    import httpx

PUBLIC_API = "https://api.magichour.ai"

#: The settings file, in the current folder.
ENV_FILE = pathlib.Path(".env")
#: A larger file is ignored: settings are a few lines, and the file is read on the kernel's loop.
MAX_ENV_FILE_BYTES = 64 * 1024

_KEYS = ("MAGIC_HOUR_API_KEY", "API_TOKEN")
ADDRESS = "MAGIC_HOUR_BASE_URL"
_KEY_HINT = "Set MAGIC_HOUR_API_KEY in the environment or in a .env file, and run this cell again."
#: A pickle may reach other processes, machines and disks. The key must not.
UNPICKLABLE = (
    "A client holds the API key and can't be pickled or copied. Make a client in each process instead."
)

#: Why Colab gave no secret: so it isn't asked again in this process.
_refusals: list[str] = []

_BEARER = re.compile(r"(?i)(authorization:\s*)?bearer\s+")
_QUOTES = frozenset({'""', "''", "``", "“”"})


class BearerAuth:
    """The key of a client. Adds it to each request, so that no repr and no default header contains it."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __repr__(self) -> str:
        return "<API key>"

    def check(self) -> None:
        """Check that the key can be a header, as httpx's own error would contain the key.

        Raises:
            MissingToken: There is no key, or it is invalid.
        """
        if not self.token:
            raise MissingToken("No API key.", hint=_KEY_HINT)
        if not re.fullmatch(r"[\x21-\x7e]+", self.token):
            raise MissingToken(
                "The API key contains a space or another invalid character.",
                code="bad_token",
                hint=_KEY_HINT,
            )

    def __reduce__(self) -> str:
        raise TypeError(UNPICKLABLE)

    def __call__(self, request: httpx.Request) -> httpx.Request:
        """Add the key to one request. The client follows no redirect, so only the API gets the key."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def resolve_settings(token: str | None, base_url: str | None) -> tuple[str, str]:
    """Find the key and the API's address: argument, environment, ``.env``, Colab's secrets.

    An address in ``.env`` counts only if there is no key in the arguments or the environment. A folder from
    elsewhere must not decide where this user's key is sent.

    Args:
        token: The key that the caller passed.
        base_url: The address that the caller passed.

    Returns:
        The key, or "" if there is none, and the address, by default that of the public API.

    Raises:
        TypeError: An argument is not a string.
    """
    for name, value in (("token", token), ("base_url", base_url)):
        if value is not None and not isinstance(value, str):
            raise TypeError(f"{name} must be a string or None, got {type(value).__name__}.")
    address = _first(base_url, os.environ.get(ADDRESS))
    key = _key(token, *map(os.environ.get, _KEYS))
    if not key:
        file = _env_file()
        key = _key(*map(file.get, _KEYS))
        if not key and (key := _colab_secret()):
            file = {}
        address = address or _first(file.get(ADDRESS))
    return key, address or PUBLIC_API


def ask_for_key() -> str:
    """Ask for the key without showing it. Returns "" if that is not possible, as in Voilà."""
    try:
        # Called through the module, as ipykernel replaces the function with one that asks the page.
        return _key(getpass.getpass("Magic Hour API key (neither shown nor stored): "))
    except (EOFError, NotImplementedError, OSError):
        return ""


def _first(*values: str | None) -> str:
    """Return the first value that isn't blank, without the quotes that ``%env`` and some shells leave."""
    return next(filter(None, map(_unquoted, values)), "")


def _unquoted(value: str | None) -> str:
    text = (value or "").strip()
    return text[1:-1].strip() if text[:1] + text[1:][-1:] in _QUOTES else text


def _key(*values: str | None) -> str:
    """Return the first value that isn't blank, without "Bearer", as some people paste the whole header."""
    return _first(*(_BEARER.sub("", _unquoted(value), count=1) for value in values))


def _env_file() -> Mapping[str, str | None]:
    """Read ``.env``. The result is empty if it is missing, unreadable, too large, or not a text file."""
    try:
        if not ENV_FILE.is_file():
            return {}
        with ENV_FILE.open("rb") as file:
            data = file.read(MAX_ENV_FILE_BYTES + 1)
        # The shell of Windows writes UTF-16 with a byte order mark.
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except (OSError, ValueError):
        return {}
    if len(data) > MAX_ENV_FILE_BYTES or not any(name in text for name in (*_KEYS, ADDRESS)):
        return {}
    # Imported late, as most users have no such file.
    from dotenv import dotenv_values

    # Without interpolation, which could put another secret of the environment into an address.
    return dotenv_values(stream=io.StringIO(text), interpolate=False)


def in_colab() -> bool:
    """Return whether this is Colab's kernel, which has loaded its package.

    If the package is merely installed, no page can answer.
    """
    return "google.colab" in sys.modules


def _colab_secret() -> str:
    """Return the secret MAGIC_HOUR_API_KEY of this Colab notebook, or "".

    API_TOKEN is not asked for: Colab would ask the user to share what may be the key of another service.
    """
    if not in_colab() or _refusals:
        return ""
    try:
        from google.colab import userdata

        secret = userdata.get(_KEYS[0])
    except Exception as error:  # noqa: BLE001 - no secret, permission or answer, or another version: no key
        # Without permission it blocks for ten seconds each time. A secret that isn't there is told at once,
        # and may be there the next time.
        if type(error).__name__ != "SecretNotFoundError":
            _refusals.append(type(error).__name__)
        return ""
    return _key(secret) if isinstance(secret, str) else ""
