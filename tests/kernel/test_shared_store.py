"""Two real kernels on one store: what one has seen, the other's cards show at once, and mark while it is old."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mh_widgets.simulator import Simulator
from tests.kernel.live_kernel import LiveKernel, live_kernel
from tests.leaks import KEY


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def kernels(simulator: Simulator, folder: Path, kernel_python: str) -> Iterator[list[LiveKernel]]:
    env = {
        "MAGIC_HOUR_BASE_URL": simulator.url,
        "MAGIC_HOUR_API_KEY": KEY,
        "MAGIC_HOUR_STORE": str(folder / "store.db"),
    }
    for name in ("one", "two"):
        (folder / name).mkdir()
    with (
        live_kernel(env, folder / "one", kernel_python) as one,
        live_kernel(env, folder / "two", kernel_python) as two,
    ):
        for kernel in (one, two):
            cell = kernel.run("from mh_widgets import *\nimport asyncio, time")
            assert not cell.error, cell.error
        yield [one, two]


def remembered(kernel: LiveKernel, project_id: str) -> None:
    """Let a kernel watch a project until the store has its record, which is written after the answer."""
    cell = kernel.run(
        f"assert (await VideoProject({project_id!r})).status == 'complete'\n"
        f"while {project_id!r} not in [each.id for each in recent()]:\n    await asyncio.sleep(0.05)"
    )
    assert not cell.error, cell.error


def age_of_all(file: Path, seconds: float) -> None:
    """Make what is in the store older."""
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE projects SET answered_at = answered_at - ?, due_at = NULL", (seconds,))


def test_a_known_card_says_how_old_it_is_until_it_has_an_answer(
    kernels: list[LiveKernel], fresh: Callable[[str], str], folder: Path
) -> None:
    one, two = kernels
    project_id = fresh("finished")
    remembered(one, project_id)
    age_of_all(folder / "store.db", 7200)
    code = f"""
    card = VideoProject({project_id!r})
    seen = []
    card.observe(lambda change: seen.append((card.status, card.watch.get("known_at"))), "watch")
    details = await card
    print(details.downloads[0].url.startswith("http"), seen[0][0], time.time() - seen[0][1] > 7000)
    print(card.watch.get("known_at"))
    """
    cell = two.run("\n".join(line[4:] for line in code.splitlines()))
    assert cell.stdout == "True complete True\nNone\n", cell


def test_two_kernels_ask_about_as_often_as_one(
    kernels: list[LiveKernel], fresh: Callable[[str], str], simulator: Simulator
) -> None:
    project_id = fresh("halfway")
    cells = [
        kernel.start(f"card = VideoProject({project_id!r}, poll_interval_s=0.5)\nawait asyncio.sleep(5)")
        for kernel in kernels
    ]
    for kernel, cell in zip(kernels, cells, strict=True):
        assert not kernel.finish(cell).error
    asked = len([r for r in simulator.requests if r.project_id == project_id])
    statuses = [kernel.run("print(card.status)").stdout for kernel in kernels]
    assert statuses[0] == statuses[1] != "\n"
    assert asked <= 14


def test_a_deletion_in_one_kernel_is_on_the_other_s_card(
    kernels: list[LiveKernel], fresh: Callable[[str], str]
) -> None:
    project_id = fresh("finished")
    for kernel in kernels:
        assert not kernel.run(f"card = VideoProject({project_id!r})\nawait card").error
    kernels[0].run("await card.delete()")
    heard = kernels[1].run(
        "while card.status != 'deleted':\n    await asyncio.sleep(0.05)\nprint(card.status)"
    )
    assert heard.stdout == "deleted\n"


def test_the_history_is_the_same_in_both(kernels: list[LiveKernel], fresh: Callable[[str], str]) -> None:
    project_id = fresh("finished")
    remembered(kernels[0], project_id)
    listed = [kernel.run("print(sorted(each.id for each in recent()))").stdout for kernel in kernels]
    assert listed[0] == listed[1]
    assert project_id in listed[0]


def test_no_secret_is_in_the_folder(
    kernels: list[LiveKernel], folder: Path, fresh: Callable[[str], str]
) -> None:
    project_id = fresh("finished")
    remembered(kernels[0], project_id)
    written = b"".join(each.read_bytes() for each in folder.glob("store.db*"))
    assert project_id.encode() in written
    for secret in (KEY.encode(), b"signature=", b"expires="):
        assert secret not in written
