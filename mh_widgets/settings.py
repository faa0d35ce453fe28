"""Where the API is and with which key: read from arguments and environment, checked before they reach a request."""

from __future__ import annotations

import os
import re
from collections.abc import Generator

import httpx

from mh_widgets.errors import ConfigurationError, MissingToken

PUBLIC_API = "https://api.magichour.ai"

_KEY_HINT = "Set MAGIC_HOUR_API_KEY and run this cell again."


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
                "The API key contains a space, or a character that no key has.", code="bad_token", hint=_KEY_HINT
            )

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign one request; the client follows no redirect, so the key goes to the API and nowhere else."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        yield request


def resolve_settings(token: str | None, base_url: str | None) -> tuple[str, str]:
    """``(token, base_url)``: argument before environment; "" where there is no token."""
    environment = os.environ
    tokens = (token, environment.get("MAGIC_HOUR_API_KEY"), environment.get("API_TOKEN"))
    addresses = (base_url, environment.get("MAGIC_HOUR_BASE_URL"), PUBLIC_API)
    return (
        next((t.strip() for t in tokens if t and t.strip()), ""),
        next(a.strip() for a in addresses if a and a.strip()),
    )


def project_url(base_url: str, project_id: str) -> httpx.URL:
    """The address of one project. Raises ``ConfigurationError`` where ``base_url`` is no plain http(s) address."""
    try:
        url = httpx.URL(base_url)
        plain = url.scheme in ("http", "https") and bool(url.host) and (url.port is None or 0 < url.port < 65536)
        plain = plain and not (url.userinfo or url.query or url.fragment)
    except (httpx.InvalidURL, ValueError, TypeError):  # .host decodes, and may find that it can't
        url, plain = httpx.URL(""), False
    if not plain:
        raise ConfigurationError(
            "The API's address is not one.", hint="MAGIC_HOUR_BASE_URL has to look like https://api.magichour.ai."
        )
    # The ID needs no quoting: only [A-Za-z0-9_-] comes here.
    return url.copy_with(path=f"{url.path.rstrip('/')}/v1/video-projects/{project_id}")
