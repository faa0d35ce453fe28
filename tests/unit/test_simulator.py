"""The simulator answers as the public document says, and does to its callers what a test asks it to."""

from __future__ import annotations

import asyncio
import dataclasses
import errno
import json
import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
import magic_hour
import pytest

from mh_widgets.simulator import FILMS, SCENARIOS, Fault, ManualClock, Scenario, Simulator, UnknownProject

# The public document's answer to a GET: every field that it requires, with its type there.
SHARED: dict[str, tuple[type, ...]] = {
    "id": (str,),
    "name": (str, type(None)),
    "status": (str,),
    "type": (str,),
    "created_at": (str,),
    "enabled": (bool,),
    "credits_charged": (int,),
    "error": (dict, type(None)),
    "downloads": (list,),
}
DOCUMENTED: dict[str, dict[str, tuple[type, ...]]] = {
    "video": {
        **SHARED,
        "width": (int,),
        "height": (int,),
        "start_seconds": (int, float),
        "end_seconds": (int, float),
        "fps": (int, float),
    },
    "image": {**SHARED, "image_count": (int,)},
    "audio": SHARED,
}
#: What the live API sends besides, and the official SDK 0.90.0 needs.
DEPRECATED = {"video": {"download", "total_frame_cost"}, "image": {"total_frame_cost"}, "audio": set[str]()}
KIND_OF = {scenario.id: scenario.kind for scenario in SCENARIOS}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def sim(clock: ManualClock) -> Iterator[Simulator]:
    with Simulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def api(sim: Simulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{sim.url}/v1", headers={"Authorization": f"Bearer {sim.token}"}) as client:
        yield client


@pytest.fixture
def files() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


def get(api: httpx.Client, project_id: str) -> dict[str, Any]:
    kind = KIND_OF.get(project_id.partition("--")[0], "video")
    answer = api.get(f"/{kind}-projects/{project_id}")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def link(api: httpx.Client, project_id: str = "finished", output: int = 0) -> str:
    return str(get(api, project_id)["downloads"][output]["url"])


# --- projects and their timelines


@pytest.mark.parametrize(
    "scenario", [each for each in SCENARIOS if each.id != "flaky"], ids=lambda each: each.id
)
def test_every_project_answers_in_the_documented_shape_at_every_age(
    scenario: Scenario, api: httpx.Client, clock: ManualClock
) -> None:
    age = 0.0
    for begin, status in scenario.timeline:
        clock.advance(begin - age)
        age = begin
        body = get(api, scenario.id)
        documented = DOCUMENTED[scenario.kind]
        assert body.keys() == documented.keys() | DEPRECATED[scenario.kind]
        for field, types in documented.items():
            assert type(body[field]) in types, field
        assert body["status"] == status
        assert (len(body["downloads"]) > 0) == (status == "complete" and scenario.enabled)
        assert (body["error"] is not None) == (status == "error")


def test_a_render_goes_queued_rendering_complete_from_its_first_look_on(
    api: httpx.Client, clock: ManualClock
) -> None:
    clock.advance(1000)
    first = get(api, "sunrise-text-to-video")
    created = datetime.fromisoformat(first["created_at"].replace("Z", "+00:00")).timestamp()
    assert (first["status"], created) == ("queued", clock())
    clock.advance(4)
    assert get(api, "sunrise-text-to-video")["status"] == "rendering"
    clock.advance(16)
    last = get(api, "sunrise-text-to-video")
    assert last["status"] == "complete"
    assert last["created_at"] == first["created_at"]
    assert last["download"] == last["downloads"][0]


def test_speed_shortens_the_timeline(clock: ManualClock) -> None:
    with (
        Simulator(clock=clock, speed=10) as sim,
        httpx.Client(headers={"Authorization": "Bearer any"}) as client,
    ):
        url = f"{sim.url}/v1/video-projects/sunrise-text-to-video"
        client.get(url)
        clock.advance(2)
        assert client.get(url).json()["status"] == "complete"


def test_a_copy_begins_when_it_is_first_asked_for_and_touches_no_other(
    sim: Simulator, api: httpx.Client, clock: ManualClock
) -> None:
    get(api, "quick")
    clock.advance(3)
    copy = sim.fresh("quick")
    assert copy != sim.fresh("quick")
    assert get(api, copy)["status"] == "queued"
    assert get(api, "quick--by-hand_1")["status"] == "queued"
    assert [get(api, name)["id"] for name in ("quick", copy, "quick--by-hand_1")] == [
        "quick",
        copy,
        "quick--by-hand_1",
    ]
    assert api.delete("/video-projects/quick--by-hand_1").status_code == 204
    assert (get(api, "quick")["status"], get(api, "quick")["enabled"]) == ("complete", True)


def test_credits_are_estimated_charged_and_refunded_after_a_failure(
    api: httpx.Client, clock: ManualClock
) -> None:
    estimate = get(api, "quick")["credits_charged"]
    assert get(api, "no-face")["credits_charged"] > 0
    clock.advance(60)
    assert 0 < abs(get(api, "quick")["credits_charged"] - estimate) < estimate / 10
    failed = get(api, "no-face")
    assert failed["credits_charged"] == 0
    assert failed["error"] == {
        "code": "no_source_face",
        "message": "Please use an image with a detectable face",
    }


def test_an_id_that_nobody_made_is_404(sim: Simulator, api: httpx.Client) -> None:
    for project_id in ("nope", "quick--", "quick--a%20b", "%2e%2e", "quick%2f..", "nope--1"):
        answer = api.get(f"/video-projects/{project_id}")
        assert (answer.status_code, answer.json()) == (404, {"message": "Not Found"}), project_id
    assert api.get("/elsewhere").status_code == 404
    with pytest.raises(UnknownProject):
        sim.fresh("nope")


def test_a_test_can_bring_its_own_scenario_and_flip_its_status(
    sim: Simulator, api: httpx.Client, files: httpx.Client, tmp_path: Path
) -> None:
    film = tmp_path / "mine.mp4"
    film.write_bytes(b"not really a film")
    project_id = sim.add(
        Scenario(
            id="mine",
            name="Mine",
            shows="a test",
            timeline=((0, "rendering"),),
            outputs=(film,),
            extra={"new": 1},
        )
    )
    assert get(api, project_id)["status"] == "rendering"
    sim.set_status(project_id, "complete")
    body = get(api, project_id)
    assert (body["status"], body["new"]) == ("complete", 1)
    answer = files.get(body["downloads"][0]["url"])
    assert answer.content == b"not really a film"
    film.write_bytes(b"another film altogether")
    assert files.get(body["downloads"][0]["url"]).headers["ETag"] != answer.headers["ETag"]


# --- who may, and what is deleted


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("path", ["video", "image", "audio"])
@pytest.mark.parametrize("project_id", ["finished", "pictures-finished", "music-finished"])
def test_project_is_found_only_under_the_path_of_its_kind(
    api: httpx.Client, method: str, path: str, project_id: str
) -> None:
    answer = api.request(method, f"/{path}-projects/{project_id}")
    if path == KIND_OF[project_id]:
        assert answer.status_code == (200 if method == "GET" else 204)
    else:
        assert (answer.status_code, answer.json()) == (404, {"message": "Not Found"})
        assert get(api, project_id)["enabled"] is True


@pytest.mark.parametrize("kind", ["video", "image", "audio"])
def test_each_kind_has_a_project_of_every_stage(kind: str) -> None:
    stages = {status for each in SCENARIOS if each.kind == kind for _, status in each.timeline}
    assert stages >= {"draft", "queued", "rendering", "complete", "error", "canceled"}
    assert [each.enabled for each in SCENARIOS if each.kind == kind].count(False) == 1


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Basic abc", "Bearer wrong-key", "Bearer invalid"]
)
def test_without_a_good_token_everything_is_401(sim: Simulator, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    for method, path in (
        ("GET", "video-projects/quick"),
        ("DELETE", "video-projects/quick"),
        ("GET", "image-projects/picture"),
        ("DELETE", "audio-projects/voice"),
        ("POST", "text-to-video"),
        ("POST", "ai-image-generator"),
        ("POST", "ai-voice-generator"),
    ):
        answer = httpx.request(method, f"{sim.url}/v1/{path}", headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})


