"""What ``AsyncClient`` sends: requests with a key that goes to the API and nowhere else."""

from __future__ import annotations

import copy
import logging
import pickle
from collections.abc import Callable

import httpx
import pytest

from mh_widgets import ApiError, AsyncClient, Client, InvalidProject, MissingToken
from mh_widgets.api.credentials import BearerAuth
from mh_widgets.project_ids import Kind
from tests.unit.client_failures import failure, told
from tests.unit.virtual_time import TOKEN, Api, of_each_kind, project, run


def test_get_asks_for_the_project_with_the_key() -> None:
    api = Api(project("rendering"))
    details = run(api.client().get("clx1"))
    (request,) = api.requests
    assert (request.method, str(request.url)) == ("GET", "https://api.test/v1/video-projects/clx1")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["accept"] == "application/json"
    assert details.status == "rendering"


def test_delete_deletes_once_and_a_404_raises() -> None:
    api = Api(delete=[204, 404])
    client = api.client()
    run(client.delete("clx1"))
    assert [r.method for r in api.requests] == ["DELETE"]
    with pytest.raises(ApiError) as caught:
        run(client.delete("clx1"))
    assert caught.value.status_code == 404


def test_the_client_takes_links_and_sdk_responses() -> None:
    api = Api()
    run(api.client().get("https://magichour.ai/my-library?videoId=clx7"))
    assert api.requests[0].url.path == "/v1/video-projects/clx7"


@pytest.mark.parametrize("value", ["../users", "a/b", "", None, 5])
def test_what_names_no_project_makes_no_request(value: str) -> None:
    api = Api()
    with pytest.raises(InvalidProject):
        run(api.client().get(value))
    assert api.requests == []


@pytest.mark.parametrize("token", ["bad token SECRET", "SECRET\x00", "SECRÉT"])
def test_a_key_that_is_none_makes_no_request_and_is_not_told(token: str) -> None:
    api = Api()
    error = failure(api, token=token)
    assert isinstance(error, MissingToken)
    assert api.requests == []
    assert not any("SECR" in text for text in told(error))


def test_the_key_is_in_no_repr_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = Api(project(), 401).client()

    async def ask() -> None:
        await client.get("clx1")
        with pytest.raises(ApiError):
            await client.get("clx1")

    run(ask())
    assert TOKEN not in f"{client!r} {client} {Client(TOKEN)!r}"
    said = [(r.name, r.levelname, r.getMessage()) for r in caplog.records if r.name != "asyncio"]
    assert said == [("mh_widgets", "DEBUG", "GET clx1: 200"), ("mh_widgets", "DEBUG", "GET clx1: http_401")]


def test_requests_of_other_people_by_httpx_are_logged_as_ever(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    api = Api()

    async def ask() -> None:
        await api.client().get("clx1")
        async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(204))) as theirs:
            await theirs.get("https://theirs.test/")

    run(ask())
    assert [r.getMessage() for r in caplog.records if r.name == "httpx"] == [
        'HTTP Request: GET https://theirs.test/ "HTTP/1.1 204 No Content"'
    ]


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy])
@pytest.mark.parametrize(
    "holder",
    [AsyncClient(TOKEN), Client(TOKEN), Client(TOKEN).get, AsyncClient(TOKEN).api, BearerAuth(TOKEN)],
    ids=lambda holder: type(holder).__name__,
)
def test_what_holds_a_key_says_that_it_does_not_travel(
    holder: object, copied: Callable[[object], object]
) -> None:
    if copied is copy.copy and not isinstance(holder, (AsyncClient, Client, BearerAuth)):
        return  # shallow, and so without the key
    with pytest.raises(TypeError, match="Make a client in each process instead") as caught:
        copied(holder)
    assert not any(TOKEN in text for text in told(caught.value))


def test_the_repr_names_the_address_without_its_secrets() -> None:
    assert (
        repr(AsyncClient("x", base_url="http://u:pw@h.test/?k=v"))
        == "AsyncClient(base_url='http://h.test/?…')"
    )
    assert repr(Client("x", base_url="http://h.test")) == "Client(base_url='http://h.test')"


@of_each_kind
@pytest.mark.parametrize("status_code", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_with_the_key(status_code: int, kind: Kind) -> None:
    api = Api(httpx.Response(status_code, headers={"location": "https://evil.test/steal"}))
    error = failure(api, kind=kind)
    assert {request.url.host for request in api.requests} == {"api.test"}
    assert error.code == f"http_{status_code}"
    assert "MAGIC_HOUR_BASE_URL" in error.hint


def test_cookies_of_the_api_do_not_reach_another_loop() -> None:
    api = Api(httpx.Response(200, json=project(), headers={"set-cookie": "a=b"}))
    client = api.client()
    run(client.get("clx1"))
    run(client.get("clx1"))
    assert "cookie" not in api.requests[1].headers
