"""What a view may ask for: twelve kinds of message, and nothing else gets past the door."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mh_widgets.controllers.messages import KINDS, Message, parse_message

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
FIELDS = ["output", "index", "id", "project", "renew", "zip", "confirmed"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_needs_no_more_than_its_name(kind: str) -> None:
    assert parse_message({"kind": kind}) == Message(kind)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"kind": "source", "output": 1, "renew": True}, Message("source", output=1, renew=True)),
        ({"kind": "download", "output": 0, "id": "x1"}, Message("download", id="x1")),
        ({"kind": "download", "id": "x1", "zip": True}, Message("download", id="x1", zip=True)),
        ({"kind": "ack", "id": "x1", "index": 7}, Message("ack", id="x1", index=7)),
        ({"kind": "delete", "confirmed": True}, Message("delete", confirmed=True)),
        ({"kind": "set_project", "project": " clx1 "}, Message("set_project", project=" clx1 ")),
        ({"kind": "refresh", "extra": {"a": 1}}, Message("refresh")),
        ({"kind": "shown", "id": "v" * 128}, Message("shown", id="v" * 128)),
        ({"kind": "hidden", "id": "v1"}, Message("hidden", id="v1")),
    ],
)
def test_the_fields_of_a_message_are_read(content: dict[str, Any], message: Message) -> None:
    assert parse_message(content) == message


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "delete",
        5,
        {},
        {"kind": None},
        {"kind": "Delete"},
        {"kind": "anywidget-command"},
        {"kind": ["delete"]},
        {"kind": "close"},
        {"kind": "__init__"},
        {"kind": "delete", "confirmed": 1},
        {"kind": "delete", "confirmed": "true"},
        {"kind": "delete", "confirmed": None},
        {"kind": "source", "output": True},
        {"kind": "source", "output": "0"},
        {"kind": "source", "output": 0.0},
        {"kind": "source", "output": -1},
        {"kind": "source", "output": 2**31},
        {"kind": "source", "output": 10**400},
        {"kind": "source", "renew": 1},
        {"kind": "ack", "index": False},
        {"kind": "ack", "id": 5},
        {"kind": "download", "id": "x" * 129},
        {"kind": "download", "zip": 1},
        {"kind": "shown", "id": "x" * 129},
        {"kind": "shown", "id": 7},
        {"kind": "hidden", "id": ["x"]},
        {"kind": "set_project", "project": None},
        {"kind": "set_project", "project": {"id": "x"}},
        {"kind": "set_project", "project": "x" * 2049},
    ],
    ids=lambda content: repr(content)[:60],
)
def test_anything_else_is_no_message(content: object) -> None:
    assert parse_message(content) is None


near_misses = st.builds(
    lambda kind, rest: {**rest, "kind": kind},
    st.sampled_from(sorted(KINDS)),
    st.dictionaries(st.sampled_from(FIELDS), json_values),
)


@given(json_values | st.dictionaries(st.sampled_from(["kind", *FIELDS]), json_values) | near_misses)
def test_parsing_never_raises_and_passes_only_known_kinds_and_types(content: object) -> None:
    message = parse_message(content)
    if message is None:
        return
    assert isinstance(content, dict)
    assert message.kind == content["kind"]
    assert message.kind in KINDS
    for name in FIELDS:
        value = getattr(message, name)
        assert type(value) is type(getattr(Message("refresh"), name))
        if name in content:
            assert value == content[name]
        if isinstance(value, int):
            assert 0 <= value < 2**31
        if isinstance(value, str):
            assert len(value) <= 2048
