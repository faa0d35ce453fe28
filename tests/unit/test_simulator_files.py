"""The simulator's file host: films, their links, ranges, and a credential that reaches it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

import httpx
import pytest

from mh_widgets.simulator import FILMS, ManualClock, Simulator
from tests.unit import simulator_requests
from tests.unit.simulator_requests import get, link

clock = pytest.fixture(simulator_requests.clock)
sim = pytest.fixture(simulator_requests.sim)
api = pytest.fixture(simulator_requests.api)
files = pytest.fixture(simulator_requests.files)


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
