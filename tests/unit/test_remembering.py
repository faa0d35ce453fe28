"""A project that is known is on the card at once; what the API says wins; nothing that is kept is secret."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from mh_widgets import ApiError, ProjectDeleted
from mh_widgets.store import records
from tests.unit.fake_card import Card, close, kernels
from tests.unit.fake_store import FakeStore, use
from tests.unit.virtual_time import START, TOKEN, Api, Later, film, now, project, refusal, run, until


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    return use(monkeypatch, FakeStore())


async def remember(*answers: object) -> None:
    """Let a kernel that is gone have watched it."""
    card = Card(Api(*answers).client())
    await asyncio.sleep(1)
    card.close()


async def test_a_known_end_is_shown_at_once_and_asked_about_once(store: FakeStore) -> None:
    await remember(film())
    await asyncio.sleep(100)
    api = Api(Later(1.0, film(name="New")))
    card = Card(api.client())
    await until(lambda: card.watch.status)
    assert now() - 101 < 0.1
    assert card.watch.known_at == pytest.approx(START, abs=5)
    await until(lambda: card.watch.details and card.watch.details.name == "New")
    assert card.watch.known_at is None
    await asyncio.sleep(100)
    assert len(api.times) == 1
    assert card.watcher.state == "stopped"
    close(card)


async def test_a_known_end_that_nobody_looks_at_is_not_asked_about(store: FakeStore) -> None:
    await remember(film())
    await asyncio.sleep(100)
    api = Api(film())
    card = Card(api.client(), rechecks=False)
    await asyncio.sleep(100)
    assert api.times == []
    assert card.watch.status == "complete"
    assert [each.media for each in card.watch.details.downloads] == ["video"]  # type: ignore[union-attr]
    assert card.watch.known_at is not None
    close(card)


async def test_what_a_page_looks_at_is_asked_about_once_in_turn(store: FakeStore) -> None:
    ids = [f"clx{n}" for n in range(40)]
    for each in ids:
        card = Card(Api(project("error")).client(), each)
        await until(lambda card=card: card.watch.status)  # type: ignore[misc]
        card.close()
    await asyncio.sleep(100)
    api = Api(project("error"))
    client = api.client()
    cards = [Card(client, each, rechecks=False) for each in ids]
    await until(lambda: all(card.watch.known_at for card in cards))
    assert api.times == []
    looked_at, begun = cards[:30], now()
    for card in looked_at * 2:
        card.watch.check()
    await until(lambda: not any(card.watch.known_at for card in looked_at), 5)
    assert len(api.times) == 30
    assert now() - begun > 1.5  # ten requests a second
    assert [card.watcher.state for card in cards] == ["stopped"] * 40
    cards[0].watch.check()  # what is true already isn't asked about
    await asyncio.sleep(100)
    assert len(api.times) == 30
    assert all(card.watch.known_at for card in cards[30:])
    close(*cards)


async def test_a_look_finds_out_that_a_project_was_deleted(store: FakeStore) -> None:
    await remember(project("error"))
    await asyncio.sleep(100)
    card = Card(Api(refusal(404)).client(), rechecks=False)
    await until(lambda: card.watch.known_at)
    card.watch.check()
    await until(lambda: card.watch.deleted, 5)
    card.watch.check()
    await asyncio.sleep(10)
    assert card.watch.status == "deleted"
    close(card)


async def test_the_outcome_has_links_also_where_another_kernel_saw_the_end(store: FakeStore) -> None:
    api = Api(*[project("rendering")] * 3, film())
    cards = kernels(api, 2)
    outcomes = await asyncio.gather(*(card.watcher.finished() for card in cards))
    assert [each.downloads[0].url for each in outcomes] == ["https://files.test/a.mp4?X-Sig=SECRET"] * 2
    close(*cards)


async def test_a_render_under_way_is_shown_at_once_and_asked_about_when_due(store: FakeStore) -> None:
    api = Api(project("rendering"))
    first = Card(api.client())
    await asyncio.sleep(30)
    before = len(api.times)
    second = Card(api.client())
    await until(lambda: second.watch.status)
    assert len(api.times) == before
    assert second.watch.known_at is None
    close(first, second)


async def test_a_deletion_is_heard_and_remembered(store: FakeStore) -> None:
    api = Api(film())
    first, second = kernels(api, 2)
    await until(lambda: second.watch.status)
    await first.watch.delete()
    await asyncio.sleep(1)
    assert second.watch.status == "deleted"
    later = Card(api.client())
    asked = len(api.times)
    await asyncio.sleep(1)
    assert later.watch.status == "deleted"
    assert len(api.times) == asked
    with pytest.raises(ProjectDeleted):
        await later.watcher.finished()
    close(first, second, later)


async def test_what_the_api_says_wins_over_what_is_remembered(store: FakeStore) -> None:
    await remember(project("complete", enabled=False))
    await asyncio.sleep(100)
    card = Card(Api(project("rendering")).client())
    await until(lambda: card.watch.status == "deleted")
    await card.watch.refresh()
    assert card.watch.status == "rendering"
    assert card.watch.running
    close(card)


async def test_a_remembered_project_that_is_not_found_any_more_was_deleted(store: FakeStore) -> None:
    await remember(film())
    await asyncio.sleep(100)
    card = Card(Api(404).client())
    await until(lambda: card.watch.status == "deleted")
    close(card)


async def test_another_key_and_another_address_know_nothing(store: FakeStore) -> None:
    await remember(film())
    for settings in ({"token": "mhk_live_other"}, {"base_url": "https://other.test"}):
        api = Api(Later(5.0, project()))
        card = Card(api.client(**settings))
        await asyncio.sleep(2)
        assert (card.watch.status, len(api.times)) == ("", 1)
        close(card)


def test_the_same_address_in_another_spelling_is_the_same_account() -> None:
    keys = {
        Api().client(base_url=url).api.derived_key("account")
        for url in ("https://a.test", "https://a.test/v1/")
    }
    assert len(keys) == 1


def test_nothing_in_the_store_is_secret(store: FakeStore) -> None:
    async def test() -> None:
        await remember(film(name="A https://files.test/b?sig=QUERY"))

    run(test())
    written = repr(store.rows) + repr(store.leases)
    assert "clx1" in written
    for secret in (TOKEN, "SECRET", "QUERY", "X-Sig", "files.test/a"):
        assert secret not in written


async def test_links_travel_sealed_where_they_travel(monkeypatch: pytest.MonkeyPatch) -> None:
    store = use(monkeypatch, FakeStore(carries_links=True))
    api = Api(*[Later(0.5, project("rendering"))] * 3, film())
    cards = kernels(api, 4)
    outcomes = await asyncio.gather(*(card.watcher.finished() for card in cards))
    assert {each.downloads[0].url for each in outcomes} == {"https://files.test/a.mp4?X-Sig=SECRET"}
    assert len(api.times) == 4
    assert "SECRET" not in repr(store.rows)
    ((record, _),) = store.rows.values()
    assert record.links
    _, unseal = records.sealing(Api().client(token="mhk_live_other").api.derived_key("links"))
    assert unseal(record.links) == ""
    close(*cards)


async def test_links_that_can_not_be_had_for_a_moment_are_asked_for_again(store: FakeStore) -> None:
    await remember(film())
    api = Api(refusal(503), refusal(503), film())
    card = Card(api.client(), rechecks=False)
    await until(lambda: card.watch.status)
    details = await card.watcher.finished()
    assert details.downloads[0].url == "https://files.test/a.mp4?X-Sig=SECRET"
    assert len(api.times) == 3
    assert card.watcher.refresh_error is None
    close(card)


async def test_links_that_can_not_be_had_at_all_are_an_error(store: FakeStore) -> None:
    await remember(film())
    card = Card(Api(refusal(401)).client(), rechecks=False)
    await until(lambda: card.watch.status)
    with pytest.raises(ApiError):
        await card.watcher.finished()
    close(card)


async def test_who_waits_for_links_is_let_go_at_the_deadline_and_by_close(store: FakeStore) -> None:
    await remember(film())
    patient, closed = (
        Card(Api(refusal(503)).client(), rechecks=False, deadline_s=deadline_s) for deadline_s in (100, None)
    )
    await until(lambda: patient.watch.status and closed.watch.status)
    began = now()
    waiting = asyncio.create_task(closed.watcher.finished())
    with pytest.raises(ApiError):
        await patient.watcher.finished()
    assert 100 <= now() - began < 200
    closed.close()
    with pytest.raises(ApiError):
        await asyncio.wait_for(waiting, 1)
    close(patient)


@pytest.mark.parametrize(("own", "other"), [("deleted", "complete"), ("complete", "rendering")])
async def test_an_end_is_final_whatever_another_kernel_recorded_after_it(
    store: FakeStore, own: str, other: str
) -> None:
    api = Api(film())
    card = Card(api.client())
    await until(lambda: card.watch.status == "complete")
    if own == "deleted":
        await card.watch.delete()
    late = dataclasses.replace(next(iter(store.rows.values()))[0], status=other, version=1000, age_s=0.0)
    assert not card.watch.apply_record(late)
    assert card.watch.status == own
    assert card.watch.known_at is None
    close(card)
