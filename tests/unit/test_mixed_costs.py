"""What it costs to find out the kinds of a gallery's projects, on the virtual clock."""

from __future__ import annotations

import asyncio

import pytest

from mh_widgets.project_ids import KINDS, Kind
from mh_widgets.widgets.project_gallery import ProjectGallery
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.fake_store import FakeStore, use
from tests.unit.gallery_fixtures import Gallery, MixedStudio
from tests.unit.virtual_time import now, of_each_kind, project_of, run, until, until_all
from tests.unit.waiting_fixtures import most_within

#: Requests a second of one client.
RATE = 10


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    return use(monkeypatch, FakeStore())


async def asked_about(made: type[Gallery], project_id: str, kind: Kind, seconds: float = 300) -> list[str]:
    """The kinds as which a gallery asks for one project that renders all the time."""
    studio = MixedStudio()
    given = {"id": [project_id], "kind": [kind if made is VideoGallery else "any"]}
    with made(given, client=studio.client()):
        await asyncio.sleep(seconds)
    return studio.paths(project_id)


def test_a_video_costs_as_many_requests_in_a_mix_as_among_videos() -> None:
    among_videos = run(asked_about(VideoGallery, "video1", "video"))
    assert len(among_videos) > 20
    assert run(asked_about(ProjectGallery, "video1", "video")) == among_videos


@of_each_kind
async def test_finding_the_kind_costs_at_most_two_requests_and_only_once(kind: Kind) -> None:
    paths = await asked_about(ProjectGallery, f"{kind}1", kind)
    search = [*KINDS[: KINDS.index(kind) + 1]]
    assert paths[: len(search)] == search
    assert len(paths) > 20
    assert set(paths[len(search) :]) == {kind}


@of_each_kind
async def test_a_store_that_knows_the_kind_saves_the_search(store: FakeStore, kind: Kind) -> None:
    studio, project = MixedStudio(), f"{kind}1"
    with ProjectGallery(project, client=studio.client()):
        await asyncio.sleep(60)
    before = len(studio.paths(project))
    with ProjectGallery(project, client=studio.client()) as again:
        await asyncio.sleep(120)
        assert again[project].kind == kind
    later = studio.paths(project)[before:]
    assert len(later) > 5
    assert set(later) == {kind}


async def test_a_store_that_knows_an_end_costs_no_request_at_all(store: FakeStore) -> None:
    studio = MixedStudio(audio1=project_of("audio", "canceled"))
    with ProjectGallery("audio1", client=studio.client()) as gallery:
        await until(lambda: gallery.statuses["audio1"], 60)
        await asyncio.sleep(1)
    asked = len(studio.requests)
    with ProjectGallery("audio1", client=studio.client()) as again:
        await until(lambda: again.statuses["audio1"], 60)
        assert again["audio1"].kind == "audio"
        await asyncio.sleep(60)
    assert len(studio.requests) == asked == len(KINDS)


@of_each_kind
async def test_a_crowd_of_unknown_kind_keeps_to_the_rate_of_its_client(kind: Kind) -> None:
    ids = [f"{kind}{number}" for number in range(200)]
    studio = MixedStudio()
    with ProjectGallery(ids, client=studio.client(), deadline_s=None) as gallery:
        await until_all(lambda each: gallery[each].status, ids, 200)
    search = KINDS.index(kind) + 1
    assert {*map(len, map(studio.paths, ids))} >= {search}
    assert len(studio.requests) <= RATE * now() + search
    assert len(studio.requests) >= len(ids) * search
    assert most_within(10, studio.times) <= RATE * 10 + search
