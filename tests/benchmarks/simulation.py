"""What the pace costs and what it brings: a seeded simulation of the eleven kinds of render, against other paces.

Renders last log-normally (spread 0.6) around their kind's median, of which the documented one is right, or
wrong by two either way; a tenth of the time they are queued. Delay: from the end of a render to the answer
that says so.
"""

from __future__ import annotations

import dataclasses
import math
import random
import statistics
from collections.abc import Callable, Iterator

from mh_widgets.polling import intervals

RENDERS = 400  # of each kind and each error of the median
SPREAD = 0.6
QUEUED = 0.1
WRONG_BY = {"documented medians true": 1.0, "medians half as long": 0.5, "medians twice as long": 2.0}

#: Seconds until the next question: of a kind, so long after its creation, queued or not, after so many
#: answers.
Interval = Callable[[str, float, bool, int], float]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """Means over all renders: questions, seconds of delay, seconds of a render."""

    questions: float
    delay_s: float
    render_s: float

    @property
    def fixed_delay_s(self) -> float:
        """The mean delay of the fixed interval that asks as often: half of that interval."""
        return self.render_s / (self.questions - 1) / 2


def ours(chance: random.Random) -> Interval:
    def interval(kind: str, elapsed_s: float, queued: bool, _answers: int) -> float:
        return intervals.interval_s(
            elapsed_s, intervals.estimate_duration(kind), chance.random, queued=queued, watched_s=elapsed_s
        )

    return interval


def fixed(seconds: float) -> Interval:
    return lambda _kind, _elapsed_s, _queued, _answers: seconds


def growing(_kind: str, _elapsed_s: float, _queued: bool, answers: int) -> float:
    return min(30.0, 3.0 * 1.5 ** (answers - 1))


def watch(interval: Interval, kind: str, end_s: float, start_s: float = 0.0) -> tuple[int, float]:
    """Questions asked, and seconds of delay, for one render that ends after ``end_s``."""
    at, questions = start_s, 1
    while at < end_s:
        at += interval(kind, at, at < QUEUED * end_s, questions)
        questions += 1
    return questions, at - end_s


def simulate(interval: Interval, wrong_by: float, chance: random.Random) -> Outcome:
    """All kinds, ``RENDERS`` times each; ``chance`` seeded alike makes every pace watch the same renders."""
    questions, delays, lengths = [], [], []
    for kind, median_s in intervals.MEDIAN_DURATION_S.items():
        for _ in range(RENDERS):
            end_s = chance.lognormvariate(math.log(median_s * wrong_by), SPREAD)
            asked, delay_s = watch(interval, kind, end_s)
            questions.append(asked)
            delays.append(delay_s)
            lengths.append(end_s)
    return Outcome(*(statistics.fmean(values) for values in (questions, delays, lengths)))


SDK = "the SDK's 0.5 s"
PACES: dict[str, Interval] = {
    SDK: fixed(0.5),
    "the CLI's 2 s": fixed(2),
    "5 s": fixed(5),
    "10 s": fixed(10),
    "3 s x 1.5 -> 30 s": growing,
}


def mean(outcomes: list[Outcome]) -> Outcome:
    """Of cases with equally many renders."""
    columns = zip(*(dataclasses.astuple(outcome) for outcome in outcomes), strict=True)
    return Outcome(*(statistics.fmean(column) for column in columns))


def rows() -> Iterator[tuple[str, str, str]]:
    cases: dict[str, list[Outcome]] = {}
    for name, wrong_by in WRONG_BY.items():
        mine = simulate(ours(random.Random(2)), wrong_by, random.Random(1))
        yield f"pace, {name}: questions, delay", f"{mine.questions:.0f}, {mine.delay_s:.1f} s", ""
        cases.setdefault("ours", []).append(mine)
        for other, interval in PACES.items():
            cases.setdefault(other, []).append(simulate(interval, wrong_by, random.Random(1)))
    total = {name: mean(outcomes) for name, outcomes in cases.items()}
    for name, result in total.items():
        limit = "2.5 s" if name == "ours" else ""
        yield f"pace, the three together: {name}", f"{result.questions:.0f}, {result.delay_s:.1f} s", limit
    mine = total["ours"]
    yield "  times fewer questions than the SDK", f"{total[SDK].questions / mine.questions:.1f}", "12"
    share = mine.delay_s / mine.fixed_delay_s
    yield "  delay, of a fixed interval's that asks as often", f"{share:.2f}", "0.75"