def test_a_fixed_token_is_the_only_one() -> None:
    with Simulator(token="the-one") as sim:
        url = f"{sim.url}/v1/video-projects/quick"
        assert httpx.get(url, headers={"Authorization": "Bearer other"}).status_code == 401
        assert httpx.get(url, headers={"Authorization": "Bearer the-one"}).status_code == 200
        assert sim.env == {"MAGIC_HOUR_BASE_URL": sim.url, "MAGIC_HOUR_API_KEY": "the-one"}


def test_delete_is_204_once_then_404_and_the_project_stays_as_not_enabled(
    api: httpx.Client, files: httpx.Client
) -> None:
    url = link(api)
    answer = api.delete("/video-projects/finished")
    assert (answer.status_code, answer.content) == (204, b"")
    again = api.delete("/video-projects/finished")
    assert (again.status_code, again.json()) == (404, {"message": "Not Found"})
    body = get(api, "finished")
    assert (body["enabled"], body["downloads"], body["download"]) == (False, [], None)
    assert files.get(url).status_code == 404
    assert get(api, "deleted")["enabled"] is False


def test_a_template_refuses_to_be_deleted_in_the_documents_words(api: httpx.Client) -> None:
    answer = api.delete("/video-projects/template")
    assert answer.status_code == 422
    assert answer.json() == {
        "message": "video is a template and cannot be deleted. Please reach out to our support team."
    }
    assert get(api, "template")["enabled"] is True


