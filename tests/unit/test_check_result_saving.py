"""``check_result`` saves without overwriting, from both clients."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from mh_widgets import Client, TransferError
from tests.unit.checking import A, B, beside, check, checked, failure
from tests.unit.fake_card import Card
from tests.unit.file_host import FileHost, Stalling
from tests.unit.film_host import FILM, PICTURE
from tests.unit.virtual_time import Api, film, now, project, run, settled

pytestmark = pytest.mark.usefixtures("small_chunks")


@pytest.fixture(autouse=True)
def no_interval_of_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAGIC_HOUR_POLL_INTERVAL", raising=False)


# --- saving


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.documented(
    "waiting: `wait_for_completion=False` with `download_outputs=True`",
    "waiting: `downloaded_paths`",
)
def test_the_files_of_a_film_are_saved_and_named(host: FileHost, tmp_path: Path, wait: bool) -> None:
    details, _ = checked(lambda: film(A, B), wait=wait, save=True, directory=str(tmp_path / "new"))
    assert details.downloaded_paths == (tmp_path / "new" / "clx1.mp4", tmp_path / "new" / "clx1.png")
    assert [path.read_bytes() for path in details.downloaded_paths] == [FILM, PICTURE]
    assert not any("authorization" in request.headers for request in host.requests)


@pytest.mark.parametrize("nowhere", [None, ""])
def test_no_directory_is_the_current_one(
    host: FileHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nowhere: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    details, _ = checked(film, save=True, directory=nowhere)
    assert details.downloaded_paths == (Path("clx1.mp4"),)
    assert (tmp_path / "clx1.mp4").read_bytes() == FILM


@pytest.mark.documented("waiting: a file with the same name")
def test_check_result_keeps_another_file_and_recognises_the_same_one(host: FileHost, tmp_path: Path) -> None:
    (tmp_path / "clx1.mp4").write_bytes(b"mine")
    for _ in range(2):
        details, _ = checked(film, save=True, directory=tmp_path)
        assert details.downloaded_paths == (tmp_path / "clx1-2.mp4",)
    assert (tmp_path / "clx1.mp4").read_bytes() == b"mine"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.documented("waiting: a broken download, a link that has ended")
def test_a_link_that_has_ended_is_fetched_anew(host: FileHost, tmp_path: Path) -> None:
    details, api = checked(lambda: film(ends_in_s=5), film, save=True, directory=tmp_path)
    assert details.downloaded_paths == (tmp_path / "clx1.mp4",)
    assert api.count("GET") == 2


@pytest.mark.documented("waiting: one of several files fails")
def test_where_one_file_fails_the_others_are_saved_and_named(host: FileHost, tmp_path: Path) -> None:
    host.put("/b.png", 500)
    error = failure(lambda: film(B, A), save=True, directory=tmp_path)
    assert isinstance(error, TransferError)
    assert error.paths == [tmp_path / "clx1.mp4"]


def test_a_film_without_files_is_an_error_that_says_so(host: FileHost, tmp_path: Path) -> None:
    error = failure(project("complete"), save=True, directory=tmp_path)
    assert isinstance(error, TransferError)
    assert error.message == "The project is complete, but its files are not listed yet."
    assert checked(project("complete"))[0].downloads == ()


def test_files_that_are_listed_some_seconds_later_are_saved(host: FileHost, tmp_path: Path) -> None:
    details, _ = checked(project("complete"), project("complete"), film, save=True, directory=tmp_path)
    assert details.downloaded_paths == (tmp_path / "clx1.mp4",)


def test_a_directory_that_cannot_be_is_a_sentence(host: FileHost, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    error = failure(film, save=True, directory=tmp_path / "taken")
    assert isinstance(error, TransferError)
    assert error.code == "disk"
    assert not host.requests


async def test_saving_does_not_count_for_the_deadline(host: FileHost, tmp_path: Path) -> None:
    slow = Stalling(FILM)
    host.put("/a.mp4", slow.respond)
    task = await beside(check(Api(film()), save=True, directory=tmp_path, deadline_s=1.0))
    await slow.stalled()
    asyncio.get_running_loop().call_later(60.0, slow.go_on.set)
    asyncio.get_running_loop().threads_wait_for_us = True  # type: ignore[attr-defined]
    assert (await task).downloaded_paths == (tmp_path / "clx1.mp4",)
    assert now() >= 60


@pytest.mark.parametrize("by", ["cancel", "delete"])
def test_a_save_that_is_stopped_leaves_no_file_under_the_name(
    host: FileHost, tmp_path: Path, by: str
) -> None:
    async def test() -> None:
        slow = Stalling(FILM)
        host.put("/a.mp4", slow.respond)
        api = Api(film())
        client = api.client()
        card = Card(client)
        await settled()
        task = await beside(check(api, client=client, save=True, directory=tmp_path))
        await slow.stalled()
        if by == "cancel":
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            await card.watch.delete()
            with pytest.raises(TransferError, match="deleted"):
                await task
        slow.go_on.set()
        card.close()

    run(test())
    assert not (tmp_path / "clx1.mp4").exists()


# --- the two faces


async def test_the_client_calls_it_by_the_arguments_of_the_sdk(host: FileHost, tmp_path: Path) -> None:
    api = Api(film(ends_in_s=10**9))
    details = await api.client().check_result("clx1", True, True, str(tmp_path))
    assert details.downloaded_paths == (tmp_path / "clx1.mp4",)
    again = await api.client().check_result(
        id="clx1",
        wait_for_completion=False,
        download_outputs=False,
        download_directory=None,
        deadline_s=5.0,
    )
    assert (again.status, again.downloaded_paths) == ("complete", None)


def test_the_blocking_client_does_the_same_without_a_loop() -> None:
    api = Api(project(), lambda: httpx.Response(200, json=film()), project("rendering"))
    client = Client("key")
    client.async_client = api.client()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAGIC_HOUR_POLL_INTERVAL", "0.1")
        assert client.check_result("clx1", True, False).status == "complete"
    assert client.check_result("clx1", False, False).status == "rendering"
    with pytest.raises(ValueError, match="deadline_s"):
        client.check_result("clx1", True, False, deadline_s=0)
    client.close()


async def test_nothing_of_a_link_or_the_key_is_in_the_frames_of_an_error(
    host: FileHost, tmp_path: Path
) -> None:
    host.put("/a.mp4", 500)
    api = Api(film())
    with pytest.raises(TransferError) as caught:
        await check(api, save=True, directory=tmp_path)
    ours = [entry for entry in caught.traceback if Path(str(entry.path)).parent.name == "mh_widgets"]
    assert [entry.name for entry in ours] == ["check_result"]
    assert "SECRET" not in repr(ours[0].frame.f_locals)
