"""Messages that a page may have missed are sent again, and only to a page that tells what it has heard."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mh_widgets.controllers import outbox
from mh_widgets.controllers.outbox import NOT_ASKED, Outbox
from mh_widgets.transfers.browser_stream import WINDOW, BrowserStream

Sent = list[tuple[int | None, int | None, str, list[bytes]]]


@pytest.fixture
def sent() -> Sent:
    return []


@pytest.fixture
def box(sent: Sent) -> Outbox:
    def send(content: dict[str, Any], buffers: list[bytes]) -> None:
        sent.append((content.get("number"), content.get("oldest"), content["kind"], buffers))

    return Outbox(send)


def test_without_a_pulling_view_messages_have_no_number(box: Outbox, sent: Sent) -> None:
    with box.answering(NOT_ASKED):
        box.send({"kind": "a"}, [b"x"])
    box.send({"kind": "b"}, [])
    assert sent == [(None, None, "a", [b"x"]), (None, None, "b", [])]


def test_what_was_not_heard_comes_again_in_order_at_the_end(box: Outbox, sent: Sent) -> None:
    with box.answering(0):
        pass
    box.send({"kind": "a"}, [])
    box.send({"kind": "b"}, [b"x"])
    sent.clear()
    with box.answering(1):
        box.send({"kind": "c"}, [])
        assert sent == []  # not before those that came before it
    assert sent == [(2, 2, "b", [b"x"]), (3, 2, "c", [])]


def test_what_was_heard_is_not_kept(box: Outbox, sent: Sent) -> None:
    with box.answering(0):
        box.send({"kind": "a"}, [])
    sent.clear()
    for _ in range(2):
        with box.answering(1):
            pass
    assert sent == []


def test_an_answer_that_fails_still_brings_what_was_missed(box: Outbox, sent: Sent) -> None:
    def fail() -> None:
        with box.answering(0):
            box.send({"kind": "a"}, [])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert sent == [(1, 1, "a", [])]


def test_a_page_that_went_leaves_only_so_many_messages(
    box: Outbox, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = outbox._MOST
    with box.answering(0):
        pass
    for number in range(most + 5):
        box.send({"kind": str(number)}, [])
    sent.clear()
    with box.answering(0):
        pass
    assert [kind for _, _, kind, _ in sent] == [str(number) for number in range(5, most + 5)]
    assert {oldest for _, oldest, _, _ in sent} == {6}


async def test_an_acknowledgement_is_answered_with_the_next_chunk_at_once() -> None:
    """Some hosts show only what is sent while the acknowledgement is handled."""
    sent: list[int] = []
    stream = BrowserStream("x", lambda content, _buffers: sent.append(content["index"]))
    for index in range(WINDOW):
        await stream._send_chunk(index, {"index": index}, [b""])
    waiting = asyncio.ensure_future(stream._send_chunk(WINDOW, {"index": WINDOW}, [b""]))
    await asyncio.sleep(0)
    assert sent == [*range(WINDOW)]
    stream.acknowledge(0)
    assert sent == [*range(WINDOW + 1)]
    await waiting
    stopped = asyncio.ensure_future(stream._send_chunk(WINDOW + 1, {"index": WINDOW + 1}, [b""]))
    await asyncio.sleep(0)
    stopped.cancel()
    await asyncio.gather(stopped, return_exceptions=True)
    stream.acknowledge(1)
    assert sent == [*range(WINDOW + 1)]
