"""The history of all kinds: what ``recent``, the galleries, the menus and the command line list of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import ipywidgets
import pytest

from mh_widgets import (
    AsyncClient,
    AudioDetails,
    Dashboard,
    ImageDetails,
    ProjectDetails,
    ProjectGallery,
    VideoDetails,
    VideoGallery,
    cli,
    forget,
    recent,
)
from mh_widgets.controllers.suggestions import latest_projects
from mh_widgets.models import parse_time
from mh_widgets.store import records
from mh_widgets.store.sqlite import SqliteStore
from tests.unit.virtual_time import TOKEN

#: More than one look into the store finds.
MANY = 30
#: The newest first: an old image behind many videos, and both kinds of face swap.
PROJECTS: list[ProjectDetails] = [
    AudioDetails("voice", "complete", "A voice", "VOICE_GENERATOR"),
    ImageDetails("picture", "error", "A bay", "AI_IMAGE"),
    *(VideoDetails(f"film{number}", "complete", type="LIP_SYNC") for number in range(MANY)),
    VideoDetails("swapped-film", "complete", type="FACE_SWAP"),
    ImageDetails("swapped-picture", "complete", type="FACE_SWAP"),
]
FILMS = [f"film{number}" for number in range(MANY)]


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    monkeypatch.setenv("MAGIC_HOUR_STORE", str(file))
    monkeypatch.setenv("MAGIC_HOUR_API_KEY", TOKEN)

    async def fill() -> None:
        store = SqliteStore(file)
        for number, each in enumerate(reversed(PROJECTS)):
            time = parse_time(f"2026-03-01T12:{number:02}:00Z")
            made = type(each)(each.id, each.status, each.name, each.type, time)
            record = records.pack(made, deleted=False, writer="w")
            assert record is not None
            await store.record(AsyncClient(TOKEN).api.account(), record, 0)
        await store.close()

    asyncio.run(fill())


def ids(found: list[ProjectDetails]) -> list[str]:
    return [each.id for each in found]


def test_recent_lists_every_kind_the_newest_first() -> None:
    found = recent(3)
    assert [(each.id, type(each)) for each in found] == [
        ("voice", AudioDetails),
        ("picture", ImageDetails),
        ("film0", VideoDetails),
    ]
    assert ids(recent(100)) == [each.id for each in PROJECTS]


def test_recent_can_be_narrowed_to_a_kind_however_far_back() -> None:
    assert ids(recent(1, kind="image")) == ["picture"]
    assert ids(recent(2, kind="image")) == ["picture", "swapped-picture"]
    assert ids(recent(kind=" Audio ")) == ["voice"]
    assert ids(recent(2, kind="video")) == ["film0", "film1"]
    assert ids(recent(kind="image", status="error")) == ["picture"]
    assert recent(0, kind="image") == []


def test_recent_takes_any_other_word_as_a_type_of_render() -> None:
    assert ids(recent(kind="face swap")) == ["swapped-film", "swapped-picture"]
    assert ids(recent(kind="ai-image")) == ["picture"]
    assert recent(kind="pictures") == []


def test_a_gallery_of_the_recent_ones_knows_their_kinds() -> None:
    with ProjectGallery.recent(3, client=AsyncClient(TOKEN)) as gallery:
        assert [(each, project.kind) for each, project in gallery.items()] == [
            ("voice", "audio"),
            ("picture", "image"),
            ("film0", "video"),
        ]
    with ProjectGallery.recent(kind="image", client=AsyncClient(TOKEN)) as gallery:
        assert list(gallery) == ["picture", "swapped-picture"]


def test_a_gallery_of_recent_videos_has_as_many_as_it_was_asked_for() -> None:
    with VideoGallery.recent(MANY, client=AsyncClient(TOKEN)) as gallery:
        assert list(gallery) == FILMS
        assert gallery.refused == []
    with VideoGallery.recent(kind="FACE_SWAP", client=AsyncClient(TOKEN)) as gallery:
        assert list(gallery) == ["swapped-film"]
    with pytest.raises(ValueError, match="kind must be 'video' or a type of render here, got 'image'"):
        VideoGallery.recent(kind="image", client=AsyncClient(TOKEN))


def test_the_command_names_the_kind_and_narrows_to_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["recent", "-n", "3"]) == 0
    table = [line.split()[:3] for line in capsys.readouterr().out.splitlines()]
    assert table == [
        ["ID", "STATUS", "KIND"],
        ["voice", "complete", "audio"],
        ["picture", "error", "image"],
        ["film0", "complete", "video"],
    ]
    assert cli.main(["recent", "--kind", "image"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["ID", "picture", "swapped-picture"]
    assert "face swap" in lines[2]


def test_every_kind_is_forgotten_by_its_id() -> None:
    assert [forget(each) for each in ("voice", "picture", "film0")] == [1, 1, 1]
    assert ids(recent(1)) == ["film1"]


def test_the_menus_of_a_field_offer_every_kind() -> None:
    found = asyncio.run(latest_projects(AsyncClient(TOKEN).api))
    assert [each["name"] for each in found[:3]] == ["A voice", "A bay", "film0"]

    async def options() -> list[str]:
        with Dashboard([], client=AsyncClient(TOKEN)) as dashboard:
            assert dashboard._offer is not None
            await dashboard._offer
            (box,) = (each for each in dashboard._parts if isinstance(each, ipywidgets.Combobox))
            return [*box.options]

    assert asyncio.run(options())[:3] == ["voice", "picture", "film0"]
