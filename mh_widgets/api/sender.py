"""Sends requests about projects over httpx, with limits, and turns failures into sentences."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import weakref
from http import HTTPStatus
from typing import Any

import httpx

from mh_widgets import _loops
from mh_widgets._fork import on_fork
from mh_widgets._log import log
from mh_widgets._text import plain_text, redact
from mh_widgets.api.addresses import project_url
from mh_widgets.api.connections import Connections
from mh_widgets.api.credentials import ADDRESS, PUBLIC_API, BearerAuth
from mh_widgets.api.failures import FOREIGN, network_error, proxy_login_error
from mh_widgets.api.logs import unlogged
from mh_widgets.api.retry import parse_http_date, parse_retry_after
from mh_widgets.api.transports import MAX_CONNECTIONS, ApiTransport, environment
from mh_widgets.errors import TRANSIENT_STATUS_CODES, ApiError, MagicHourError
from mh_widgets.project_ids import Kind

#: The most requests under way at once, for one client on one loop. Without a limit, 500 requests a second
#: never recover after a short block of the loop. With about 8 they recover at once (measured).
MAX_REQUESTS = MAX_CONNECTIONS
#: The longest body that is read, in bytes. A project has about 1 kB.
MAX_BODY_BYTES = 4 * 1024 * 1024
#: The time-out of a whole request in seconds. httpx's own time-outs limit each step, but not their number.
TOTAL_TIMEOUT_S = 60.0

_ADDRESS_HINT = f"Check the network and {ADDRESS}."
_HINTS = {
    400: "Check the project ID.",
    401: "Check the key in MAGIC_HOUR_API_KEY, then run this cell again.",
    402: "Check the plan and the credits of your Magic Hour account.",
    403: "Check that the key in MAGIC_HOUR_API_KEY belongs to the account that made this project.",
    404: "Check the project ID, and that the key belongs to the account that made it.",
    422: "This project doesn't allow it. Look at the project on magichour.ai.",
    429: "Send fewer requests.",
}
_OTHER_HINT = "Try again later, or with a newer version of mh_widgets."
_SIGN_IN_HINT = f"If this network asks you to sign in, do so in a browser. Else check {ADDRESS}."


class RequestSender:
    """The requests of one ``ProjectsApi``, with connections for each event loop that asks.

    Args:
        auth: The API key.
        base_url: The API's address.
        timeout_s: The time-out of each step of a request in seconds. None limits only the whole request.
        transport: Replaces the network.
    """

    #: The hint of the API's own 404.
    not_found_hint = _HINTS[404]

    def __init__(
        self,
        auth: BearerAuth,
        base_url: str,
        timeout_s: float | None,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self._auth = auth
        self._base_url = base_url
        self._timeout_s = TOTAL_TIMEOUT_S if timeout_s is None else timeout_s
        self._transport = transport
        self.sessions: dict[
            asyncio.AbstractEventLoop, _Session
        ] = {}  # for each loop, as a connection pool belongs to one
        _all.add(self)
        #: The API's address without a path, or "" before the first request.
        self.origin = ""
        #: Seconds by which the API's clock is ahead of ours, from its last answer, within half a second.
        self.clock_ahead_s = 0.0

    async def get(self, project_id: str, kind: Kind = "video") -> dict[str, Any]:
        """Return the API's answer about one project. Raises as ``ProjectsApi.get`` does."""
        status_code, body = await self._request("GET", project_id, kind)
        answer = _decoded(body)
        if not isinstance(answer, dict):
            raise _unreadable(status_code, body)
        answer_id = answer.get("id")
        if type(answer_id) in (str, int) and str(answer_id) not in ("", project_id):
            raise ApiError(
                "The API's answer is about another project.",
                status_code=status_code,
                code="other_project",
                hint=_ADDRESS_HINT,
            )
        return answer

    async def delete(self, project_id: str, kind: Kind = "video") -> None:
        """Delete one project. Raises as ``get`` does."""
        await self._request("DELETE", project_id, kind)

    async def prepare(self) -> None:
        """Make the running loop's connections; what is wrong with them the next request will say."""
        session = self._session()
        if session.connections is None:
            with contextlib.suppress(MagicHourError, *FOREIGN):
                await self._connections(session, project_url(self._base_url, "any"))

    async def close(self) -> None:
        """Close the running loop's connections when their requests have ended."""
        session = self.sessions.pop(asyncio.get_running_loop(), None)
        if session is not None and session.connections is not None:
            await session.connections.aclose()

    async def _request(self, method: str, project_id: str, kind: Kind) -> tuple[int, bytes]:
        """Return status and body of a success. Anything else raises, as ``get`` does."""
        url = project_url(self._base_url, project_id, kind)
        self.origin = f"{url.scheme}://{url.netloc.decode()}"
        session = self._session()
        failure: MagicHourError
        # Errors are raised after the handlers. Inside them, a traceback would include httpx's own exception,
        # which holds the request and its key.
        async with session.slots:
            try:
                with unlogged():
                    answer = await _loops.run_with_timeout(
                        TOTAL_TIMEOUT_S, self._exchange(session, method, url)
                    )
                log.debug("%s %s: %d", method, project_id, answer[0])
                return answer
            except FOREIGN as error:
                failure = network_error(error, "API", url.netloc.decode(), variable=ADDRESS)
            except MagicHourError as error:
                failure = error
        if failure.code == "certificate":
            session.environment = (
                None  # the user may fix the file under the same name, so the next request reads it again
            )
        log.debug("%s %s: %s", method, project_id, failure.code)
        raise failure.with_traceback(None)

    async def _exchange(self, session: _Session, method: str, url: httpx.URL) -> tuple[int, bytes]:
        connections = await self._connections(session, url)
        with connections.in_use() as http:
            return await self._send(http, method, url)

    async def _send(self, http: httpx.AsyncClient, method: str, url: httpx.URL) -> tuple[int, bytes]:
        async with http.stream(method, url, auth=self._auth) as response:
            self._set_clock(response.headers)
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > MAX_BODY_BYTES:
                    raise _unreadable(response.status_code, b"", "is too long")
        if not response.is_success:
            raise self._refusal(response, bytes(body))
        return response.status_code, bytes(body)

    def _scrub(self, text: str) -> str:
        return redact(text, self._auth.token)

    def _set_clock(self, headers: httpx.Headers) -> None:
        sent_at = parse_http_date(headers.get("date"))
        if sent_at is not None and "age" not in headers:  # the date of a cached answer is old
            self.clock_ahead_s = sent_at + 0.5 - time.time()

    def _refusal(self, response: httpx.Response, body: bytes) -> MagicHourError:
        status_code = response.status_code
        if status_code == 407 and (failure := proxy_login_error(response.url)):
            return failure
        answer = _decoded(body)
        message = answer.get("message") if isinstance(answer, dict) else None
        phrase = (
            HTTPStatus(status_code).phrase
            if status_code in HTTPStatus._value2member_map_
            else "no reason given"
        )
        reason = plain_text(message, scrub=self._scrub).rstrip(".") or phrase
        return ApiError(
            f"The API answered {status_code}: {reason}.",
            status_code=status_code,
            code=f"http_{status_code}",
            hint=self._hint(status_code, body, isinstance(message, str)),
            retry_after_s=parse_retry_after(
                response.headers.get("retry-after"), time.time() + self.clock_ahead_s
            ),
        )

    def _hint(self, status_code: int, body: bytes, gives_reason: bool) -> str:
        if status_code == 511 or 300 <= status_code < 400:
            return _SIGN_IN_HINT
        if status_code >= 500 or status_code in TRANSIENT_STATUS_CODES:
            return _HINTS.get(status_code, "")  # such a request is retried automatically
        # The API gives its reason in JSON. Any other answer comes from a proxy, a sign-in page or another
        # server.
        elsewhere = status_code == 404 and not gives_reason and self._base_url.rstrip("/") != PUBLIC_API
        if elsewhere or _is_page(body):
            return f"This is not the API's own answer. {_ADDRESS_HINT}"
        return _HINTS.get(status_code, _OTHER_HINT)

    def _session(self) -> _Session:
        loop = asyncio.get_running_loop()
        for other in list(self.sessions):  # a copy, as other threads' loops come and go
            if other.is_closed():
                self.sessions.pop(other, None)
        return self.sessions.setdefault(loop, _Session())

    async def _connections(self, session: _Session, url: httpx.URL) -> Connections:
        """Return the loop's connections, and make new ones if the environment has changed."""
        now = environment()
        connections = session.fitting(now)
        if connections is None:
            transport = self._transport
            if transport is None:
                transport = await asyncio.to_thread(ApiTransport, url)
            # Another task may have made them while this one waited for the thread.
            connections = session.fitting(now)
            if connections is None:
                http = _client(transport, self._timeout_s)
                connections = await Connections.of(http, shared=transport is self._transport)
                # Requests under way end on the old connections.
                session.connections, session.environment = connections, now
        return connections


