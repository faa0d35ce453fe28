"""Transports that use the proxy and the certificates of the environment at the time of connecting.

There is an asynchronous one for the API, and one for the file host. Servers sometimes drop an idle connection
just as it is used again. Both transports then repeat a GET at once. httpx's own ``retries`` cover connecting
only.
"""

from __future__ import annotations

import functools
import os
from typing import Any

import httpx

from mh_widgets._fork import importing
from mh_widgets.api import proxies, tls

#: The most connections of one client on one loop, and so the most requests at once.
MAX_CONNECTIONS = 8
#: Seconds for which an idle connection is kept open.
_KEEP_S = 60.0

_DROPPED = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)


def environment() -> tuple[str | None, ...]:
    """Return the certificate and proxy settings of the environment. A change requires new connections."""
    return tuple(map(os.environ.get, (*tls.VARIABLES, *proxies.VARIABLES)))


def transport_options(url: httpx.URL) -> dict[str, Any]:
    """Return the keywords of httpx's transports for the host of ``url``, as the environment is now.

    The first call takes up to 150 ms (measured) and reads the disk, so don't call it on the loop.

    Raises:
        ConfigurationError: A setting that this host needs is not valid.
    """
    _load_modules()
    proxy = proxies.proxy_for(url)
    through_tls = proxy is not None and proxy.url.lower().startswith("https:")
    context = tls.ssl_context() if through_tls or url.scheme == "https" else None
    return {
        "verify": context or False,  # the address has no TLS
        "proxy": httpx.Proxy(proxy.url, ssl_context=context if through_tls else None) if proxy else None,
        "trust_env": False,
    }


@functools.cache
def _load_modules() -> None:
    """Load what httpx loads with its first request, which takes 100 ms of the loop (measured)."""
    with importing():
        import anyio  # httpx depends on both
        import httpcore  # noqa: F401

        anyio.run(anyio.sleep, 0)  # loads anyio's asyncio backend


class ApiTransport(httpx.AsyncBaseTransport):
    """The transport to one host. Only a GET reuses a connection, so nothing else meets a dropped one."""

    def __init__(self, url: httpx.URL) -> None:
        options = transport_options(url)
        kept = httpx.Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=_KEEP_S)
        self._kept = httpx.AsyncHTTPTransport(limits=kept, **options)
        self._single = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0), **options)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request``."""
        if request.method != "GET":
            return await self._single.handle_async_request(request)
        while True:
            trace = _Trace()
            request.extensions["trace"] = trace.note_async
            try:
                return await self._kept.handle_async_request(request)
            except _DROPPED:
                # This loop ends: each dropped connection leaves the pool, and finally a new one is made.
                if not trace.was_kept:
                    raise

    async def aclose(self) -> None:
        """Close the connections."""
        await self._kept.aclose()
        await self._single.aclose()


class FileTransport(httpx.BaseTransport):
    """The transport to any host that a link leads to, also by redirects. For GET only."""

    def __init__(self) -> None:
        self._ways: dict[tuple[str, proxies.Proxy | None], httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request``. Raises ``ConfigurationError`` as ``transport_options`` does."""
        way = self._way(request.url)
        while True:
            trace = _Trace()
            request.extensions["trace"] = trace.note
            try:
                return way.handle_request(request)
            except _DROPPED:
                if not trace.was_kept:
                    raise

    def _way(self, url: httpx.URL) -> httpx.HTTPTransport:
        key = (url.scheme, proxies.proxy_for(url))
        if key not in self._ways:
            self._ways[key] = httpx.HTTPTransport(**transport_options(url))
        return self._ways[key]

    def close(self) -> None:
        """Close the connections."""
        for way in self._ways.values():
            way.close()


class _Trace:
    """A trace of one request, which tells whether its connection is older than the request."""

    def __init__(self) -> None:
        self._connected = self._sent = False

    @property
    def was_kept(self) -> bool:
        """Whether the request used a connection of an earlier one."""
        return self._sent and not self._connected

    def note(self, step: str, _info: object) -> None:
        self._connected = self._connected or step.endswith(".connect_tcp.started")
        self._sent = self._sent or step.endswith(".send_request_headers.started")

    async def note_async(self, step: str, info: object) -> None:
        self.note(step, info)