# --- creating


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


# --- films and their links


def test_a_link_leads_to_another_origin_without_cookies_or_cors(
    sim: Simulator, api: httpx.Client, files: httpx.Client
) -> None:
    url = link(api)
    assert urlsplit(url).hostname == "localhost"
    assert urlsplit(sim.url).hostname == "127.0.0.1"
    assert url.startswith(f"{sim.files_url}/films/finished/output.mp4?expires=")
    answer = files.get(url)
    assert answer.status_code == 200
    assert answer.content == (FILMS / "sunrise.mp4").read_bytes()
    assert (answer.headers["Content-Type"], answer.headers["Accept-Ranges"]) == ("video/mp4", "bytes")
    assert "Set-Cookie" not in answer.headers
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_a_second_output_has_its_own_name_and_a_picture_its_own_type(
    api: httpx.Client, files: httpx.Client, clock: ManualClock
) -> None:
    for project_id, path, kind in (
        ("two-outputs", "/films/two-outputs/output-2.mp4", "video/mp4"),
        ("film-and-picture", "/films/film-and-picture/output-2.png", "image/png"),
    ):
        get(api, project_id)
        clock.advance(6)
        url = link(api, project_id, 1)
        assert urlsplit(url).path == path
        assert files.get(url).headers["Content-Type"] == kind


