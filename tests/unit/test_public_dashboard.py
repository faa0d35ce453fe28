"""What a visitor of the public dashboard can't do: past every button, by messages to the widgets behind the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "dashboard.ipynb"


def page() -> dict[str, Any]:
    """The names of the notebook, after its cells have run."""
    names: dict[str, Any] = {}
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)  # noqa: S102
    return names


def type_in(names: dict[str, Any], project_id: str) -> None:
    """What a page sends when somebody types an ID and clicks; a visitor can send it where no field is shown."""
    for widget, data in (
        (names["field"], {"method": "update", "state": {"value": project_id}, "buffer_paths": []}),
        (names["button"], {"method": "custom", "content": {"event": "click"}}),
    ):
        widget.comm.handle_msg({"content": {"data": data}, "buffers": []})


@pytest.mark.parametrize("public", [None, "clx1", ""])
def test_only_a_page_that_is_not_public_takes_more(
    public: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUERY_STRING", "project=clx1")
    if public is not None:
        monkeypatch.setenv("MAGIC_HOUR_PUBLIC_PROJECTS", public)
    names = page()
    type_in(names, "clx2")
    assert list(names["gallery"]) == (["clx1", "clx2"] if public is None else ["clx1"] if public else [])
    names["gallery"].close()
