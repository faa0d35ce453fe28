"""The common part of both origins: every request is logged and meets its fault."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from tornado.http1connection import HTTP1Connection
from tornado.httputil import format_timestamp
from tornado.web import RequestHandler

from .faults import Fault, Origin
from .scenarios import PRESENT

if TYPE_CHECKING:
    from .server import Simulator


class Handler(RequestHandler):
    """The base of both origins' handlers."""

    origin: Origin
    sim: Simulator
    fault: Fault = PRESENT
    number: int | None = None
    sent_bytes: int = 0

    def set_default_headers(self) -> None:
        # The simulator's own clock, so that a test can make the server's time differ from the client's.
        self.set_header("Date", format_timestamp(self.settings["sim"].clock()))
        self.clear_header("Server")

    @property
    def project_id(self) -> str:
        """The project that the path names, or `""`."""
        return str(self.path_kwargs.get("project_id") or "")

    async def prepare(self) -> None:
        self.sim = self.settings["sim"]
        self.gone = asyncio.Event()
        self.delay_over = asyncio.Event()
        self.sim.under_way.add(self)
        request = self.request
        self.number = self.sim.requests.begin(
            time=self.sim.clock(),
            origin=self.origin,
            method=request.method or "",
            path=request.path,
            project_id=self.project_id,
            credentials=self._credentials(),
            range_header=request.headers.get("Range"),
        )
        self.fault = (
            self.sim.faults.take(self.origin, request.method or "", self.project_id) or self.planned()
        )
        if self.fault.delay_s:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.delay_over.wait(), self.fault.delay_s)
        if self.gone.is_set():
            self.leave()
        elif self.fault.reset:
            self.leave(reset=True)
        elif self.fault.status is not None:
            self.answer_fault(self.fault)

    def planned(self) -> Fault:
        """Return the fault that the project's scenario has planned for this request."""
        return PRESENT

    def answer_fault(self, fault: Fault) -> None:
        """Answer with the fault's status instead of the right answer."""
        self.set_status(fault.status or 500)
        if fault.status in (204, 304):  # HTTP allows no body for these
            self.finish()
            return
        self.set_header("Content-Type", fault.content_type)
        self.finish(json.dumps({"message": self._reason}) if fault.body is None else fault.body)

    def leave(self, *, reset: bool = False) -> None:
        """Close or reset the connection without a further answer."""
        stream = cast("HTTP1Connection", self.request.connection).detach()
        if not stream.closed():
            if reset:
                # With a linger time of zero, closing sends RST instead of FIN.
                stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            stream.close()
        # Otherwise tornado would write an answer to the closed connection.
        self._finished = True
        self._ended()

    def finish(self, chunk: str | bytes | dict[str, Any] | None = None) -> asyncio.Future[None]:
        for name, value in self.fault.headers.items():
            self.set_header(name, value)
        return super().finish(chunk)

    def flush(self, include_footers: bool = False) -> asyncio.Future[None]:
        # Logged before the first byte is sent, so that tests find every answer they have read in the log.
        if self.number is not None:
            self.sim.requests.answering(self.number, self.get_status())
        return super().flush(include_footers)

    def hang_up(self) -> None:
        """End what a fault delays or stalls, without an answer."""
        self.gone.set()
        self.delay_over.set()

    def on_connection_close(self) -> None:
        self.hang_up()
        self._ended()

    def on_finish(self) -> None:
        self._ended()

    def _ended(self) -> None:
        if self.number is not None:
            self.sim.under_way.discard(self)
            self.sim.requests.end(self.number, self.sent_bytes)

    def _credentials(self) -> tuple[str, ...]:
        request = self.request
        kinds = [kind for kind in ("authorization", "cookie") if kind in request.headers]
        elsewhere = [
            request.uri or "",
            *(v for k, v in request.headers.get_all() if k.lower() != "authorization"),
        ]
        if any(self.sim.token in text for text in elsewhere):
            kinds.append("token")
        return tuple(kinds)
