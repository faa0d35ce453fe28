"""What ``AsyncClient`` makes of a refusal: a sentence with a reason and a next step."""

from __future__ import annotations

import httpx
import pytest

from mh_widgets import ApiError
from mh_widgets.project_ids import Kind
from tests.unit.client_failures import failure
from tests.unit.virtual_time import TOKEN, Api, of_each_kind, project, refusal, run


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
