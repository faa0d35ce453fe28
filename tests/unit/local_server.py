"""A real server on a free port, where only real sockets will do: TLS, proxies, connections that are dropped."""

from __future__ import annotations

import contextlib
import http.server
import ssl
import threading
from collections.abc import Callable, Iterator

Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


class LocalServer(http.server.ThreadingHTTPServer):
    """Calls ``answer(handler)`` for every request; ``paths`` are what was asked for, in order."""

    daemon_threads = True

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None = None) -> None:
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                server.paths.append(f"{self.command} {self.path}")
                answer(self)

            do_GET = do_DELETE = do_CONNECT = answer  # noqa: N815 - http.server's names

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.paths: list[str] = []
        self.scheme = "https" if tls else "http"
        if tls:
            # The handshake is the handler's: in accept() one client that says nothing would hold up all
            # others.
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        """A client that hangs up, as one that refuses the certificate, is what is tried here."""


@contextlib.contextmanager
def local_server(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[LocalServer]:
    """Serve until the block ends."""
    with LocalServer(answer, tls) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def says(body: bytes, status: int = 200, **headers: str) -> Answer:
    """The same answer to everything."""

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


#: A project as an API answers it that names no ID.
PROJECT = says(b'{"status": "rendering"}')
