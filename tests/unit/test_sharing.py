"""Many kernels of one account watch as one: the store tells each what any of them has heard."""

from __future__ import annotations

import asyncio
import itertools
import json

import pytest

from mh_widgets.polling.rate_limiter import PER_S
from mh_widgets.polling.shared_project import WEBHOOK_S
from mh_widgets.store import records
from mh_widgets.store.base import LEASE_S
from mh_widgets.store.guarded import REST_S, TIMEOUT_S
from tests.unit.fake_card import Card, close, kernels
from tests.unit.fake_store import FakeStore, use
from tests.unit.virtual_time import Api, Later, film, now, project, refusal, run, until
from tests.unit.waiting_fixtures import most_within


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    return use(monkeypatch, FakeStore())


@pytest.mark.parametrize("number", [2, 16])
def test_many_kernels_cost_what_one_costs(store: FakeStore, number: int) -> None:
    async def asked(api: Api, cards: list[Card]) -> int:
        await asyncio.sleep(600)
        close(*cards)
        return len(api.times)

    async def alone() -> int:
        api = Api(project("rendering", created_at="2026-03-01T12:00:00Z"))
        return await asked(api, kernels(api, 1))

    async def together() -> int:
        api = Api(project("rendering", created_at="2026-03-01T12:00:00Z"))
        return await asked(api, kernels(api, number))

    one = run(alone())
    store.rows.clear()
    store.leases.clear()
    assert run(together()) <= 1.1 * one


def test_chance_makes_many_kernels_no_more_eager_than_one(store: FakeStore) -> None:
    async def asked(chances: list[float], project_id: str) -> int:
        api = Api(project("rendering", created_at="2026-03-01T12:00:00Z"))
        cards = [Card(api.client(), project_id, chance=chance) for chance in chances]
        await asyncio.sleep(600)
        close(*cards)
        return len(api.times)

    alone = run(asked([0.5], "clx1"))
    # Each of the others would ask a tenth sooner.
    assert run(asked([0.5, *[0.0] * 9], "clx2")) <= 1.05 * alone


async def test_each_hears_of_the_end_within_a_second_and_a_half(store: FakeStore) -> None:
    api = Api(*[project("rendering")] * 5, film())
    cards = kernels(api, 4)
    heard: list[float] = []

    async def hear(card: Card) -> None:
        await until(lambda: card.watch.status == "complete")
        heard.append(now())

    await asyncio.gather(*map(hear, cards))
    assert len(api.times) == 6
    assert max(heard) - api.times[-1] < 1.5
    assert all(not card.watch.running for card in cards)
    close(*cards)


async def test_at_the_first_look_one_asks_and_the_others_wait(store: FakeStore) -> None:
    api = Api(Later(0.4, project("rendering")))
    cards = kernels(api, 8)
    await until(lambda: all(card.watch.status for card in cards))
    assert len(api.times) == 1
    assert now() < 2
    close(*cards)


async def test_a_stopped_kernel_is_followed_within_interval_and_two_seconds(store: FakeStore) -> None:
    api = Api(project("rendering"))
    first, second = kernels(api, 2)
    await asyncio.sleep(60)
    gaps = [b - a for a, b in itertools.pairwise(api.times)]
    first.watch._task.cancel()  # type: ignore[union-attr]  # as a kernel that is killed: it says nothing
    before = len(api.times)
    killed = now()
    await until(lambda: len(api.times) > before)
    assert now() - killed <= max(gaps) + 2
    assert second.watch.running
    close(first, second)


async def test_one_killed_while_it_asks_is_followed_when_its_lease_ends(store: FakeStore) -> None:
    api = Api(Later(1e5, project()), project("rendering"))
    first = Card(api.client())
    await until(lambda: api.times)
    first.watch._task.cancel()  # type: ignore[union-attr]
    killed = now()
    second = Card(api.client())
    await until(lambda: second.watch.status)
    assert now() - killed <= LEASE_S + 1
    close(first, second)


async def test_a_slow_answer_keeps_its_lease(store: FakeStore) -> None:
    api = Api(Later(20.0, project("rendering")))
    cards = kernels(api, 3)
    await until(lambda: all(card.watch.status for card in cards))
    assert (len(api.times), api.most_at_once) == (1, 1)
    close(*cards)


async def test_a_blocked_loop_loses_its_lease(store: FakeStore) -> None:
    api = Api(Later(30.0, project("rendering")))
    first = Card(api.client())
    await until(lambda: api.times)
    # Whoever is blocked renews nothing: as if the timer never came.
    store.leases = {key: (owner, now() + LEASE_S) for key, (owner, _) in store.leases.items()}
    first.watch._shared._sharing._store = None
    second = Card(api.client())
    await until(lambda: len(api.times) == 2)
    assert now() <= LEASE_S + 1.5
    first.watch._task.cancel()  # type: ignore[union-attr]
    close(first, second)


