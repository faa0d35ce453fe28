"""What ``AsyncClient`` makes of a body that is no project, of errors below, and of no answer."""

from __future__ import annotations

import asyncio
import gzip
import json
import ssl
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from mh_widgets import AsyncClient, Client, NetworkError
from mh_widgets.api.sender import MAX_BODY_BYTES, MAX_REQUESTS
from mh_widgets.project_ids import Kind
from tests.unit.client_failures import failure
from tests.unit.virtual_time import TOKEN, Api, Later, now, of_each_kind, project, run


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
