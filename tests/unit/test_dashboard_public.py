"""What a visitor of a public ``Dashboard`` can't do, past every button."""

from __future__ import annotations

import json

import ipywidgets
import pytest

from mh_widgets import Dashboard
from tests.unit.dashboard_fixtures import Opened, clear_environment, inside, line, receive, rights, write
from tests.unit.gallery_fixtures import Studio, looked_at, say
from tests.unit.virtual_time import film, until


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    clear_environment(monkeypatch)


@pytest.mark.parametrize(
    ("public", "query", "shown", "said"),
    [
        ("clx1, clx2", "", ["clx1", "clx2"], ""),
        ("clx1,clx2", "project=clx2", ["clx2"], ""),
        ("clx1,clx2", "project=clx9,clx2", ["clx2"], "This page doesn't show all"),
        ("clx1", "project=clx9", ["clx1"], "This page doesn't show all"),
        ("clx1", "project=../nonsense", ["clx1"], "This page doesn't show all"),
        ("clx1,../nonsense", "", ["clx1"], "MAGIC_HOUR_PUBLIC_PROJECTS must contain project IDs"),
        ("", "project=clx1", [], "MAGIC_HOUR_PUBLIC_PROJECTS must contain project IDs"),
        (" ", None, [], "MAGIC_HOUR_PUBLIC_PROJECTS must contain project IDs"),
    ],
)
def test_a_public_page_shows_a_fixed_set_and_has_no_rights(
    opened: Opened, *, public: str, query: str | None, shown: list[str], said: str
) -> None:
    dashboard = opened(query, public)
    assert list(dashboard.gallery) == shown
    assert dashboard.public
    assert rights(dashboard) == (False, False, False)
    assert line(dashboard).startswith(said)
    assert bool(line(dashboard)) == bool(said)
    texts = json.dumps([each.get_state() for each in inside(dashboard)], default=str)
    assert "nonsense" not in texts
    assert "clx9" not in texts


@pytest.mark.parametrize("public", [None, "clx1", ""])
def test_only_a_page_that_is_not_public_has_a_field_and_a_button(opened: Opened, public: str | None) -> None:
    dashboard = opened("project=clx1", public)
    inputs = [each for each in inside(dashboard) if isinstance(each, (ipywidgets.Text, ipywidgets.Button))]
    assert len(inputs) == (2 if public is None else 0)


def test_whatever_is_written_to_a_public_page_adds_no_project(opened: Opened) -> None:
    dashboard = opened("", "clx1")
    for widget in inside(dashboard):
        write(
            widget,
            value="clx2",
            projects=["clx2"],
            children=[],
            allow_delete=True,
            allow_save=True,
            editable=True,
            _public=False,
        )
        receive(widget, method="custom", content={"event": "click"})
        move = {"kind": "set_project", "project": "clx1", "to": "clx2"}
        receive(widget, method="custom", content=move)
    assert list(dashboard.gallery) == ["clx1"]
    assert rights(dashboard) == (False, False, False)
    assert dashboard.public


async def test_a_public_page_deletes_nothing_and_says_so() -> None:
    studio = Studio(clx1=film(id="clx1"))
    with Dashboard(["clx1"], public=True, client=studio.client()) as dashboard:
        await looked_at(dashboard.gallery, studio)
        say(dashboard.gallery, kind="delete", confirmed=True, project="clx1")
        await until(lambda: dashboard.gallery.cards["clx1"]["notice"])
        assert dashboard.gallery.cards["clx1"]["notice"]["code"] == "not_allowed"
        assert studio.count("DELETE") == 0


@pytest.mark.parametrize("name", ["allow_delete", "allow_save", "editable"])
def test_no_setting_gives_a_public_page_more_rights(opened: Opened, name: str) -> None:
    assert rights(opened("", "clx1", **{name: True})) == (False, False, False)


def test_a_notebook_can_t_take_publicness_back(opened: Opened) -> None:
    with pytest.raises(TypeError, match="public"):
        opened("", "clx1", public=False)


def test_a_public_page_in_a_cell_speaks_of_no_field() -> None:
    with Dashboard(public=True) as dashboard:
        assert line(dashboard) == "No projects."
