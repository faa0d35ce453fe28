"""One request to the API: its connections, its bounds, and its failures as sentences."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from http import HTTPStatus
from typing import Any

import httpx

from mh_widgets import loop as loops
from mh_widgets.errors import ApiError, ConfigurationError, MagicHourError, NetworkError
from mh_widgets.net import ssl_context
from mh_widgets.pace import parse_http_date, parse_retry_after
from mh_widgets.settings import BearerAuth, project_url
from mh_widgets.text import plain_text, redact

#: Requests under way at once, for one client on one loop. Measured: without a bound, 500 requests/s through one
#: client never recover from a loop that was blocked for a moment; with about 8 they recover at once.
MAX_REQUESTS = 8
#: The longest body that is read, in bytes. A project is about 1 kB.
MAX_BODY_BYTES = 4 * 1024 * 1024
#: Seconds for one whole request. httpx's own time-outs bound each step, and a body may come in endless small steps.
TOTAL_TIMEOUT_S = 60.0

_HINTS = {
    400: "Check the project ID.",
    401: "Check the key in MAGIC_HOUR_API_KEY, then run this cell again.",
    402: "Check the plan and the credits of your Magic Hour account.",
    403: "Check that the key in MAGIC_HOUR_API_KEY belongs to the account that made this project.",
    404: "Check the project ID, and that the key belongs to the account that made it.",
    429: "The API asks for fewer requests.",
}
_ADDRESS_HINT = "Check the network and MAGIC_HOUR_BASE_URL."


class Rest:
    """Requests to one address with one key, from whichever loop; each gets its own connections.

    ``timeout_s`` bounds each step of a request in seconds; ``transport`` replaces the network.
    """

    def __init__(self, token: str, base_url: str, timeout_s: float, transport: httpx.AsyncBaseTransport | None) -> None:
        self._auth = BearerAuth(token)
        self._base_url = base_url
        self._timeout_s = timeout_s
        self._transport = transport
        self.sessions: dict[asyncio.AbstractEventLoop, _Session] = {}  # a connection pool belongs to one loop
        #: The API's address without a path, "" before the first request.
        self.origin = ""
        #: Seconds by which the API's clock is ahead of ours, by its last answer; half a second is as exact as it gets.
        self.clock_ahead_s = 0.0

    def scrub(self, text: str) -> str:
        """``text`` without the key and without the queries of URLs."""
        return redact(text, self._auth.token)

    async def project(self, project_id: str) -> dict[str, Any]:
        """GET one project. Raises ``MissingToken``, ``ApiError`` or ``NetworkError``."""
        status_code, body = await self.request("GET", project_id)
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise _unreadable(status_code, "is not a project")
        return answer

    async def close(self) -> None:
        """Close the running loop's connections; the next request opens new ones."""
        session = self.sessions.pop(asyncio.get_running_loop(), None)
        if session is not None:
            await session.http.aclose()

    async def request(self, method: str, project_id: str) -> tuple[int, bytes]:
        """Status and body of a success; anything else raises, as ``project`` does."""
        self._auth.check()
        url = project_url(self._base_url, project_id)
        self.origin = f"{url.scheme}://{url.netloc.decode()}"
        session = await self._session()
        failure: MagicHourError
        # Errors are raised after the handlers, not in them: httpx's own exceptions hold the request, and with it the
        # key, and a chained traceback would show them.
        async with session.slots:
            try:
                return await loops.within(TOTAL_TIMEOUT_S, self._exchange(session.http, method, url))
            except (httpx.TimeoutException, TimeoutError):
                failure = NetworkError("The API did not answer in time.", code="timeout", hint=_ADDRESS_HINT)
            except httpx.ConnectError:
                failure = NetworkError(f"The API at {url.netloc.decode()} can't be reached.", hint=_ADDRESS_HINT)
            except (httpx.HTTPError, httpx.StreamError):
                failure = NetworkError("The connection to the API broke.", hint=_ADDRESS_HINT)
            except MagicHourError as error:
                failure = error
        raise failure.with_traceback(None)

    async def _exchange(self, http: httpx.AsyncClient, method: str, url: httpx.URL) -> tuple[int, bytes]:
        async with http.stream(method, url, auth=self._auth) as response:
            self._set_clock(response.headers)
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > MAX_BODY_BYTES:
                    raise _unreadable(response.status_code, "is too long")
        if not response.is_success:
            raise self._refusal(response, bytes(body))
        return response.status_code, bytes(body)

    def _set_clock(self, headers: httpx.Headers) -> None:
        sent_at = parse_http_date(headers.get("date"))
        if sent_at is not None and "age" not in headers:  # a cache's answer tells the time it was made at
            self.clock_ahead_s = sent_at + 0.5 - time.time()

    def _refusal(self, response: httpx.Response, body: bytes) -> ApiError:
        status_code = response.status_code
        try:
            said = json.loads(body).get("message")
        except (ValueError, AttributeError, RecursionError):
            said = None
        phrase = HTTPStatus(status_code).phrase if status_code in HTTPStatus._value2member_map_ else "no reason given"
        reason = plain_text(said, scrub=self.scrub).rstrip(".") or phrase
        return ApiError(
            f"The API answered {status_code}: {reason}.",
            status_code=status_code,
            code=f"http_{status_code}",
            hint=_ADDRESS_HINT if 300 <= status_code < 400 else _HINTS.get(status_code, ""),
            retry_after_s=parse_retry_after(response.headers.get("retry-after"), time.time() + self.clock_ahead_s),
        )

    async def _session(self) -> _Session:
        loop = asyncio.get_running_loop()
        session = self.sessions.get(loop)
        if session is None:
            context = await asyncio.to_thread(ssl_context) if self._transport is None else False
            for other in list(self.sessions):  # a copy, as other threads' loops come and go
                if other.is_closed():
                    self.sessions.pop(other, None)
            try:
                # Another task may have been here while this one waited for the context.
                session = self.sessions.setdefault(loop, _Session(self._transport, self._timeout_s, context))
            except (ValueError, ImportError):
                session = None
        if session is None:
            raise ConfigurationError("The proxy settings can't be used.", hint="Check HTTPS_PROXY and ALL_PROXY.")
        return session


class _Session:
    """What one loop needs: connections, and the bound on requests under way."""

    def __init__(
        self, transport: httpx.AsyncBaseTransport | None, timeout_s: float, context: ssl.SSLContext | bool
    ) -> None:
        self.http = httpx.AsyncClient(
            transport=transport,
            verify=context,
            timeout=timeout_s,
            follow_redirects=False,
            headers={"Accept": "application/json", "User-Agent": "mh_widgets"},
            limits=httpx.Limits(max_connections=MAX_REQUESTS, keepalive_expiry=60.0),
        )
        self.slots = asyncio.Semaphore(MAX_REQUESTS)


def _unreadable(status_code: int, why: str) -> ApiError:
    return ApiError(f"The API's answer {why}.", status_code=status_code, code="unreadable_answer", hint=_ADDRESS_HINT)
