"""The built view in a plain page: a tiny server on 127.0.0.1, and the table of states as Python sees it."""

from __future__ import annotations

import contextlib
import functools
import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.browser.servers import PATIENCE_MS

HERE = Path(__file__).parent
PACKAGE = HERE.parents[2] / "mh_widgets"

#: Everything the page may ask for. Films come twice: under a name that works, and under one whose link has
#: ended.
FILES = {
    "/page.html": (HERE / "page.html", "text/html; charset=utf-8"),
    "/fake_model.js": (HERE / "fake_model.js", "text/javascript"),
    "/contrast.js": (HERE / "contrast.js", "text/javascript"),
    "/gallery.html": (HERE / "gallery.html", "text/html; charset=utf-8"),
    "/fake_gallery.js": (HERE / "fake_gallery.js", "text/javascript"),
    "/live.html": (HERE / "live.html", "text/html; charset=utf-8"),
    "/live_model.js": (HERE / "live_model.js", "text/javascript"),
    "/static/gallery.js": (PACKAGE / "static" / "gallery.js", "text/javascript"),
    "/static/gallery.css": (PACKAGE / "static" / "gallery.css", "text/css"),
    "/static/project_gallery.js": (PACKAGE / "static" / "project_gallery.js", "text/javascript"),
    "/static/widget.js": (PACKAGE / "static" / "widget.js", "text/javascript"),
    "/static/widget.css": (PACKAGE / "static" / "widget.css", "text/css"),
    **{
        f"/static/{view}.{kind}": (PACKAGE / "static" / f"{view}.{kind}", media)
        for view in ("project", "project_gallery")
        for kind, media in (("js", "text/javascript"), ("css", "text/css"))
    },
    "/film.mp4": (PACKAGE / "simulator" / "films" / "sunrise.mp4", "video/mp4"),
    "/moonlight.mp4": (PACKAGE / "simulator" / "films" / "moonlight.mp4", "video/mp4"),
    "/portrait.mp4": (PACKAGE / "simulator" / "films" / "lanterns.mp4", "video/mp4"),
    "/poster.png": (PACKAGE / "simulator" / "films" / "poster.png", "image/png"),
    "/large.svg": (HERE / "large.svg", "image/svg+xml"),
    "/cutout.png": (PACKAGE / "simulator" / "films" / "cutout.png", "image/png"),
    "/voice.wav": (PACKAGE / "simulator" / "films" / "voice.wav", "audio/wav"),
    "/bells.mp3": (PACKAGE / "simulator" / "films" / "bells.mp3", "audio/mpeg"),
    **{
        f"/{name}.jpg": (PACKAGE / "simulator" / "films" / f"{name}.jpg", "image/jpeg")
        for name in ("dawn", "noon", "dusk", "night", "wide", "tall")
    },
}
_RANGE = re.compile(r"bytes=(\d+)-(\d*)$")


#: Asked for, it lets go on what `?gated` holds back.
GATE = "/gate"
#: A line that a film of 26 kB a second doesn't fit through: so many bytes, and a pause of so many seconds.
SLOW_BYTES, SLOW_PAUSE_S = 2_000, 0.2


