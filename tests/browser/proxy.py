"""A reverse proxy that takes a prefix off the path, as a cluster's ingress does; websockets included."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import tornado.web
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders
from tornado.netutil import bind_sockets
from tornado.websocket import WebSocketClientConnection, WebSocketHandler, websocket_connect

HOP = {"Connection", "Content-Encoding", "Content-Length", "Transfer-Encoding"}


@contextmanager
def stripping_proxy(target: str, prefix: str) -> Iterator[str]:
    """Put ``http://…/prefix/path`` in front of ``target/path``; yields the address with the prefix."""
    (socket,) = bind_sockets(0, "127.0.0.1")
    address = f"http://127.0.0.1:{socket.getsockname()[1]}{prefix}"
    rules = [
        (rf"{prefix}(/.*/channels|/voila/query/.*)", _Socket, {"target": target}),
        (rf"{prefix}(/.*)", _Page, {"target": target}),
    ]
    ready: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        server = HTTPServer(tornado.web.Application(rules, websocket_max_message_size=2**30))
        server.add_socket(socket)
        stop = asyncio.Event()
        ready.set_result((asyncio.get_running_loop(), stop))
        await stop.wait()
        server.stop()
        await server.close_all_connections()

    # A loop in a thread of its own: Playwright's is the one of this thread.
    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="proxy")
    thread.start()
    loop, stop = ready.result(100)
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


class _Page(tornado.web.RequestHandler):
    def initialize(self, target: str) -> None:
        self.target = target

    async def _pass_on(self, path: str) -> None:
        request = self.request
        asked = HTTPRequest(
            f"{self.target}{path}{'?' + request.query if request.query else ''}",
            method=request.method or "GET",
            headers=request.headers,
            body=request.body or None,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            request_timeout=100,
        )
        answer = await AsyncHTTPClient().fetch(asked, raise_error=False)
        self.set_status(answer.code)
        for name, value in answer.headers.get_all():
            if name not in HOP:
                self.add_header(name, value)
        if answer.body:
            self.write(answer.body)

    get = head = post = put = patch = delete = options = _pass_on


class _Socket(WebSocketHandler):
    def initialize(self, target: str) -> None:
        self.target = target
        self.upstream: WebSocketClientConnection | None = None

    async def get(self, path: str) -> None:
        # First the far end: its choice of protocol is the answer to the browser's offer.
        wanted = self.request.headers
        headers = HTTPHeaders({name: wanted[name] for name in ("Cookie", "Host", "Origin") if name in wanted})
        query = f"?{self.request.query}" if self.request.query else ""
        self.upstream = await websocket_connect(
            HTTPRequest(f"{self.target.replace('http', 'ws', 1)}{path}{query}", headers=headers),
            on_message_callback=self._receive,
            subprotocols=[
                name.strip() for name in wanted.get("Sec-WebSocket-Protocol", "").split(",") if name
            ],
            max_message_size=2**30,
        )
        await super().get()

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        return self.upstream.selected_subprotocol if self.upstream else None

    def check_origin(self, origin: str) -> bool:
        return True

    def _receive(self, message: str | bytes | None) -> None:
        if message is None:
            self.close()
        elif self.ws_connection is not None:
            self.write_message(message, binary=isinstance(message, bytes))

    async def on_message(self, message: str | bytes) -> None:
        if self.upstream is not None:
            await self.upstream.write_message(message, binary=isinstance(message, bytes))

    def on_close(self) -> None:
        if self.upstream is not None:
            self.upstream.close()
