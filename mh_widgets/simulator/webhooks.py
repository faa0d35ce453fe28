"""Webhooks as Magic Hour sends them: signed, repeated until accepted, and none for canceled renders."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tornado.httpclient import AsyncHTTPClient, HTTPClientError

if TYPE_CHECKING:
    from .server import Simulator

EVENTS = {"rendering": "started", "complete": "completed", "error": "errored"}
"""The event of each status, which follows the kind of the project, as in `video.started`."""
LOOK_S = 0.1
"""Seconds between two checks for changes."""
TIMEOUT_S = 10.0
RETRIES_S = (1.0, 2.0, 4.0, 8.0, 16.0)


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Return the signature header of an event."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


@dataclass
class Webhook:
    """The receiver's URL, and the secret that signs the events."""

    url: str
    secret: str
    sent: dict[str, str] = field(default_factory=dict)
    """The last status that was sent for each project."""

    async def watch(self, simulator: Simulator) -> None:
        """Send every change, until cancelled."""
        tasks: set[asyncio.Task[None]] = set()
        while True:
            for project_id, status in simulator.statuses().items():
                if self.sent.get(project_id) != status:
                    self.sent[project_id] = status
                    if status in EVENTS:
                        payload = simulator.details(project_id, simulator.files_url)
                        event = f"{simulator.kind(project_id)}.{EVENTS[status]}"
                        tasks.add(task := asyncio.create_task(self._deliver(simulator, event, payload)))
                        task.add_done_callback(tasks.discard)
            await asyncio.sleep(LOOK_S)

    async def _deliver(self, simulator: Simulator, kind: str, payload: dict[str, Any]) -> None:
        body = json.dumps({"type": kind, "payload": payload}).encode()
        for delay_s in RETRIES_S:
            timestamp = int(simulator.clock())
            headers = {
                "Content-Type": "application/json",
                "magic-hour-event-signature": sign(self.secret, timestamp, body),
                "magic-hour-event-timestamp": str(timestamp),
            }
            try:
                await AsyncHTTPClient().fetch(
                    self.url, method="POST", headers=headers, body=body, request_timeout=TIMEOUT_S
                )
            except (HTTPClientError, OSError):
                await asyncio.sleep(delay_s)
            else:
                return