def test_a_range_gets_its_part_and_if_range_guards_it(api: httpx.Client, files: httpx.Client) -> None:
    film, url = (FILMS / "sunrise.mp4").read_bytes(), link(api)
    part = files.get(url, headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part.content) == (206, film[1000:2000])
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(film)}"
    rest = files.get(url, headers={"Range": "bytes=1000-", "If-Range": part.headers["ETag"]})
    assert (rest.status_code, rest.content) == (206, film[1000:])
    dated = files.get(url, headers={"Range": "bytes=1000-", "If-Range": part.headers["Last-Modified"]})
    assert dated.status_code == 206
    changed = files.get(url, headers={"Range": "bytes=1000-", "If-Range": '"another"'})
    assert (changed.status_code, changed.content) == (200, film)
    beyond = files.get(url, headers={"Range": f"bytes={len(film)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(film)}")


def test_a_link_ends_and_the_next_get_gives_a_fresh_one(
    api: httpx.Client, files: httpx.Client, clock: ManualClock
) -> None:
    old = link(api, "short-link")
    clock.advance(9.5)
    assert files.get(old).status_code == 200
    clock.advance(0.5)
    ended = files.get(old)
    assert ended.status_code == 403
    assert "<Message>Request has expired</Message>" in ended.text
    fresh = link(api, "short-link")
    assert fresh != old
    assert files.get(fresh).status_code == 200


def test_a_usual_link_is_good_for_a_day(api: httpx.Client, files: httpx.Client, clock: ManualClock) -> None:
    body = get(api, "finished")["downloads"][0]
    assert datetime.fromisoformat(body["expires_at"].replace("Z", "+00:00")).timestamp() == clock() + 86400
    clock.advance(86399)
    assert files.get(body["url"]).status_code == 200
    clock.advance(1)
    assert files.get(body["url"]).status_code == 403


def test_a_link_that_was_not_signed_here_opens_nothing(api: httpx.Client, files: httpx.Client) -> None:
    url = link(api)
    bare = url.partition("?")[0]
    for wrong in (
        url + "0",
        url.replace("expires=1", "expires=2"),
        url.replace("/finished/", "/quick/"),
        bare,
    ):
        answer = files.get(wrong)
        assert answer.status_code == 403, wrong
        assert "<Code>SignatureDoesNotMatch</Code>" in answer.text
    assert files.head(url).status_code == 403


def test_a_credential_that_reaches_the_file_host_is_seen(
    sim: Simulator, api: httpx.Client, files: httpx.Client
) -> None:
    url = link(api)
    files.get(url, headers={"Cookie": "a=b"})
    assert sim.leaks == []
    files.get(url, headers={"Authorization": "Bearer whatever"})
    files.get(url, headers={"X-Key": sim.token})
    files.get(f"{url}&key={sim.token}")
    assert [request.credentials for request in sim.leaks] == [("authorization",), ("token",), ("token",)]
    assert not any("?" in request.path or sim.token in repr(request) for request in sim.requests)


# --- faults and the log


def test_faults_meet_the_next_requests_in_their_order_and_then_it_is_over(
    sim: Simulator, api: httpx.Client
) -> None:
    sim.faults.add("quick", Fault(status=503, headers={"Retry-After": "7"}), Fault(reset=True), times=2)
    for _ in range(2):
        busy = api.get("/video-projects/quick")
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, "7")
        assert busy.json() == {"message": "Service Unavailable"}
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            api.get("/video-projects/quick")
    assert sim.faults.waiting() == 0
    assert get(api, "quick")["id"] == "quick"
    assert [request.status for request in sim.requests.of("quick")] == [503, 0, 503, 0, 200]


def test_a_fault_can_be_any_body_and_concern_any_project(sim: Simulator, api: httpx.Client) -> None:
    sim.faults.add("*", Fault(status=200, body="<html>hello</html>", content_type="text/html"))
    answer = api.get("/video-projects/quick")
    assert (answer.text, answer.headers["Content-Type"]) == ("<html>hello</html>", "text/html")
    sim.faults.add("quick", Fault(headers={"X-Extra": "1"}))
    assert api.get("/video-projects/quick").headers["X-Extra"] == "1"


@pytest.mark.parametrize(
    ("status", "body", "text"),
    [
        (200, "<html>log in</html>", "<html>log in</html>"),
        (200, b"", ""),
        (206, "part", "part"),
        (200, None, '{"message": "OK"}'),
        (304, "no body goes with it", ""),
        (304, None, ""),
        (204, None, ""),
    ],
)
def test_a_fault_of_the_file_host_can_be_any_status_and_body(
    sim: Simulator,
    api: httpx.Client,
    files: httpx.Client,
    *,
    status: int,
    body: str | bytes | None,
    text: str,
) -> None:
    url = link(api)
    sim.faults.add("finished", Fault(status=status, body=body), origin="files")
    answer = files.get(url)
    assert (answer.status_code, answer.text) == (status, text)
    assert "ETag" not in answer.headers  # a validator would say that this body is the film


def test_a_lost_answer_to_a_delete_has_deleted_and_a_failed_one_has_not(
    sim: Simulator, api: httpx.Client
) -> None:
    sim.faults.add("quick", Fault(status=500), Fault(lost_answer=True), method="DELETE")
    assert api.delete("/video-projects/quick").status_code == 500
    assert get(api, "quick")["enabled"] is True
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        api.delete("/video-projects/quick")
    assert get(api, "quick")["enabled"] is False