class Handler(BaseHTTPRequestHandler):
    """GET with ranges, as a film's host has them; `?ended` answers 403, as an expired link does.

    `?slow` sends a film bit by bit; `?silent` sends the first third of it, and then nothing; `?gated` sends the rest
    when the page has asked for `GATE`.
    """

    protocol_version = "HTTP/1.1"
    gate = threading.Event()

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == GATE:
            self.gate.set()
            self._send(200, "text/plain", b"open")
            return
        if query == "ended" or path not in FILES:
            self._send(403 if query else 404, "text/plain", b"")
            return
        file, kind = FILES[path]
        body = file.read_bytes()
        asked = _RANGE.match(self.headers.get("Range", ""))
        if asked is None:
            self._send(200, kind, body)
            return
        first, last = int(asked[1]), min(int(asked[2] or len(body)), len(body) - 1)
        self._send(206, kind, body[first : last + 1], f"bytes {first}-{last}/{len(body)}")

    def _send(self, status: int, kind: str, body: bytes, part: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Accept-Ranges", "bytes")
        if part:
            self.send_header("Content-Range", part)
        self.end_headers()
        # A player closes the connection when it has enough.
        with contextlib.suppress(ConnectionError):
            query = self.path.partition("?")[2]
            if query == "slow":
                for start in range(0, len(body), SLOW_BYTES):
                    self.wfile.write(body[start : start + SLOW_BYTES])
                    time.sleep(SLOW_PAUSE_S)  # the line's own pace
            elif query == "silent":
                self.wfile.write(body[: len(body) // 3])
                self.rfile.read(1)  # until the player goes
            elif query == "gated":
                self.wfile.write(body[: len(body) // 3])
                self.gate.wait(PATIENCE_MS / 1000)
                self.wfile.write(body[len(body) // 3 :])
            else:
                self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that http.server calls
        pass


@contextlib.contextmanager
def serve() -> Iterator[str]:
    """The address of a server that lives as long as the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Handler.gate.clear()
    thread = threading.Thread(target=server.serve_forever, name="states", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@functools.cache
def _table() -> dict[str, Any]:
    """The states of both tables; those of videos have the one way to say their details, and no kind."""
    films, kinds = (json.loads((HERE / f"{name}.json").read_text("utf-8")) for name in ("states", "kinds"))
    details = {None: films["details"], **kinds["details"]}
    return {"base": films["base"], "details": details, "states": {**films["states"], **kinds["states"]}}


@functools.cache
def jupyterlab() -> dict[str, dict[str, str]]:
    """The colours of JupyterLab 4.6's light and dark theme that the card uses, as its style sheets give them."""
    colours: dict[str, dict[str, str]] = json.loads((HERE / "jupyterlab.json").read_text(encoding="utf-8"))
    return colours


@functools.cache
def vscode() -> dict[str, tuple[str, dict[str, str]]]:
    """The kind and the colours of some of VS Code 1.139's own themes; two of them have a pale ink."""
    table = json.loads((HERE / "vscode.json").read_text(encoding="utf-8"))
    return {name: (kind, colours) for name, (kind, colours) in table.items()}


#: The page with the cards of videos, and the one with the cards of pictures and audio.
PAGES = {"page": "states", "page?project": "kinds"}


@functools.cache
def names(what: str = "page") -> tuple[str, ...]:
    """Every state that a page of the harness can show, in the order of its table."""
    return tuple(json.loads((HERE / f"{PAGES[what]}.json").read_text("utf-8"))["states"])


@functools.cache
def words(language: str) -> dict[str, Any]:
    """The whole table of one language, the gallery's words among them."""
    table: dict[str, Any] = json.loads(
        (PACKAGE / "translations" / f"{language}.json").read_text(encoding="utf-8")
    )
    return table


def traits_of(name: str, **changes: object) -> dict[str, Any]:
    """The whole set of traits of one state; `changes` replace some of them."""
    table = _table()
    state = table["states"][name]
    traits = {**table["base"], "words": words("en"), **state.get("traits", {}), **changes}
    traits["watch"] = {**table["base"]["watch"], **traits["watch"]}
    if "details" in state and "details" not in changes:
        traits["details"] = {**table["details"][state["details"].get("kind")], **state["details"]}
    return traits


def options_of(name: str) -> dict[str, Any]:
    """How one state is mounted: `connected`, and the kernel's `links` to its outputs."""
    state = _table()["states"][name]
    return {"connected": state.get("connected", True), "links": state.get("links", {})}


def then_of(name: str) -> dict[str, Any]:
    """The traits that the kernel changes once the buttons have been pressed."""
    then: dict[str, Any] = _table()["states"][name].get("then", {})
    return then


def clicks_of(name: str) -> list[str]:
    """The selectors of what is clicked before the buttons, in one state."""
    clicks: list[str] = _table()["states"][name].get("click", [])
    return clicks


def presses_of(name: str) -> list[str]:
    """The buttons that lead to one state, by their names."""
    presses: list[str] = _table()["states"][name].get("press", [])
    return presses
