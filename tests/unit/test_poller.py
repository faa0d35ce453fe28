"""One watch per project and loop: it asks at its pace, rides out trouble, and knows when to stop."""

from __future__ import annotations

import asyncio
import gc
import itertools
import ssl
import weakref
from typing import Any

import httpx
import pytest

from mh_widgets import ApiError, MagicHourError, MissingToken, NetworkError, ProjectDeleted
from mh_widgets.polling import registry
from tests.unit.fake_card import Card
from tests.unit.virtual_time import START, Api, Later, film, now, project, refusal, run, settled, until


def our_tasks() -> list[str]:
    return sorted(t.get_name() for t in asyncio.all_tasks() if t.get_name().startswith("mh_widgets"))


async def test_a_poller_asks_at_once_then_at_the_usual_pace_until_the_end() -> None:
    api = Api(*[project("rendering")] * 4, film())
    card = Card(api.client())
    details = await card.watcher.finished()
    assert details.status == "complete"
    # A minute old, and usually done after 1:36: it is asked every 3 s.
    assert api.times == pytest.approx([0, 3, 6, 9, 12], abs=0.2)
    assert not card.watch.running
    await asyncio.sleep(1000)
    assert len(api.times) == 5
    card.close()


async def test_while_queued_it_asks_less_often_as_the_end_can_t_be_near() -> None:
    api = Api(*[project("queued")] * 2, *[project("rendering")] * 2, film())
    card = Card(api.client())
    await card.watcher.finished()
    assert api.times == pytest.approx([0, 8, 16, 19, 22], abs=0.2)
    card.close()


@pytest.mark.parametrize("status", ["complete", "error", "canceled"])
async def test_a_terminal_status_ends_it_at_the_first_answer(status: str) -> None:
    api = Api({**film(), "status": status})
    card = Card(api.client())
    await asyncio.sleep(1000)
    assert len(api.requests) == 1
    assert (card.watch.status, card.watcher.state, card.watcher.error) == (status, "stopped", None)
    card.close()


async def test_a_complete_project_without_outputs_is_asked_until_they_are_listed() -> None:
    api = Api(project("rendering"), *[project("complete")] * 4, film())
    card = Card(api.client())
    assert (await card.watcher.finished()).downloads == ()  # whoever waits for the end has it
    complete_at = now()
    assert card.watcher.state == "watching"
    await until(lambda: card.watch.details is not None and card.watch.details.downloads)
    assert [round(time - complete_at, 1) for time in api.times[2:]] == pytest.approx(
        [1.5, 4.5, 10.5, 22.5], abs=0.2
    )
    assert (card.watch.status, card.watcher.state) == ("complete", "stopped")
    await asyncio.sleep(1000)
    assert len(api.requests) == 6
    card.close()


async def test_outputs_that_are_never_listed_are_asked_for_two_minutes() -> None:
    api = Api(project("complete"))
    card = Card(api.client(), poll_interval_s=0.1)
    await until(lambda: not card.watch.running and api.requests)
    assert 60 <= now() <= 125
    assert (len(api.requests), card.watcher.state, card.watcher.error) == (7, "stopped", None)
    await asyncio.sleep(1000)
    await card.watch.refresh()
    await asyncio.sleep(1000)
    assert len(api.requests) == 8
    card.close()


async def test_a_complete_project_whose_links_are_refused_is_not_asked_again() -> None:
    api = Api(film("javascript:alert(1)"))
    card = Card(api.client())
    await asyncio.sleep(1000)
    assert len(api.requests) == 1
    card.close()


@pytest.mark.parametrize("end", ["close", "delete", "disabled"])
async def test_a_project_that_ends_for_good_awaits_no_outputs(end: str) -> None:
    api = Api(project("complete"))
    card = Card(api.client())
    await until(lambda: api.requests)
    if end == "close":
        card.close()
    elif end == "delete":
        await card.watch.delete()
    else:
        api.answers["GET"].append(project("complete", enabled=False))
        await until(lambda: card.watch.deleted)
    asked = len(api.requests)
    await asyncio.sleep(1000)
    assert len(api.requests) == asked
    card.close()


