"""Saving in a real kernel: what is there already, disks that refuse, and saves that are stopped on the way."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mh_widgets.simulator import Fault, Scenario, Simulator
from tests.kernel import transfer_fixtures
from tests.kernel.big_outputs import Big
from tests.kernel.live_kernel import PATIENCE_S, LiveKernel, live_kernel
from tests.kernel.transfer_fixtures import CUT, FILM, OTHER, OddHost, asked, card, files, half_saved, save

Fresh = Callable[[str], str]

pytestmark = pytest.mark.usefixtures("hasty", "nothing_left_over")

STALL = Fault(cut_after_bytes=CUT, cut="stall")


# --- what is there already


@pytest.mark.documented("films: the same output is saved again")
def test_the_same_film_saved_again_is_only_looked_at(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    model = card(kernel, project, tmp_path)
    save(kernel, model)
    before, inode = len(asked(simulator, project)), (tmp_path / f"{project}.mp4").stat().st_ino
    assert save(kernel, model) == f"info: Saved as {project}.mp4."
    looks = simulator.requests.of(project, origin="files")[before:]
    spans = [[int(n) for n in re.findall(r"\d+", look.range or "")] for look in looks]
    assert spans[0] == []  # its beginning: read up to the first piece
    assert [last - first < 65536 for first, last in spans[1:]] == [True, True]
    assert files(tmp_path) == {f"{project}.mp4": FILM}
    assert (tmp_path / f"{project}.mp4").stat().st_ino == inode


@pytest.mark.documented("films: another file has the name")
def test_another_file_of_that_name_is_left_alone(kernel: LiveKernel, fresh: Fresh, tmp_path: Path) -> None:
    project = fresh("big")
    (tmp_path / f"{project}.mp4").write_bytes(OTHER)
    assert save(kernel, card(kernel, project, tmp_path)) == f"info: Saved as {project}-2.mp4."
    assert files(tmp_path) == {f"{project}.mp4": OTHER, f"{project}-2.mp4": FILM}


@pytest.mark.documented("films: two cards or kernels save the same output at once")
def test_four_cards_in_two_kernels_that_save_one_film_make_one_file(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project, films = fresh("big"), tmp_path / "films"
    both = (
        f"import asyncio\nfrom mh_widgets import VideoProject\nvideo = VideoProject({project!r})\n"
        f"other = VideoProject({project!r})\nawait video\n"
        f"paths = await asyncio.gather(video.save({str(films)!r}), other.save({str(films)!r}))\n"
        "print(*[path.name for each in paths for path in each])\nother.close()"
    )
    simulator.faults.add(project, *[Fault(delay_s=0.3)] * 4, origin="files")
    with live_kernel(simulator.env, tmp_path) as second:
        cells = [(each, each.start(both)) for each in (kernel, second)]
        printed = [each.finish(cell) for each, cell in cells]
    assert [cell.stdout.split() for cell in printed] == [[f"{project}.mp4"] * 2] * 2, printed
    assert files(films) == {f"{project}.mp4": FILM}


# --- the disk


@pytest.fixture
def full_disk(kernel: LiveKernel, tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB where this process may mount one, else a kernel that believes it."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
        yield tmp_path
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)
        return
    kernel.run("fsync = os.fsync\ndef full(_): raise OSError(28, 'full')\nos.fsync = full")
    yield tmp_path
    kernel.run("os.fsync = fsync")


@pytest.mark.documented("films: the disk is full")
def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    kernel: LiveKernel, fresh: Fresh, full_disk: Path
) -> None:
    assert (
        save(kernel, card(kernel, fresh("big"), full_disk))
        == "error: The video can't be written: the disk is full."
    )
    assert files(full_disk) == {}


@pytest.mark.documented("films: the directory is missing")
def test_a_directory_is_made_with_its_parents(kernel: LiveKernel, fresh: Fresh, tmp_path: Path) -> None:
    project = fresh("big")
    save(kernel, card(kernel, project, tmp_path / "a" / "b"))
    assert files(tmp_path / "a" / "b") == {f"{project}.mp4": FILM}


@pytest.mark.parametrize("place", ["a file", "below a file", "/sys/films"])
@pytest.mark.documented("films: the directory can't be created or written to")
def test_a_directory_that_cannot_be_is_a_sentence_before_a_byte_moves(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, *, place: str
) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    folder = {"a file": tmp_path / "file", "below a file": tmp_path / "file" / "deeper"}.get(
        place, Path(place)
    )
    project = fresh("big")
    assert save(kernel, card(kernel, project, folder)).startswith("error: The video can't be written: ")
    assert asked(simulator, project) == []
    assert files(tmp_path) == {"file": b"mine"}


# --- stopped


@pytest.mark.parametrize("way", ["a click", "an interrupt", "close()"])
@pytest.mark.documented("films: Cancel, the kernel's interrupt, `close()`")
def test_a_stopped_save_leaves_its_beginning_and_resumes(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, big: Big, *, way: str
) -> None:
    project = fresh(big.scenario)
    model = card(kernel, project, tmp_path, widget=big.widget)
    simulator.faults.add(project, STALL, origin="files")
    in_front = way == "an interrupt"
    cell_id = kernel.start("await video.save()" if in_front else "job = asyncio.ensure_future(video.save())")
    over = half_saved(kernel, simulator, project, tmp_path)
    if way == "a click":
        kernel.click(model, kind="cancel")
    elif way == "an interrupt":
        kernel.manager.interrupt_kernel()
        assert re.search("KeyboardInterrupt|CancelledError", kernel.finish(cell_id).error)
    else:
        cell = kernel.run(
            "video.close()\ntry:\n    await job\nexcept TransferError as error:\n    print(error)"
        )
        assert cell.stdout == "The card was closed.\n"
    if way != "close()":
        kernel.until(lambda: model.state["transfer"] is None, "the end of the transfer")
        assert model.state["notice"] is None
    (beginning,) = files(tmp_path).items()
    assert re.fullmatch(rf"\.{project}\{big.suffix}\.\w+\.part", beginning[0])
    assert big.data.startswith(beginning[1])
    over()
    again = card(kernel, project, tmp_path, widget=big.widget)
    assert save(kernel, again) == f"info: Saved as {big.file(project)}."
    assert files(tmp_path) == {big.file(project): big.data}
    assert asked(simulator, project)[-1][1] > 0


@pytest.mark.documented("films: the kernel is killed during a save")
def test_what_a_killed_kernel_had_saved_is_continued_by_the_next(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project, films = fresh("big"), tmp_path / "films"
    simulator.faults.add(project, STALL, origin="files")
    with live_kernel(simulator.env, tmp_path) as first:
        pid = int(first.run("from mh_widgets import *\nimport os\nprint(os.getpid())").stdout)
        first.click(card(first, project, films), kind="save")
        half_saved(first, simulator, project, films)
        os.kill(pid, signal.SIGKILL)
    assert [name.endswith(".part") for name in files(films)] == [True]
    before = len(asked(simulator, project))
    assert save(kernel, card(kernel, project, films)) == f"info: Saved as {project}.mp4."
    assert files(films) == {f"{project}.mp4": FILM}
    status, first_byte = asked(simulator, project)[before:][1]
    assert status == 206
    assert first_byte > 0


@pytest.mark.documented("films: Save right after Cancel")
def test_a_save_right_after_a_cancel_leaves_nothing_but_the_film(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    model = card(kernel, project, tmp_path)
    simulator.faults.add(project, STALL, origin="files")
    kernel.click(model, kind="save")
    over = half_saved(kernel, simulator, project, tmp_path)
    kernel.click(model, kind="cancel")
    kernel.until(lambda: model.state["transfer"] is None, "the end of the transfer")
    save(kernel, model)
    over()
    save(kernel, model)  # recognised by now: whatever was meant to be continued is of no use any more
    assert files(tmp_path) == {f"{project}.mp4": FILM}


@pytest.mark.documented("films: Cancel on a slow connection")
def test_a_save_of_a_slow_film_that_is_stopped_lets_go_of_its_connection(
    kernel: LiveKernel, simulator: Simulator, odd_host: OddHost, fresh: Fresh, tmp_path: Path
) -> None:
    slow = transfer_fixtures.Trickle(FILM)
    url = odd_host.url("/slow.mp4", slow)
    simulator.add(Scenario(id="slow", name="", shows="", timeline=((0, "complete"),), outputs=(url,)))
    model = card(kernel, fresh("slow"), tmp_path)
    kernel.click(model, kind="save")
    kernel.until(lambda: (model.state["transfer"] or {}).get("received_bytes"), "less than a whole piece")
    kernel.run("slow_s, remote_file.SLOW_S = remote_file.SLOW_S, 600")  # it doesn't wait for the next one
    kernel.click(model, kind="cancel")
    kernel.until(lambda: model.state["transfer"] is None, "its end")
    try:
        assert slow.over.wait(PATIENCE_S)
    finally:
        slow.enough.set()
        kernel.run("remote_file.SLOW_S = slow_s")


@pytest.mark.documented("films: a fast transfer")
def test_the_card_hears_of_its_progress_at_most_four_times_a_second(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    model = card(kernel, project, tmp_path)
    kernel.run("remote_file.CHUNK_BYTES = 1000")
    seen = len(model.updates)
    started = simulator.clock()
    save(kernel, model)
    lasted = simulator.clock() - started
    kernel.run("remote_file.CHUNK_BYTES = 2**20")
    told = [update["transfer"] for update in model.updates[seen:] if update.get("transfer")]
    assert told[0] == {"kind": "save", "received_bytes": 0, "total_bytes": None}
    assert told[1]["total_bytes"] == len(FILM)
    assert len(told) <= 2 + 4 * lasted
    assert files(tmp_path) == {f"{project}.mp4": FILM}
