"""``Dashboard``: what it shows and takes, and what a visitor of a public page can't do, past every button."""

from __future__ import annotations

import html
import inspect
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import pytest

from mh_widgets import AsyncClient, Dashboard, VideoGallery
from mh_widgets.controllers.project import ProjectController
from mh_widgets.widgets.dashboard_settings import Address, ProjectWords, read_opening
from tests.unit.gallery_fixtures import Studio, looked_at, say
from tests.unit.virtual_time import clock, film, settled, until, watched

LINK = "https://magichour.ai/my-library?videoId=clx2"
NO_ID = "This is not a project ID."


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QUERY_STRING", "VOILA_PREHEAT", "MAGIC_HOUR_PUBLIC_PROJECTS"):
        monkeypatch.delenv(name, raising=False)
    defaults = ProjectController.__init__.__kwdefaults__
    assert defaults
    monkeypatch.setitem(defaults, "clock", clock())


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Dashboard]]:
    """``opened(query, public)`` is the page that Voilà makes for this address in this environment."""
    made: list[Dashboard] = []

    def open_page(query: str | None = "", public: str | None = None, **settings: Any) -> Dashboard:
        if query is not None:
            monkeypatch.setenv("QUERY_STRING", query)
        if public is not None:
            monkeypatch.setenv("MAGIC_HOUR_PUBLIC_PROJECTS", public)
        made.append(Dashboard.from_environment(**settings))
        return made[-1]

    yield open_page
    for dashboard in made:
        dashboard.close()


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


# --- in a notebook


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


# --- in Voilà


def test_the_address_chooses_the_projects(opened: Opened) -> None:
    dashboard = opened(f"project=clx1,{LINK.replace('?', '%3F')}&project=clx3&project=clx1&theme=dark")
    assert list(dashboard.gallery) == ["clx1", "clx2", "clx3"]
    assert rights(dashboard) == (True, True, True)
    assert line(dashboard) == ""


def test_a_page_without_projects_says_how_to_begin(opened: Opened) -> None:
    assert "put them into its address: ?project=ID,ID" in line(opened(""))


def test_text_of_the_address_that_is_no_id_stands_in_the_field(opened: Opened) -> None:
    dashboard = opened("project=../nonsense,clx1")
    assert list(dashboard.gallery) == ["clx1"]
    assert field_of(dashboard).value == "../nonsense"
    assert line(dashboard).startswith(NO_ID)


def test_a_preheated_kernel_waits_for_its_visitor(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    import voila.utils

    monkeypatch.setenv("VOILA_PREHEAT", "True")
    monkeypatch.setattr(voila.utils, "get_query_string", lambda: "project=clx1")
    dashboard = opened(None)
    assert list(dashboard.gallery) == ["clx1"]
    type_in(dashboard, "clx2")
    assert "Keep this selection" in line(dashboard)


@pytest.mark.parametrize("query", [None, ""])
def test_a_preheated_kernel_without_a_query_opens_empty(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, query: str | None
) -> None:
    import voila.utils

    monkeypatch.setenv("VOILA_PREHEAT", "True")
    monkeypatch.setattr(voila.utils, "get_query_string", lambda: query)
    assert list(opened(None).gallery) == []


def test_a_typed_project_is_added_with_a_link_to_the_selection(opened: Opened) -> None:
    dashboard = opened("project=clx1&theme=dark")
    type_in(dashboard, LINK)
    assert list(dashboard.gallery) == ["clx1", "clx2"]
    assert field_of(dashboard).value == ""
    assert line(dashboard) == "Added at the end. Keep this selection as an address"
    (link,) = re.findall('href="([^"]*)"', dashboard._line.value)
    assert link == "?project=clx1,clx2&amp;theme=dark"


def test_a_project_that_is_there_is_not_added_again(opened: Opened) -> None:
    dashboard = opened("project=clx1")
    type_in(dashboard, "clx1")
    assert list(dashboard.gallery) == ["clx1"]
    assert line(dashboard) == "Already here."


def test_typed_text_that_is_no_id_stays_in_the_field_as_text(opened: Opened) -> None:
    dashboard = opened("")
    type_in(dashboard, "../nonsense <b>bold</b> clx1")
    assert list(dashboard.gallery) == ["clx1"]
    assert field_of(dashboard).value == "../nonsense <b>bold</b>"
    assert line(dashboard).startswith(NO_ID)
    assert "<b>bold" not in dashboard._line.value


@pytest.mark.parametrize("text", ["", " , "])
def test_nothing_typed_changes_nothing(opened: Opened, text: str) -> None:
    dashboard = opened("project=clx1")
    type_in(dashboard, text)
    receive(
        dashboard.children[1].children[0].children[1].children[1], method="custom", content={"event": "click"}
    )
    assert list(dashboard.gallery) == ["clx1"]
    assert line(dashboard) == ""


def test_a_hostile_address_is_text_in_the_link(opened: Opened) -> None:
    dashboard = opened("project=clx1&x=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    type_in(dashboard, "clx2")
    assert "<script" not in dashboard._line.value
    assert dashboard._line.value.count('"') == 4


# --- public


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


# --- settings


def test_words_are_sorted_into_ids_and_what_is_none() -> None:
    words = ProjectWords.parse(f"clx1, {LINK}\n../a clx1 ../b")
    assert words.ids == ["clx1", "clx2"]
    assert words.rest == "../a ../b"
    assert words.problem.startswith(NO_ID)
    assert ProjectWords.parse("") == ProjectWords([], [])


def test_a_key_in_the_address_is_not_asked_for() -> None:
    opening = read_opening({"QUERY_STRING": "project=mhk-live-0123456789abcdef"})
    assert opening.projects == []
    assert "looks like an API key" in opening.problem


def test_the_address_keeps_what_else_it_says() -> None:
    assert (
        Address("theme=dark&project=a&x=1&x=2").with_projects(["b", "c"]) == "?theme=dark&project=b,c&x=1&x=2"
    )


def test_outside_voila_there_is_no_address() -> None:
    assert read_opening({}).address is None
    assert read_opening({"QUERY_STRING": ""}).address is not None


def test_a_client_for_from_environment_is_passed_on(opened: Opened) -> None:
    client = AsyncClient("mhk-live-0123456789abcdef")
    assert opened("project=clx1", client=client).gallery._client is client
