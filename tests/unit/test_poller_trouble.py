"""A watch rides out trouble that passes, says which one doesn't, and is refreshed meanwhile."""

from __future__ import annotations

import asyncio
import ssl

import httpx
import pytest

from mh_widgets import ApiError, MagicHourError, MissingToken, NetworkError
from mh_widgets.project_ids import Kind
from tests.unit.fake_card import Card
from tests.unit.virtual_time import (
    START,
    Api,
    Later,
    film,
    now,
    of_each_kind,
    project,
    refusal,
    settled,
    until,
)

TROUBLE = [
    *[refusal(code, "Not now.") for code in (408, 425, 429, 500, 502, 503, 504)],
    httpx.ConnectError("x"),
    httpx.ReadTimeout("x"),
    httpx.ReadError("x"),
    httpx.RemoteProtocolError("x"),
    httpx.Response(200, content=b"<html>"),
    httpx.Response(200, content=b'{"status":'),
    project("complete", id="clx2"),
    Later(100, project()),
]


@of_each_kind
@pytest.mark.parametrize("trouble", TROUBLE, ids=lambda trouble: repr(trouble)[:40])
async def test_trouble_is_shown_as_retrying_and_does_not_end_the_watch(trouble: object, kind: Kind) -> None:
    api = Api(project("rendering"), trouble, film())
    card = Card(api.client(), kind=kind)
    await until(lambda: card.watcher.state == "retrying")
    assert card.watch.status == "rendering"
    assert card.watcher.error is None
    assert card.watcher.reason.endswith(".")
    next_attempt_at = card.watch.next_attempt_at
    assert next_attempt_at is not None
    assert next_attempt_at > START + now()
    await card.watcher.finished()
    assert START + api.times[-1] == pytest.approx(next_attempt_at, abs=0.1)
    assert card.watch.next_attempt_at is None
    assert card.watch.transient_error is None
    card.close()


@of_each_kind
async def test_trouble_at_first_sight_is_ridden_out_too(kind: Kind) -> None:
    api = Api(httpx.ConnectError("x"), refusal(503), film())
    card = Card(api.client(), chance=0.0, kind=kind)
    await card.watcher.finished()
    assert api.times == pytest.approx([0, 1, 3])
    card.close()


async def test_back_off_grows_and_starts_anew_after_an_answer() -> None:
    api = Api(*[500] * 3, project(), 500, film())
    card = Card(api.client(), chance=0.0)
    await card.watcher.finished()
    gaps = [later - sooner for sooner, later in zip(api.times, api.times[1:], strict=False)]
    assert gaps == pytest.approx([1, 2, 4, 7.2, 1])
    card.close()


@of_each_kind
@pytest.mark.parametrize(
    ("headers", "gap"),
    [
        ({"retry-after": "45"}, 45),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "1e9"}, 300),
        ({"retry-after": "soon"}, 1),
        ({}, 1),
    ],
)
async def test_retry_after_is_obeyed(headers: dict[str, str], gap: float, kind: Kind) -> None:
    api = Api(refusal(429, headers=headers), film())
    card = Card(api.client(), chance=0.0, poll_interval_s=0.1, kind=kind)
    await card.watcher.finished()
    assert api.times == pytest.approx([0, gap])
    card.close()


@of_each_kind
@pytest.mark.parametrize("status_code", [400, 401, 402, 403, 404, 422, 302])
async def test_a_fatal_answer_ends_it_and_says_why(status_code: int, kind: Kind) -> None:
    api = Api(refusal(status_code, "No."))
    card = Card(api.client(), kind=kind)
    with pytest.raises(ApiError) as caught:
        await card.watcher.finished()
    assert caught.value.status_code == status_code
    assert card.watcher.state == "stopped"
    assert card.watcher.reason == str(caught.value)
    await asyncio.sleep(1000)
    assert len(api.requests) == 1
    card.close()


