"""Takes Magic Hour's webhooks and records what they say, so that every kernel of the account hears it at once.

``MAGIC_HOUR_WEBHOOK_SECRET`` is the secret of the webhook. An event counts where its signature is right and
its time within ``WINDOW_S``; one that came before is answered and ignored. Nothing of an event is logged but
its type and the project's ID.
"""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import hashlib
import hmac
import json
import logging
import os
import re
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from mh_widgets.client import default_client
from mh_widgets.errors import ConfigurationError
from mh_widgets.models import ProjectDetails, Status, details_type
from mh_widgets.project_ids import KINDS, PROJECT_ID
from mh_widgets.store import records
from mh_widgets.store.base import Store, StoreError
from mh_widgets.store.chosen import store_of_loop

log = logging.getLogger("mh_widgets")

SECRET = "MAGIC_HOUR_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
SIGNATURE_HEADER = "magic-hour-event-signature"
TIMESTAMP_HEADER = "magic-hour-event-timestamp"
#: An event's time may differ from ours by so many seconds.
WINDOW_S = 300.0
#: The longest event, in bytes; one has about 2 kB.
MAX_BODY_BYTES = 256 * 1024
#: Events that are remembered as seen, and seconds that the store may take.
_MAX_SEEN = 10_000
_STORE_S = 5.0

#: What an event is about, and what it says where its payload has no status.
_STATUS = {
    f"{kind}.{event}": (kind, status)
    for kind in KINDS
    for event, status in (
        ("started", Status.RENDERING),
        ("completed", Status.COMPLETE),
        ("errored", Status.ERROR),
    )
}


class Receiver:
    """Judges events and records those that are true. ``now`` is Unix time in seconds."""

    def __init__(
        self,
        store: Store,
        account: str,
        secret: str,
        *,
        seal: records.Seal = lambda _: "",
        scrub: Callable[[str], str] = lambda text: text,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._account = account
        self._secret = secret.encode()
        self._seal = seal
        self._scrub = scrub
        self._now = now
        self._seen: collections.OrderedDict[str, None] = collections.OrderedDict()

    async def receive(self, signature: str, timestamp: str, body: bytes) -> int:
        """The HTTP status for one event: 401 where it isn't true, 503 where it has to come again, else 200."""
        if not self._is_true(signature, timestamp, body):
            return 401
        if signature in self._seen:
            return 200
        event = _decoded(body)
        status = await self._record(event.get("type"), event.get("payload"))
        if status == 200:
            self._seen[signature] = None
            if len(self._seen) > _MAX_SEEN:
                self._seen.popitem(last=False)
        return status

    def _is_true(self, signature: str, timestamp: str, body: bytes) -> bool:
        if not re.fullmatch(r"[0-9]{1,12}", timestamp):
            return False
        expected = hmac.new(self._secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        # Both are judged, so that the time of an answer says nothing about either.
        right = hmac.compare_digest(expected.encode(), signature.strip().lower().encode())
        return right and abs(self._now() - int(timestamp)) <= WINDOW_S

    async def _record(self, kind: object, payload: object) -> int:
        if not isinstance(kind, str) or kind not in _STATUS or not isinstance(payload, dict):
            return 200  # an event of a newer API, or of what is not watched here
        project_id = payload.get("id")
        if not isinstance(project_id, str) or not PROJECT_ID.fullmatch(project_id):
            return 200
        makes, status = _STATUS[kind]
        said = details_type(makes).from_api({"status": status, **payload}, project_id, self._scrub)
        try:
            await asyncio.wait_for(self._write(said), _STORE_S)
        except (StoreError, asyncio.TimeoutError) as error:
            log.warning("A webhook could not be recorded (%s).", str(error) or "no answer in time")
            return 503
        log.info("webhook %s: %s", kind, project_id)
        return 200

    async def _write(self, said: ProjectDetails) -> None:
        found = await self._store.recall(self._account, [said.id])
        known = records.unpack(found[said.id]) if said.id in found else None
        record = records.pack(
            _merged(said, known) if known is not None and known.kind == said.kind else said,
            deleted=not said.enabled,
            writer="webhook",
            seal=self._seal,
            webhooks=True,
        )
        if record is not None:
            await self._store.record(self._account, record, None)


def _merged(said: ProjectDetails, known: ProjectDetails) -> ProjectDetails:
    """What an event says, and what it leaves out as it was known."""
    values = dataclasses.asdict(said)
    missing = [each.name for each in dataclasses.fields(said) if values[each.name] is None]
    return dataclasses.replace(said, **{name: getattr(known, name) for name in missing})


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


class _Handler(RequestHandler):
    """Any path: the address is the user's to choose."""

    def initialize(self, receiver: Receiver) -> None:
        self._receiver = receiver

    def set_default_headers(self) -> None:
        self.clear_header("Server")

    async def post(self) -> None:
        header = self.request.headers.get
        status = await self._receiver.receive(
            header(SIGNATURE_HEADER, ""), header(TIMESTAMP_HEADER, ""), self.request.body
        )
        self.set_status(status)
        self.finish()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.finish()


def application(receiver: Receiver) -> Application:
    """The tornado application; its log of requests is off, as a line could hold what a stranger sent."""
    return Application([(r".*", _Handler, {"receiver": receiver})], log_function=lambda handler: None)


def _wait(stop: threading.Event) -> None:
    while not stop.wait(0.2):  # in steps, so that Windows hears Ctrl-C
        pass


def serve(host: str, port: int, stop: threading.Event, say: Callable[[str], None]) -> int:
    """Take webhooks until ``stop`` is set. Raises ``ConfigurationError``, ``MissingToken`` and ``OSError``."""
    secret = os.environ.get(SECRET, "").strip()
    if not secret:
        raise ConfigurationError(f"{SECRET} is not set.", hint="Set it to the secret of your webhook.")
    api = default_client().api
    api.check_key()

    async def run() -> None:
        store = store_of_loop()
        if not store.remembers:
            raise ConfigurationError("MAGIC_HOUR_STORE is off.", hint="Set it to where your kernels look.")
        seal: records.Seal = lambda _: ""  # noqa: E731 - as long as links don't travel
        if store.carries_links:
            seal, _ = records.sealing(api.derived_key("links"))
        receiver = Receiver(store, api.account(), secret, seal=seal, scrub=api.scrub)
        server = HTTPServer(application(receiver), max_body_size=MAX_BODY_BYTES)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
        listening.setblocking(False)
        server.add_sockets([listening])
        say(f"Taking webhooks at http://{host}:{listening.getsockname()[1]}/  Ctrl-C ends it.")
        try:
            await asyncio.to_thread(_wait, stop)
        finally:
            server.stop()
            await server.close_all_connections()
            await store.close()

    asyncio.run(run())
    return 0
