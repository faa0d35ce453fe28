"""How many requests of a client are under way at once, on which loops, and over which connections."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading

import httpx
import pytest

from mh_widgets import AsyncClient, Client, InvalidProject, MissingToken, NetworkError
from mh_widgets.api import sender, tls
from mh_widgets.api.sender import MAX_REQUESTS
from mh_widgets.api.transports import ApiTransport
from mh_widgets.client import default_client
from tests.unit.virtual_time import API, TOKEN, Api, Later, now, project, run, settled


def test_at_most_8_requests_are_under_way_at_once() -> None:
    async def ask() -> Api:
        api = Api(Later(1, project()))
        client = api.client()
        await asyncio.gather(*(client.get(f"p{n}") for n in range(40)))
        assert now() == 5
        return api

    api = run(ask())
    assert len(api.requests) == 40
    assert api.most_at_once == MAX_REQUESTS == 8


async def test_waiting_for_a_place_does_not_count_as_waiting_for_the_api() -> None:
    client = Api(Later(50, project())).client()
    await asyncio.gather(*(client.get(f"p{n}") for n in range(24)))
    assert now() == 150


def test_a_client_serves_several_loops_and_bounds_each() -> None:
    async def crowd(client: AsyncClient) -> None:
        await asyncio.gather(*(client.get(f"p{n}") for n in range(20)))

    api = Api(Later(1, project()))
    client = api.client()
    for _ in range(3):
        run(crowd(client))
    assert len(api.requests) == 60


async def test_a_closed_client_opens_again() -> None:
    async with Api().client() as client:
        await client.get("clx1")
    await client.get("clx1")
    await client.aclose()
    await client.aclose()


class Noted(httpx.MockTransport):
    """Somebody's own transport, that knows whether it was closed."""

    closed = False

    async def aclose(self) -> None:
        self.closed = True


async def test_a_given_transport_is_closed_with_its_client_and_not_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theirs = Noted(lambda _request: httpx.Response(200, json={"status": "queued"}))
    await AsyncClient(TOKEN, base_url=API, transport=theirs).get("clx1")
    gc.collect()
    client = AsyncClient(TOKEN, base_url=API, transport=theirs)
    await client.get("clx1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    await client.get("clx1")
    await settled()
    assert not theirs.closed
    await client.aclose()
    assert theirs.closed


def test_what_a_closed_loop_needed_is_let_go() -> None:
    async def crowd(client: AsyncClient) -> None:
        await asyncio.gather(*(client.get(f"p{n}") for n in range(20)))

    client = Api(Later(1, project())).client()
    run(crowd(client))
    run(crowd(client))
    gc.collect()
    assert len(client.api.sender().sessions) <= 1


def test_the_connections_are_made_off_the_loop_and_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    makers: list[threading.Thread] = []

    def make(url: httpx.URL) -> ApiTransport:
        makers.append(threading.current_thread())
        return ApiTransport(url)

    monkeypatch.setattr(sender, "ApiTransport", make)

    async def ask() -> None:
        client = AsyncClient("key", base_url="https://127.0.0.1:9")
        results = await asyncio.gather(*(client.get("clx1") for _ in range(3)), return_exceptions=True)
        assert {type(result) for result in results} == {NetworkError}
        made = len(makers)
        with pytest.raises(NetworkError):
            await client.get("clx1")
        assert len(makers) == made
        assert len(client.api.sender().sessions) == 1
        await client.aclose()

    asyncio.run(ask())
    assert makers
    assert threading.main_thread() not in makers
    assert tls.ssl_context() is tls.ssl_context()


def test_the_first_request_imports_nothing_of_httpx_on_the_loop() -> None:
    script = """
import asyncio, sys
from mh_widgets import AsyncClient, NetworkError
from mh_widgets.api import sender

make, known = sender.ApiTransport, set()

def recorded(url):
    transport = make(url)
    known.update(sys.modules)
    return transport

async def ask():
    try:
        await AsyncClient("key", base_url="http://127.0.0.1:9").get("clx1")
    except NetworkError:
        print([name for name in sys.modules if name not in known and name.startswith(("httpcore", "anyio", "httpx"))])

sender.ApiTransport = recorded
asyncio.run(ask())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done


def test_a_key_set_later_is_found_by_the_next_card(monkeypatch: pytest.MonkeyPatch) -> None:
    first = default_client()
    with pytest.raises(MissingToken):
        run(first.get("clx1"))
    monkeypatch.setenv("MAGIC_HOUR_API_KEY", "set-now")
    second = default_client()
    assert second is not first
    assert default_client() is second


def test_the_blocking_client_says_the_same_as_the_asynchronous_one() -> None:
    with Client(base_url="http://127.0.0.1:9") as client:
        with pytest.raises(MissingToken):
            client.get("clx1")
        with pytest.raises(InvalidProject):
            client.delete("../x")
    with (
        Client("key", base_url="http://127.0.0.1:9") as client,
        pytest.raises(NetworkError, match=r"127\.0\.0\.1:9"),
    ):
        client.get("clx1")
