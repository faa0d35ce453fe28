"""Videos, images and audio: each asked for under its own path, and what has ``any`` kind found out by asking."""

from __future__ import annotations

import asyncio
import collections
import inspect
import pathlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import magic_hour
import pydantic
import pytest
from magic_hour.resources.v1.audio_projects import client as sdk_audio
from magic_hour.resources.v1.image_projects import client as sdk_image
from magic_hour.resources.v1.video_projects import client as sdk_video
from magic_hour.types import models as sdk_models

from mh_widgets import (
    ApiError,
    AsyncClient,
    AudioDetails,
    Client,
    ImageDetails,
    ProjectDeleted,
    ProjectDetails,
    VideoDetails,
)
from mh_widgets.check_result import check_result
from mh_widgets.image_audio import DETAILS
from mh_widgets.polling.registry import poller_for
from mh_widgets.project_ids import KINDS, AnyKind, Kind
from mh_widgets.sdk_responses import kind_of
from mh_widgets.simulator import FILMS, ManualClock, Simulator
from mh_widgets.store import records
from tests.unit.fake_card import Card
from tests.unit.fake_store import FakeStore, use
from tests.unit.virtual_time import (
    API,
    TOKEN,
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

CLASSES = {"video": VideoDetails, "image": ImageDetails, "audio": AudioDetails}


class Paths:
    """An API that has one project, of one kind; the others answer 404. ``script`` comes first, in its order."""

    def __init__(self, kind: Kind | None, *script: object, status: str = "complete") -> None:
        self.kind = kind
        self.status = status
        self.script = collections.deque(script)
        self.more: dict[str, object] = {}
        self.asked: list[str] = []

    def client(self) -> AsyncClient:
        return AsyncClient(TOKEN, base_url=API, transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path, _, project_id = request.url.path.removeprefix("/v1/").rpartition("/")
        self.asked.append(f"{request.method} {path.removesuffix('-projects')}")
        answer = self.script.popleft() if self.script else None
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)
        if path != f"{self.kind}-projects":
            return refusal(404, "Not Found")
        assert self.kind is not None
        if request.method == "DELETE":
            return httpx.Response(204)
        url = "https://files.test/output?X-Sig=SECRET"
        downloads = [{"url": url}] if self.status == "complete" else []
        answer = project_of(self.kind, self.status, downloads=downloads, id=project_id, **self.more)
        return httpx.Response(200, json=answer)


async def waited(client: AsyncClient, kind: AnyKind, **more: Any) -> ProjectDetails:
    arguments = {"wait": True, "save": False, "directory": None, "deadline_s": 3600.0, **more}
    return await check_result(client.api, "clx1", kind=kind, clock=clock(), **arguments)


# --- one kind


@of_each_kind
def test_each_kind_is_asked_for_and_deleted_under_its_own_path(kind: Kind) -> None:
    api = Paths(kind)
    details = run(api.client().get("clx1", kind=kind))
    assert (type(details), details.kind) == (CLASSES[kind], kind)
    run(api.client().delete("clx1", kind=kind))
    assert api.asked == [f"GET {kind}", f"DELETE {kind}"]


def test_video_is_what_is_asked_for_when_nothing_is_said() -> None:
    api = Paths("image")
    with pytest.raises(ApiError, match="404"):
        run(api.client().get("clx1"))
    with pytest.raises(ApiError, match="404"):
        run(api.client().delete("clx1"))
    with pytest.raises(ApiError, match="404"):
        run(api.client().check_result("clx1", False, False))
    assert api.asked == ["GET video", "DELETE video", "GET video"]


@pytest.mark.parametrize("kind", ["Video", "photo", "", None, 5])
def test_kind_that_is_none_is_refused_without_a_request(kind: Any) -> None:
    api = Paths("video")
    client = api.client()
    calls: list[Callable[[], Any]] = [
        lambda: client.get("clx1", kind=kind),
        lambda: client.delete("clx1", kind=kind),
        lambda: client.check_result("clx1", True, False, kind=kind),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="kind must be 'video', 'image', 'audio' or 'any', got"):
            run(call())
    assert api.asked == []


# --- any kind


@of_each_kind
def test_any_asks_video_then_image_then_audio_and_stops_where_it_is(kind: Kind) -> None:
    api = Paths(kind)
    details = run(api.client().get("clx1", kind="any"))
    assert (type(details), details.id) == (CLASSES[kind], "clx1")
    assert api.asked == [f"GET {each}" for each in KINDS[: KINDS.index(kind) + 1]]


@pytest.mark.parametrize("method", ["get", "delete", "check_result"])
def test_any_that_is_nowhere_says_that_all_three_were_asked(method: str) -> None:
    api = Paths(None)
    more = (True, False) if method == "check_result" else ()
    with pytest.raises(ApiError) as caught:
        run(getattr(api.client(), method)("clx1", *more, kind="any"))
    error = caught.value
    assert error.message == "The API answered 404: no video, no image and no audio has this ID."
    assert (error.status_code, error.code) == (404, "http_404")
    assert error.hint == "Check the project ID, and that the key belongs to the account that made it."
    assert (error.__cause__, error.__context__) == (None, None)
    assert api.asked == ["GET video", "GET image", "GET audio"]


@pytest.mark.parametrize("before", [0, 1, 2])
@pytest.mark.parametrize("status_code", [400, 401, 402, 403, 422, 429, 500, 503])
def test_any_believes_no_refusal_but_a_404(status_code: int, before: int) -> None:
    api = Paths(None, *[refusal(404, "Not Found")] * before, refusal(status_code, "That is why."))
    with pytest.raises(ApiError) as caught:
        run(api.client().get("clx1", kind="any"))
    assert caught.value.message == f"The API answered {status_code}: That is why."
    assert len(api.asked) == before + 1


@of_each_kind
def test_delete_of_any_finds_the_kind_first_and_deletes_only_that(kind: Kind) -> None:
    api = Paths(kind)
    run(api.client().delete("clx1", kind="any"))
    gets = [f"GET {each}" for each in KINDS[: KINDS.index(kind) + 1]]
    assert api.asked == [*gets, f"DELETE {kind}"]


@pytest.mark.parametrize("trouble", [refusal(503), refusal(401), httpx.ReadError("x")], ids=repr)
def test_delete_of_any_deletes_nothing_while_the_kind_is_unknown(trouble: object) -> None:
    api = Paths("image", refusal(404), trouble)
    with pytest.raises(Exception, match="API"):
        run(api.client().delete("clx1", kind="any"))
    assert api.asked == ["GET video", "GET image"]


def test_blocking_client_has_the_same_kinds() -> None:
    api = Paths("audio")
    client = Client("key")
    client.async_client = api.client()
    assert isinstance(client.get("clx1", kind="audio"), AudioDetails)
    assert isinstance(client.check_result("clx1", True, False, kind="any"), AudioDetails)
    client.delete("clx1", kind="audio")
    assert api.asked == ["GET audio", "GET video", "GET image", "GET audio", "DELETE audio"]
    client.close()


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


# --- the official SDK


def _sdk_classes() -> list[type[pydantic.BaseModel]]:
    found = [value for value in vars(sdk_models).values() if inspect.isclass(value)]
    responses = [each for each in found if issubclass(each, pydantic.BaseModel)]
    return [each for each in responses if re.search(r"(Create|Get)Response$", each.__name__)]


def _said_by_the_sdk(response: type[pydantic.BaseModel]) -> str | None:
    """The kind that the SDK's own words give: the ID's description in the source of the class."""
    said = re.search(r"Unique ID of the (video|image|audio)\b", inspect.getsource(response))
    return said[1] if said else None


@pytest.mark.parametrize("response", _sdk_classes(), ids=lambda each: each.__name__)
def test_response_of_the_sdk_knows_its_kind(response: type[pydantic.BaseModel]) -> None:
    assert kind_of(response.model_construct(id="clx1")) == _said_by_the_sdk(response)


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (sdk_video.V1VideoProjectsGetResponseWithDownloads, "video"),
        (sdk_image.V1ImageProjectsGetResponseWithDownloads, "image"),
        (sdk_audio.V1AudioProjectsGetResponseWithDownloads, "audio"),
    ],
)
def test_result_of_the_sdks_check_result_knows_its_kind(response: Any, kind: str) -> None:
    assert kind_of(response.model_construct(id="clx1")) == kind


