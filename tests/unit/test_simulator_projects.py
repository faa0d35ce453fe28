"""The simulator's projects: the documented shape, their timelines, who may see them, and what is deleted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import httpx
import pytest

from mh_widgets.simulator import SCENARIOS, ManualClock, Scenario, Simulator, UnknownProject
from tests.unit import simulator_requests
from tests.unit.simulator_requests import KIND_OF, get, link

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


clock = pytest.fixture(simulator_requests.clock)
sim = pytest.fixture(simulator_requests.sim)
api = pytest.fixture(simulator_requests.api)
files = pytest.fixture(simulator_requests.files)


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
def test_without_a_good_token_everything_is_401(
    sim: Simulator, files: httpx.Client, authorization: str | None
) -> None:
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
        answer = files.request(method, f"{sim.url}/v1/{path}", headers=headers)
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
