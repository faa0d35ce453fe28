"""``Dashboard`` in a notebook: what it takes and shows."""

from __future__ import annotations

import asyncio
import inspect
import threading
from pathlib import Path

import ipywidgets
import pytest

from mh_widgets import Dashboard, VideoGallery
from tests.unit.dashboard_fixtures import (
    LINK,
    NO_ID,
    Opened,
    clear_environment,
    field_of,
    inside,
    line,
    receive,
    rights,
    type_in,
    write,
)
from tests.unit.gallery_fixtures import Studio, looked_at, say
from tests.unit.virtual_time import film, settled, watched


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    clear_environment(monkeypatch)


def test_a_dashboard_takes_what_a_gallery_takes() -> None:
    with Dashboard(["clx1", LINK], allow_save=False) as dashboard:
        assert list(dashboard.gallery) == ["clx1", "clx2"]
        assert rights(dashboard) == (True, False, True)
        assert not dashboard.public
        assert line(dashboard) == ""
        assert repr(dashboard) == "Dashboard(2 projects)"


def test_settings_are_those_of_a_gallery_and_reach_it(tmp_path: Path) -> None:
    own, gallery = (inspect.signature(each).parameters for each in (Dashboard, VideoGallery))
    shared = set(own) - {"public"}
    assert shared == set(gallery) - {"columns"}
    same = shared - {"editable"}
    assert {name: own[name].default for name in same} == {name: gallery[name].default for name in same}
    with Dashboard("clx1", download_directory=tmp_path, deadline_s=5, poll_interval_s=2) as dashboard:
        settings = dashboard.gallery._gallery._settings
        assert (settings.directory, settings.deadline_s, settings.poll_interval_s) == (tmp_path, 5, 2)


@pytest.mark.parametrize("name", ["colums", "children", "projcets"])
def test_an_unknown_keyword_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=rf"Dashboard\(\) got an unexpected keyword argument '{name}'"):
        Dashboard(**{name: 1})  # type: ignore[arg-type]


def test_layout_is_passed_on() -> None:
    with Dashboard(layout={"width": "300px"}) as dashboard:
        assert dashboard.layout.width == "300px"


async def test_a_client_is_asked_and_close_ends_its_cards() -> None:
    studio = Studio(clx1=film(id="clx1"))
    dashboard = Dashboard(["clx1", "clx2"], client=studio.client())
    await looked_at(dashboard.gallery, studio)
    assert dashboard.gallery.statuses == {"clx1": "complete", "clx2": "rendering"}
    assert "clx2" in watched()
    parts = inside(dashboard)
    dashboard.close()
    await settled()
    assert watched() == []
    assert [each for each in parts if each.comm is not None] == []


def test_a_cell_shows_the_view_and_a_table_for_viewers_without_widgets() -> None:
    with Dashboard(["clx1"]) as dashboard:
        bundle = dashboard._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in bundle
        assert bundle["text/plain"] == "Dashboard(1 project)"
        assert "clx1" in bundle["text/html"]


def test_what_is_no_project_has_a_line_in_the_gallery() -> None:
    with Dashboard(["../"]) as dashboard:
        assert dashboard.gallery.refused[0]["message"] == NO_ID
        assert dashboard.gallery.layout.display is None


def test_without_an_address_the_page_speaks_of_none() -> None:
    with Dashboard() as dashboard:
        assert line(dashboard).startswith("No projects yet. Type the ID")
        assert "address" not in line(dashboard)
        assert dashboard.gallery.layout.display == "none"
        type_in(dashboard, "clx1")
        assert line(dashboard) == "Added."
        assert dashboard.gallery.layout.display is None


def press(dashboard: Dashboard) -> None:
    (button,) = (each for each in inside(dashboard) if isinstance(each, ipywidgets.Button))
    receive(button, method="custom", content={"event": "click"})


@pytest.mark.parametrize("by", ["field", "button"])
async def test_what_another_thread_hears_is_added_on_the_page_s_loop(by: str) -> None:
    with Dashboard() as dashboard:
        threads: list[int] = []
        dashboard.gallery.observe(lambda _change: threads.append(threading.get_ident()), "projects")
        if by == "button":
            field_of(dashboard).unobserve_all("value")  # it would add the text before the click
            type_in(dashboard, "clx1")
            await asyncio.to_thread(press, dashboard)
        else:
            await asyncio.to_thread(type_in, dashboard, "clx1")
        await settled()
        assert threads == [threading.get_ident()]
        assert list(dashboard.gallery) == ["clx1"]


@pytest.mark.parametrize(("number", "columns"), [(0, "auto"), (1, 1), (3, 3), (4, "auto")])
def test_a_few_cards_share_the_width_of_the_page(number: int, columns: str | int) -> None:
    with Dashboard() as dashboard:
        dashboard.gallery.add([f"clx{each}" for each in range(number)])
        assert dashboard.gallery.columns == columns
        assert ("mh-one" in dashboard.children[1]._dom_classes) == (number < 2)


def test_the_stylesheet_is_on_the_page() -> None:
    with Dashboard() as dashboard:
        style = dashboard.children[0].value
        assert style.startswith("<style>")
        assert "</style>" not in style.removesuffix("</style>")
        assert ".mh-dashboard" in style
        assert "mh-dashboard" in dashboard._dom_classes


def test_a_view_can_write_nothing_of_the_page_itself() -> None:
    with Dashboard(["clx1"]) as dashboard:
        children = dashboard.children
        write(dashboard, children=[], box_style="danger", _dom_classes=[])
        assert dashboard.children == children
        assert (dashboard.box_style, dashboard._dom_classes) == ("", ("mh-dashboard",))


@pytest.mark.parametrize("editable", [True, False])
async def test_a_card_moves_and_the_selection_can_be_kept(opened: Opened, editable: bool) -> None:
    studio = Studio()
    dashboard = opened("project=clx1,clx2", client=studio.client(), editable=editable)
    await looked_at(dashboard.gallery, studio)
    say(dashboard.gallery, kind="set_project", project="clx1", to=LINK.replace("clx2", "clx3"))
    await settled()
    assert list(dashboard.gallery) == (["clx3", "clx2"] if editable else ["clx1", "clx2"])
    assert line(dashboard) == ("Keep this selection as an address" if editable else "")
    dashboard.close()
