"""What names a project: IDs, library links, SDK responses; everything else is a sentence."""

from __future__ import annotations

import types

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mh_widgets import InvalidProject
from mh_widgets.project_ids import PROJECT_ID, parse_project

ID = "clx7uu86w0a5qp55yxz315r6r"


@pytest.mark.parametrize("value", [ID, f"  {ID}\n", "a", "A-b_9", "x" * 128])
def test_an_id_is_an_id_with_the_blanks_around_it_taken_off(value: str) -> None:
    assert parse_project(value) == value.strip()


@pytest.mark.parametrize("value", [None, "", "   ", "\n"])
def test_nothing_is_no_project_and_no_mistake(value: object) -> None:
    assert parse_project(value) == ""


@pytest.mark.parametrize(
    "link",
    [
        f"https://magichour.ai/my-library?videoId={ID}",
        f"https://magichour.ai/my-library?tab=videos&videoId={ID}&x=1",
        f"https://magichour.ai/my-library?videoId={ID}#top",
        f" https://magichour.ai/my-library?videoId=%20{ID} ",
        f"magichour.ai/my-library?videoId={ID}",
    ],
)
def test_a_library_link_names_its_project(link: str) -> None:
    assert parse_project(link) == ID


def test_an_object_with_an_id_names_its_project() -> None:
    assert parse_project(types.SimpleNamespace(id=ID)) == ID


@pytest.mark.parametrize(
    "value",
    [
        "../",
        "..",
        "a/b",
        "a b",
        "a?b",
        "a%2e",
        "a\x00b",
        "é",
        "١٢٣",
        "x" * 129,
        "https://magichour.ai/my-library",
        "https://magichour.ai/my-library?videoId=",
        "https://magichour.ai/my-library?videoId=../x",
        "https://magichour.ai/my-library?videoId=a/b",
        "https://magichour.ai/my-library?x=1#videoId=a",
        "videoId=abc",
        "\ud800",
        5,
        0,
        True,
        1.5,
        b"abc",
        ["abc"],
        {"id": 5},
        {"id": None},
        {"id": "../x"},
        {"status": "complete"},
        types.SimpleNamespace(),
        types.SimpleNamespace(id=None),
        types.SimpleNamespace(id=""),
        types.SimpleNamespace(id=5),
        types.SimpleNamespace(id="../x"),
    ],
    ids=repr,
)
def test_anything_else_is_a_sentence_with_a_next_step(value: object) -> None:
    with pytest.raises(InvalidProject) as caught:
        parse_project(value)
    assert caught.value.code == "invalid_project"
    assert caught.value.message.endswith(".")
    assert caught.value.hint.endswith(".")


def test_what_was_given_is_not_echoed_as_it_may_be_a_key() -> None:
    with pytest.raises(InvalidProject) as caught:
        parse_project("mhk live secret")
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None


@given(st.text(st.characters()) | st.text().map("https://magichour.ai/?videoId=".__add__))
def test_no_text_gets_past_as_anything_but_an_id(text: str) -> None:
    try:
        project_id = parse_project(text)
    except InvalidProject:
        return
    assert project_id == "" or PROJECT_ID.fullmatch(project_id)


class Grumpy:
    @property
    def id(self) -> str:
        raise RuntimeError("not loaded yet")


def test_an_object_whose_id_raises_is_a_sentence_too() -> None:
    with pytest.raises(InvalidProject):
        parse_project(Grumpy())
