"""What the tests of the simulator ask it, a project, and the link of one of its films; and what they ask with."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any

import httpx

from mh_widgets.simulator import SCENARIOS, ManualClock, Simulator

#: Trusts nobody. The simulator speaks HTTP alone, and to load all usual certificates takes a client 17 ms.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
KIND_OF = {scenario.id: scenario.kind for scenario in SCENARIOS}


def get(api: httpx.Client, project_id: str) -> dict[str, Any]:
    kind = KIND_OF.get(project_id.partition("--")[0], "video")
    answer = api.get(f"/{kind}-projects/{project_id}")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def link(api: httpx.Client, project_id: str = "finished", output: int = 0) -> str:
    return str(get(api, project_id)["downloads"][output]["url"])


def authorized(sim: Simulator) -> httpx.Client:
    """A client with the simulator's address and key."""
    headers = {"Authorization": f"Bearer {sim.token}"}
    return httpx.Client(base_url=f"{sim.url}/v1", headers=headers, verify=NO_TLS)


# --- fixtures, for the modules that name them


def clock() -> ManualClock:
    return ManualClock()


def sim(clock: ManualClock) -> Iterator[Simulator]:
    with Simulator(clock=clock) as simulator:
        yield simulator


def api(sim: Simulator) -> Iterator[httpx.Client]:
    with authorized(sim) as client:
        yield client


def files() -> Iterator[httpx.Client]:
    """A client that sends no key."""
    with httpx.Client(verify=NO_TLS) as client:
        yield client
