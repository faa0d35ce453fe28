"""A comm that writes down what goes over it, and a view at its other end."""

from __future__ import annotations

import json
from typing import Any

from comm.base_comm import BaseComm

from mh_widgets import Project


class Wire(BaseComm):
    """Records every message; one that is not strict JSON fails where it is sent."""

    sent: list[tuple[str, dict[str, Any], list[bytes]]]

    def publish_msg(
        self,
        msg_type: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        buffers: list[bytes] | None = None,
        **keys: Any,
    ) -> None:
        self.__dict__.setdefault("sent", []).append(
            (msg_type, json.loads(json.dumps(data, allow_nan=False)), list(buffers or []))
        )


def wire_of(card: Project) -> Wire:
    """The comm of ``card`` (its ``layout`` has one of its own)."""
    assert isinstance(card.comm, Wire)
    return card.comm


def everything(wire: Wire) -> str:
    """All that has gone over the wire, the view's own code left out."""
    sent = [(kind, data) for kind, data, _ in wire.sent]
    text = json.dumps(sent)
    opening = sent[0][1]["state"]
    for code in (opening["_esm"], opening["_css"]):
        text = text.replace(json.dumps(code), "")
    return text


def updates(wire: Wire) -> list[dict[str, Any]]:
    """The state messages so far, without the first that opens the comm, and without their revisions."""
    return [without_revision(data["state"]) for _, data, _ in wire.sent[1:] if data.get("method") == "update"]


def without_revision(state: dict[str, Any]) -> dict[str, Any]:
    """A state message as far as it is about projects."""
    return {name: value for name, value in state.items() if name != "revision"}


def customs(wire: Wire, kind: str = "") -> list[dict[str, Any]]:
    """The custom messages so far, or those of one ``kind``."""
    contents = [data["content"] for _, data, _ in wire.sent if data.get("method") == "custom"]
    return [content for content in contents if kind in ("", content["kind"])]


def say(card: Project, content: object) -> None:
    """A custom message from a view."""
    _receive(card, {"method": "custom", "content": content})


def forge(card: Project, **state: object) -> None:
    """A state update from a view."""
    _receive(card, {"method": "update", "state": state, "buffer_paths": []})


def _receive(card: Project, data: dict[str, Any]) -> None:
    wire_of(card).handle_msg({"content": {"data": data}, "buffers": []})


def create(*args: Any, **kwargs: Any) -> BaseComm:
    """To be put in place of ``comm.create_comm``."""
    return Wire(*args, **kwargs)