def test_a_late_answer_comes_and_one_that_nobody_waits_for_is_given_up(
    sim: Simulator, api: httpx.Client
) -> None:
    sim.faults.add("quick", Fault(delay_s=0.1), Fault(delay_s=600))
    begin = time.monotonic()
    get(api, "quick")
    assert time.monotonic() - begin >= 0.1
    with pytest.raises(httpx.ReadTimeout):
        api.get("/video-projects/quick", timeout=0.1)
    assert sim.requests.wait_for(lambda request: request.over and request.status == 0)


def test_a_transfer_can_break_anywhere(sim: Simulator, api: httpx.Client, files: httpx.Client) -> None:
    url, film = link(api), (FILMS / "sunrise.mp4").read_bytes()

    def received(cut: Literal["reset", "close", "stall"]) -> bytes:
        sim.faults.add("finished", Fault(cut_after_bytes=100_000, cut=cut), origin="files")
        got = bytearray()
        patience_s = 1 if cut == "stall" else 100
        with files.stream("GET", url, headers={"Range": "bytes=10-"}, timeout=patience_s) as answer:
            assert answer.status_code == 206
            try:
                for part in answer.iter_raw():
                    got += part
            except httpx.TransportError:
                return bytes(got)
        raise AssertionError("nothing broke")

    assert received("close") == film[10:100_010]
    assert len(received("stall")) == 100_000
    # What had not been read when the reset came is lost: that is how resets are.
    assert len(received("reset")) <= 100_000
    last = sim.requests.wait_for(lambda request: request.origin == "files" and request.over, count=3)[-1]
    assert (last.status, last.sent_bytes, last.range) == (206, 100_000, "bytes=10-")


def test_a_file_host_can_ignore_ranges_or_answer_another_one(
    sim: Simulator, api: httpx.Client, files: httpx.Client
) -> None:
    url = link(api)
    sim.faults.add("finished", Fault(ignore_range=True), Fault(wrong_offset=-5), origin="files")
    assert files.get(url, headers={"Range": "bytes=10-"}).status_code == 200
    off = files.get(url, headers={"Range": "bytes=10-"})
    assert (off.status_code, off.headers["Content-Range"].split("-")[0]) == (206, "bytes 5")


def test_the_flaky_project_stumbles_again_and_again_and_completes(
    api: httpx.Client, clock: ManualClock
) -> None:
    def look() -> str:
        try:
            answer = api.get("/video-projects/flaky")
        except (httpx.ReadError, httpx.RemoteProtocolError):
            return "reset"
        return str(answer.json()["status"]) if answer.status_code == 200 else str(answer.status_code)

    assert [look() for _ in range(6)] == ["queued", "503", "queued", "reset", "502", "queued"]
    clock.advance(30)
    assert [look() for _ in range(6)] == ["complete", "503", "complete", "reset", "502", "complete"]


def test_the_log_knows_how_many_were_under_way_at_once(sim: Simulator) -> None:
    sim.faults.add("quick", Fault(delay_s=600), times=5)
    url, headers = f"{sim.url}/v1/video-projects/quick", {"Authorization": "Bearer any"}
    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(httpx.get, url, headers=headers, timeout=100) for _ in range(5)]
        sim.requests.wait_for(lambda request: request.at_once == 5)
        sim.hang_up("quick")
        assert all(isinstance(each.exception(100), httpx.TransportError) for each in asked)
    assert max(request.at_once for request in sim.requests) == 5
    assert [request.number for request in sim.requests] == [0, 1, 2, 3, 4]


def test_hanging_up_ends_what_a_fault_keeps_waiting(
    sim: Simulator, api: httpx.Client, files: httpx.Client
) -> None:
    sim.faults.add("finished", Fault(cut_after_bytes=10, cut="stall"), origin="files")
    sim.faults.add("quick", Fault(delay_s=600))
    url = link(api)
    with ThreadPoolExecutor(2) as pool:
        stalled = pool.submit(httpx.get, url, timeout=100)
        late = pool.submit(api.get, "/video-projects/quick", timeout=100)
        sim.requests.wait_for(lambda request: request.project_id == "quick")
        sim.requests.wait_for(lambda request: request.origin == "files" and request.status == 200)
        sim.hang_up("finished")
        assert isinstance(stalled.exception(100), httpx.RemoteProtocolError)
        sim.requests.wait_for(lambda request: request.origin == "files" and request.over)
        assert [request.project_id for request in sim.requests if not request.over] == ["quick"]
        sim.hang_up("quick")
        assert isinstance(late.exception(100), httpx.RemoteProtocolError)


