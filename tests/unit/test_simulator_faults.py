"""The simulator does to its callers what a test asks it to, and its log says what came."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import httpx
import pytest

from mh_widgets.simulator import FILMS, Fault, ManualClock, Simulator
from tests.unit import simulator_requests
from tests.unit.simulator_requests import get, link

clock = pytest.fixture(simulator_requests.clock)
sim = pytest.fixture(simulator_requests.sim)
api = pytest.fixture(simulator_requests.api)
files = pytest.fixture(simulator_requests.files)


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


def test_a_release_ends_the_delays_of_one_project_with_its_answer(sim: Simulator, api: httpx.Client) -> None:
    for project in ("quick", "finished"):
        sim.faults.add(project, Fault(delay_s=600))
    with ThreadPoolExecutor(2) as pool:
        quick, other = (pool.submit(get, api, project) for project in ("quick", "finished"))
        sim.requests.wait_for(lambda request: request.at_once == 2)
        sim.release("quick")
        assert quick.result(100)["id"] == "quick"
        assert not other.done()
        sim.release()
        assert other.result(100)["id"] == "finished"


def test_waiting_for_a_request_that_never_comes_says_what_came_instead(
    sim: Simulator, api: httpx.Client
) -> None:
    get(api, "quick")
    with pytest.raises(TimeoutError, match="GET /v1/video-projects/quick 200"):
        sim.requests.wait_for(lambda request: request.method == "DELETE", timeout_s=0.05)