async def test_outputs_that_are_gone_for_a_moment_come_back_by_themselves() -> None:
    api = Api(film(), project("complete"), film())
    card = Card(api.client())
    await card.watcher.finished()
    assert (await card.watch.refresh()).downloads == ()  # as a player does, whose link was refused
    await until(lambda: card.watch.details is not None and card.watch.details.downloads)
    assert len(api.requests) == 3
    card.close()


async def test_a_status_that_nobody_knows_yet_is_watched_on() -> None:
    api = Api(project("dreaming"), project("dreaming"), film())
    card = Card(api.client())
    await card.watcher.finished()
    assert len(api.requests) == 3
    card.close()


# --- shared


async def test_all_cards_of_a_project_share_one_task_and_its_requests() -> None:
    api = Api(project())
    client = api.client()
    cards = [Card(client) for _ in range(5)]
    other = Card(client, "another")
    assert our_tasks() == ["mh_widgets watch another", "mh_widgets watch clx1"]
    await asyncio.sleep(0.2)
    assert len(api.requests) == 2
    assert len({card.watch for card in cards}) == 1
    for card in cards[1:]:
        card.close()
    await asyncio.sleep(10)
    assert len(api.requests) == 4
    cards[0].close()
    other.close()
    await settled()
    assert our_tasks() == []
    await asyncio.sleep(1000)
    assert len(api.requests) == 4


def test_a_card_closed_while_an_answer_arrives_leaves_no_task_behind() -> None:
    async def test(step: int) -> int:
        api = Api(project("rendering"))
        card = Card(api.client())
        for _ in range(step):
            await asyncio.sleep(0)
        card.close()
        await settled()
        asked = len(api.requests)
        await asyncio.sleep(100)
        return len(api.requests) - asked

    assert [step for step in range(40) if run(test(step))] == []


async def test_two_clients_do_not_share_as_they_may_have_two_keys() -> None:
    first, second = Card(Api().client()), Card(Api().client())
    assert first.watch is not second.watch
    first.close()
    second.close()


def test_a_card_on_another_loop_has_a_watch_of_its_own() -> None:
    client = Api(project("complete")).client()

    async def test() -> None:
        card = Card(client)
        await card.watcher.finished()
        card.close()

    run(test())
    run(test())


async def test_a_closed_project_is_forgotten_and_watched_anew() -> None:
    api = Api(project())
    client = api.client()
    first = Card(client)
    await settled()
    first.close()
    second = Card(client)
    assert second.watch is not first.watch
    assert second.watch.status == ""
    second.close()
    second.close()


async def test_a_late_card_sees_the_present_state_at_once() -> None:
    client = Api(project("rendering")).client()
    first = Card(client)
    await settled()
    second = Card(client)
    assert second.watch.status == "rendering"
    first.close()
    second.close()


async def test_the_shortest_wish_of_those_who_watch_sets_the_pace() -> None:
    api = Api(project())
    client = api.client()
    slow, quick = Card(client, poll_interval_s=10), Card(client, poll_interval_s=2)
    await asyncio.sleep(6.5)
    assert api.times == [0, 2, 4, 6]
    quick.watcher.pause()
    await asyncio.sleep(20)
    assert api.times == [0, 2, 4, 6, 8, 18]
    slow.close()
    quick.close()


async def test_a_poller_asks_less_than_every_ten_seconds_after_a_long_watch() -> None:
    api = Api(project("rendering", type="VIDEO_TO_VIDEO"))
    card = Card(api.client())
    await asyncio.sleep(120)
    assert api.times[1] <= 10
    assert max(later - before for before, later in itertools.pairwise(api.times)) > 15
    card.close()


