"""The history: what this key has looked at, in Python, as a gallery and on the command line."""

from __future__ import annotations

import asyncio
import datetime
from pathlib import Path
from typing import Any

import ipywidgets
import pytest

import mh_widgets
from mh_widgets import (
    AsyncClient,
    ConfigurationError,
    Dashboard,
    InvalidProject,
    MissingToken,
    ProjectDetails,
    VideoGallery,
    VideoProject,
    cli,
    forget,
    recent,
)
from mh_widgets.controllers.suggestions import latest_projects
from mh_widgets.models import VideoDetails, parse_time
from mh_widgets.store import records
from mh_widgets.store.sqlite import SqliteStore
from tests.unit.recording_comm import customs, say, wire_of
from tests.unit.virtual_time import TOKEN

OTHER = "mhk_live_another"


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A store with four projects of one key and one of another."""
    file = tmp_path / "store.db"
    monkeypatch.setenv("MAGIC_HOUR_STORE", str(file))
    monkeypatch.setenv("MAGIC_HOUR_API_KEY", TOKEN)
    projects = [
        VideoDetails(f"clx{n}", ("complete", "error")[n // 3], f"Film {n}", ("FACE_SWAP", "LIP_SYNC")[n % 2],
                     parse_time(f"2026-03-0{n + 1}T12:00:00Z"))
        for n in range(4)
    ]  # fmt: skip

    async def fill() -> None:
        store = SqliteStore(file)
        for token, each in [*((TOKEN, each) for each in projects), (OTHER, VideoDetails("theirs", "queued"))]:
            record = records.pack(each, deleted=each.id == "clx0", writer="w")
            assert record is not None
            await store.record(AsyncClient(token).api.account(), record, 0)
        await store.close()

    asyncio.run(fill())
    return file


def ids(found: list[ProjectDetails]) -> list[str]:
    return [each.id for each in found]


def test_recent_lists_the_newest_first_of_this_key_alone(file: Path) -> None:
    found = recent()
    assert ids(found) == ["clx3", "clx2", "clx1", "clx0"]
    assert (found[0].name, found[0].status, found[0].type) == ("Film 3", "error", "LIP_SYNC")
    assert (found[3].status, found[3].enabled) == ("deleted", False)
    assert ids(recent(client=AsyncClient(OTHER))) == ["theirs"]


def test_recent_can_be_narrowed(file: Path) -> None:
    assert ids(recent(2)) == ["clx3", "clx2"]
    assert ids(recent(kind="lip-sync")) == ids(recent(kind="LIP_SYNC")) == ["clx3", "clx1"]
    assert ids(recent(status="complete")) == ["clx2", "clx1"]
    since = datetime.datetime(2026, 3, 3, tzinfo=datetime.timezone.utc)
    assert ids(recent(since=since)) == ["clx3", "clx2"]
    assert recent(0) == []


@pytest.mark.parametrize("limit", [-1, 1.5, "20", None, True])
def test_a_limit_that_is_none_is_refused(file: Path, limit: object) -> None:
    with pytest.raises(ValueError, match="limit must be a whole number"):
        recent(limit)  # type: ignore[arg-type]


def test_recent_works_in_a_cell_whose_loop_runs(file: Path) -> None:
    async def cell() -> list[ProjectDetails]:
        return recent(1)

    assert ids(asyncio.run(cell())) == ["clx3"]


def test_a_gallery_of_the_recent_ones_has_them_in_order(file: Path) -> None:
    with VideoGallery.recent(2, allow_delete=False, client=AsyncClient(TOKEN)) as gallery:
        assert [*gallery] == ["clx3", "clx2"]
        assert not gallery.allow_delete


def test_what_is_forgotten_is_not_listed_any_more(file: Path) -> None:
    assert forget("clx2") == 1
    assert forget("clx2") == 0
    assert forget("theirs") == 0
    assert ids(recent()) == ["clx3", "clx1", "clx0"]
    assert forget(everything=True) == 3
    assert recent() == []
    assert ids(recent(client=AsyncClient(OTHER))) == ["theirs"]


def test_forget_wants_a_project(file: Path) -> None:
    for nothing in ("", None):
        with pytest.raises(InvalidProject):
            forget(nothing)


def test_what_was_forgotten_is_not_in_the_file_any_more(file: Path) -> None:
    assert any(b"Film 2" in each.read_bytes() for each in file.parent.iterdir())
    forget("clx2")
    assert not any(b"Film 2" in each.read_bytes() for each in file.parent.iterdir())


@pytest.mark.parametrize("project", ["clx1", ""])
def test_forgetting_one_and_everything_forgets_nothing(
    file: Path, project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match=r"^Give a project or everything=True, not both\.$"):
        forget(project, everything=True)
    for arguments in ([project, "--all"], ["--all", project]):
        with pytest.raises(SystemExit) as caught:
            cli.main(["forget", *arguments])
        assert caught.value.code == 2
        assert "not allowed with argument" in capsys.readouterr().err
    assert len(recent()) == 4


def test_without_a_key_or_a_store_it_says_so(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGIC_HOUR_STORE", "off")
    with pytest.raises(ConfigurationError, match="There is no store"):
        recent()
    monkeypatch.setenv("MAGIC_HOUR_STORE", str(file.parent))
    with pytest.raises(ConfigurationError, match="can't be used"):
        recent()
    monkeypatch.delenv("MAGIC_HOUR_API_KEY")
    with pytest.raises(MissingToken):
        recent()


def test_the_command_prints_a_table(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["recent", "-n", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["ID", "clx3", "clx2"]
    assert "lip sync" in lines[1]
    assert "Film 3" in lines[1]
    assert cli.main(["recent", "--kind", "nothing"]) == 0
    assert capsys.readouterr().out == "No project has been opened yet.\n"


def test_the_command_forgets_one_or_all(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["forget", "clx1"]) == 0
    assert cli.main(["forget", "--all"]) == 0
    assert capsys.readouterr().out == "1 project forgotten.\n3 projects forgotten.\n"
    with pytest.raises(SystemExit):
        cli.main(["forget"])


@pytest.mark.parametrize("command", [["recent"], ["forget", "clx1"], ["receive"]])
def test_a_command_without_a_store_is_one_sentence(
    file: Path, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAGIC_HOUR_STORE", "off")
    monkeypatch.setenv("MAGIC_HOUR_WEBHOOK_SECRET", "s")
    assert cli.main(command) == 1
    said = capsys.readouterr().err
    assert said.startswith("mh-widgets: ")
    assert "MAGIC_HOUR_STORE" in said
    assert said.count("\n") == 1


def test_importing_the_package_loads_no_store() -> None:
    import subprocess
    import sys

    code = (
        "import sys, mh_widgets; print([m for m in ('sqlite3', 'redis', 'cryptography') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert {"recent", "forget"} <= {*mh_widgets.__all__}


def test_latest_projects_are_of_this_key_and_not_deleted(file: Path) -> None:
    found = asyncio.run(latest_projects(AsyncClient(TOKEN).api))
    assert [each["id"] for each in found] == ["clx3", "clx2", "clx1"]
    assert found[0]["name"] == "Film 3"
    assert asyncio.run(latest_projects(AsyncClient("mhk_live_a_third").api)) == []


def test_latest_projects_are_none_without_key_or_store(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAGIC_HOUR_API_KEY")
    assert asyncio.run(latest_projects(AsyncClient().api)) == []
    monkeypatch.setenv("MAGIC_HOUR_STORE", "off")
    assert asyncio.run(latest_projects(AsyncClient(TOKEN).api)) == []


@pytest.mark.parametrize("editable", [True, False])
def test_a_card_offers_the_latest_projects_only_if_editable(file: Path, editable: bool) -> None:
    async def ask() -> list[dict[str, Any]]:
        card = VideoProject(client=AsyncClient(TOKEN), editable=editable)
        say(card, {"kind": "recent"})
        say(card, {"kind": "recent"})
        if card._offer is not None:
            await card._offer
        sent = customs(wire_of(card), "recent")
        card.close()
        return sent

    sent = asyncio.run(ask())
    assert [[each["id"] for each in one["projects"]] for one in sent] == [["clx3", "clx2", "clx1"]] * editable


def test_a_dashboard_offers_the_latest_projects_unless_public(file: Path) -> None:
    async def options(public: bool) -> list[str]:
        dashboard = Dashboard([], client=AsyncClient(TOKEN), public=public)
        if dashboard._offer is not None:
            await dashboard._offer
        boxes = [each for each in dashboard._parts if isinstance(each, ipywidgets.Combobox)]
        dashboard.close()
        return [option for box in boxes for option in box.options]

    assert asyncio.run(options(public=False)) == ["clx3", "clx2", "clx1"]
    assert asyncio.run(options(public=True)) == []
