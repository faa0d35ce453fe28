"""Real widgets on a loop of their own, and a host between them and the page that follows a rule.

``push`` shows all that the kernel sends, as JupyterLab does. ``strict`` shows what is sent while a message of the
view is handled and drops the rest, which is the strictest reading of how Colab behaves. ``lax`` drops the same,
but for a moment after each such message. The state that opens a comm is always there: it belongs to the cell's output.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import comm
import pytest
import tornado.httpserver
import tornado.web
import tornado.websocket
from comm.base_comm import BaseComm

from tests.browser.states import harness

T = TypeVar("T")

RULES = ("push", "lax", "strict")
#: Seconds after a message of the view in which a lax host still shows what comes.
LAX_S = 0.3


class LiveHost:
    """Widgets by name, and what of their messages reaches the page."""

    def __init__(self, rule: str) -> None:
        self.rule = rule
        self.url = ""
        #: Whether the kernel has gone: it hears nothing, and says nothing.
        self.gone = False
        #: Messages of the view, by kind.
        self.heard: list[str] = []
        self.dropped = 0
        self._loop = asyncio.new_event_loop()
        self._comms: dict[str, HostComm] = {}
        self._widgets: list[Any] = []
        self._handled = -LAX_S
        self._handling = False

    def shows(self) -> bool:
        """Whether the page is shown what is sent now."""
        just_now = self.rule == "lax" and time.monotonic() < self._handled + LAX_S
        return not self.gone and (self.rule == "push" or self._handling or just_now)

    def receive(self, one: HostComm, content: object) -> None:
        """Handle a message of the view, on the widgets' loop."""
        assert isinstance(content, dict)
        self.heard.append(content["kind"])
        if self.gone:
            return
        self._handling = True
        try:
            one.handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})
        finally:
            self._handling = False
            self._handled = time.monotonic()

    def show(self, name: str, make: Callable[[], Any]) -> Any:
        """Make a widget as a cell does; the page finds it under this name."""

        def made() -> Any:
            widget = make()
            self._comms[name] = widget.comm
            self._widgets.append(widget)
            return widget

        return self.call(made)

    async def close(self, server: tornado.httpserver.HTTPServer) -> None:
        """Close what was made, and let all of its tasks end."""
        server.stop()
        await server.close_all_connections()
        for one in self._widgets:
            one.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def call(self, function: Callable[[], T]) -> T:
        """Run ``function()`` on the widgets' loop."""

        async def run() -> T:
            return function()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(60)

    def comm(self, name: str) -> HostComm:
        """The comm of the widget of this name."""
        return self._comms[name]

    def create_comm(self, *args: Any, **kwargs: Any) -> BaseComm:
        """To be put in place of ``comm.create_comm``."""
        return HostComm(*args, host=self, **kwargs)

    def serve(self) -> None:
        """Run the loop and the page's server, in the thread that calls this, until ``stop``."""
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    async def listen(self) -> tornado.httpserver.HTTPServer:
        """Open the page's server."""
        options = {"host": self}
        routes: list[Any] = [(r"/socket/(\w+)", Socket, options), (r"/.*", Files)]
        server = tornado.httpserver.HTTPServer(tornado.web.Application(routes))
        server.listen(0, "127.0.0.1")
        (socket,) = server._sockets.values()
        self.url = f"http://127.0.0.1:{socket.getsockname()[1]}"
        return server


class HostComm(BaseComm):
    """A comm that sends to the page what the host shows of it."""

    def __init__(self, *args: Any, host: LiveHost, **kwargs: Any) -> None:
        self.host = host
        self.opened: dict[str, Any] = {}
        self.socket: Socket | None = None
        super().__init__(*args, **kwargs)

    def publish_msg(
        self,
        msg_type: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        buffers: list[bytes] | None = None,
        **keys: Any,
    ) -> None:
        """Send one message, or drop it."""
        data = data or {}
        if msg_type == "comm_open":
            self.opened = json.loads(json.dumps(data["state"], default=str))
        elif msg_type == "comm_msg" and self.socket is not None:
            if not self.host.shows():
                self.host.dropped += 1
                return
            header = {
                "state": data.get("state"),
                "content": data.get("content"),
                "buffers": len(buffers or ()),
            }
            self.socket.pass_on(json.dumps(header), buffers or [])


class Socket(tornado.websocket.WebSocketHandler):
    """The page's end of one comm."""

    def initialize(self, host: LiveHost) -> None:
        self.host = host

    def open(self, *args: str, **kwargs: str) -> None:
        self.one = self.host.comm(args[0])
        self.pass_on(json.dumps(self.one.opened), [])
        self.one.socket = self

    def on_message(self, message: str | bytes) -> None:
        self.host.receive(self.one, json.loads(message))

    def on_close(self) -> None:
        self.one.socket = None

    def pass_on(self, text: str, buffers: list[bytes]) -> None:
        """Write a message and its bytes."""
        with contextlib.suppress(tornado.websocket.WebSocketClosedError):
            self.write_message(text)
            for each in buffers:
                self.write_message(bytes(each), binary=True)


class Files(tornado.web.RequestHandler):
    """The files of the harness."""

    def get(self) -> None:
        """Send one of them."""
        if self.request.path not in harness.FILES:
            raise tornado.web.HTTPError(404)
        file, kind = harness.FILES[self.request.path]
        self.set_header("Content-Type", kind)
        self.write(file.read_bytes())


@contextlib.contextmanager
def live_host(rule: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveHost]:
    """A host that follows one of ``RULES``."""
    host = LiveHost(rule)
    monkeypatch.setattr(comm, "create_comm", host.create_comm)
    thread = threading.Thread(target=host.serve, name=f"host {rule}", daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(host.listen(), host._loop).result(60)
    try:
        yield host
    finally:
        asyncio.run_coroutine_threadsafe(host.close(server), host._loop).result(60)
        host._loop.call_soon_threadsafe(host._loop.stop)
        thread.join()
