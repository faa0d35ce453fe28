"""``Dashboard`` as a page of Voilà: what its address and its field choose."""

from __future__ import annotations

import re

import pytest

from mh_widgets import AsyncClient
from mh_widgets.widgets.dashboard_settings import Address, ProjectWords, read_opening
from tests.unit.dashboard_fixtures import (
    LINK,
    NO_ID,
    Opened,
    clear_environment,
    field_of,
    line,
    receive,
    rights,
    type_in,
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    clear_environment(monkeypatch)


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
