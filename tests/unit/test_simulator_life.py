"""The simulator's life: its start, its end, its clock, and what its well-known projects are called."""

from __future__ import annotations

import asyncio
import dataclasses
import errno
import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from mh_widgets.simulator import SCENARIOS, Fault, Simulator
from tests.unit import simulator_requests
from tests.unit.simulator_requests import get, link

clock = pytest.fixture(simulator_requests.clock)
sim = pytest.fixture(simulator_requests.sim)
api = pytest.fixture(simulator_requests.api)
files = pytest.fixture(simulator_requests.files)


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
