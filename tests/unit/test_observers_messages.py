"""Message callbacks and observers of a card, when one of them raises."""

from __future__ import annotations

import pytest

from mh_widgets import VideoProject
from tests.unit.broken_observers import broken, page
from tests.unit.card_fixtures import with_card
from tests.unit.recording_comm import say, wire_of
from tests.unit.virtual_time import Api, until


def test_a_message_callback_that_raises_changes_nothing_for_the_card(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        heard: list[object] = []

        def raising(*_: object) -> None:
            raise ZeroDivisionError

        card.on_msg(raising)
        card.on_msg(lambda _card, content, _buffers: heard.append(content["kind"]))
        say(card, {"kind": "delete", "confirmed": True})
        await until(lambda: card.status == "deleted")
        assert heard == ["delete"]

    with_card(body)
    assert "ZeroDivisionError" in caplog.text


def test_message_callbacks_hear_also_when_an_observer_raises(caplog: pytest.LogCaptureFixture) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        heard: list[object] = []
        card.on_msg(lambda _card, content, _buffers: heard.append(content["project"]))
        card.observe(broken, "project_id")
        say(card, {"kind": "set_project", "project": "clx2"})
        assert heard == ["clx2"]
        assert page(wire_of(card))["project_id"] == "clx2"

    with_card(body, editable=True)
    assert "ZeroDivisionError" in caplog.text