@of_each_kind
def test_details_of_this_package_know_their_kind(kind: Kind) -> None:
    assert kind_of(CLASSES[kind]("clx1", "complete")) == kind


class V1ImageProjectsGetResponse:
    """Has the name, and is not of the SDK."""

    id = "clx1"


@pytest.mark.parametrize("value", ["clx1", None, {"id": "clx1"}, V1ImageProjectsGetResponse(), 5])
def test_what_does_not_know_its_kind_says_none(value: object) -> None:
    assert kind_of(value) is None


# --- on the simulator


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(clock=ManualClock()) as simulator:
        yield simulator


@pytest.mark.parametrize(
    ("project_id", "kind", "wanted"),
    [
        (
            "pictures-finished",
            "image",
            ["dawn.jpg", "noon.jpg", "dusk.jpg", "night.jpg", "wide.jpg", "tall.jpg"],
        ),
        ("transparent-finished", "any", ["cutout.png"]),
        ("music-finished", "audio", ["bells.mp3"]),
        ("finished", "any", ["sunrise.mp4"]),
    ],
)
@pytest.mark.documented("waiting: images and audio")
def test_check_result_saves_what_the_sdk_does(
    sim: Simulator, tmp_path: pathlib.Path, project_id: str, kind: AnyKind, wanted: list[str]
) -> None:
    ours = Client(sim.token, base_url=sim.url)
    details = ours.check_result(project_id, True, True, tmp_path / "ours", kind=kind)
    ours.close()
    with httpx.Client() as transport:
        sdk = magic_hour.Client(base_url=sim.url, token=sim.token, httpx_client=transport)
        (tmp_path / "theirs").mkdir()
        theirs = getattr(sdk.v1, f"{details.kind}_projects").check_result(
            project_id, True, True, str(tmp_path / "theirs")
        )
    assert details.downloaded_paths is not None
    assert [path.read_bytes() for path in details.downloaded_paths] == [
        (FILMS / name).read_bytes() for name in wanted
    ]
    assert [path.name.partition(".")[0].partition(project_id)[0] for path in details.downloaded_paths] == [
        "" for _ in wanted
    ]
    assert len(theirs.downloaded_paths) == len(wanted)
    assert (details.status, details.name, details.type) == (theirs.status, theirs.name, theirs.type_)
    if isinstance(details, ImageDetails):
        assert details.image_count == theirs.image_count == len(wanted)
