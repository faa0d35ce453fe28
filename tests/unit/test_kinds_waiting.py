"""Waiting for an image, for audio or for ``any`` kind, and what other kernels remember of the kind."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mh_widgets import ApiError, AsyncClient, ImageDetails, ProjectDeleted, ProjectDetails
from mh_widgets.check_result import check_result
from mh_widgets.image_audio import DETAILS
from mh_widgets.polling.registry import poller_for
from mh_widgets.project_ids import KINDS, AnyKind, Kind
from mh_widgets.store import records
from tests.unit.fake_card import Card
from tests.unit.fake_store import FakeStore, use
from tests.unit.kinds_api import CLASSES, Paths
from tests.unit.virtual_time import (
    clock,
    now,
    of_each_kind,
    project_of,
    refusal,
    run,
    settled,
    until,
    watched,
)


async def waited(client: AsyncClient, kind: AnyKind, **more: Any) -> ProjectDetails:
    arguments = {"wait": True, "save": False, "directory": None, "deadline_s": 3600.0, **more}
    return await check_result(client.api, "clx1", kind=kind, clock=clock(), **arguments)


# --- waiting


@of_each_kind
async def test_waiting_for_any_finds_the_kind_once_and_then_asks_for_it_alone(kind: Kind) -> None:
    api = Paths(kind, status="rendering")
    task = asyncio.ensure_future(waited(api.client(), "any"))
    await asyncio.sleep(100)
    api.status = "complete"
    assert type(await task) is CLASSES[kind]
    assert not watched()
    search = [f"GET {each}" for each in KINDS[: KINDS.index(kind) + 1]]
    assert api.asked[: len(search)] == search
    rest = api.asked[len(search) :]
    assert len(rest) >= 2
    assert set(rest) == {f"GET {kind}"}


def test_trouble_while_the_kind_is_sought_is_ridden_out() -> None:
    api = Paths("image", refusal(404), refusal(503))
    assert isinstance(run(waited(api.client(), "any")), ImageDetails)
    assert api.asked == ["GET video", "GET image", "GET video", "GET image"]


async def test_image_that_is_gone_after_it_was_found_was_deleted() -> None:
    api = Paths("image", status="rendering")
    task = asyncio.ensure_future(waited(api.client(), "any"))
    await settled()
    api.kind = None
    with pytest.raises(ProjectDeleted):
        await task
    assert api.asked == ["GET video", "GET image", "GET image"]


async def test_watcher_of_any_deletes_the_kind_that_it_has_found() -> None:
    api = Paths("image", status="rendering")
    card = Card(api.client(), kind="any")
    await settled()
    await card.watch.delete()
    assert card.watch.status == "deleted"
    assert api.asked == ["GET video", "GET image", "DELETE image"]
    card.close()


async def test_watcher_of_any_that_has_found_its_kind_shares_its_requests() -> None:
    api = Paths("image", status="rendering")
    client = api.client()
    card = Card(client, kind="any")
    assert poller_for(client.api, "clx1", kind="image") is not card.watch
    await settled()
    assert poller_for(client.api, "clx1", kind="any") is card.watch
    assert poller_for(client.api, "clx1", kind="audio") is not card.watch
    card.close()


async def test_watcher_of_an_image_is_found_by_one_of_any_kind() -> None:
    api = Paths("image", status="rendering")
    client = api.client()
    card = Card(client, kind="image")
    await settled()
    assert poller_for(client.api, "clx1", kind="any") is card.watch
    assert poller_for(client.api, "clx1", kind="video") is not card.watch
    card.close()


async def test_watcher_of_a_wrong_kind_is_not_taken_for_the_project() -> None:
    api = Paths("image")
    client = api.client()
    card = Card(client)  # as a video: a 404
    await settled()
    assert isinstance(await waited(client, "any"), ImageDetails)
    card.close()


async def test_render_of_four_seconds_is_noticed_within_a_second() -> None:
    api = Paths("image", status="queued")
    api.more = {"type": "FACE_SWAP", "created_at": "2026-03-01T12:00:00Z"}
    loop = asyncio.get_running_loop()
    loop.call_later(1, setattr, api, "status", "rendering")
    loop.call_later(4, setattr, api, "status", "complete")
    await waited(api.client(), "image")
    assert 4 <= now() <= 5
    assert len(api.asked) <= 6


# --- the shared memory


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    return use(monkeypatch, FakeStore())


@of_each_kind
def test_record_of_each_kind_is_read_as_it_was_written(kind: Kind) -> None:
    answer = project_of(kind, "complete", downloads=[{"url": "https://files.test/plain?X-Sig=SECRET"}])
    details = DETAILS[kind].from_api(answer, "clx1")
    record = records.pack(details, deleted=False, writer="w", seal=lambda text: text)
    assert record is not None
    assert records.unpack(record, lambda text: text) == details
    assert records.kind_of(record) == kind
    without_links = records.unpack(record)
    assert without_links is not None
    assert [each.suffix for each in without_links.downloads] == [details.downloads[0].suffix]


async def test_other_kernel_of_any_kind_remembers_the_kind(store: FakeStore) -> None:
    api = Paths("audio", status="rendering")
    first = Card(api.client(), kind="any")
    await until(lambda: first.watch.details)
    second = Card(api.client(), kind="any")
    await until(lambda: second.watch.details)
    assert second.watch.kind == "audio"
    await asyncio.sleep(120)
    assert api.asked[:3] == ["GET video", "GET image", "GET audio"]
    assert set(api.asked[3:]) == {"GET audio"}
    first.close()
    second.close()


async def test_deletion_before_the_first_answer_tells_the_kind_to_other_kernels(store: FakeStore) -> None:
    api = Paths("image")
    watch = poller_for(api.client().api, "clx1", clock(), "any")
    await watch.delete()
    await settled()
    assert (watch.status, watch.kind) == ("deleted", "image")
    assert api.asked == ["GET video", "GET image", "DELETE image"]
    ((record, _),) = store.rows.values()
    assert (record.status, records.kind_of(record)) == ("deleted", "image")


async def test_what_is_remembered_of_another_kind_is_not_believed(store: FakeStore) -> None:
    api = Paths("image", status="rendering")
    image = Card(api.client(), kind="image")
    await until(lambda: image.watch.details)
    video = Card(api.client())
    await until(lambda: video.watch.error, 3)
    assert isinstance(video.watch.error, ApiError)
    assert video.watch.details is None
    await asyncio.sleep(60)  # more is written meanwhile
    assert video.watch.details is None
    assert image.watch.kind == "image"
    image.close()
    video.close()
