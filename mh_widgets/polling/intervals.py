"""The time of the next request, and the estimated end of a render.

Everything here is pure: the caller passes time and randomness. The best interval depends on how likely the
answer is to change. Let h be the rate at which unfinished renders of this kind finish now. Let c be the cost
of a request in seconds of delay. The cheapest interval is then sqrt(2c / h). Transient errors have a back-off
of their own, so an unstable network doesn't slow down a healthy poller.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Sequence

from mh_widgets.api.retry import Random

#: The shortest and the longest interval between two requests at the usual pace, in seconds.
FLOOR_S = 1.0
CEILING_S = 30.0
#: The shortest interval for a project that no page shows any more, in seconds.
UNSEEN_S = 60.0
#: A queued render can't end soon, but its status can change soon. Its interval is this share of the usual
#: time, within these bounds in seconds.
QUEUED_SHARE = 1 / 12
QUEUED_S = (5.0, 20.0)
#: The longest interval of a queued render, as a share of its usual time. It keeps short renders up to date.
QUEUED_MOST = 1 / 4
#: The second request comes after this many seconds at most, so that a new card is soon up to date.
SECOND_LOOK_S = 10.0
#: The cost of a request in seconds of delay, and the spread of the log-normal distribution. One kind of
#: render has a spread of 0.6. This one is wider, as the median may be wrong by a factor of two.
#: ``tests/benchmarks/simulation.py`` measures the effect of both.
REQUEST_COST_S = 0.044
SPREAD = 0.85
#: Intervals vary by this share in both directions, so that many pollers don't ask at the same moment.
JITTER = 0.1

#: The shortest interval that ``poll_interval_s`` may set, in seconds.
MIN_INTERVAL_S = 0.1


#: Median seconds from creation to completion, queueing included, as Magic Hour publishes them (July 2026).
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
#: The medians of images and audio (``ProjectDetails.estimated_as``), in August 2026. Types without a figure
#: take 9 s and 21 s.
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
#: The weight of the documented median, in own renders; and how many own renders the card must know to name
#: them as its source.
DOCUMENTED_WEIGHT = 2
OWN_FROM = 3


@dataclasses.dataclass(frozen=True)
class DurationEstimate:
    """How long renders of one kind take, and who says so.

    Durations are log-normal around ``median_s`` seconds from creation. An empty ``source`` means that there
    are no figures. The estimate is then good enough to choose an interval, but not to be shown.
    """

    median_s: float
    source: str = ""
    spread: float = SPREAD

    def rate(self, elapsed_s: float) -> float:
        """Return the hazard rate after ``elapsed_s`` seconds.

        It is the share of the unfinished renders that finish per second.
        """
        if elapsed_s <= 0:
            return 0.0
        z = (math.log(elapsed_s) - math.log(self.median_s)) / self.spread
        width = elapsed_s * self.spread
        if z > 6:  # numerator and denominator underflow here, but their ratio has a limit
            return (z + 1 / z) / width
        return math.sqrt(2 / math.pi) * math.exp(-z * z / 2) / width / math.erfc(z / math.sqrt(2))


def estimate_duration(kind: str | None, own_s: Sequence[float] = ()) -> DurationEstimate:
    """Return how long renders of ``kind`` usually take.

    Args:
        kind: The type of render.
        own_s: Durations of this user's own renders in seconds, which sharpen the estimate.
    """
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
    # Each own render weighs as much as in the median. The spread has a minimum, as a render that takes
    # unusually long or short would else be noticed too late.
    squares = DOCUMENTED_WEIGHT * SPREAD**2 + sum((log - middle) ** 2 for log in logs)
    spread = max(0.3, math.sqrt(squares / (DOCUMENTED_WEIGHT + len(logs))))
    source = source if documented else ""
    return DurationEstimate(
        math.exp(middle), f"your last {len(logs)} renders" if len(logs) >= OWN_FROM else source, spread
    )


def interval_s(
    elapsed_s: float,
    usual: DurationEstimate,
    random: Random,
    *,
    queued: bool = False,
    watched_s: float = math.inf,
) -> float:
    """Return the seconds until the next request.

    Args:
        elapsed_s: Seconds since the project was created.
        usual: How long such renders take.
        random: Returns 0 <= x < 1.
        queued: Whether the project is queued.
        watched_s: Seconds since the first request. Beyond 10 s the interval may grow up to this.
    """
    if queued:
        least_s = min(QUEUED_S[0], usual.median_s * QUEUED_MOST)
        seconds = min(max(usual.median_s * QUEUED_SHARE, least_s), QUEUED_S[1])
    else:
        seconds = min(_optimal_interval_s(round(max(elapsed_s, 0.0)), usual), max(SECOND_LOOK_S, watched_s))
    return min(max(seconds * (1 - JITTER + 2 * JITTER * random()), FLOOR_S), CEILING_S)


@functools.lru_cache(maxsize=4096)
def _optimal_interval_s(elapsed_s: int, usual: DurationEstimate) -> float:
    """Return the time over which the density of requests sqrt(h / 2c) adds up to one request.

    It is added up because h may rise steeply within one interval. Whole seconds let many pollers share the
    result.
    """
    density, waited = 0.0, 0.0
    while waited < CEILING_S:
        step = math.sqrt(usual.rate(elapsed_s + waited + 0.5) / (2 * REQUEST_COST_S))
        if density + step >= 1:
            return waited + (1 - density) / step
        density, waited = density + step, waited + 1
    return CEILING_S
