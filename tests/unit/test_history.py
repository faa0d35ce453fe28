"""How long this user's renders took is learned from what is seen, kept by the store, and used by the next kernel."""

from __future__ import annotations

import asyncio

import pytest

from mh_widgets.polling.history import RenderHistory, of_process
from mh_widgets.store.base import KEEP_DURATIONS
from tests.unit.fake_card import Card
from tests.unit.fake_store import FakeStore, use
from tests.unit.virtual_time import Api, project, refusal, run, until

HERE = "https://api.test"
BORN: dict[str, object] = {"created_at": "2026-03-01T12:00:00Z"}


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    return use(monkeypatch, FakeStore())


def watched(store: FakeStore, *answers: object) -> tuple[float, ...]:
    """Watch a render from the start, created at START, to its end, and return what was learned of it."""

    async def test() -> None:
        card = Card(Api(*answers).client(), poll_interval_s=1.0)
        await asyncio.gather(card.watcher.finished(), return_exceptions=True)
        await asyncio.sleep(1)
        card.close()

    run(test())
    return store.known_durations.get(HERE, {}).get("FACE_SWAP", ())


def test_an_end_between_two_answers_is_learned_from(store: FakeStore) -> None:
    answers = [*[project("rendering", **BORN)] * 30, project("complete", **BORN)]
    assert watched(store, *answers) == (29.5,)


def test_an_end_that_lies_anywhere_in_a_long_gap_is_not(store: FakeStore) -> None:
    answers = [
        project("rendering", **BORN),
        refusal(503, headers={"retry-after": "100"}),
        project("complete", **BORN),
    ]
    assert watched(store, *answers) == ()


@pytest.mark.parametrize(
    "end", [project("complete", **BORN), project("error", **BORN), project("canceled", **BORN)]
)
def test_only_an_end_that_was_seen_coming_counts(store: FakeStore, end: object) -> None:
    begun = [] if end == project("complete", **BORN) else [project("rendering", **BORN)] * 5
    assert watched(store, *begun, end) == ()


async def test_what_was_learned_is_what_the_card_of_the_next_kernel_says(store: FakeStore) -> None:
    store.known_durations[HERE] = {"FACE_SWAP": (20.0,) * 12}
    card = Card(Api(project("rendering")).client())
    await until(lambda: card.watch.estimate.source == "your last 12 renders", 5)
    assert card.watch.estimate.median_s < 30
    card.close()


async def test_without_a_store_it_is_learned_for_the_process() -> None:
    answers = [*[project("rendering", **BORN)] * 30, project("complete", **BORN)]
    first = Card(Api(*answers).client(), poll_interval_s=1.0)
    await first.watcher.finished()
    first.close()
    of_process.add(HERE, "FACE_SWAP", 20.0)
    of_process.add(HERE, "FACE_SWAP", 20.0)
    second = Card(Api(project("rendering")).client())
    await until(lambda: second.watch.estimate.source == "your last 3 renders", 5)
    assert of_process.of(HERE, "FACE_SWAP") == (29.5, 20.0, 20.0)
    second.close()


async def test_with_a_store_nothing_is_left_in_the_process(store: FakeStore) -> None:
    answers = [*[project("rendering", **BORN)] * 30, project("complete", **BORN)]
    card = Card(Api(*answers).client(), poll_interval_s=1.0)
    await card.watcher.finished()
    await until(lambda: store.known_durations.get(HERE))
    assert of_process.of(HERE, "FACE_SWAP") == ()
    card.close()


def test_it_keeps_the_last_twelve_of_each_type() -> None:
    added: list[tuple[str, str, float]] = []
    known = RenderHistory(lambda *one: added.append(one))
    for n in range(1, 31):
        known.add(HERE, "FACE_SWAP", n)
    assert known.of(HERE, "FACE_SWAP") == tuple(range(31 - KEEP_DURATIONS, 31))
    assert known.of(HERE, "LIP_SYNC") == known.of("https://elsewhere", "FACE_SWAP") == ()
    assert len(added) == 30
    known.load(HERE, {"FACE_SWAP": tuple(map(float, range(1, 31)))})
    assert len(known.of(HERE, "FACE_SWAP")) == KEEP_DURATIONS


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), 0.0, -1.0, 1e7, 1e300])
def test_figures_that_no_clock_that_is_right_can_give_are_not_kept(seconds: float) -> None:
    added: list[object] = []
    known = RenderHistory(lambda *one: added.append(one))
    known.add(HERE, "FACE_SWAP", seconds)
    known.load(HERE, {"LIP_SYNC": (seconds,)})
    assert (added, known.of(HERE, "FACE_SWAP"), known.of(HERE, "LIP_SYNC")) == ([], (), ())
