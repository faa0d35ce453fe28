"""Judges what many kernels did with their claims by the states of ``store/base.py``, and not by the machine's speed.

A moment counts only where some kernel's loop turns. Then a state has to explain why nobody asks: a claim that is
asked or answered, a lease that somebody who was stopped has left, an answer that is young enough.
"""

from __future__ import annotations

import bisect
import dataclasses
import itertools
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from mh_widgets.polling.rate_limiter import PER_S
from mh_widgets.store.base import GRACE_S, LEASE_S, RENEW_S

#: A loop whose turns are further apart, in seconds, doesn't count as turning in between.
NEAR_S = 0.3
#: By chance one comes so much later than a lease's end.
LATE_S = 0.3
#: A claim usually takes a thousandth of a second; one that is refused sooner than this is no reason to wait.
SHORT_S = 0.1
#: No request to the simulator takes longer, on any machine: a claim that stays open hides nothing for ever.
OPEN_S = 20.0

Span = tuple[float, float]


@dataclasses.dataclass(frozen=True)
class Event:
    """One line of a kernel's log."""

    time: float
    kind: str
    project_id: str
    value: Any


def events(log: Path) -> list[Event]:
    """What a kernel said; a line that was being written as it was killed is left out."""
    lines = log.read_text(errors="replace").splitlines()
    return [Event(*json.loads(line)) for line in lines if line.startswith("[") and line.endswith("]")]


def silences(
    kernels: Sequence[Sequence[Event]], project_id: str, interval_s: float, whole: Span
) -> list[Span]:
    """When nobody asked about a project, a kernel's loop turned that watches it, and no state explains it."""
    able: list[Span] = []
    explained: list[Span] = []
    for log in kernels:
        own = [each for each in log if each.project_id == project_id]
        knows_at = next((each.time for each in own if each.kind == "status"), math.inf)
        turns = minus(turning(log), _loading(log))
        able += [(max(a, knows_at), b) for a, b in turns if b > knows_at]
        explained += _explained(log, own, interval_s)
    return minus(minus([whole], minus([whole], able)), explained)


def doubled(kernels: Sequence[Sequence[Event]], project_id: str, interval_s: float) -> list[Span]:
    """Pairs of questions that two kernels asked too soon after each other, though both held the claim in time."""
    asked = sorted(
        itertools.chain.from_iterable(_in_time(log, project_id, n) for n, log in enumerate(kernels))
    )
    return [
        (a, b)
        for (a, one), (b, other) in itertools.pairwise(asked)
        if b - a < 0.5 * interval_s and one != other
    ]


def alone(kernels: Sequence[Sequence[Event]], project_id: str, since: float = 0.0) -> int:
    """Questions that a kernel asked because the store didn't work for it."""
    return sum(
        each.kind == "alone" and each.project_id == project_id and each.time >= since
        for log in kernels
        for each in log
    )


def turning(log: Sequence[Event]) -> list[Span]:
    """When a kernel's loop turned."""
    times = [each.time for each in log]
    return [(a, b) for a, b in itertools.pairwise(times) if b - a <= NEAR_S]


def disturbed_s(log: Sequence[Event], span: Span) -> float:
    """Seconds of ``span`` in which a kernel's loop didn't turn."""
    return sum(b - a for a, b in minus([span], turning(log)))


def _loading(log: Sequence[Event]) -> list[Span]:
    """When a kernel imported what sends requests, and then let its projects take their first turns."""
    begin = next((each.time for each in log if each.kind == "loads"), math.inf)
    turns_s = len({each.project_id for each in log if each.project_id}) / PER_S
    return [(begin, next((each.time + turns_s for each in log if each.kind == "loaded"), math.inf))]


def _explained(log: Sequence[Event], own: Sequence[Event], interval_s: float) -> list[Span]:
    times = [each.time for each in log]
    spans: list[Span] = []
    for each, after in itertools.zip_longest(own, own[1:]):
        begin, end = each.time, after.time if after is not None else math.inf
        # A claim that is refused at once explains nothing; one that waits for a busy machine does.
        in_vain = after is not None and after.kind == "refused" and end - begin < SHORT_S
        if each.kind in ("claims", "granted", "alone", "asks", "asked") and not in_vain:
            spans += _held(times, begin, min(end, begin + OPEN_S))
        if each.kind in ("granted", "alone"):
            spans.append((begin, min(end, begin + each.value + LEASE_S + LATE_S)))
        elif each.kind in ("asked", "recorded"):
            spans.append((begin, begin + interval_s + GRACE_S[1]))
        elif each.kind == "failed":
            spans.append((begin, begin + each.value + LATE_S))
    return spans


def _held(times: Sequence[float], begin: float, end: float) -> list[Span]:
    """A claim between two events: while the loop turns it is renewed; where it doesn't, it ends with its lease."""
    inside = times[bisect.bisect_left(times, begin) : bisect.bisect_right(times, end)]
    spans = [
        (a, min(b, a + LEASE_S + LATE_S)) for a, b in itertools.pairwise([*inside, max(end, inside[-1])])
    ]
    return [(a, b) for a, b in spans if b > a]


def _in_time(log: Sequence[Event], project_id: str, number: int) -> Iterable[tuple[float, int]]:
    """The questions of a kernel that it asked with a claim of the store, and whose lease it can't have lost."""
    claimed = granted = math.inf
    times = [each.time for each in log]
    for each in log:
        if each.project_id != project_id:
            continue
        if each.kind == "claims":
            claimed, granted = each.time, math.inf
        elif each.kind == "granted":
            granted = each.time
        elif each.kind == "asks" and granted < math.inf:
            since = times[bisect.bisect_left(times, claimed) : bisect.bisect_right(times, each.time)]
            if all(b - a < LEASE_S - RENEW_S for a, b in itertools.pairwise(since)):
                yield each.time, number


def minus(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """What of ``spans`` is in none of ``others``; neither has to be in order."""
    left: list[Span] = []
    taken = sorted(others)
    for begin, end in sorted(spans):
        at = begin
        for a, b in taken:
            if a >= end:
                break
            if b > at:
                if a > at:
                    left.append((at, a))
                at = b
        if at < end:
            left.append((at, end))
    return left
