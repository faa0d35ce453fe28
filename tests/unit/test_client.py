"""``AsyncClient``: requests, refusals as sentences, and a key that goes to the API and nowhere else."""

from __future__ import annotations

import asyncio
import copy
import gc
import gzip
import json
import logging
import pickle
import ssl
import subprocess
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

from mh_widgets import (
    ApiError,
    AsyncClient,
    Client,
    InvalidProject,
    MagicHourError,
    MissingToken,
    NetworkError,
)
from mh_widgets.api import sender, tls
from mh_widgets.api.credentials import BearerAuth
from mh_widgets.api.sender import MAX_BODY_BYTES, MAX_REQUESTS
from mh_widgets.api.transports import ApiTransport
from mh_widgets.client import default_client
from mh_widgets.project_ids import AnyKind, Kind
from tests.unit.virtual_time import (
    API,
    TOKEN,
    Api,
    Later,
    now,
    of_each_kind,
    project,
    refusal,
    run,
    settled,
)


def told(error: BaseException | None) -> Iterator[str]:
    """Everything that an exception and those behind it say, also with locals-free tracebacks."""
    while error is not None:
        yield f"{error!r} {error} {vars(error)} {''.join(traceback.format_exception(error))}"
        error = error.__cause__ or error.__context__


def failure(api: Api, method: str = "get", token: str = TOKEN, kind: AnyKind = "video") -> MagicHourError:
    async def ask() -> None:
        await getattr(api.client(token), method)("clx1", kind=kind)

    with pytest.raises(MagicHourError) as caught:
        run(ask())
    assert {request.url.path for request in api.requests} <= {f"/v1/{kind}-projects/clx1"}
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert not any(TOKEN in text for text in told(caught.value))
    return caught.value


# --- what is sent


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


# --- what comes back


@of_each_kind
@pytest.mark.parametrize("status_code", [400, 401, 402, 403, 404, 422, 429, 500, 502, 503, 418, 599])
def test_a_refusal_says_status_and_reason_and_what_to_do(status_code: int, kind: Kind) -> None:
    error = failure(Api(refusal(status_code, "That is why.")), kind=kind)
    assert isinstance(error, ApiError)
    assert error.status_code == status_code
    assert error.code == f"http_{status_code}"
    assert error.message == f"The API answered {status_code}: That is why."
    assert error.transient == (status_code == 429 or status_code >= 500)
    # What is tried again by itself needs no hint.
    assert error.hint.endswith(".") == (status_code < 500)


def hint_of(status_code: int, body: bytes, base_url: str = "https://api.magichour.ai") -> str:
    async def ask() -> None:
        await Api(httpx.Response(status_code, content=body)).client(base_url=base_url).get("clx1")

    with pytest.raises(ApiError) as caught:
        run(ask())
    return caught.value.hint


PAGE = b"\n <!doctype html><title>Blocked</title>"


def test_a_404_of_something_else_than_the_api_names_the_address() -> None:
    here = "This is not the API's own answer. Check the network and MAGIC_HOUR_BASE_URL."
    for body in (b"404 page not found", b"", b'{"detail": "Not Found"}', b"[]", PAGE):
        assert hint_of(404, body, "https://gateway.test/magic") == here
    assert "project ID" in hint_of(404, b'{"message": "Not Found"}', "https://gateway.test/magic")
    assert "project ID" in hint_of(404, b'{"message": "Not Found"}')
    assert "project ID" in hint_of(404, b"")


@pytest.mark.parametrize("status_code", [400, 401, 403, 404, 422, 451])
def test_a_refusal_that_is_a_web_page_is_not_the_api_s(status_code: int) -> None:
    assert hint_of(status_code, PAGE).startswith("This is not the API's own answer.")


@pytest.mark.parametrize("status_code", [200, 302, 511])
def test_a_sign_in_page_in_place_of_the_api_is_named(status_code: int) -> None:
    assert "asks you to sign in" in hint_of(status_code, PAGE)


@of_each_kind
def test_a_web_page_with_200_says_so(kind: Kind) -> None:
    error = failure(Api(httpx.Response(200, content=PAGE)), kind=kind)
    assert error.message == "A web page answers in place of the API."
    assert error.transient


@of_each_kind
@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'"x"', b"5", b"null", b"\xff\xfe", b'{"message":5}', b"{}"]
)
def test_a_refusal_without_a_reason_says_the_phrase_of_its_status(body: bytes, kind: Kind) -> None:
    assert (
        failure(Api(httpx.Response(404, content=body)), kind=kind).message
        == "The API answered 404: Not Found."
    )
    assert (
        failure(Api(httpx.Response(499, content=body)), kind=kind).message
        == "The API answered 499: no reason given."
    )


@of_each_kind
def test_a_reason_is_one_bounded_line(kind: Kind) -> None:
    error = failure(Api(refusal(400, "a\nb\u202e" + "x" * 100_000)), kind=kind)
    assert "\n" not in error.message
    assert "\u202e" not in error.message
    assert len(error.message) < 600


def test_a_key_that_the_api_echoes_is_taken_out() -> None:
    error = failure(Api(refusal(401, f"No such key: {TOKEN}, see https://h.test/?key={TOKEN}")))
    assert "[API key]" in error.message
    details = run(
        Api(project(name=f"film {TOKEN}", error={"code": TOKEN, "message": TOKEN})).client().get("clx1")
    )
    assert TOKEN not in repr(details)
    assert details.name == "film [API key]"