class _Session:
    """The state of one loop: connections, the environment they were made in, and the limit on requests."""

    def __init__(self) -> None:
        self.slots = asyncio.Semaphore(MAX_REQUESTS)
        self.connections: Connections | None = None
        self.environment: tuple[str | None, ...] | None = None

    def fitting(self, environment: tuple[str | None, ...]) -> Connections | None:
        """Return the connections if they were made in this ``environment`` and are open."""
        found = self.connections if self.environment == environment else None
        return None if found is None or found.http.is_closed else found


def _client(transport: httpx.AsyncBaseTransport, timeout_s: float) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=transport,
        trust_env=False,
        timeout=timeout_s,
        follow_redirects=False,
        headers={"Accept": "application/json", "User-Agent": "mh_widgets"},
    )


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _is_page(body: bytes) -> bool:
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _unreadable(status_code: int, body: bytes, why: str = "is not a project") -> ApiError:
    code = "unreadable_answer"
    if _is_page(body):
        return ApiError(
            "A web page answers in place of the API.", status_code=status_code, code=code, hint=_SIGN_IN_HINT
        )
    return ApiError(f"The API's answer {why}.", status_code=status_code, code=code, hint=_ADDRESS_HINT)


_all: weakref.WeakSet[RequestSender] = weakref.WeakSet()


@on_fork
def _let_go() -> object:
    inherited = [sender.sessions for sender in _all]
    for sender in _all:
        sender.sessions = {}
    return inherited
