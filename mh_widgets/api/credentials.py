"""Where the API is and with which key: looked for where people keep such things, checked before a request is made."""

from __future__ import annotations

import getpass
import io
import os
import pathlib
import re
import sys
from collections.abc import Generator, Mapping

import httpx

from mh_widgets.errors import ConfigurationError, MissingToken

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

#: Why Colab gave no secret: so it isn't asked again in this process.
_refusals: list[str] = []

_BEARER = re.compile(r"(?i)(authorization:\s*)?bearer\s+")
_QUOTES = frozenset({'""', "''", "``", "“”"})


class BearerAuth(httpx.Auth):
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

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign one request; the client follows no redirect, so the key goes to the API and nowhere else."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        yield request


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


def in_colab() -> bool:
    """Whether this process is Colab's kernel, which has its module loaded.

    Where it is merely installed, there is no page that could answer.
    """
    return "google.colab" in sys.modules


def _colab_secret() -> str:
    """The secret MAGIC_HOUR_API_KEY of this Colab notebook, or "".

    Not API_TOKEN: Colab would ask its user to hand over what may be another service's.
    """
    if not in_colab() or _refusals:
        return ""
    try:
        from google.colab import userdata

        secret = userdata.get(_KEYS[0])
    except Exception as error:  # noqa: BLE001 - no secret, no permission, no answer, another version: there is none
        # Without permission it blocks for ten seconds each time. A secret that isn't there is told at once, and
        # may be there the next time.
        if type(error).__name__ != "SecretNotFoundError":
            _refusals.append(type(error).__name__)
        return ""
    return _key(secret) if isinstance(secret, str) else ""


def project_url(base_url: str, project_id: str) -> httpx.URL:
    """The address of one project. Raises ``ConfigurationError`` where ``base_url`` is no plain http(s) address.

    The same where no address can be reached: Pyodide has neither threads nor sockets.
    """
    if sys.platform == "emscripten":
        raise ConfigurationError(
            "This kernel runs in the browser and can't reach the Magic Hour API.",
            hint="Use a kernel on a computer, as JupyterLab or Colab have it.",
        )
    try:
        url = httpx.URL(base_url)
        plain = (
            url.scheme in ("http", "https") and bool(url.host) and (url.port is None or 0 < url.port < 65536)
        )
        plain = plain and not (url.userinfo or url.query or url.fragment)
    except (httpx.InvalidURL, ValueError, TypeError):  # .host decodes, and may find that it can't
        url, plain = httpx.URL(""), False
    if not plain:
        raise ConfigurationError(
            f"{ADDRESS} is not a valid http(s) URL.",
            hint=f"It must look like {PUBLIC_API}, without a key or a query.",
        )
    # Documents show addresses with and without the version; it is ours to add.
    folder = url.path.rstrip("/").removesuffix("/v1").rstrip("/")
    # The ID needs no quoting: only [A-Za-z0-9_-] comes here.
    return url.copy_with(path=f"{folder}/v1/video-projects/{project_id}")
