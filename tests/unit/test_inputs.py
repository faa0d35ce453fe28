"""What people hand over: clients, keywords, tables. Taken where the meaning is plain, else one sentence."""

from __future__ import annotations

import types
from typing import Any

import magic_hour
import numpy as np
import pandas as pd
import pytest
import traitlets

from mh_widgets import AsyncClient, Client, InvalidProject, VideoDetails, VideoProject
from mh_widgets.project_ids import parse_project
from mh_widgets.widgets.clients import read_client
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.recording_comm import wire_of
from tests.unit.virtual_time import API, TOKEN

# --- clients


def base_url(client: AsyncClient) -> str:
    return client._base_url


def test_our_clients_are_taken_as_they_are() -> None:
    ours, blocking = AsyncClient(TOKEN), Client(TOKEN)
    assert read_client(ours) is ours
    assert read_client(blocking) is blocking.async_client
    assert read_client(None) is read_client(None)


@pytest.mark.parametrize("sdk", [magic_hour.Client, magic_hour.AsyncClient])
async def test_of_the_official_client_key_and_address_are_taken(sdk: Any) -> None:
    client = read_client(sdk(token=TOKEN, base_url="http://127.0.0.1:9/api"))
    assert base_url(client) == "http://127.0.0.1:9/api"
    assert client.scrub(f"key {TOKEN}") == "key [API key]"
    # One for all cards, so that they share their requests.
    assert read_client(sdk(token=TOKEN, base_url="http://127.0.0.1:9/api")) is client


def test_the_official_client_without_a_key_leaves_it_to_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MAGIC_HOUR_API_KEY", TOKEN)
    client = read_client(magic_hour.AsyncClient())
    assert client.scrub(TOKEN) == "[API key]"
    assert base_url(client) == "https://api.magichour.ai"


def test_an_official_client_that_has_changed_is_one_sentence() -> None:
    client = magic_hour.Client(token=TOKEN)
    client._base_client._auths = {}
    with pytest.raises(
        TypeError, match=r"the key of this Magic Hour SDK client can't be read\. Pass AsyncClient"
    ):
        read_client(client)


