"""Which URL a project has at an API's address."""

from __future__ import annotations

import sys

import httpx

from mh_widgets.api.credentials import ADDRESS, PUBLIC_API
from mh_widgets.errors import ConfigurationError
from mh_widgets.project_ids import Kind


def project_url(base_url: str, project_id: str, kind: Kind = "video") -> httpx.URL:
    """Return the URL of one project.

    Args:
        base_url: The API's address, with or without its version.
        project_id: A valid project ID.
        kind: What the project makes.

    Raises:
        ConfigurationError: ``base_url`` is not a plain http(s) URL.
    """
    # Pyodide has neither threads nor sockets.
    if sys.platform == "emscripten":
        raise ConfigurationError(
            "This kernel runs in the browser and can't reach the Magic Hour API.",
            hint="Use a kernel on a computer, for example in JupyterLab or Colab.",
        )
    try:
        url = httpx.URL(base_url)
        plain = (
            url.scheme in ("http", "https") and bool(url.host) and (url.port is None or 0 < url.port < 65536)
        )
        plain = plain and not (url.userinfo or url.query or url.fragment)
    except (httpx.InvalidURL, ValueError, TypeError):  # .host decodes the name, which may fail
        url, plain = httpx.URL(""), False
    if not plain:
        raise ConfigurationError(
            f"{ADDRESS} is not a valid http(s) URL.",
            hint=f"It must look like {PUBLIC_API}, without a key or a query.",
        )
    # Documents show addresses with and without the version, so it is removed and added again.
    folder = url.path.rstrip("/").removesuffix("/v1").rstrip("/")
    # The ID needs no quoting, as it has only [A-Za-z0-9_-].
    return url.copy_with(path=f"{folder}/v1/{kind}-projects/{project_id}")
