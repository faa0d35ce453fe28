"""Webhooks: only what is signed, new and true comes into the store, and from there to every kernel."""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from mh_widgets import ConfigurationError, MissingToken, webhooks
from mh_widgets.client import AsyncClient
from mh_widgets.models import VideoDetails
from mh_widgets.project_ids import KINDS, Kind
from mh_widgets.simulator import Scenario, Simulator
from mh_widgets.simulator.webhooks import Webhook, sign
from mh_widgets.store import records
from mh_widgets.store.base import Record
from mh_widgets.store.sqlite import SqliteStore
from mh_widgets.webhooks import MAX_BODY_BYTES, WINDOW_S, Receiver
from tests.unit.fake_store import FakeStore
from tests.unit.virtual_time import START, TOKEN, of_each_kind, run

SECRET = "whsec-5d41402abc"
ACCOUNT = "a" * 32


def event(kind: str = "video.completed", **payload: object) -> bytes:
    return json.dumps({"type": kind, "payload": {"id": "clx1", **payload}}).encode()


class Sender:
    """Sends to a receiver on a fake store."""

    def __init__(self) -> None:
        self.store = FakeStore()
        self.now = START
        self.receiver = Receiver(self.store, ACCOUNT, SECRET, now=lambda: self.now)

    async def send(
        self, body: bytes, *, at: float | None = None, secret: str = SECRET, signature: str | None = None
    ) -> int:
        timestamp = int(self.now if at is None else at)
        return await self.receiver.receive(
            sign(secret, timestamp, body) if signature is None else signature, str(timestamp), body
        )

    def record(self, project_id: str = "clx1") -> Record | None:
        row = self.store.rows.get((ACCOUNT, project_id))
        return row and row[0]

    @property
    def status(self) -> str:
        record = self.record()
        return record.status if record else ""


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (f"{kind}.{event}", status)
        for kind in KINDS
        for event, status in (("started", "rendering"), ("completed", "complete"), ("errored", "error"))
    ],
)
async def test_a_true_event_is_recorded(kind: str, status: str) -> None:
    sender = Sender()
    assert await sender.send(event(kind, name="A walk")) == 200
    assert sender.status == status
    record = sender.record()
    assert record is not None
    assert records.hears_webhooks(record)
    assert records.kind_of(record) == kind.partition(".")[0]


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "another"},
        {"signature": ""},
        {"signature": "0" * 64},
        {"signature": "é"},
        {"at": START - WINDOW_S - 2},
        {"at": START + WINDOW_S + 2},
    ],
)
async def test_what_is_not_signed_or_not_of_now_is_refused(how: dict[str, Any]) -> None:
    sender = Sender()
    assert await sender.send(event(), **how) == 401
    assert sender.store.calls == []


@pytest.mark.parametrize("timestamp", ["", "now", "1e9", "-5", "9" * 40, "١٢٣"])
async def test_a_time_that_is_none_is_refused(timestamp: str) -> None:
    receiver = Sender().receiver
    assert await receiver.receive("0" * 64, timestamp, event()) == 401


async def test_a_body_that_was_changed_is_refused() -> None:
    sender = Sender()
    signature = sign(SECRET, int(START), event())
    assert await sender.send(event(status="error"), signature=signature) == 401


async def test_the_same_event_twice_is_recorded_once() -> None:
    sender = Sender()
    assert [await sender.send(event()) for _ in range(3)] == [200] * 3
    assert sender.store.calls.count("record") == 1


async def test_a_late_event_takes_no_end_back() -> None:
    sender = Sender()
    for kind in ("video.completed", "video.started", "video.errored"):
        assert await sender.send(event(kind)) == 200
    assert sender.status == "complete"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[" * 100_000,
        b"\xff",
        event("video.invented"),
        event("face.completed"),
        event(id="../etc/passwd"),
        event(id=5),
        b'{"type": "video.completed", "payload": []}',
        b'{"type": {}, "payload": {}}',
    ],
)
async def test_what_is_signed_and_not_understood_is_answered_and_ignored(body: bytes) -> None:
    sender = Sender()
    assert await sender.send(body) == 200
    assert sender.store.rows == {}


async def test_what_an_event_leaves_out_stays_as_it_was_known() -> None:
    sender = Sender()
    await sender.send(event("video.started", name="A walk", width=512, type="FACE_SWAP"))
    await sender.send(event("video.completed"))
    record = sender.record()
    assert record is not None
    details = records.unpack(record)
    assert isinstance(details, VideoDetails)
    assert (details.status, details.name, details.width) == ("complete", "A walk", 512)
    assert record.kind == "FACE_SWAP"