def test_the_watches_of_a_closed_loop_are_let_go() -> None:
    async def abandoned() -> None:
        Card(Api().client())

    before = len(registry.registry)
    asyncio.run(abandoned())
    asyncio.run(abandoned())
    gc.collect()
    kept = [loop for loop in registry.registry if loop.is_closed()]
    for loop in kept:
        del registry.registry[loop]
    assert len(kept) <= before + 1


def test_loops_of_other_threads_may_come_while_closed_ones_are_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Closed:
        def is_closed(self) -> bool:
            for known in (watches, sessions):
                known[Open()] = None  # another thread is quick,
                known.pop(self, None)  # and tidies as well
            return True

    class Open:
        def is_closed(self) -> bool:
            return False

    async def test() -> None:
        await client.get("clx1")
        Card(client).close()

    client = Api(project()).client()
    watches: dict[Any, Any] = {}
    monkeypatch.setattr(registry, "registry", watches)
    sessions: dict[Any, Any] = client.api.sender().sessions
    watches |= {Closed(): None, Closed(): None}
    sessions |= watches
    run(test())
    assert not [loop for loop in [*watches, *sessions] if isinstance(loop, Closed)]


async def test_a_client_that_nobody_uses_any_more_is_let_go_with_its_key() -> None:
    client = Api(project()).client()
    gone = weakref.ref(client)
    card = Card(client)
    await asyncio.sleep(1)
    card.close()
    del client, card
    await asyncio.sleep(1)
    gc.collect()
    assert gone() is None


# --- trouble

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


@pytest.mark.parametrize("trouble", TROUBLE, ids=lambda trouble: repr(trouble)[:40])
async def test_trouble_is_shown_as_retrying_and_does_not_end_the_watch(trouble: object) -> None:
    api = Api(project("rendering"), trouble, film())
    card = Card(api.client())
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


async def test_trouble_at_first_sight_is_ridden_out_too() -> None:
    api = Api(httpx.ConnectError("x"), refusal(503), film())
    card = Card(api.client(), chance=0.0)
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
async def test_retry_after_is_obeyed(headers: dict[str, str], gap: float) -> None:
    api = Api(refusal(429, headers=headers), film())
    card = Card(api.client(), chance=0.0, poll_interval_s=0.1)
    await card.watcher.finished()
    assert api.times == pytest.approx([0, gap])
    card.close()


@pytest.mark.parametrize("status_code", [400, 401, 402, 403, 404, 422, 302])
async def test_a_fatal_answer_ends_it_and_says_why(status_code: int) -> None:
    api = Api(refusal(status_code, "No."))
    card = Card(api.client())
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


async def test_answers_out_of_order_do_not_turn_time_back() -> None:
    api = Api(Later(10, project("queued")), Later(1, project("rendering")))
    card = Card(api.client())
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


# --- deleted


async def test_no_such_project_at_first_sight_is_an_error() -> None:
    card = Card(Api(404).client())
    with pytest.raises(ApiError):
        await card.watcher.finished()
    assert card.watch.status == ""
    card.close()


@pytest.mark.parametrize("gone", [404, project("rendering", enabled=False)], ids=["404", "disabled"])
async def test_a_project_that_was_there_and_is_gone_was_deleted(gone: object) -> None:
    api = Api(project("rendering"), gone)
    card = Card(api.client())
    with pytest.raises(ProjectDeleted):
        await card.watcher.finished()
    assert (card.watch.status, card.watcher.state, card.watcher.error) == ("deleted", "stopped", None)
    card.watcher.start()
    await asyncio.sleep(1000)
    assert len(api.requests) == 2
    with pytest.raises(ProjectDeleted):
        await card.watch.refresh()
    card.close()


async def test_a_project_that_is_disabled_at_first_sight_was_deleted() -> None:
    card = Card(Api(project(enabled=False)).client())
    with pytest.raises(ProjectDeleted):
        await card.watcher.finished()
    card.close()


async def test_delete_is_final_for_every_card_of_the_project() -> None:
    api = Api(project("rendering"))
    client = api.client()
    first, second = Card(client), Card(client)
    await settled()
    await first.watch.delete()
    for card in (first, second):
        with pytest.raises(ProjectDeleted):
            await card.watcher.finished()
        assert card.watcher.state == "stopped"
    await asyncio.sleep(1000)
    assert [r.method for r in api.requests] == ["GET", "DELETE"]
    first.close()
    second.close()