def test_waiting_for_a_request_that_never_comes_says_what_came_instead(
    sim: Simulator, api: httpx.Client
) -> None:
    get(api, "quick")
    with pytest.raises(TimeoutError, match="GET /v1/video-projects/quick 200"):
        sim.requests.wait_for(lambda request: request.method == "DELETE", timeout_s=0.05)


# --- its life


def test_the_servers_date_is_the_clocks(api: httpx.Client, files: httpx.Client) -> None:
    assert api.get("/video-projects/quick").headers["Date"] == "Fri, 15 Jan 2027 08:00:00 GMT"
    assert files.get(link(api)).headers["Date"] == "Fri, 15 Jan 2027 08:00:00 GMT"


def test_it_ends_with_requests_under_way_and_leaves_nothing_behind(caplog: pytest.LogCaptureFixture) -> None:
    threads = threading.active_count()
    with caplog.at_level(logging.DEBUG), Simulator() as sim, ThreadPoolExecutor(2) as pool:
        sim.faults.add("finished", Fault(delay_s=600))
        sim.faults.add("finished", Fault(cut_after_bytes=10, cut="stall"), origin="files")
        headers = {"Authorization": f"Bearer {sim.token}"}
        url = f"{sim.url}/v1/video-projects/finished"
        late = pool.submit(httpx.get, url, headers=headers, timeout=100)
        sim.requests.wait_for(lambda request: request.origin == "api")
        stalled = pool.submit(
            httpx.get, httpx.get(url, headers=headers).json()["downloads"][0]["url"], timeout=100
        )
        sim.requests.wait_for(lambda request: request.origin == "files" and request.status == 200)
        sim.stop()
        for request in (late, stalled):
            assert isinstance(request.exception(100), httpx.HTTPError)
    assert threading.active_count() == threads
    assert not [
        record
        for record in caplog.records
        if record.name.startswith(("tornado", "asyncio")) and record.levelno > 10
    ]
    with Simulator(port=int(urlsplit(sim.url).port or 0)) as again:
        assert again.url == sim.url


def test_a_port_that_is_taken_is_an_os_error(sim: Simulator) -> None:
    with pytest.raises(OSError) as raised:  # noqa: PT011 (the number says which)
        Simulator(port=int(urlsplit(sim.url).port or 0)).start()
    assert raised.value.errno == errno.EADDRINUSE


async def run_on_this_loop() -> int:
    sim = Simulator()
    sim.open()
    try:
        async with httpx.AsyncClient(headers={"Authorization": "Bearer any"}) as client:
            return (await client.get(f"{sim.url}/v1/video-projects/quick")).status_code
    finally:
        await sim.close()


def test_it_also_runs_on_a_loop_that_is_there() -> None:
    assert asyncio.run(run_on_this_loop()) == 200


def test_well_known_ids_are_short_readable_and_serve_films_of_their_shape(api: httpx.Client) -> None:
    ids = [scenario.id for scenario in SCENARIOS]
    assert len(ids) == len(set(ids))
    for scenario in SCENARIOS:
        assert scenario.id.replace("-", "").isalnum()
        assert len(scenario.id) <= 24
        assert "--" not in scenario.id
        assert [begin for begin, _ in scenario.timeline] == sorted({begin for begin, _ in scenario.timeline})
    hostile = get(api, "hostile")
    assert "<img" in hostile["name"]
    assert "\u202e" in hostile["name"]
    assert [each["url"].split(":")[0] for each in hostile["downloads"]] == ["javascript", "http"]
    unknown = get(api, "unknown-shape")
    assert (unknown["name"], unknown["width"], unknown["height"]) == (None, -1, -1)
    assert json.dumps(dataclasses.asdict(SCENARIOS[0]), default=str)
