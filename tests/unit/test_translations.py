"""Every language says everything, and the environment names the language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mh_widgets import VideoProject
from mh_widgets.widgets.static_html import static_table
from mh_widgets.widgets.translations import VARIABLE, languages, view_words

FOLDER = Path(__file__).parents[2] / "mh_widgets" / "translations"
OTHERS = sorted(languages() - {"en"})
#: The API's words of today; English shows them as they are.
#: The API's, and what a gallery calls those that it could not look up.
STATUSES = {"draft", "queued", "rendering", "complete", "error", "canceled", "deleted", "stopped"}


def table(language: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return loaded


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from flat(inner, f"{path}/{index}")
    else:
        yield path, value


def texts(language: str) -> dict[str, str]:
    return {path: text for path, text in flat(table(language)) if not path.startswith("/statuses/")}


def test_there_are_german_and_a_language_from_right_to_left() -> None:
    assert {"en", "de", "ar"} <= languages()
    assert {table(language)["dir"] for language in languages()} == {"ltr", "rtl"}


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_exactly_the_words_of_english(language: str) -> None:
    assert list(texts(language)) == list(texts("en"))
    assert set(table(language)["statuses"]) == STATUSES
    assert table(language)["lang"].partition("-")[0] == language


@pytest.mark.parametrize("language", OTHERS)
def test_each_value_has_its_place(language: str) -> None:
    english, own = texts("en"), texts(language)
    assert {path for path in english if english[path].count("#") != own[path].count("#")} == set()
    assert {path for path in english if bool(english[path]) != bool(own[path])} == set()


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_was_left_in_english(language: str) -> None:
    english, own = texts("en"), texts(language)
    same = {path for path in english if len(english[path]) > 12 and english[path] == own[path]}
    assert same == set()


@pytest.mark.parametrize("language", sorted(languages()))
def test_kinds_and_types_have_names_of_their_own(language: str) -> None:
    words = table(language)
    kinds, gallery = words["kinds"], words["gallery"]
    assert len({kinds["kind"], kinds["all"], gallery["type"], gallery["types"]}) == 4
    assert words["facts"]["kind"] == gallery["columns"]["kind"] == gallery["type"]


@pytest.mark.parametrize("count", [1, 6])
def test_the_view_and_a_saved_page_have_the_same_words_for_images(count: int) -> None:
    kinds = table("en")["kinds"]
    counted = kinds["pictures"].replace("#", str(count)) if count > 1 else kinds["picture"]
    card = {"status": "complete", "details": {"kind": "image", "image_count": count}, "error": None}
    html = static_table({"clx1": card}, kinds={"clx1": "any"})
    assert f"<td>{kinds['one']['image']}</td>" in html
    assert f"<td>{counted}</td>" in html.replace(" image", "\u00a0image")


def test_english_adds_nothing_to_the_words_of_the_api() -> None:
    assert table("en")["statuses"] == {}


@pytest.mark.parametrize(
    ("named", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("de_DE.UTF-8", "de"),
        ("DE-at", "de"),
        (" ar ", "ar"),
        ("C.UTF-8", "en"),
        ("xx", "en"),
        ("den", "en"),
        ("../en", "en"),
        ("12", "en"),
    ],
)
def test_the_environment_names_the_language(
    monkeypatch: pytest.MonkeyPatch, named: str | None, language: str
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    if named is not None:
        monkeypatch.setenv(VARIABLE, named)
    assert view_words()["lang"].partition("-")[0] == language


def test_a_card_has_the_language_of_the_moment_it_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "de")
    german = VideoProject()
    monkeypatch.setenv(VARIABLE, "en")
    assert (german.words["lang"], VideoProject().words["lang"]) == ("de", "en")


def test_a_card_carries_no_words_that_it_does_not_need() -> None:
    parts = {"gallery", "kinds"}
    assert not parts & set(view_words())
    assert view_words(gallery=True) == {**view_words(), "gallery": table("en")["gallery"]}
    assert view_words(kinds=True) == {**view_words(), "kinds": table("en")["kinds"]}
    assert set(view_words(gallery=True, kinds=True)) == parts | set(view_words())


def test_the_tables_are_read_once() -> None:
    assert view_words() is view_words()
