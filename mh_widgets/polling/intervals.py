"""When to ask next, and when will it be done. Pure: time and randomness are handed in.

The best times to ask follow from when the answer is likely to change: with h the rate at which a render of
this kind that has not finished yet finishes just now, and c the price of a request in seconds of delay, the
interval that costs least is sqrt(2c / h). Trouble has a back-off of its own, so that a shaky network doesn't
make a healthy watch slow.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Sequence

from mh_widgets.api.retry import Random

#: Seconds between two questions, at least and at most, at the usual pace.
FLOOR_S = 1.0
CEILING_S = 30.0
#: Seconds between two questions, at least, about a project that no page shows any more.
UNSEEN_S = 60.0
#: While a render is queued its end can't be near, but the next word can: a twelfth of the usual time, in
#: these bounds.
QUEUED_SHARE = 1 / 12
QUEUED_S = (5.0, 20.0)
#: A render that takes seconds isn't queued for longer than this share of its usual time between two questions.
QUEUED_MOST = 1 / 4
#: The second look comes after so many seconds at most: a card that has just begun should soon know what it
#: looks at.
SECOND_LOOK_S = 10.0
#: What a request is worth, in seconds of delay; and the spread of the log-normal law, wider than the 0.6 of
#: one kind of render, as its median may be wrong by two either way. ``tests/benchmarks/simulation.py`` shows
#: what they bring.
REQUEST_COST_S = 0.044
SPREAD = 0.85
#: A tenth either way keeps many watches apart.
JITTER = 0.1

#: The shortest interval that ``poll_interval_s`` can ask for, in seconds.
MIN_INTERVAL_S = 0.1


#: Median time from creation to the film in seconds, queueing included, as Magic Hour publishes it (July
#: 2026).
MEDIAN_DURATION_S = {
    "AUTO_SUBTITLE": 45,
    "TEXT_TO_VIDEO": 51,
    "IMAGE_TO_VIDEO": 74,
    "VIDEO_EDITOR": 85,
    "FACE_SWAP": 96,
    "AUDIO_TO_VIDEO": 117,
    "TALKING_PHOTO": 174,
    "LIP_SYNC": 229,
    "CHARACTER_REPLACE": 446,
    "ANIMATION": 596,
    "VIDEO_TO_VIDEO": 772,
}
MEDIAN_SOURCE = "documented median of July 2026"
#: The same of images and audio (``ProjectDetails.estimated_as``), in August 2026. Types without a figure: 9 s
#: and 21 s.
MEDIAN_OTHER_S = {
    "image AI_GIF": 23,
    "image AI_HEADSHOT": 14,
    "image AI_IMAGE": 5,
    "image AI_IMAGE_EDITOR": 9,
    "image AI_MEME": 9,
    "image BACKGROUND_REMOVER": 4,
    "image BODY_SWAP": 38,
    "image CLOTHES_CHANGER": 13,
    "image FACE_EDITOR": 3,
    "image FACE_SWAP": 4,
    "image HEAD_SWAP": 18,
    "image IMAGE_UPSCALER": 22,
    "image PHOTO_COLORIZER": 9,
    "image QR_CODE": 7,
    "audio VOICE_CLONER": 21,
    "audio VOICE_GENERATOR": 21,
}
MEDIAN_OTHER_SOURCE = "documented median of August 2026"
#: How many of a user's own renders the documented median weighs as much as; and from how many on they are
#: named.
DOCUMENTED_WEIGHT = 2
OWN_FROM = 3


@dataclasses.dataclass(frozen=True)
class DurationEstimate:
    """How long renders of one kind take: log-normal around ``median_s`` seconds from creation, and who says so.

    ``source`` is "" where nobody does: then the figure is good enough to choose a pace by, and not to be
    shown.
    """

    median_s: float
    source: str = ""
    spread: float = SPREAD

    def rate(self, elapsed_s: float) -> float:
        """Of the renders that have not finished by ``elapsed_s`` seconds, the share that does so a second (hazard)."""
        if elapsed_s <= 0:
            return 0.0
        z = (math.log(elapsed_s) - math.log(self.median_s)) / self.spread
        width = elapsed_s * self.spread
        if z > 6:  # both sides of the fraction vanish; its limit does not
            return (z + 1 / z) / width
        return math.sqrt(2 / math.pi) * math.exp(-z * z / 2) / width / math.erfc(z / math.sqrt(2))


def usual(kind: str | None, own_s: Sequence[float] = ()) -> DurationEstimate:
    """How long renders of ``kind`` usually take, sharpened by the durations in seconds of this user's own."""
    documented, source = MEDIAN_DURATION_S.get(kind or ""), MEDIAN_SOURCE
    alike: Sequence[int] = [*MEDIAN_DURATION_S.values()]
    if kind and kind.split(" ")[0] in ("image", "audio"):
        documented, source = MEDIAN_OTHER_S.get(kind), MEDIAN_OTHER_SOURCE
        alike = [s for known, s in MEDIAN_OTHER_S.items() if known.split(" ")[0] == kind.split(" ")[0]]
    logs = [math.log(seconds) for seconds in own_s if seconds > 0]
    weight = DOCUMENTED_WEIGHT if documented else 0
    if not logs:
        return (
            DurationEstimate(documented, source)
            if documented
            else DurationEstimate(sorted(alike)[len(alike) // 2])
        )
    middle = (weight * math.log(documented or 1) + sum(logs)) / (weight + len(logs))
    # The own spread counts as much as there is of it; never so narrow that a surprise would be asked for too
    # late.
    squares = DOCUMENTED_WEIGHT * SPREAD**2 + sum((log - middle) ** 2 for log in logs)
    spread = max(0.3, math.sqrt(squares / (DOCUMENTED_WEIGHT + len(logs))))
    said = source if documented else ""
    return DurationEstimate(
        math.exp(middle), f"your last {len(logs)} renders" if len(logs) >= OWN_FROM else said, spread
    )


def interval_s(
    elapsed_s: float,
    usual: DurationEstimate,
    random: Random,
    *,
    queued: bool = False,
    watched_s: float = math.inf,
) -> float:
    """Seconds until the next question, ``elapsed_s`` seconds after the project was created.

    ``watched_s`` is how long it has been looked at: beyond the first 10 s the interval may grow with that.
    """
    if queued:
        least_s = min(QUEUED_S[0], usual.median_s * QUEUED_MOST)
        seconds = min(max(usual.median_s * QUEUED_SHARE, least_s), QUEUED_S[1])
    else:
        seconds = min(_optimal_interval_s(round(max(elapsed_s, 0.0)), usual), max(SECOND_LOOK_S, watched_s))
    return min(max(seconds * (1 - JITTER + 2 * JITTER * random()), FLOOR_S), CEILING_S)


@functools.lru_cache(maxsize=4096)
def _optimal_interval_s(elapsed_s: int, usual: DurationEstimate) -> float:
    """Where the density of questions sqrt(h / 2c), added up from ``elapsed_s`` on, has come to one question.

    Added up, since h may rise steeply within one interval. In whole seconds, so that many watches share the
    result.
    """
    density, waited = 0.0, 0.0
    while waited < CEILING_S:
        step = math.sqrt(usual.rate(elapsed_s + waited + 0.5) / (2 * REQUEST_COST_S))
        if density + step >= 1:
            return waited + (1 - density) / step
        density, waited = density + step, waited + 1
    return CEILING_S
