"""A watch of a project that is gone or is being deleted."""

from __future__ import annotations

import asyncio
import gc

import httpx
import pytest

from mh_widgets import ApiError, NetworkError, ProjectDeleted
from mh_widgets.project_ids import Kind
from tests.unit.fake_card import Card
from tests.unit.virtual_time import Api, Later, film, of_each_kind, project, refusal, settled, until


async def test_no_such_project_at_first_sight_is_an_error() -> None:
    card = Card(Api(404).client())
    with pytest.raises(ApiError):
        await card.watcher.finished()
    assert card.watch.status == ""
    card.close()


@of_each_kind
@pytest.mark.parametrize("gone", [404, project("rendering", enabled=False)], ids=["404", "disabled"])
async def test_a_project_that_was_there_and_is_gone_was_deleted(gone: object, kind: Kind) -> None:
    api = Api(project("rendering"), gone)
    card = Card(api.client(), kind=kind)
    with pytest.raises(ProjectDeleted):
        await card.watcher.finished()
    assert (card.watch.status, card.watcher.state, card.watcher.error) == ("deleted", "stopped", None)
    card.watcher.start()
    await asyncio.sleep(1000)
    assert len(api.requests) == 2
    with pytest.raises(ProjectDeleted):
        await card.watch.refresh()
    card.close()


async def test_a_project_that_is_disabled_at_first_sight_was_deleted() -> None:
    card = Card(Api(project(enabled=False)).client())
    with pytest.raises(ProjectDeleted):
        await card.watcher.finished()
    card.close()


@of_each_kind
async def test_delete_is_final_for_every_card_of_the_project(kind: Kind) -> None:
    api = Api(project("rendering"))
    client = api.client()
    first, second = Card(client, kind=kind), Card(client, kind=kind)
    await settled()
    await first.watch.delete()
    for card in (first, second):
        with pytest.raises(ProjectDeleted):
            await card.watcher.finished()
        assert card.watcher.state == "stopped"
    await asyncio.sleep(1000)
    assert [r.method for r in api.requests] == ["GET", "DELETE"]
    first.close()
    second.close()


async def test_many_callers_make_one_delete() -> None:
    api = Api(delete=[Later(2, 204)])
    card = Card(api.client())
    await asyncio.gather(*(card.watch.delete() for _ in range(20)))
    await card.watch.delete()
    assert api.count("DELETE") == 1
    card.close()


async def test_a_caller_that_gives_up_does_not_call_the_delete_back() -> None:
    api = Api(delete=[Later(5, 204)])
    card = Card(api.client())
    caller = asyncio.create_task(card.watch.delete())
    await asyncio.sleep(1)
    caller.cancel()
    await until(lambda: card.watch.deleted, 10)
    assert api.count("DELETE") == 1
    card.close()


async def test_a_failure_that_nobody_waits_for_any_more_troubles_nobody() -> None:
    api = Api(delete=[Later(5, 422)])
    card = Card(api.client())
    caller = asyncio.create_task(card.watch.delete())
    await asyncio.sleep(1)
    caller.cancel()
    await asyncio.sleep(10)
    card.close()
    gc.collect()


@of_each_kind
async def test_a_poll_in_flight_can_not_bring_a_deleted_project_back(kind: Kind) -> None:
    api = Api(project("rendering"), Later(30, film()))
    card = Card(api.client(), kind=kind)
    await settled()
    poll = asyncio.create_task(card.watch.refresh())
    await asyncio.sleep(5)
    await card.watch.delete()
    with pytest.raises(ProjectDeleted):
        await poll
    assert card.watch.status == "deleted"
    card.close()


async def test_a_project_that_is_gone_already_is_deleted_without_fuss() -> None:
    api = Api(project(), delete=[404])
    card = Card(api.client())
    await settled()
    await card.watch.delete()
    assert card.watch.status == "deleted"
    card.close()


async def test_a_project_that_nobody_ever_saw_can_not_be_deleted() -> None:
    card = Card(Api(404, delete=[404]).client())
    with pytest.raises(ApiError):
        await card.watch.delete()
    assert card.watch.status == ""
    card.close()


@of_each_kind
async def test_a_refused_delete_says_why_and_may_be_repeated(kind: Kind) -> None:
    api = Api(project("rendering"), delete=[refusal(422, "Templates can't be deleted."), 204])
    card = Card(api.client(), kind=kind)
    await settled()
    with pytest.raises(ApiError, match="Templates can't be deleted") as caught:
        await card.watch.delete()
    assert caught.value.status_code == 422
    assert (card.watch.status, card.watcher.state) == ("rendering", "watching")
    await card.watch.delete()
    assert card.watch.status == "deleted"
    card.close()


@of_each_kind
@pytest.mark.parametrize("lost", [httpx.ReadError("x"), httpx.ReadTimeout("x"), 502, 503], ids=repr)
async def test_a_lost_answer_to_delete_is_looked_up(lost: object, kind: Kind) -> None:
    api = Api(project("rendering"), 404, delete=[lost])
    card = Card(api.client(), kind=kind)
    await settled()
    await card.watch.delete()
    assert [r.method for r in api.requests] == ["GET", "DELETE", "GET"]
    assert card.watch.status == "deleted"
    card.close()


async def test_a_lost_delete_that_did_not_happen_is_an_error() -> None:
    api = Api(project("rendering"), delete=[httpx.ReadError("x"), 204])
    card = Card(api.client())
    await settled()
    with pytest.raises(NetworkError):
        await card.watch.delete()
    assert card.watch.status == "rendering"
    await card.watch.delete()
    assert card.watch.status == "deleted"
    card.close()


async def test_a_404_to_a_repeated_delete_is_success_before_the_first_answer() -> None:
    api = Api(httpx.ConnectError("x"), delete=[httpx.ReadError("lost, but done"), 404])
    card = Card(api.client())
    with pytest.raises(NetworkError):
        await card.watch.delete()
    try:
        await card.watch.delete()
    finally:
        card.close()
