"""Numbers of seconds and of bytes: taken where the meaning is plain, else one sentence."""

from __future__ import annotations

import decimal
import fractions
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mh_widgets import AsyncClient, Client, VideoProject
from mh_widgets._seconds import read_seconds
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.virtual_time import TOKEN, Api, film, project

WRONG_SECONDS: list[Any] = [
    *(
        "10",
        "",
        True,
        False,
        np.True_,
        math.nan,
        np.float64("nan"),
        decimal.Decimal("nan"),
        decimal.Decimal("sNaN"),
    ),
    *(
        -1,
        -math.inf,
        np.int64(-5),
        fractions.Fraction(-1, 2),
        10**400,
        5j,
        [60],
        np.array([60]),
        b"5",
        "x" * 500,
    ),
]


@pytest.mark.parametrize(
    "value",
    [60, 60.0, np.int64(60), np.float32(60), decimal.Decimal(60), fractions.Fraction(120, 2)],
    ids=lambda value: type(value).__name__,
)
def test_a_number_of_any_kind_is_a_number_of_seconds(value: object) -> None:
    for zero in (True, False):
        seconds = read_seconds("deadline_s", value, zero=zero)
        assert (type(seconds), seconds) == (float, 60.0)


@pytest.mark.parametrize("value", [None, math.inf, np.inf, decimal.Decimal("inf")], ids=str)
def test_none_and_infinity_are_without_end(value: object) -> None:
    assert read_seconds("deadline_s", value) is None


@pytest.mark.parametrize("value", [*WRONG_SECONDS, 0, 0.0], ids=lambda value: repr(value)[:20])
def test_what_is_no_number_of_seconds_is_one_sentence(value: object) -> None:
    with pytest.raises(
        ValueError, match=r"^deadline_s must be a positive number of seconds or None, got .{1,30}\.$"
    ):
        read_seconds("deadline_s", value)


def test_the_sentence_repeats_what_was_given() -> None:
    with pytest.raises(
        ValueError, match=r"^deadline_s must be a positive number of seconds or None, got 'x'\.$"
    ):
        read_seconds("deadline_s", "x")


def test_to_wait_no_time_is_to_look_once() -> None:
    assert read_seconds("timeout_s", 0, zero=True) == 0
    for value in WRONG_SECONDS:
        with pytest.raises(
            ValueError, match=r"^timeout_s must be a number of seconds from 0 on or None, got "
        ):
            read_seconds("timeout_s", value, zero=True)


def test_an_interval_without_end_is_none() -> None:
    with pytest.raises(ValueError, match=r"^poll_interval_s must be a positive number .* got inf\.$"):
        VideoProject("clx1", poll_interval_s=math.inf)


@pytest.mark.parametrize("value", WRONG_SECONDS, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize("name", ["deadline_s", "poll_interval_s"])
@pytest.mark.parametrize("widget", [VideoProject, VideoGallery])
def test_a_widget_refuses_what_is_no_number_of_seconds(widget: Any, name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be"):
        widget("clx1", **{name: value})


@pytest.mark.parametrize(
    "make", [lambda: VideoProject("clx1"), lambda: VideoGallery("clx1")], ids=["card", "gallery"]
)
def test_wait_refuses_text_before_it_waits(make: Callable[[], Any]) -> None:
    with pytest.raises(
        ValueError, match=r"^timeout_s must be a number of seconds from 0 on or None, got '10'\.$"
    ):
        make().wait("10")


def test_wait_of_one_project_of_a_gallery_refuses_text_as_well() -> None:
    with pytest.raises(ValueError, match="timeout_s"):
        VideoGallery("clx1")["clx1"].wait("10")  # type: ignore[arg-type]  # that is the test


async def test_check_result_refuses_text_in_one_sentence() -> None:
    text: Any = "60"
    with pytest.raises(ValueError, match=r"^deadline_s must be .* got '60'\.$"):
        await Api(project()).client().check_result("clx1", True, False, deadline_s=text)


async def test_check_result_takes_a_decimal_and_infinity() -> None:
    for seconds in (decimal.Decimal(60), math.inf):
        value: Any = seconds
        details = await Api(film()).client().check_result("clx1", True, False, deadline_s=value)
        assert details.status == "complete"


@pytest.mark.parametrize("value", [*WRONG_SECONDS, 0], ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize("client", [AsyncClient, Client])
def test_a_client_refuses_what_is_no_number_of_seconds(client: Any, value: object) -> None:
    with pytest.raises(ValueError, match=r"^timeout_s must be a positive number of seconds or None, got "):
        client(TOKEN, timeout_s=value)


@pytest.mark.parametrize("value", ["5", 0, -1, 0.5, math.nan, True, None], ids=repr)
def test_embed_refuses_what_is_no_number_of_bytes(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^max_bytes must be a positive number of bytes, got "):
        VideoProject("clx1").embed(value).close()


@pytest.mark.parametrize("value", [5e7, 1, math.inf])
def test_embed_takes_a_number_of_bytes_as_people_write_it(value: Any) -> None:
    call = VideoProject("clx1").embed(value)
    call.close()