async def test_what_the_store_cannot_take_has_to_come_again() -> None:
    sender = Sender()
    sender.store.broken = True
    assert await sender.send(event()) == 503
    sender.store.broken, sender.store.hangs = False, True
    assert await sender.send(event()) == 503
    sender.store.hangs = False
    assert await sender.send(event()) == 200
    assert sender.status == "complete"


def test_nothing_secret_is_recorded_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        sender = Sender()
        links = [{"url": "https://files.test/a.mp4?sig=HIDDEN", "expires_at": "2026-03-02T12:00:00Z"}]
        assert await sender.send(event(downloads=links)) == 200
        assert "HIDDEN" not in repr(sender.store.rows)

    with caplog.at_level(logging.DEBUG):
        run(test())
    said = caplog.text
    assert "video.completed: clx1" in said
    for secret in (SECRET, "HIDDEN", "files.test"):
        assert secret not in said


# --- the server


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    file = tmp_path / "store.db"
    monkeypatch.setenv("MAGIC_HOUR_STORE", str(file))
    monkeypatch.setenv("MAGIC_HOUR_API_KEY", TOKEN)
    monkeypatch.setenv("MAGIC_HOUR_WEBHOOK_SECRET", SECRET)
    return file


class Server:
    """``mh-widgets receive`` in a thread."""

    def __init__(self) -> None:
        self.stop, self._said = threading.Event(), threading.Event()
        self.url = ""
        self._thread = threading.Thread(
            target=webhooks.serve, args=("127.0.0.1", 0, self.stop, self._say), daemon=True
        )

    def _say(self, text: str) -> None:
        self.url = text.split()[3]
        self._said.set()

    def __enter__(self) -> Server:
        self._thread.start()
        assert self._said.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._thread.join(30)

    def post(self, body: bytes, method: str = "POST", **headers: str) -> int:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            connection.request(method, "/any", body, {k.replace("_", "-"): v for k, v in headers.items()})
            return connection.getresponse().status
        except (ConnectionError, http.client.HTTPException):
            return 0
        finally:
            connection.close()


def test_the_server_takes_what_is_true_and_no_more(environment: Path) -> None:
    body, at = event(), int(time.time())
    headers = {"magic_hour_event_signature": sign(SECRET, at, body), "magic_hour_event_timestamp": str(at)}
    with Server() as server:
        assert server.post(b"x" * (MAX_BODY_BYTES + 1)) in (0, 400, 413)
        assert server.post(body) == 401
        assert server.post(b"", "GET") == 405
        assert server.post(body, **headers) == 200
        assert server.post(body, **headers) == 200


@of_each_kind
def test_a_simulated_render_is_told_to_every_kernel(
    environment: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    timeline = ((0, "queued"), (0.3, "rendering"), (0.8, "complete"))
    scenario = Scenario(id="told", name="Told", shows="", kind=kind, timeline=timeline)
    monkeypatch.setattr("mh_widgets.simulator.webhooks.LOOK_S", 0.02)
    with (
        Server() as server,
        Simulator(scenarios=[scenario], webhook=Webhook(server.url, SECRET)) as simulator,
    ):
        # The receiver took the key of the public address; the store has the events under its account.
        account = AsyncClient(TOKEN).api.account()
        simulator.details("told", "")  # somebody asks, and it begins

        async def heard() -> list[str]:
            store = SqliteStore(environment)
            seen: list[str] = []
            while "complete" not in seen:
                found = await store.recall(account, ["told"])
                if found and found["told"].status not in seen:
                    seen.append(found["told"].status)
                    assert records.kind_of(found["told"]) == kind
                await asyncio.sleep(0.02)
            await store.close()
            return seen

        assert asyncio.run(asyncio.wait_for(heard(), 30)) == ["rendering", "complete"]


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("MAGIC_HOUR_WEBHOOK_SECRET", "", ConfigurationError),
        ("MAGIC_HOUR_API_KEY", "", MissingToken),
        ("MAGIC_HOUR_STORE", "off", ConfigurationError),
    ],
)
def test_without_what_it_needs_it_does_not_begin(
    environment: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, error: type[Exception]
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(error):
        webhooks.serve("127.0.0.1", 0, threading.Event(), lambda _: None)
