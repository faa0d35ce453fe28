"""What must not silence a project: a store that was emptied, a record that can't be read, news that come late."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from mh_widgets.api.sender import RequestSender
from mh_widgets.store import records
from mh_widgets.store.base import GRACE_S
from tests.unit.fake_card import Card, close, kernels
from tests.unit.fake_store import FakeStore, use
from tests.unit.virtual_time import Api, now, project, until


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    return use(monkeypatch, FakeStore())


async def test_a_store_that_was_emptied_silences_nobody(store: FakeStore) -> None:
    api = Api(project("rendering"))
    cards = kernels(api, 3, poll_interval_s=1.0)
    await asyncio.sleep(60)
    store.replace()
    before = len(api.times)
    await asyncio.sleep(60)
    assert 50 <= len(api.times) - before <= 70
    close(*cards)


async def test_a_record_that_cannot_be_read_is_asked_past(store: FakeStore) -> None:
    api = Api(project("rendering"))
    card = Card(api.client())
    await until(lambda: store.rows)
    card.close()
    await asyncio.sleep(1)
    key, (record, at) = next(iter(store.rows.items()))
    store.rows[key] = dataclasses.replace(record, body="{"), at
    before = len(api.times)
    card = Card(api.client())
    await until(lambda: card.watch.status, within_s=1)
    assert len(api.times) == before + 1
    close(card)


async def test_what_is_heard_late_is_not_waited_for_anew(store: FakeStore) -> None:
    api = Api(project("rendering"))
    card = Card(api.client(), poll_interval_s=10.0)
    await until(lambda: store.rows)
    await asyncio.sleep(1)
    shared, record = card.watch._shared, next(iter(store.rows.values()))[0]
    # What a kernel learns that was stopped while another one asked.
    late = dataclasses.replace(record, version=record.version + 1, age_s=9.0, due_s=1.0)
    assert shared.accept_record(late) is not None
    assert 1 + GRACE_S[0] <= shared.next_s(10.0) <= 1 + GRACE_S[1]
    overdue = dataclasses.replace(late, version=late.version + 1, age_s=30.0, due_s=-20.0)
    assert shared.accept_record(overdue) is not None
    assert shared.next_s(10.0) == 0
    close(card)


async def test_a_kernel_claims_only_when_it_can_ask(
    store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(project("rendering"))
    slow, ready = api.client(), api.client()
    loaded = slow.api._loaded_sender

    async def load() -> RequestSender:
        await asyncio.sleep(5)
        return await loaded()

    monkeypatch.setattr(slow.api, "_loaded_sender", load)
    first, second = Card(slow), Card(ready)
    await until(lambda: first.watch.status and second.watch.status, within_s=2)
    assert len(api.times) == 1
    close(first, second)


async def test_a_claim_that_news_overtakes_is_given_back(store: FakeStore) -> None:
    api = Api(project("rendering"))
    card = Card(api.client())
    await until(lambda: store.rows)
    account = next(iter(store.rows))[0]

    def granted() -> bool:
        store.next_at[account] = now() + 1.5  # the budget lets it wait for its turn
        return any(until > now() for _, until in store.leases.values())

    await until(granted)
    assert card.watch.details is not None
    event = records.pack(card.watch.details, deleted=False, writer="webhook", webhooks=True)
    assert event is not None
    asked = len(api.times)
    await store.record(account, event, None)
    await asyncio.sleep(1.6)
    assert len(api.times) == asked
    assert not any(until > now() for _, until in store.leases.values())
    close(card)