@of_each_kind
def test_retry_after_is_read(kind: Kind) -> None:
    error = failure(Api(refusal(429, headers={"retry-after": "17"})), kind=kind)
    assert isinstance(error, ApiError)
    assert error.retry_after_s == 17


@of_each_kind
@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><title>Sign in to the Wi-Fi</title>",
        b"",
        b"null",
        b"[]",
        b'"complete"',
        b'{"status":',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a":' + b"9" * 10_000 + b"}",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_a_body_that_is_no_project_is_trouble_of_the_moment(body: bytes, kind: Kind) -> None:
    error = failure(Api(httpx.Response(200, content=body)), kind=kind)
    assert error.code == "unreadable_answer"
    assert error.transient
    assert "MAGIC_HOUR_BASE_URL" in error.hint


@of_each_kind
@pytest.mark.parametrize("said", ["clx2", "CLX1", " clx1", 5])
def test_an_answer_about_another_project_is_refused(said: object, kind: Kind) -> None:
    error = failure(Api(project("complete", id=said)), kind=kind)
    assert (error.code, error.message) == ("other_project", "The API's answer is about another project.")
    assert error.transient


@pytest.mark.parametrize("said", [None, "", [], {"id": "clx2"}, True, "clx1"])
def test_an_answer_that_names_no_other_project_is_believed(said: object) -> None:
    answer = {**project("complete"), "id": said}
    assert run(Api(httpx.Response(200, json=answer)).client().get("clx1")).status == "complete"
    del answer["id"]
    assert run(Api(httpx.Response(200, json=answer)).client().get("clx1")).status == "complete"


def test_odd_numbers_in_the_json_are_no_trouble() -> None:
    details = run(
        Api(httpx.Response(200, content=b'{"status":"queued","width":NaN,"fps":1e999}')).client().get("x")
    )
    assert (details.width, details.fps) == (None, None)


class Endless(httpx.AsyncByteStream):
    def __init__(self) -> None:
        self.pieces = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.pieces += 1
            yield b" " * 1_000_000


@of_each_kind
def test_no_more_than_4_mib_of_a_body_are_read(kind: Kind) -> None:
    body = Endless()
    assert failure(Api(lambda: httpx.Response(200, stream=body)), kind=kind).code == "unreadable_answer"
    assert body.pieces == MAX_BODY_BYTES // 1_000_000 + 1


@of_each_kind
def test_a_small_body_that_unpacks_to_a_large_one_is_too_long_as_well(kind: Kind) -> None:
    bomb = httpx.Response(200, headers={"content-encoding": "gzip"}, content=gzip.compress(b" " * 20_000_000))
    assert failure(Api(lambda: bomb), kind=kind).code == "unreadable_answer"


def test_a_body_of_just_under_4_mib_is_read() -> None:
    padded = json.dumps(project()).encode().ljust(MAX_BODY_BYTES)
    assert run(Api(httpx.Response(200, content=padded)).client().get("clx1")).status == "queued"


@pytest.mark.parametrize("timeout_s", [0, -1, "5", float("nan")])
def test_a_time_out_that_is_none_is_refused(timeout_s: Any) -> None:
    for face in (AsyncClient, Client):
        with pytest.raises(ValueError, match="timeout_s must be a positive number of seconds"):
            face("key", timeout_s=timeout_s)


@of_each_kind
@pytest.mark.parametrize(
    "error",
    [
        OSError(24, "Too many open files"),
        UnicodeError("label too long"),
        OverflowError("port"),
        ssl.SSLError(),
    ],
)
def test_an_error_of_a_library_below_is_a_sentence(error: Exception, kind: Kind) -> None:
    assert isinstance(failure(Api(error), kind=kind), NetworkError)


@of_each_kind
@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (httpx.ConnectError(f"all {TOKEN} failed"), "network", "The API at api.test can't be reached."),
        (httpx.ConnectTimeout("x"), "timeout", "in time"),
        (httpx.ReadTimeout("x"), "timeout", "in time"),
        (httpx.PoolTimeout("x"), "timeout", "in time"),
        (httpx.ReadError("x"), "network", "broke"),
        (httpx.RemoteProtocolError("x"), "network", "broke"),
        (httpx.LocalProtocolError(f"Illegal header value {TOKEN}"), "network", "broke"),
        (httpx.DecodingError("x"), "network", "broke"),
    ],
    ids=repr,
)
def test_no_answer_is_a_sentence_with_a_next_step(
    error: Exception, code: str, words: str, kind: Kind
) -> None:
    raised = failure(Api(error), kind=kind)
    assert isinstance(raised, NetworkError)
    assert raised.code == code
    assert words in raised.message
    assert raised.hint == "Check the network and MAGIC_HOUR_BASE_URL."


def test_an_answer_that_never_ends_is_given_up_after_a_minute() -> None:
    async def ask() -> float:
        with pytest.raises(NetworkError, match="in time"):
            await Api(Later(1e6, project())).client().get("clx1")
        return now()

    assert run(ask()) == pytest.approx(60)


async def test_a_caller_that_gives_up_frees_its_place() -> None:
    api = Api(Later(50, project()))
    client = api.client()
    tasks = [asyncio.create_task(client.get("clx1")) for _ in range(MAX_REQUESTS)]
    await asyncio.sleep(1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    api.answers["GET"][0] = project()
    await client.get("clx1")
    assert now() == 1


# --- how many, and where


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
