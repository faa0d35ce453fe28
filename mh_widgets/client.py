"""``AsyncClient`` and ``Client``: the REST calls and nothing else."""

from __future__ import annotations

import asyncio
import functools
import json
import pathlib
import ssl
import time
from http import HTTPStatus
from types import TracebackType
from typing import Any

import httpx

from mh_widgets import loop as loops
from mh_widgets.errors import ApiError, ConfigurationError, InvalidProject, MagicHourError, NetworkError
from mh_widgets.models import VideoDetails, parse_project
from mh_widgets.net import ssl_context
from mh_widgets.pace import parse_http_date, parse_retry_after
from mh_widgets.settings import BearerAuth, ask_for_key, project_url, resolve_settings
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


class AsyncClient:
    """Magic Hour's video projects, asynchronously. May be used on several event loops; each gets its own connections.

    ``token`` is the API key: the argument, else ``MAGIC_HOUR_API_KEY``, else ``API_TOKEN`` of the environment, else
    of a ``.env`` in the current folder, else Colab's secret ``MAGIC_HOUR_API_KEY``. ``base_url`` is the API's address:
    the argument, else ``MAGIC_HOUR_BASE_URL`` of the environment, else of ``.env`` (not for a key from elsewhere), else
    the public API. A missing or impossible one of either is raised by the first request, so that a card can say it.
    ``timeout_s`` bounds each step of a request in seconds (connecting, sending, each read), 60 s the whole.
    ``transport`` replaces the network.
    """

    def __init__(
        self,
        token: str | None = None,
        *,
        base_url: str | None = None,
        timeout_s: float = 15.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        token, base_url = resolve_settings(token, base_url)
        self._auth = BearerAuth(token)
        self._base_url = base_url
        self._timeout_s = timeout_s
        self._transport = transport
        self._sessions: dict[asyncio.AbstractEventLoop, _Session] = {}  # a connection pool belongs to one loop
        #: The API's address without a path, "" before the first request.
        self.origin = ""
        #: Seconds by which the API's clock is ahead of ours, by its last answer; half a second is as exact as it gets.
        self.clock_ahead_s = 0.0

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={redact(self._base_url)!r})"

    @classmethod
    def ask(cls, *, base_url: str | None = None, timeout_s: float = 15.0) -> AsyncClient:
        """A client whose key is typed into a prompt that doesn't show it; it stays in memory and goes to the API alone.

        An empty answer, and a place where nobody can be asked (Voilà, nbconvert), are as if no key had been given.
        """
        return cls(ask_for_key(), base_url=base_url, timeout_s=timeout_s)

    async def get(self, id: str) -> VideoDetails:  # noqa: A002 - the official SDK's name
        """The project as it is now. ``id`` may be whatever ``VideoProject`` takes.

        Raises ``InvalidProject``, ``MissingToken``, ``ApiError`` or ``NetworkError``.
        """
        project_id = _required(id)
        status_code, body = await self._request("GET", project_id)
        return VideoDetails.from_api(_decoded(body, status_code), project_id, self.scrub)

    async def delete(self, id: str) -> None:  # noqa: A002
        """Delete the project on Magic Hour, for good. Plain REST: a 404 raises as well. Raises as ``get`` does."""
        await self._request("DELETE", _required(id))

    async def check_result(
        self,
        id: str,  # noqa: A002
        wait_for_completion: bool,
        download_outputs: bool,
        download_directory: str | pathlib.Path | None = None,
        *,
        deadline_s: float | None = 3600.0,
    ) -> VideoDetails:
        """The project when it has ended, or, without ``wait_for_completion``, as it is now; also a failed one.

        ``download_outputs`` saves the files of a complete one to ``download_directory`` (None: the current one) under
        its ID, never over another file; ``downloaded_paths`` names them, and is None where nothing was to be saved.
        What is transient is ridden out, for ``deadline_s`` seconds at most (None: without end; saving is not counted).
        Raises ``WatchDeadline``, ``ProjectDeleted``, ``TransferError`` with ``paths``, and what ``get`` raises.
        """
        # Late, as it stands above this room: the watch and the films are made with a client.
        from mh_widgets.check import check_result

        return await check_result(
            self,
            id,
            wait=wait_for_completion,
            save=download_outputs,
            directory=download_directory,
            deadline_s=deadline_s,
        )

    async def aclose(self) -> None:
        """Close this loop's connections. The client can go on being used; it opens new ones."""
        session = self._sessions.pop(asyncio.get_running_loop(), None)
        if session is not None:
            await session.http.aclose()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def scrub(self, text: str) -> str:
        """``text`` without this client's key and without the queries of URLs."""
        return redact(text, self._auth.token)

    async def _request(self, method: str, project_id: str) -> tuple[int, bytes]:
        self._auth.check()
        url = project_url(self._base_url, project_id)
        self.origin = f"{url.scheme}://{url.netloc.decode()}"
        session = await self._session()
        failure: MagicHourError
        # Errors are raised after the handlers, not in them: httpx's own exceptions hold the request, and with it the
        # key, and a chained traceback would show them.
        async with session.slots:
            try:
                return await asyncio.wait_for(self._exchange(session.http, method, url), TOTAL_TIMEOUT_S)
            except (httpx.TimeoutException, asyncio.TimeoutError):
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
        session = self._sessions.get(loop)
        if session is None:
            context = await asyncio.to_thread(ssl_context) if self._transport is None else False
            for other in [other for other in self._sessions if other.is_closed()]:
                del self._sessions[other]
            try:
                # Another task may have been here while this one waited for the context.
                session = self._sessions.setdefault(loop, _Session(self._transport, self._timeout_s, context))
            except (ValueError, ImportError):
                session = None
        if session is None:
            raise ConfigurationError("The proxy settings can't be used.", hint="Check HTTPS_PROXY and ALL_PROXY.")
        return session