async def test_what_no_waiting_can_mend_ends_it_and_says_why() -> None:
    refused = httpx.ConnectError("x")
    refused.__cause__ = ssl.SSLCertVerificationError(1, "certificate verify failed")
    api = Api(project("rendering"), refused)
    card = Card(api.client())
    with pytest.raises(NetworkError, match=r"The certificate of the API at api\.test is not trusted"):
        await card.watcher.finished()
    assert (card.watcher.state, len(api.requests)) == ("stopped", 2)
    assert "SSL_CERT" in card.watcher.reason
    card.close()


async def test_no_key_ends_it_without_a_request() -> None:
    api = Api()
    card = Card(api.client(token="  "))
    with pytest.raises(MissingToken):
        await card.watcher.finished()
    assert api.requests == []
    card.close()


async def test_a_bug_of_ours_is_on_the_card_and_not_in_a_log_that_nobody_reads() -> None:
    api = Api(ZeroDivisionError("secret"))
    card = Card(api.client())
    with pytest.raises(MagicHourError, match="Polling failed") as caught:
        await card.watcher.finished()
    assert caught.value.code == "internal"
    assert "secret" not in str(caught.value)
    card.close()


async def test_starting_again_after_a_fatal_answer_asks_again() -> None:
    api = Api(401, film())
    card = Card(api.client())
    with pytest.raises(ApiError):
        await card.watcher.finished()
    card.watcher.start()
    assert card.watcher.state == "watching"
    assert (await card.watcher.finished()).status == "complete"
    card.close()


async def test_an_answer_to_refresh_restarts_a_poller_without_asking_twice() -> None:
    api = Api(401, project("rendering"), film())
    card = Card(api.client())
    await asyncio.sleep(100)
    await card.watch.refresh()
    assert card.watcher.state == "watching"
    assert card.watcher.error is None
    await card.watcher.finished()
    assert api.times == pytest.approx([0, 100, 103.1], abs=0.2)
    card.close()


async def test_refresh_during_back_off_clears_the_trouble() -> None:
    api = Api(refusal(503, headers={"retry-after": "200"}), project("rendering"))
    card = Card(api.client())
    await asyncio.sleep(10)
    assert card.watcher.state == "retrying"
    await card.watch.refresh()
    assert (card.watcher.state, card.watch.next_attempt_at) == ("watching", None)
    card.close()


async def test_after_refresh_during_back_off_it_goes_on_at_the_usual_pace() -> None:
    api = Api(refusal(503, headers={"retry-after": "200"}), project("rendering"))
    card = Card(api.client())
    await asyncio.sleep(10)
    await card.watch.refresh()
    await asyncio.sleep(100)
    asked = len(api.requests)
    card.close()
    assert asked > 2


async def test_a_failed_refresh_is_the_caller_s_and_does_not_end_the_watch() -> None:
    api = Api(project(), 401, project("rendering"))
    card = Card(api.client())
    await settled()
    with pytest.raises(ApiError):
        await card.watch.refresh()
    assert (card.watcher.state, card.watcher.error) == ("watching", None)
    await asyncio.sleep(10)
    assert card.watch.status == "rendering"
    card.close()


@of_each_kind
async def test_answers_out_of_order_do_not_turn_time_back(kind: Kind) -> None:
    api = Api(Later(10, project("queued")), Later(1, project("rendering")))
    card = Card(api.client(), kind=kind)
    await settled()
    card.watcher.pause()
    slow = asyncio.create_task(card.watch.refresh())
    api.answers["GET"][0] = Later(0.5, project("rendering"))
    await settled()
    api.answers["GET"][0] = Later(5, project("queued"))
    stale = asyncio.create_task(card.watch.refresh())
    await settled()
    api.answers["GET"][0] = film()
    assert (await card.watch.refresh()).status == "complete"
    assert (await slow).status in ("queued", "rendering")
    assert (await stale).status == "queued"
    assert card.watch.status == "complete"
    card.close()


async def test_a_late_no_such_project_is_older_news_than_the_answer_before_it() -> None:
    api = Api(Later(5, 404), project("rendering"))
    card = Card(api.client())
    await settled()
    assert (await card.watch.refresh()).status == "rendering"
    await asyncio.sleep(10)
    status, error = card.watch.status, card.watcher.error
    card.close()
    assert (status, error) == ("rendering", None)
