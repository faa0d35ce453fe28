"""The file that remembers how long this user's renders took: small, readable, optional, never in the way."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from mh_widgets.polling import history, intervals
from mh_widgets.polling.history import KEEP, MAX_TYPES, RenderHistory
from mh_widgets.polling.registry import poller_for
from mh_widgets.polling.scheduler import Clock
from mh_widgets.polling.subscription import Subscription
from tests.unit.virtual_time import START, Api, now, project, refusal, run, until

HERE = "https://api.test"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "history.json"


def test_what_was_added_is_there_for_the_next_kernel(file: Path) -> None:
    RenderHistory(file).add(HERE, "FACE_SWAP", 93.21)
    later = RenderHistory(file)
    assert later.of(HERE, "FACE_SWAP") == ()
    later.load()
    assert later.of(HERE, "FACE_SWAP") == (93.2,)
    assert later.of(HERE, "LIP_SYNC") == later.of("https://elsewhere", "FACE_SWAP") == ()


def test_it_keeps_the_last_twelve_of_each_type_and_few_types(file: Path) -> None:
    known = RenderHistory(file)
    for n in range(1, 31):
        known.add(HERE, "FACE_SWAP", n)
    assert known.of(HERE, "FACE_SWAP") == tuple(range(31 - KEEP, 31))
    for n in range(200):
        known.add(HERE, f"TYPE_{n}", 5)
    assert known.of(HERE, "FACE_SWAP") == ()
    assert len(json.loads(file.read_text())) == MAX_TYPES
    assert file.stat().st_size < 10_000


def test_two_kernels_lose_nothing_of_each_other(file: Path) -> None:
    one, two = RenderHistory(file), RenderHistory(file)
    one.load()
    two.load()
    one.add(HERE, "FACE_SWAP", 1)
    two.add(HERE, "FACE_SWAP", 2)
    assert two.of(HERE, "FACE_SWAP") == (1, 2)


@pytest.mark.parametrize(
    "content", ["", "null", "[1]", '{"x": 5}', '{"x": ["a"]}', "[" * 100_000, '{"x": [1e99, -1]}']
)
def test_a_broken_file_is_as_good_as_none_and_is_replaced(file: Path, content: str) -> None:
    file.parent.mkdir()
    file.write_text(content)
    known = RenderHistory(file)
    known.load()
    assert known.of(HERE, "FACE_SWAP") == ()
    known.add(HERE, "FACE_SWAP", 7)
    again = RenderHistory(file)
    again.load()
    assert again.of(HERE, "FACE_SWAP") == (7,)


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), 0, -1])
def test_nonsense_is_not_remembered(file: Path, seconds: float) -> None:
    RenderHistory(file).add(HERE, "FACE_SWAP", seconds)
    assert not file.exists()


def test_where_nothing_can_be_written_it_goes_on_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    known = RenderHistory(tmp_path / "file" / "history.json")
    known.load()
    known.add(HERE, "FACE_SWAP", 5)
    assert known.of(HERE, "FACE_SWAP") == (5,)


def test_a_write_that_fails_leaves_no_draft(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    RenderHistory(file).add(HERE, "FACE_SWAP", 5)
    assert list(file.parent.iterdir()) == []


@pytest.mark.parametrize("word", ["off", "OFF", "0", "no"])
def test_it_can_be_switched_off(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGIC_HOUR_DURATIONS", word)
    assert history.shared().path is None


def test_another_file_can_be_named(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setenv("MAGIC_HOUR_DURATIONS", str(file))
    assert history.shared().path == file


def test_a_file_named_later_counts_for_the_next_watch(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    async def test() -> None:
        client, clock = Api().client(), Clock(now=lambda: START + now(), durations=history.shared)
        before = poller_for(client.api, "clx1", clock)
        assert history.shared() is history.shared()
        RenderHistory(file).add(HERE, "FACE_SWAP", 7)
        monkeypatch.setenv("MAGIC_HOUR_DURATIONS", str(file))
        after = poller_for(client.api, "clx2", clock)
        loop = asyncio.get_running_loop()
        await until(lambda: not loop.jobs)  # type: ignore[attr-defined]
        await client.get("clx1")
        known = [watch._scheduler._history.of(HERE, "FACE_SWAP") for watch in (before, after)]
        assert known == [(), (7,)]

    run(test())


@pytest.mark.skipif(sys.platform != "linux", reason="the cache directory is named by XDG_CACHE_HOME on Linux")
def test_by_default_it_is_in_the_user_s_cache_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("MAGIC_HOUR_DURATIONS")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert history.shared().path == tmp_path / "mh_widgets" / "durations.json"
    assert not list(tmp_path.iterdir())


def watched(file: Path, *answers: object, poll_interval_s: float | None = 1.0) -> tuple[float, ...]:
    """Watch a render from the start, created at START, to its end, and return what was learned of it."""

    async def test() -> tuple[float, ...]:
        known = RenderHistory(file)
        clock = Clock(now=lambda: START + now(), random=lambda: 0.5, durations=lambda: known)
        watch = poller_for(Api(*answers).client().api, "clx1", clock)
        watcher = Subscription(watch, lambda: None, deadline_s=None, poll_interval_s=poll_interval_s)
        watcher.start()
        await asyncio.gather(watcher.finished(), return_exceptions=True)
        loop = asyncio.get_running_loop()
        await until(lambda: not loop.jobs)  # type: ignore[attr-defined]
        watcher.close()
        return known.of(HERE, "FACE_SWAP")

    return run(test())


BORN: dict[str, object] = {"created_at": "2026-03-01T12:00:00Z"}


def test_an_end_between_two_answers_is_learned_from(file: Path) -> None:
    assert watched(file, *[project("rendering", **BORN)] * 30, project("complete", **BORN)) == (29.5,)


def test_an_end_that_lies_anywhere_in_a_long_gap_is_not(file: Path) -> None:
    answers = [
        project("rendering", **BORN),
        refusal(503, headers={"retry-after": "200"}),
        project("complete", **BORN),
    ]
    assert watched(file, *answers) == ()


@pytest.mark.parametrize(
    "end", [project("complete", **BORN), project("error", **BORN), project("canceled", **BORN)]
)
def test_only_an_end_that_was_seen_coming_counts(file: Path, end: object) -> None:
    begun = [] if end == project("complete", **BORN) else [project("rendering", **BORN)] * 5
    assert watched(file, *begun, end) == ()


def test_what_was_learned_is_what_the_card_says(file: Path) -> None:
    for _ in range(12):
        RenderHistory(file).add(HERE, "FACE_SWAP", 20)

    async def test() -> intervals.DurationEstimate:
        known = RenderHistory(file)
        clock = Clock(now=lambda: START + now(), random=lambda: 0.5, durations=lambda: known)
        watch = poller_for(Api(project("rendering")).client().api, "clx1", clock)
        await until(lambda: known.of(HERE, "FACE_SWAP"))  # read in a thread
        await watch.refresh()
        return watch.usual

    usual = run(test())
    assert usual.source == "your last 12 renders"
    assert usual.median_s < 30


def test_the_file_holds_no_ids_and_no_names(file: Path) -> None:
    watched(file, *[project("rendering", **BORN)] * 10, project("complete", **BORN))
    assert json.loads(file.read_text()) == {"https://api.test FACE_SWAP": [9.5]}
    assert os.listdir(file.parent) == ["history.json"]  # noqa: PTH208


def test_figures_that_no_clock_that_is_right_can_give_are_not_kept(file: Path) -> None:
    known = RenderHistory(file)
    for seconds in (1e7, 1e300, float("inf"), float("nan"), 0.0, -5.0):
        known.add(HERE, "FACE_SWAP", seconds)
    assert known.of(HERE, "FACE_SWAP") == ()
    assert not file.exists()


def test_a_number_beyond_every_float_is_no_reason_to_fail(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({f"{HERE} FACE_SWAP": [10**400]}))
    known = RenderHistory(file)
    known.load()
    assert known.of(HERE, "FACE_SWAP") == ()
    known.add(HERE, "FACE_SWAP", 90)
    assert known.of(HERE, "FACE_SWAP") == (90,)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among its files")
def test_what_is_no_ordinary_file_is_neither_read_nor_replaced(file: Path) -> None:
    file.parent.mkdir()
    os.mkfifo(file)  # as /dev/null, which root could replace; and whoever reads it waits for ever
    known = RenderHistory(file)
    known.add(HERE, "FACE_SWAP", 90)
    known.load()
    assert file.is_fifo()
    assert [*file.parent.iterdir()] == [file]


@pytest.mark.skipif(sys.platform != "linux", reason="where a home comes from differs")
def test_without_a_home_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MAGIC_HOUR_DURATIONS", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 3)  # a container's user, who has a number and no name
    assert history.shared().path is None


def test_the_type_that_was_not_used_for_longest_is_forgotten_first(file: Path) -> None:
    known = RenderHistory(file)
    for n in range(MAX_TYPES):
        known.add(HERE, f"T{n}", 1)
    known.add(HERE, "T0", 2)
    known.add(HERE, "NEW", 3)
    assert (known.of(HERE, "T0"), known.of(HERE, "T1"), known.of(HERE, "NEW")) == ((1, 2), (), (3,))


def test_of_a_file_that_somebody_else_made_only_so_much_is_read(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({f"{HERE} FACE_SWAP": [*range(1, 31)]}))
    known = RenderHistory(file)
    known.load()
    assert len(known.of(HERE, "FACE_SWAP")) == KEEP
    file.write_text(" " * 65536 + file.read_text())
    known.load()
    assert known.of(HERE, "FACE_SWAP") == ()
