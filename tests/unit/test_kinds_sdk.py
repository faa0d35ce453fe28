"""The kind of what the official SDK returns, and ``check_result`` of each kind beside the SDK's."""

from __future__ import annotations

import inspect
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import httpx
import magic_hour
import pydantic
import pytest
from magic_hour.resources.v1.audio_projects import client as sdk_audio
from magic_hour.resources.v1.image_projects import client as sdk_image
from magic_hour.resources.v1.video_projects import client as sdk_video
from magic_hour.types import models as sdk_models

from mh_widgets import Client, ImageDetails
from mh_widgets.project_ids import AnyKind, Kind
from mh_widgets.sdk_responses import kind_of
from mh_widgets.simulator import FILMS, ManualClock, Simulator
from tests.unit.kinds_api import CLASSES
from tests.unit.virtual_time import of_each_kind

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
