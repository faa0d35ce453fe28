"""The simulator itself: its two origins, their start and end, and the interface for tests."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from . import api, files
from .faults import FaultBook
from .handler import Handler
from .log import Request, RequestLog
from .scenarios import Scenario
from .scenes import SCENARIOS
from .webhooks import Webhook
from .world import World

_LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


class Simulator(World):
    """A local Magic Hour API on two ports: the API itself, and the file host of its links.

    As a context manager it runs in a thread with its own loop, ready when the block begins.
    `open` and `await close()` run it on the caller's loop instead. `faults`, `requests`, `hang_up`,
    `release` and the methods of `World` (`add`, `fresh`, `set_status`) may be used from any thread.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str | None = None,
        speed: float = 1.0,
        clock: Callable[[], float] = time.time,
        scenarios: Iterable[Scenario] = SCENARIOS,
        webhook: Webhook | None = None,
    ) -> None:
        """Prepare the simulator, which doesn't listen yet.

        Args:
            host: The address that the API listens on.
            port: Its port; 0 takes a free one. The file host always takes a free one.
            token: The only accepted token. None accepts all that don't begin with `wrong` or `invalid`.
            speed: The speed of the timelines, as a factor.
            clock: Returns Unix seconds. Pass a `ManualClock` to advance the timelines by hand.
            scenarios: The projects that can be requested.
            webhook: Where changes are sent; None sends nothing.
        """
        super().__init__(scenarios, clock, speed)
        self.faults = FaultBook()
        self.requests = RequestLog()
        #: The requests under way. Only the loop's own thread may use this.
        self.under_way: set[Handler] = set()
        self.token = token or "simulator-accepts-any-key"
        self._fixed_token = token
        self._host = host
        self._port = port
        self._files_port = 0
        self._servers: list[HTTPServer] = []
        self._webhook = webhook
        self._telling: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stop: Callable[[], Any] = lambda: None

    @property
    def url(self) -> str:
        """The API's address, for `MAGIC_HOUR_BASE_URL`."""
        host = "127.0.0.1" if self._host in ("", "0.0.0.0") else self._host
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}"

    @property
    def files_url(self) -> str:
        """The file host's address."""
        return self.files_url_for(self._host or "0.0.0.0")

    @property
    def env(self) -> dict[str, str]:
        """The environment that points a client at this simulator."""
        return {"MAGIC_HOUR_BASE_URL": self.url, "MAGIC_HOUR_API_KEY": self.token}

    @property
    def listing(self) -> str:
        """The list of projects and what each shows, for a terminal."""
        width = max(len(each.id) for each in self.scenarios)
        lines = [f"  {each.id:<{width}}  {each.shows}" for each in self.scenarios]
        return "\n".join(
            ["Projects (a render begins with the first request; ID--anything is a new copy):", "", *lines]
        )

    @property
    def leaks(self) -> list[Request]:
        """The requests that sent a token or an Authorization header to the file host. There must be none."""
        return [
            r for r in self.requests.of(origin="files") if {"authorization", "token"} & set(r.credentials)
        ]

    def hang_up(self, project_id: str | None = None) -> None:
        """Close the connections that a fault delays or stalls, of this project or of all."""
        self._for_each_under_way(project_id, Handler.hang_up)

    def release(self, project_id: str | None = None) -> None:
        """End the delays of requests under way now, of this project or of all. They get their answers."""
        self._for_each_under_way(project_id, lambda handler: handler.delay_over.set())

    def _for_each_under_way(self, project_id: str | None, do: Callable[[Handler], None]) -> None:
        def each() -> None:
            for handler in self.under_way:
                if project_id in (None, handler.project_id):
                    do(handler)

        if self._loop is not None:
            self._loop.call_soon_threadsafe(each)

    def files_url_for(self, api_host: str) -> str:
        """Return the file host's address for clients that reached the API under this host name.

        It is `localhost` if the API is 127.0.0.1. Cookies ignore ports, so Jupyter's cookies on 127.0.0.1
        would otherwise reach the file host.
        """
        host = "localhost" if api_host in (*_LOOPBACK, "0.0.0.0") else api_host
        return f"http://{host}:{self._files_port}"

    def accepts(self, token: str) -> bool:
        """Return whether a request with this bearer token is accepted."""
        if self._fixed_token is not None:
            return token == self._fixed_token
        return bool(token.strip()) and not token.startswith(("wrong", "invalid"))

    def open(self) -> None:
        """Listen on the running loop. Raises OSError if the port is taken."""
        self._loop = asyncio.get_running_loop()
        # Not tornado's bind_sockets, which leaves a socket open if its port is taken.
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        api_socket = socket.create_server((self._host, self._port), family=family)
        api_socket.setblocking(False)
        self._port = api_socket.getsockname()[1]
        # Here bind_sockets is needed, as it gives both addresses of localhost the same port.
        file_sockets = bind_sockets(0, "localhost" if self._host in _LOOPBACK else self._host)
        self._files_port = file_sockets[0].getsockname()[1]
        for routes, listening in ((api.ROUTES, [api_socket]), (files.ROUTES, file_sockets)):
            # No access log, as tornado's own would write the links' signatures to stderr.
            application = Application(routes, sim=self, log_function=lambda handler: None)
            server = HTTPServer(application, max_body_size=1_000_000)
            server.add_sockets(listening)
            self._servers.append(server)
        if self._webhook is not None:
            self._telling = self._loop.create_task(self._webhook.watch(self), name="simulator webhooks")

    async def close(self) -> None:
        """Stop listening and close every connection."""
        if self._telling is not None:
            self._telling.cancel()
        for server in self._servers:
            server.stop()
        for server in self._servers:
            await server.close_all_connections()
        self._servers.clear()

    def start(self) -> Simulator:
        """Run in a thread with a loop of its own, until `stop`. Raises OSError if the port is taken."""
        up = threading.Event()
        failure: list[OSError] = []

        async def live() -> None:
            loop, over = asyncio.get_running_loop(), asyncio.Event()
            self._stop = lambda: loop.call_soon_threadsafe(over.set)
            self.open()
            up.set()
            await over.wait()
            await self.close()

        def run() -> None:
            try:
                asyncio.run(live())
            except OSError as error:
                failure.append(error)
            finally:
                up.set()

        self._thread = threading.Thread(target=run, name="magic-hour-simulator", daemon=True)
        self._thread.start()
        up.wait()
        if failure:
            self._thread.join()
            self._thread = None
            raise failure[0]
        return self

    def stop(self) -> None:
        """End the thread. The ports are free when this returns. It may be called again."""
        if self._thread is not None:
            self._stop()
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
