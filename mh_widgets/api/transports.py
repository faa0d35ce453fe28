"""How requests travel: by the proxy and with the certificates that the environment names when connections are made.

One transport for the API, asynchronous, and one for the file host. Both repeat a GET at once when the
connection had been kept open since an earlier request and the server dropped it just then: that happens now
and then, and says nothing about the server. httpx's own ``retries`` are for connecting alone.
"""

from __future__ import annotations

import functools
import os
from typing import Any

import httpx

from mh_widgets.api import proxies, tls

#: Connections of one client on one loop; as many requests are under way at once.
MAX_CONNECTIONS = 8
#: Seconds for which an idle connection is kept for the next request.
_KEEP_S = 60.0

_DROPPED = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)


def environment() -> tuple[str | None, ...]:
    """What the environment says about certificates and proxies: when that changes, connections are made anew."""
    return tuple(map(os.environ.get, (*tls.VARIABLES, *proxies.VARIABLES)))


def transport_options(url: httpx.URL) -> dict[str, Any]:
    """Keywords of httpx's transports that lead to the host of ``url``, as the environment is now.

    Takes up to 150 ms the first time (measured) and reads the disk: call it off the loop. Raises
    ``ConfigurationError`` for a setting that can't be used; one that this host doesn't need is not looked at.
    """
    _load_modules()
    proxy = proxies.proxy_for(url)
    through_tls = proxy is not None and proxy.url.lower().startswith("https:")
    context = tls.ssl_context() if through_tls or url.scheme == "https" else None
    return {
        "verify": context or False,  # where there is no TLS
        "proxy": httpx.Proxy(proxy.url, ssl_context=context if through_tls else None) if proxy else None,
        "trust_env": False,
    }


@functools.cache
def _load_modules() -> None:
    """Load what httpx loads with its first request, which would be on the loop: 100 ms (measured)."""
    import anyio  # both are httpx's own
    import httpcore  # noqa: F401

    anyio.run(anyio.sleep, 0)  # loads its part for asyncio


class ApiTransport(httpx.AsyncBaseTransport):
    """The way to one host. Only a GET goes over a kept connection; nothing else can meet one that was just dropped."""

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
                # It ends: each connection that was dropped has left the pool, and what comes then is a new
                # one.
                if not trace.was_kept:
                    raise

    async def aclose(self) -> None:
        """Close the connections."""
        await self._kept.aclose()
        await self._single.aclose()


class FileTransport(httpx.BaseTransport):
    """The way to whichever host a link leads to, also by redirects. For GET alone."""

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
    """Hears of one request's steps, and knows whether its connection is older than it."""

    def __init__(self) -> None:
        self._connected = self._sent = False

    @property
    def was_kept(self) -> bool:
        """Whether the request was sent over a connection that was there before."""
        return self._sent and not self._connected

    def note(self, step: str, _info: object) -> None:
        self._connected = self._connected or step.endswith(".connect_tcp.started")
        self._sent = self._sent or step.endswith(".send_request_headers.started")

    async def note_async(self, step: str, info: object) -> None:
        self.note(step, info)
