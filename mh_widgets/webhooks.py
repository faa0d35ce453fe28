"""A receiver for Magic Hour's webhooks, which records each event for every kernel of the account.

``MAGIC_HOUR_WEBHOOK_SECRET`` is the secret of the webhook. An event is valid if its signature is right and
its time is within ``WINDOW_S``. A repeated event is answered and ignored. Only the type of an event and the
project's ID are logged.
"""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import hashlib
import hmac
import json
import os
import re
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from mh_widgets._log import log
from mh_widgets.client import default_client
from mh_widgets.errors import ConfigurationError
from mh_widgets.models import ProjectDetails, Status, details_type
from mh_widgets.project_ids import KINDS, PROJECT_ID
from mh_widgets.store import records
from mh_widgets.store.base import Store, StoreError
from mh_widgets.store.chosen import store_of_loop

SECRET = "MAGIC_HOUR_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
SIGNATURE_HEADER = "magic-hour-event-signature"
TIMESTAMP_HEADER = "magic-hour-event-timestamp"
#: The largest difference between an event's time and ours, in seconds.
WINDOW_S = 300.0
#: The longest event, in bytes. An ordinary one has about 2 kB.
MAX_BODY_BYTES = 256 * 1024
#: The number of events that are remembered as seen, and the store's time-out in seconds.
_MAX_SEEN = 10_000
_STORE_S = 5.0

#: For each event the kind of project, and the status if the payload has none.
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
    """Verifies events and records the valid ones. ``now`` returns Unix time in seconds."""

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
        """Handle one event.

        Returns:
            An HTTP status: 200, 401 if the event is not authentic, 503 if it has to be sent again.
        """
        if not self._is_authentic(signature, timestamp, body):
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

    def _is_authentic(self, signature: str, timestamp: str, body: bytes) -> bool:
        if not re.fullmatch(r"[0-9]{1,12}", timestamp):
            return False
        expected = hmac.new(self._secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        # Both are compared in constant time, so that the response time reveals nothing.
        right = hmac.compare_digest(expected.encode(), signature.strip().lower().encode())
        return right and abs(self._now() - int(timestamp)) <= WINDOW_S

    async def _record(self, kind: object, payload: object) -> int:
        if not isinstance(kind, str) or kind not in _STATUS or not isinstance(payload, dict):
            return 200  # an event of a newer API, or not about a render
        project_id = payload.get("id")
        if not isinstance(project_id, str) or not PROJECT_ID.fullmatch(project_id):
            return 200
        makes, status = _STATUS[kind]
        event = details_type(makes).from_api({"status": status, **payload}, project_id, self._scrub)
        try:
            await asyncio.wait_for(self._write(event), _STORE_S)
        except (StoreError, asyncio.TimeoutError) as error:
            log.warning("A webhook could not be recorded (%s).", str(error) or "no answer in time")
            return 503
        log.info("webhook %s: %s", kind, project_id)
        return 200

    async def _write(self, event: ProjectDetails) -> None:
        found = await self._store.recall(self._account, [event.id])
        known = records.unpack(found[event.id]) if event.id in found else None
        record = records.pack(
            _merged(event, known) if known is not None and known.kind == event.kind else event,
            deleted=not event.enabled,
            writer="webhook",
            seal=self._seal,
            webhooks=True,
        )
        if record is not None:
            await self._store.record(self._account, record, None)


def _merged(event: ProjectDetails, known: ProjectDetails) -> ProjectDetails:
    """Return what an event says, completed by what was known before."""
    values = dataclasses.asdict(event)
    missing = [each.name for each in dataclasses.fields(event) if values[each.name] is None]
    return dataclasses.replace(event, **{name: getattr(known, name) for name in missing})


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


class _Handler(RequestHandler):
    """Handles every path, as users choose the address of their webhook."""

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
    """Return the tornado application, without a request log, as its lines could quote a stranger's text."""
    return Application([(r".*", _Handler, {"receiver": receiver})], log_function=lambda handler: None)


def _wait(stop: threading.Event) -> None:
    while not stop.wait(0.2):  # in steps, as Ctrl-C can't interrupt a longer wait on Windows
        pass


def serve(host: str, port: int, stop: threading.Event, say: Callable[[str], None]) -> int:
    """Receive webhooks until ``stop`` is set.

    Args:
        host: The address to listen on.
        port: The port to listen on.
        stop: Ends the server.
        say: Prints a line.

    Returns:
        The exit code.

    Raises:
        ConfigurationError: A variable is not set, or the store is off.
        MissingToken: There is no API key.
        OSError: The port can't be used.
    """
    secret = os.environ.get(SECRET, "").strip()
    if not secret:
        raise ConfigurationError(f"{SECRET} is not set.", hint="Set it to the secret of your webhook.")
    api = default_client().api
    api.check_key()

    async def run() -> None:
        store = store_of_loop()
        if not store.remembers:
            raise ConfigurationError(
                "MAGIC_HOUR_STORE is off.", hint="Set it to the store that your kernels use."
            )
        seal: records.Seal = lambda _: ""  # noqa: E731 - used if the store keeps no links
        if store.carries_links:
            seal, _ = records.sealing(api.derived_key("links"))
        receiver = Receiver(store, api.account(), secret, seal=seal, scrub=api.scrub)
        server = HTTPServer(application(receiver), max_body_size=MAX_BODY_BYTES)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
        listening.setblocking(False)
        server.add_sockets([listening])
        say(f"Receiving webhooks at http://{host}:{listening.getsockname()[1]}/  Press Ctrl-C to stop.")
        try:
            await asyncio.to_thread(_wait, stop)
        finally:
            server.stop()
            await server.close_all_connections()
            await store.close()

    asyncio.run(run())
    return 0
