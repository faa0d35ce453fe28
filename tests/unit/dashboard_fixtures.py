"""What the tests of the dashboard share: its parts, what is said above the gallery, and messages of a page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import ipywidgets
import pytest

from mh_widgets import Dashboard
from mh_widgets.controllers.project import ProjectController
from tests.unit.virtual_time import clock

LINK = "https://magichour.ai/my-library?videoId=clx2"
NO_ID = "This is not a project ID."

Opened = Callable[..., Dashboard]


def inside(widget: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    """The widget and all within it."""
    return [widget, *(each for child in getattr(widget, "children", ()) for each in inside(child))]


def field_of(dashboard: Dashboard) -> ipywidgets.Text:
    (field,) = (each for each in inside(dashboard) if isinstance(each, ipywidgets.Text))
    return field


def receive(widget: ipywidgets.Widget, **data: Any) -> None:
    """A message of the page to a widget."""
    widget.comm.handle_msg({"content": {"data": data}, "buffers": []})


def write(widget: ipywidgets.Widget, **state: Any) -> None:
    receive(widget, method="update", state=state, buffer_paths=[])


def type_in(dashboard: Dashboard, text: str) -> None:
    write(field_of(dashboard), value=text)


def line(dashboard: Dashboard) -> str:
    """What is said above the gallery, without its marks; "" while nothing is."""
    (each,) = (each for each in inside(dashboard) if "mh-line" in getattr(each, "_dom_classes", ()))
    assert each.layout.display == (None if each.value else "none")
    return html.unescape(re.sub("<[^>]+>", "", each.value))


def rights(dashboard: Dashboard) -> tuple[bool, bool, bool]:
    """Whether visitors may delete, save, and move cards to other projects."""
    gallery = dashboard.gallery
    return gallery.allow_delete, gallery.allow_save, gallery.editable


def clear_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QUERY_STRING", "VOILA_PREHEAT", "MAGIC_HOUR_PUBLIC_PROJECTS"):
        monkeypatch.delenv(name, raising=False)
    defaults = ProjectController.__init__.__kwdefaults__
    assert defaults
    monkeypatch.setitem(defaults, "clock", clock())
