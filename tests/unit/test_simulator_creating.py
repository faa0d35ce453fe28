"""The simulator creates what the public document allows, refuses the rest, and the official SDK gets along with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import magic_hour
import pytest

from mh_widgets.simulator import FILMS, ManualClock, Simulator
from tests.unit import simulator_requests

clock = pytest.fixture(simulator_requests.clock)
sim = pytest.fixture(simulator_requests.sim)
api = pytest.fixture(simulator_requests.api)


GOOD = {"end_seconds": 5, "style": {"prompt": "a bay at sunrise"}}
IMAGE = {"image_count": 1, "style": {"prompt": "a bay at sunrise"}}
VOICE = {"style": {"prompt": "Hello", "voice_name": "Morgan Freeman"}}


@pytest.mark.parametrize(
    ("path", "body", "status", "word"),
    [
        ("ai-image-generator", [], 400, "object"),
        ("ai-image-generator", {**IMAGE, "image_count": None}, 400, "image_count"),
        ("ai-image-generator", {**IMAGE, "image_count": True}, 400, "image_count"),
        ("ai-image-generator", {**IMAGE, "image_count": 17}, 400, "image_count"),
        ("ai-image-generator", {**IMAGE, "style": {"prompt": ""}}, 400, "style.prompt"),
        ("ai-image-generator", {**IMAGE, "aspect_ratio": "4:3"}, 400, "aspect_ratio"),
        ("ai-image-generator", {**IMAGE, "resolution": "8k"}, 400, "resolution"),
        ("ai-image-generator", {**IMAGE, "image_count": 2, "model": "flux-2-klein"}, 422, "image_count"),
        ("ai-voice-generator", "Hello", 400, "object"),
        ("ai-voice-generator", {}, 400, "style"),
        ("ai-voice-generator", {"style": {"voice_name": "Yoda"}}, 400, "style.prompt"),
        ("ai-voice-generator", {"style": {"prompt": "Hello"}}, 400, "style.voice_name"),
        ("ai-voice-generator", {"style": {**VOICE["style"], "prompt": "x" * 1001}}, 400, "1000"),
    ],
)
def test_image_or_voice_that_the_document_forbids_is_refused(
    api: httpx.Client, path: str, body: Any, status: int, word: str
) -> None:
    answer = api.post(f"/{path}", json=body)
    assert answer.status_code == status
    assert word in answer.json()["message"]


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({}, 400, "end_seconds"),
        ([], 400, "object"),
        ({**GOOD, "end_seconds": "5"}, 400, "end_seconds"),
        ({**GOOD, "end_seconds": True}, 400, "end_seconds"),
        ({**GOOD, "end_seconds": 61}, 400, "end_seconds"),
        ({**GOOD, "style": {}}, 400, "style.prompt"),
        ({**GOOD, "style": {"prompt": ""}}, 400, "style.prompt"),
        ({**GOOD, "style": {"prompt": "x" * 2001}}, 400, "style.prompt"),
        ({**GOOD, "aspect_ratio": "4:3"}, 400, "aspect_ratio"),
        ({**GOOD, "model": "tomorrow"}, 400, "model"),
        ({**GOOD, "audio": "yes"}, 400, "audio"),
        ({**GOOD, "end_seconds": 2}, 422, "end_seconds"),
        ({**GOOD, "model": "sora-2", "end_seconds": 8, "aspect_ratio": "1:1"}, 422, "aspect_ratio"),
        ({**GOOD, "model": "wan-2.2", "audio": True}, 422, "audio"),
        ({**GOOD, "resolution": "480p"}, 422, "resolution"),
    ],
)
def test_a_creation_that_the_document_forbids_is_refused_with_a_sentence(
    api: httpx.Client, body: Any, status: int, word: str
) -> None:
    answer = api.post("/text-to-video", json=body)
    assert answer.status_code == status
    assert word in answer.json()["message"]


def test_a_creation_without_a_body_or_with_a_broken_one_is_400(api: httpx.Client) -> None:
    assert api.post("/text-to-video").json() == {"message": "Missing request body"}
    assert api.post("/text-to-video", content=b"{oops").status_code == 400
    assert api.post("/text-to-video", content=b"\xff\xfe").status_code == 400


def test_the_official_sdk_creates_gets_downloads_and_deletes_a_project(
    sim: Simulator, clock: ManualClock, tmp_path: Path
) -> None:
    with httpx.Client() as transport:
        sdk = magic_hour.Client(base_url=sim.url, token=sim.token, httpx_client=transport)
        made = sdk.v1.text_to_video.create(
            end_seconds=5.0, style={"prompt": "a bay at sunrise"}, name="From the SDK", aspect_ratio="9:16"
        )
        first = sdk.v1.video_projects.get(id=made.id)
        assert (first.status, first.name, first.type_) == ("queued", "From the SDK", "TEXT_TO_VIDEO")
        assert (first.width, first.height, first.credits_charged) == (512, 960, made.credits_charged)
        clock.advance(20)
        done = sdk.v1.video_projects.check_result(
            id=made.id, wait_for_completion=True, download_outputs=True, download_directory=str(tmp_path)
        )
        assert done.status == "complete"
        assert done.downloaded_paths is not None
        assert Path(done.downloaded_paths[0]).read_bytes() == (FILMS / "lanterns.mp4").read_bytes()
        assert sdk.v1.video_projects.delete(id=made.id) is None
        assert sdk.v1.video_projects.get(id=made.id).enabled is False


@pytest.mark.parametrize("kind", ["image", "audio"])
def test_the_official_sdk_creates_and_deletes_an_image_and_a_voice(
    sim: Simulator, clock: ManualClock, tmp_path: Path, kind: str
) -> None:
    with httpx.Client() as transport:
        sdk = magic_hour.Client(base_url=sim.url, token=sim.token, httpx_client=transport)
        made: Any
        projects: Any = getattr(sdk.v1, f"{kind}_projects")
        if kind == "image":
            made = sdk.v1.ai_image_generator.create(image_count=3, style={"prompt": "a bay"}, name="By hand")
            wanted = ["dawn.jpg", "noon.jpg", "dusk.jpg"]
        else:
            made = sdk.v1.ai_voice_generator.create(
                style={"prompt": "Hello, how are you?", "voice_name": "Morgan Freeman"}, name="By hand"
            )
            wanted = ["voice.wav"]
        first = projects.get(id=made.id)
        assert (first.status, first.name, first.credits_charged) == (
            "queued",
            "By hand",
            made.credits_charged,
        )
        assert first.type_ == {"image": "AI_IMAGE", "audio": "VOICE_GENERATOR"}[kind]
        clock.advance(8)
        done = projects.check_result(
            id=made.id, wait_for_completion=True, download_outputs=True, download_directory=str(tmp_path)
        )
        assert [Path(path).read_bytes() for path in done.downloaded_paths] == [
            (FILMS / name).read_bytes() for name in wanted
        ]
        assert projects.delete(id=made.id) is None
        assert projects.get(id=made.id).enabled is False