async def test_a_429_of_one_quietens_all(store: FakeStore) -> None:
    api = Api(refusal(429, headers={"retry-after": "30"}), project("rendering"))
    first = Card(api.client(), "clx1")
    await until(lambda: api.times)
    await asyncio.sleep(0.1)
    others = [Card(api.client(), f"clx{n}") for n in range(2, 6)]
    await asyncio.sleep(25)
    assert len(api.times) == 1
    assert others[0].watcher.state == "retrying"
    assert others[0].watcher.reason == "The API asked for fewer requests (429)."
    await asyncio.sleep(10)
    assert all(card.watch.status == "rendering" for card in others)
    close(first, *others)


async def test_the_account_s_kernels_share_its_budget(store: FakeStore) -> None:
    api = Api(project("rendering"))
    cards = [Card(api.client(), f"clx{n}-{k}") for k in range(4) for n in range(100)]
    await asyncio.sleep(30)
    assert most_within(10, api.times) <= 1.1 * 10 * PER_S + 10
    close(*cards)


async def test_trouble_is_met_by_one_of_them(store: FakeStore) -> None:
    api = Api(refusal(503))
    cards = kernels(api, 8)
    await asyncio.sleep(120)
    many = len(api.times)
    close(*cards)
    api = Api(refusal(503))
    alone = Card(api.client(), "clx2")
    await asyncio.sleep(120)
    assert many <= 2 * len(api.times)
    close(alone)


async def test_a_faster_pace_does_not_wait_for_a_slower_one(store: FakeStore) -> None:
    api = Api(project("rendering"))
    hidden = Card(api.client())
    hidden.shown()
    await until(lambda: api.times)
    hidden.hidden()
    seen = Card(api.client(), poll_interval_s=1.0)
    await asyncio.sleep(30)
    assert len(api.times) >= 25
    close(hidden, seen)


# --- a store that fails


@pytest.mark.parametrize("how", ["broken", "hangs"])
async def test_without_its_store_a_kernel_asks_as_it_would_alone(store: FakeStore, how: str) -> None:
    setattr(store, how, True)
    api = Api(project("rendering"))
    cards = kernels(api, 2)
    await until(lambda: all(card.watch.status for card in cards))
    assert now() <= TIMEOUT_S + 0.5
    await asyncio.sleep(60)
    alone = len(api.times)
    assert alone >= 30
    setattr(store, how, False)
    await asyncio.sleep(REST_S + 10)
    before = len(api.times)
    await asyncio.sleep(60)
    assert len(api.times) - before <= 0.7 * alone
    close(*cards)
    await asyncio.sleep(2)


async def test_a_kernel_that_is_closed_leaves_nothing_running(store: FakeStore) -> None:
    card = Card(Api(project("rendering")).client())
    card.close()
    await asyncio.sleep(1)
    assert not store._listeners
    card = Card(Api(project("rendering")).client())
    await asyncio.sleep(1)
    assert len(store._listeners) == 1
    card.close()
    assert not store._listeners


# --- webhooks and durations


async def test_a_watch_that_hears_webhooks_asks_once_a_minute(store: FakeStore) -> None:
    api = Api(project("rendering"))
    card = Card(api.client())
    await asyncio.sleep(1)
    account = next(iter(store.rows))[0]
    details = card.watch.details
    assert details is not None
    event = records.pack(details, deleted=False, writer="webhook", webhooks=True)
    assert event is not None
    await store.record(account, event, None)
    await asyncio.sleep(1)
    before = len(api.times)
    await asyncio.sleep(10 * WEBHOOK_S)
    assert 8 <= len(api.times) - before <= 10
    close(card)


async def test_durations_come_from_the_store_and_go_into_it(store: FakeStore) -> None:
    store.known_durations["https://api.test"] = {"FACE_SWAP": (20.0,) * 11}
    born = {"created_at": "2026-03-01T12:00:00Z"}
    api = Api(*[project("rendering", **born)] * 30, project("complete", **born))
    cards = kernels(api, 2, poll_interval_s=1.0)
    await until(lambda: cards[0].watch.estimate.source == "your last 11 renders")
    await asyncio.sleep(100)
    known = store.known_durations["https://api.test"]["FACE_SWAP"]
    assert len(known) == 12  # one of the two has learned
    assert 25 < known[-1] < 60
    close(*cards)


def test_a_record_is_json_without_what_is_unknown() -> None:
    from mh_widgets.models import VideoDetails

    record = records.pack(VideoDetails("clx1", "queued"), deleted=False, writer="me")
    assert record is not None
    assert json.loads(record.body) == {
        "details": {"id": "clx1", "status": "queued", "enabled": True, "outputs": []},
        "suffixes": [],
        "refused": 0,
        "webhooks": False,
    }
    unpacked = records.unpack(record)
    assert unpacked == VideoDetails("clx1", "queued")
