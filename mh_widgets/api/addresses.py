"""Which URL a project has at an API's address."""

from __future__ import annotations

import httpx

from mh_widgets.api.credentials import ADDRESS, PUBLIC_API
from mh_widgets.errors import ConfigurationError


def project_url(base_url: str, project_id: str) -> httpx.URL:
    """The address of one project. Raises ``ConfigurationError`` where ``base_url`` is no plain http(s) address."""
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