class Client:
    """The blocking face of ``AsyncClient``, for scripts and for synchronous cells; same arguments.

    In a cell it goes through nest-asyncio2, so that cards go on moving while it waits.
    """

    def __init__(self, token: str | None = None, *, base_url: str | None = None, timeout_s: float = 15.0) -> None:
        self.async_client = AsyncClient(token, base_url=base_url, timeout_s=timeout_s)

    def __repr__(self) -> str:
        return repr(self.async_client).replace("AsyncClient", "Client", 1)

    @classmethod
    def ask(cls, *, base_url: str | None = None, timeout_s: float = 15.0) -> Client:
        """As ``AsyncClient.ask``."""
        return cls(ask_for_key(), base_url=base_url, timeout_s=timeout_s)

    def get(self, id: str) -> VideoDetails:  # noqa: A002
        """As ``AsyncClient.get``."""
        return loops.block_on(self.async_client.get(id))

    def delete(self, id: str) -> None:  # noqa: A002
        """As ``AsyncClient.delete``."""
        loops.block_on(self.async_client.delete(id))

    def check_result(
        self,
        id: str,  # noqa: A002
        wait_for_completion: bool,
        download_outputs: bool,
        download_directory: str | pathlib.Path | None = None,
        *,
        deadline_s: float | None = 3600.0,
    ) -> VideoDetails:
        """As ``AsyncClient.check_result``."""
        return loops.block_on(
            self.async_client.check_result(
                id, wait_for_completion, download_outputs, download_directory, deadline_s=deadline_s
            )
        )

    def close(self) -> None:
        """Close the connections."""
        loops.block_on(self.async_client.aclose())

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def default_client() -> AsyncClient:
    """The client of the environment's key and address: one for all cards, so that they share requests and watches.

    Looked up anew each time: "set the key and run this cell again" has to work.
    """
    return _client_for(*resolve_settings(None, None))


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


@functools.lru_cache(maxsize=8)
def _client_for(token: str, base_url: str) -> AsyncClient:
    return AsyncClient(token, base_url=base_url)


def _required(value: object) -> str:
    project_id = parse_project(value)
    if not project_id:
        raise InvalidProject("There is no project yet.", code="no_project", hint="Give a project ID.")
    return project_id


def _decoded(body: bytes, status_code: int) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise _unreadable(status_code, "is not a project")
    return answer


def _unreadable(status_code: int, why: str) -> ApiError:
    return ApiError(f"The API's answer {why}.", status_code=status_code, code="unreadable_answer", hint=_ADDRESS_HINT)
