"""Where the API is and with which key: looked for where people keep such things, checked before a request is made."""

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

#: Looked for in the current folder.
ENV_FILE = pathlib.Path(".env")
#: A larger one is left alone: settings are a few lines, and this is read on the kernel's loop.
MAX_ENV_FILE_BYTES = 64 * 1024

_KEYS = ("MAGIC_HOUR_API_KEY", "API_TOKEN")
ADDRESS = "MAGIC_HOUR_BASE_URL"
_KEY_HINT = "Set MAGIC_HOUR_API_KEY in the environment or in a .env file, and run this cell again."
#: A pickle travels to other processes and machines, and lies on disks; the key must not.
UNPICKLABLE = (
    "A client holds the API key and can't be pickled or copied. Make a client in each process instead."
)

_BEARER = re.compile(r"(?i)(authorization:\s*)?bearer\s+")
_QUOTES = frozenset({'""', "''", "``", "“”"})


class BearerAuth:
    """Puts the key on requests. An object of its own, so that no repr and no default header ever holds the key."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __repr__(self) -> str:
        return "<API key>"

    def check(self) -> None:
        """Raise ``MissingToken`` unless this can be a header: httpx's own error would quote it."""
        if not self.token:
            raise MissingToken("No API key.", hint=_KEY_HINT)
        if not re.fullmatch(r"[\x21-\x7e]+", self.token):
            raise MissingToken(
                "The API key contains a space, or a character that no key has.",
                code="bad_token",
                hint=_KEY_HINT,
            )

    def __reduce__(self) -> str:
        raise TypeError(UNPICKLABLE)

    def __call__(self, request: httpx.Request) -> httpx.Request:
        """Sign one request; the client follows no redirect, so the key goes to the API and nowhere else."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def resolve_settings(token: str | None, base_url: str | None) -> tuple[str, str]:
    """``(token, base_url)``: argument, environment, ``.env`` of the current folder, Colab's secrets.

    "" where there is no token, the public API where there is no address. An address in ``.env`` counts only
    where no key was given otherwise: a folder that came from somewhere else must not choose where this
    person's key is sent. Raises ``TypeError`` for an argument that is no text.
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
    """The key, typed in without being shown; "" where nobody can be asked, as in Voilà."""
    try:
        # By its module's name: in a kernel this is ipykernel's, which asks the page.
        return _key(getpass.getpass("Magic Hour API key (neither shown nor stored): "))
    except (EOFError, NotImplementedError, OSError):
        return ""


def _first(*values: str | None) -> str:
    """The first that isn't blank, without the quotes that ``%env`` and some shells leave around a value."""
    return next(filter(None, map(_unquoted, values)), "")


def _unquoted(value: str | None) -> str:
    text = (value or "").strip()
    return text[1:-1].strip() if text[:1] + text[1:][-1:] in _QUOTES else text


def _key(*values: str | None) -> str:
    """``_first``, also for who pasted the whole header: "Bearer" is no part of a key."""
    return _first(*(_BEARER.sub("", _unquoted(value), count=1) for value in values))


def _env_file() -> Mapping[str, str | None]:
    """What ``.env`` says; nothing where it is missing, unreadable, no text, or not an ordinary small file."""
    try:
        if not ENV_FILE.is_file():
            return {}
        with ENV_FILE.open("rb") as file:
            data = file.read(MAX_ENV_FILE_BYTES + 1)
        # Windows' own shell writes UTF-16 with a mark at its beginning.
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except (OSError, ValueError):
        return {}
    if len(data) > MAX_ENV_FILE_BYTES or not any(name in text for name in (*_KEYS, ADDRESS)):
        return {}
    # Only now: most people have no such file, and needn't pay for reading it.
    from dotenv import dotenv_values

    # As it stands: interpolation could put any other secret of the environment into an address.
    return dotenv_values(stream=io.StringIO(text), interpolate=False)


def _colab_secret() -> str:
    """The secret MAGIC_HOUR_API_KEY of this Colab notebook, or "".

    Not API_TOKEN: Colab would ask its user to hand over what may be another service's.
    """
    # Colab's kernel has it loaded. Where it is merely installed, there is no page that could answer.
    if "google.colab" not in sys.modules:
        return ""
    try:
        from google.colab import userdata

        secret = userdata.get(_KEYS[0])
    except Exception:  # noqa: BLE001 - no secret, no permission, no answer, another version: all mean that there is none
        return ""
    return _key(secret) if isinstance(secret, str) else ""
