"""The file host, the second origin: outputs behind presigned links, as S3 serves them.

It has no cookies, no CORS headers, and no HEAD on a link that was signed for GET.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Generator
from pathlib import Path
from xml.sax.saxutils import escape

from tornado.iostream import StreamClosedError
from tornado.web import StaticFileHandler

from .handler import Handler


class OutputHandler(Handler, StaticFileHandler):
    """`/films/{project_id}/{name}?expires=...&signature=...`; tornado handles Range and conditions."""

    origin = "files"

    def initialize(self) -> None:  # type: ignore[override]
        super().initialize(path=os.sep)

    async def prepare(self) -> None:
        await super().prepare()
        if self._finished:
            return
        verdict = self.sim.links.check(
            self.request.path,
            self.get_query_argument("expires", ""),
            self.get_query_argument("signature", ""),
            self.sim.clock(),
        )
        output = self.sim.output_path(self.project_id, self.path_kwargs["name"])
        if verdict == "wrong" or self.request.method != "GET":
            self.refuse(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.")
        elif verdict == "ended":
            self.refuse(403, "AccessDenied", "Request has expired")
        elif output is None or not output.is_file():
            self.refuse(404, "NoSuchKey", "The specified key does not exist.")
        else:
            self.output = output

    def refuse(self, status: int, code: str, message: str) -> None:
        """Send an error in S3's form."""
        self.set_status(status)
        self.set_header("Content-Type", "application/xml")
        error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        self.finish(f'<?xml version="1.0" encoding="UTF-8"?>\n{error}')

    async def get(self, project_id: str, name: str) -> None:  # type: ignore[override]
        headers = self.request.headers
        condition = headers.get("If-Range")
        # RFC 9110, 13.1.5: a Range is ignored if its If-Range doesn't match. Tornado doesn't support the
        # header.
        if self.fault.ignore_range or (condition and condition not in self._validators()):
            del headers["Range"]
        elif self.fault.wrong_offset and "Range" in headers:
            first, dash, last = headers["Range"].removeprefix("bytes=").partition("-")
            headers["Range"] = f"bytes={int(first) + self.fault.wrong_offset}{dash}{last}"
        await super().get(name)

    head = get  # type: ignore[assignment]

    def _validators(self) -> tuple[str | None, str]:
        self.absolute_path = str(self.output)
        modified = self.get_modified_time()
        return self.compute_etag(), modified.strftime("%a, %d %b %Y %H:%M:%S GMT") if modified else ""

    @classmethod
    def get_absolute_path(cls, root: str, path: str) -> str:
        return path

    def validate_absolute_path(self, root: str, absolute_path: str) -> str:
        return str(self.output)

    def compute_etag(self) -> str | None:
        if self.fault.status is not None:
            return None  # a fault's body is not an output, but tornado asks for every 200
        # Tornado would hash the whole output and keep the hash. That is slow for 500 MB, and wrong after a
        # test has replaced the output.
        stat = Path(self.absolute_path or "").stat()
        return f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'

    @classmethod
    def get_content(
        cls, abspath: str, start: int | None = None, end: int | None = None
    ) -> Generator[bytes, None, None]:
        # Without an end tornado reads the whole file, which exceeds Content-Length if a test makes it longer
        # meanwhile.
        return super().get_content(abspath, start, Path(abspath).stat().st_size if end is None else end)

    def set_headers(self) -> None:
        super().set_headers()
        for name, value in self.fault.headers.items():
            self.set_header(name, value)

    def write(self, chunk: str | bytes | dict[object, object]) -> None:
        if isinstance(chunk, bytes) and self.fault.cut_after_bytes is not None:
            chunk = chunk[: max(self.fault.cut_after_bytes - self.sent_bytes, 0)]
        self.sent_bytes += len(chunk)
        super().write(chunk)

    def flush(self, include_footers: bool = False) -> asyncio.Future[None]:
        flushed = super().flush(include_footers)
        limit = self.fault.cut_after_bytes
        if self._finished or limit is None or self.sent_bytes < limit:
            return flushed
        return asyncio.ensure_future(self._cut(flushed))

    async def _cut(self, flushed: asyncio.Future[None]) -> None:
        await flushed
        if self.fault.cut == "stall":
            await self.gone.wait()
        self.leave(reset=self.fault.cut == "reset")
        raise StreamClosedError


ROUTES = [(r"/films/(?P<project_id>[A-Za-z0-9_-]+)/(?P<name>[A-Za-z0-9_.-]+)", OutputHandler)]
