"""Videos, images and audio: each asked for under its own path, and what has ``any`` kind found out by asking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mh_widgets import ApiError, AudioDetails, Client
from mh_widgets.project_ids import KINDS, Kind
from tests.unit.kinds_api import CLASSES, Paths
from tests.unit.virtual_time import of_each_kind, refusal, run

# --- one kind


@of_each_kind
def test_each_kind_is_asked_for_and_deleted_under_its_own_path(kind: Kind) -> None:
    api = Paths(kind)
    details = run(api.client().get("clx1", kind=kind))
    assert (type(details), details.kind) == (CLASSES[kind], kind)
    run(api.client().delete("clx1", kind=kind))
    assert api.asked == [f"GET {kind}", f"DELETE {kind}"]


def test_video_is_what_is_asked_for_when_nothing_is_said() -> None:
    api = Paths("image")
    with pytest.raises(ApiError, match="404"):
        run(api.client().get("clx1"))
    with pytest.raises(ApiError, match="404"):
        run(api.client().delete("clx1"))
    with pytest.raises(ApiError, match="404"):
        run(api.client().check_result("clx1", False, False))
    assert api.asked == ["GET video", "DELETE video", "GET video"]


@pytest.mark.parametrize("kind", ["Video", "photo", "", None, 5])
def test_kind_that_is_none_is_refused_without_a_request(kind: Any) -> None:
    api = Paths("video")
    client = api.client()
    calls: list[Callable[[], Any]] = [
        lambda: client.get("clx1", kind=kind),
        lambda: client.delete("clx1", kind=kind),
        lambda: client.check_result("clx1", True, False, kind=kind),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="kind must be 'video', 'image', 'audio' or 'any', got"):
            run(call())
    assert api.asked == []


# --- any kind


@of_each_kind
def test_any_asks_video_then_image_then_audio_and_stops_where_it_is(kind: Kind) -> None:
    api = Paths(kind)
    details = run(api.client().get("clx1", kind="any"))
    assert (type(details), details.id) == (CLASSES[kind], "clx1")
    assert api.asked == [f"GET {each}" for each in KINDS[: KINDS.index(kind) + 1]]


@pytest.mark.parametrize("method", ["get", "delete", "check_result"])
def test_any_that_is_nowhere_says_that_all_three_were_asked(method: str) -> None:
    api = Paths(None)
    more = (True, False) if method == "check_result" else ()
    with pytest.raises(ApiError) as caught:
        run(getattr(api.client(), method)("clx1", *more, kind="any"))
    error = caught.value
    assert error.message == "The API answered 404: no video, no image and no audio has this ID."
    assert (error.status_code, error.code) == (404, "http_404")
    assert error.hint == "Check the project ID, and that the key belongs to the account that made it."
    assert (error.__cause__, error.__context__) == (None, None)
    assert api.asked == ["GET video", "GET image", "GET audio"]


@pytest.mark.parametrize("before", [0, 1, 2])
@pytest.mark.parametrize("status_code", [400, 401, 402, 403, 422, 429, 500, 503])
def test_any_believes_no_refusal_but_a_404(status_code: int, before: int) -> None:
    api = Paths(None, *[refusal(404, "Not Found")] * before, refusal(status_code, "That is why."))
    with pytest.raises(ApiError) as caught:
        run(api.client().get("clx1", kind="any"))
    assert caught.value.message == f"The API answered {status_code}: That is why."
    assert len(api.asked) == before + 1


@of_each_kind
def test_delete_of_any_finds_the_kind_first_and_deletes_only_that(kind: Kind) -> None:
    api = Paths(kind)
    run(api.client().delete("clx1", kind="any"))
    gets = [f"GET {each}" for each in KINDS[: KINDS.index(kind) + 1]]
    assert api.asked == [*gets, f"DELETE {kind}"]


@pytest.mark.parametrize("trouble", [refusal(503), refusal(401), httpx.ReadError("x")], ids=repr)
def test_delete_of_any_deletes_nothing_while_the_kind_is_unknown(trouble: object) -> None:
    api = Paths("image", refusal(404), trouble)
    with pytest.raises(Exception, match="API"):
        run(api.client().delete("clx1", kind="any"))
    assert api.asked == ["GET video", "GET image"]


def test_blocking_client_has_the_same_kinds() -> None:
    api = Paths("audio")
    client = Client("key")
    client.async_client = api.client()
    assert isinstance(client.get("clx1", kind="audio"), AudioDetails)
    assert isinstance(client.check_result("clx1", True, False, kind="any"), AudioDetails)
    client.delete("clx1", kind="audio")
    assert api.asked == ["GET audio", "GET video", "GET image", "GET audio", "DELETE audio"]
    client.close()
