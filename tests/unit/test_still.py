"""The finished card as plain HTML of its own: only in cells that a program runs, and once."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import IPython
import pytest
from IPython.core import display_functions

from mh_widgets import VideoProject
from mh_widgets.widgets import still
from tests.unit.card_fixtures import with_card
from tests.unit.virtual_time import Api, film

URL = "data:image/jpeg;base64,AA=="


class Kernel:
    """A kernel, as far as it tells who asked for the running cell."""

    def __init__(self, parent: Any) -> None:
        self.parent = parent

    def get_parent(self, channel: str) -> Any:
        assert channel == "shell"
        return self.parent


def run_by(monkeypatch: pytest.MonkeyPatch, kernel: object) -> None:
    monkeypatch.setattr(IPython, "get_ipython", lambda: types.SimpleNamespace(kernel=kernel))


@pytest.mark.parametrize(
    ("kernel", "unattended"),
    [
        (Kernel({"content": {"allow_stdin": False}}), True),
        (Kernel({"content": {"allow_stdin": True}}), False),
        (Kernel({"content": {}}), False),
        (Kernel({}), False),
        (Kernel(None), False),
        (object(), False),
    ],
)
def test_a_cell_without_a_person_is_recognised(
    monkeypatch: pytest.MonkeyPatch, kernel: object, *, unattended: bool
) -> None:
    run_by(monkeypatch, kernel)
    assert still.is_unattended() is unattended


@pytest.mark.parametrize("mark", [("SERVER_SOFTWARE", "voila/0.5"), ("VOILA_PREHEAT", "True")])
def test_a_page_of_voila_is_seen_by_people(monkeypatch: pytest.MonkeyPatch, mark: tuple[str, str]) -> None:
    run_by(monkeypatch, Kernel({"content": {"allow_stdin": False}}))
    monkeypatch.setenv(*mark)
    assert not still.is_unattended()


def test_no_ipython_is_no_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(IPython, "get_ipython", lambda: None)
    assert not still.is_unattended()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The stills so far, in cells that a program runs."""
    run_by(monkeypatch, Kernel({"content": {"allow_stdin": False}}))
    published: list[dict[str, str]] = []
    publish: Callable[..., None] = published.append
    monkeypatch.setattr(display_functions, "publish_display_data", publish)
    monkeypatch.setattr("IPython.display.publish_display_data", publish)
    return published


def test_a_card_that_was_shown_gets_a_still_after_the_wait(shown: list[dict[str, str]]) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        card.set_trait("poster_url", URL)
        await card
        assert shown == []
        card._displayed = True
        await card
        await card
        (one,) = shown
        assert one["text/html"].startswith(f'<div class="mh-still"><div><img src="{URL}"')
        assert one["text/plain"] == "VideoProject('clx1', status='complete')"

    with_card(body, film)


def test_a_card_that_is_shown_after_the_wait_has_its_words_in_the_still(shown: list[dict[str, str]]) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        card.set_trait("poster_url", URL)
        assert "text/html" not in card._repr_mimebundle_()[0]
        assert len(shown) == 1
        assert URL in card._repr_mimebundle_()[0]["text/html"]
        assert len(shown) == 1

    with_card(body, film)


def test_without_a_poster_nothing_is_added(shown: list[dict[str, str]]) -> None:
    async def body(card: VideoProject, api: Api) -> None:
        assert "<img" not in card._repr_mimebundle_()[0]["text/html"]
        await card
        assert shown == []

    with_card(body, film)


def test_where_people_look_nothing_is_added(
    shown: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_by(monkeypatch, Kernel({"content": {"allow_stdin": True}}))

    async def body(card: VideoProject, api: Api) -> None:
        card.set_trait("poster_url", URL)
        assert URL in card._repr_mimebundle_()[0]["text/html"]
        await card
        assert shown == []

    with_card(body, film)