@pytest.mark.parametrize("key", [TOKEN, f" {TOKEN}\n", "mhk-live-3f9c27e1"])
def test_a_key_is_taken_as_the_key(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGIC_HOUR_BASE_URL", API)
    client = read_client(key)
    assert client.scrub(f"is {key.strip()}") == "is [API key]"
    assert base_url(client) == API
    card = VideoProject("clx1", client=key)  # type: ignore[arg-type]  # that is the test
    assert key.strip() not in repr(card.get_state()) + repr(card)


class Foreign:
    def __repr__(self) -> str:
        return TOKEN


@pytest.mark.parametrize(
    ("given", "got"),
    [
        ("secret words", r"got text\. A key goes into AsyncClient\(token=…\)\."),
        ("", "got text"),
        (b"mhk_x", r"got builtins\.bytes\."),
        (5, r"got builtins\.int\."),
        (False, r"got builtins\.bool\."),
        (Foreign(), r"got tests\..*Foreign\."),
        (AsyncClient, r"got the class AsyncClient\. Call it: client=AsyncClient\(\)\."),
        (magic_hour.Client, r"got the class Client\. Call it"),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("widget", [VideoProject, VideoGallery])
def test_what_is_no_client_is_one_sentence_without_its_value(widget: Any, given: object, got: str) -> None:
    with pytest.raises(
        TypeError, match=f"^client must be an AsyncClient or a Client of mh_widgets, {got}"
    ) as caught:
        widget("clx1", client=given)
    assert "secret" not in str(caught.value)
    assert TOKEN not in str(caught.value)


# --- keywords


@pytest.mark.parametrize("widget", [VideoProject, VideoGallery])
def test_the_keywords_of_every_ipywidget_are_taken(widget: Any) -> None:
    made = widget("clx1", layout={"width": "300px"}, tooltip="a film", tabbable=True)
    assert (made.layout.width, made.tooltip, made.tabbable) == ("300px", "a film", True)
    assert wire_of(made).sent[0][1]["state"]["tooltip"] == "a film"


@pytest.mark.parametrize("widget", [VideoProject, VideoGallery])
@pytest.mark.parametrize(
    ("keyword", "hint"),
    [
        ("download_dir", " Did you mean 'download_directory'?"),
        ("deadline", " Did you mean 'deadline_s'?"),
        ("poll_interval", " Did you mean 'poll_interval_s'?"),
        ("allow_deletion", " Did you mean 'allow_delete'?"),
        ("layouts", " Did you mean 'layout'?"),
        ("status", ""),
        ("save_label", ""),
        ("zzz", ""),
    ],
)
def test_an_unknown_keyword_is_named_and_where_close_the_right_one(
    widget: Any, keyword: str, hint: str
) -> None:
    with pytest.raises(TypeError) as caught:
        widget("clx1", **{keyword: TOKEN})
    assert str(caught.value) == f"{widget.__name__}() got an unexpected keyword argument {keyword!r}.{hint}"


def test_a_subclass_has_its_own_keywords() -> None:
    class Titled(VideoProject):
        title = traitlets.Unicode()

    assert Titled("clx1", title="x").title == "x"


# --- projects


@pytest.mark.parametrize(
    "given",
    [
        {"id": "clx1", "status": "complete", "name": "x"},
        types.SimpleNamespace(id="clx1", status="complete"),
        VideoDetails(id="clx1", status="complete"),
        pd.DataFrame({"id": ["clx1"], "name": ["x"]}).iloc[0],
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_answer_in_any_form_names_its_project(given: object) -> None:
    assert parse_project(given) == "clx1"
    assert list(VideoGallery(given)) == list(VideoGallery([given])) == ["clx1"]


def test_a_card_names_its_project_to_a_card_and_to_a_gallery() -> None:
    card, gallery = VideoProject("clx1"), VideoGallery(["clx1", "clx2"])
    assert VideoProject(card).project_id == "clx1"
    assert VideoProject(gallery["clx2"]).project_id == "clx2"
    assert list(VideoGallery([card, gallery["clx2"]])) == ["clx1", "clx2"]
    assert list(VideoGallery(card)) == ["clx1"]
    assert list(VideoGallery(gallery)) == ["clx1", "clx2"]
    assert list(VideoGallery(gallery.values())) == ["clx1", "clx2"]
    assert VideoProject(VideoProject()).error is None
    assert card in gallery


TABLE = pd.DataFrame({"name": ["a", "b", "c"], "id": ["clx1", "clx2", None]})


@pytest.mark.parametrize(
    "given",
    [
        TABLE,
        TABLE.set_index("id"),
        TABLE["id"],
        pd.Index(TABLE["id"]),
        TABLE["id"].astype("string"),
        TABLE["id"].to_numpy(),
        TABLE.to_dict("list"),
        TABLE.to_dict(),
        TABLE.dropna().to_dict("records"),
        TABLE.dropna().itertuples(),
        np.array(["clx1", "clx2"]),
        [{"id": "clx1"}, {"id": "clx2"}],
        {"clx1": "complete", "clx2": ""},
        iter([VideoDetails(id="clx1", status="x"), "clx2"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_tables_columns_and_answers_give_their_projects_and_nothing_else(given: object) -> None:
    gallery = VideoGallery(given)
    assert (list(gallery), gallery.refused) == (["clx1", "clx2"], [])


def test_what_a_gallery_gives_as_a_table_it_takes() -> None:
    assert list(VideoGallery(VideoGallery(["clx1", "clx2"]).to_frame())) == ["clx1", "clx2"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (pd.DataFrame({"video": ["clx1"]}), 'This table has no column "id".'),
        (pd.DataFrame({"id": [5, 6]}), "This is not a project."),
        ({"id": 5, "status": "complete"}, "This is not a project."),
        ({"id": None}, "This is not a project."),
        (np.array("clx1"), "This is not a project."),
        (np.array([["clx1", "clx2"]]), "This is not a project."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_holds_no_ids_makes_no_projects_of_other_things(given: object, sentence: str) -> None:
    gallery = VideoGallery(given)
    assert list(gallery) == []
    assert {line["message"] for line in gallery.refused} == {sentence}


@pytest.mark.parametrize(
    "given", [TABLE, VideoGallery, AsyncClient(TOKEN)], ids=lambda value: type(value).__name__
)
def test_a_card_takes_no_table_no_class_and_no_client(given: object) -> None:
    card = VideoProject(given)
    assert (card.project_id, (card.error or {})["message"]) == ("", "This is not a project.")


@pytest.mark.parametrize("key", [TOKEN, f" {TOKEN}", "mhk-live-3f9c27e1", f"{TOKEN[:3].upper()}{TOKEN[3:]}"])
def test_a_key_is_no_project_though_it_looks_like_an_id(key: str) -> None:
    with pytest.raises(InvalidProject, match="looks like an API key") as caught:
        parse_project(key)
    assert "MAGIC_HOUR_API_KEY" in caught.value.hint
    card, gallery = VideoProject(key), VideoGallery([key])
    texts = repr([card, card.get_state(), card._repr_mimebundle_(), gallery.get_state(), str(caught.value)])
    assert key.strip() not in texts
    assert key.strip()[4:] not in texts