async def test_many_callers_make_one_delete() -> None:
    api = Api(delete=[Later(2, 204)])
    card = Card(api.client())
    await asyncio.gather(*(card.watch.delete() for _ in range(20)))
    await card.watch.delete()
    assert api.count("DELETE") == 1
    card.close()


async def test_a_caller_that_gives_up_does_not_call_the_delete_back() -> None:
    api = Api(delete=[Later(5, 204)])
    card = Card(api.client())
    caller = asyncio.create_task(card.watch.delete())
    await asyncio.sleep(1)
    caller.cancel()
    await until(lambda: card.watch.deleted, 10)
    assert api.count("DELETE") == 1
    card.close()


async def test_a_failure_that_nobody_waits_for_any_more_troubles_nobody() -> None:
    api = Api(delete=[Later(5, 422)])
    card = Card(api.client())
    caller = asyncio.create_task(card.watch.delete())
    await asyncio.sleep(1)
    caller.cancel()
    await asyncio.sleep(10)
    card.close()
    gc.collect()


async def test_a_poll_in_flight_can_not_bring_a_deleted_project_back() -> None:
    api = Api(project("rendering"), Later(30, film()))
    card = Card(api.client())
    await settled()
    poll = asyncio.create_task(card.watch.refresh())
    await asyncio.sleep(5)
    await card.watch.delete()
    with pytest.raises(ProjectDeleted):
        await poll
    assert card.watch.status == "deleted"
    card.close()


async def test_a_project_that_is_gone_already_is_deleted_without_fuss() -> None:
    api = Api(project(), delete=[404])
    card = Card(api.client())
    await settled()
    await card.watch.delete()
    assert card.watch.status == "deleted"
    card.close()


async def test_a_project_that_nobody_ever_saw_can_not_be_deleted() -> None:
    card = Card(Api(404, delete=[404]).client())
    with pytest.raises(ApiError):
        await card.watch.delete()
    assert card.watch.status == ""
    card.close()


async def test_a_refused_delete_says_why_and_may_be_repeated() -> None:
    api = Api(project("rendering"), delete=[refusal(422, "Templates can't be deleted."), 204])
    card = Card(api.client())
    await settled()
    with pytest.raises(ApiError, match="Templates can't be deleted") as caught:
        await card.watch.delete()
    assert caught.value.status_code == 422
    assert (card.watch.status, card.watcher.state) == ("rendering", "watching")
    await card.watch.delete()
    assert card.watch.status == "deleted"
    card.close()


@pytest.mark.parametrize("lost", [httpx.ReadError("x"), httpx.ReadTimeout("x"), 502, 503], ids=repr)
async def test_a_lost_answer_to_delete_is_looked_up(lost: object) -> None:
    api = Api(project("rendering"), 404, delete=[lost])
    card = Card(api.client())
    await settled()
    await card.watch.delete()
    assert [r.method for r in api.requests] == ["GET", "DELETE", "GET"]
    assert card.watch.status == "deleted"
    card.close()


async def test_a_lost_delete_that_did_not_happen_is_an_error() -> None:
    api = Api(project("rendering"), delete=[httpx.ReadError("x"), 204])
    card = Card(api.client())
    await settled()
    with pytest.raises(NetworkError):
        await card.watch.delete()
    assert card.watch.status == "rendering"
    await card.watch.delete()
    assert card.watch.status == "deleted"
    card.close()


async def test_a_404_to_a_repeated_delete_is_success_before_the_first_answer() -> None:
    api = Api(httpx.ConnectError("x"), delete=[httpx.ReadError("lost, but done"), 404])
    card = Card(api.client())
    with pytest.raises(NetworkError):
        await card.watch.delete()
    try:
        await card.watch.delete()
    finally:
        card.close()
