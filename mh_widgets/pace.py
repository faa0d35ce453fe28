"""When to ask next. Pure: time and randomness are handed in.

The pace here is the API's own published advice for videos, 3 s growing by 1.5 to 30 s. Trouble has a back-off of its
own, so that a shaky network doesn't make a healthy watch slow.
"""

from __future__ import annotations

import datetime
import email.utils
import math
from collections.abc import Callable

#: Seconds; "3 s growing by 1.5 to 30 s", the polling advice in the API's documentation.
FLOOR_S = 3.0
CEILING_S = 30.0
GROWTH = 1.5

#: The shortest interval that ``poll_interval_s`` can ask for, in seconds.
MIN_INTERVAL_S = 0.1

#: Back-off in seconds: first wait, longest wait, and the API's advice for 502 ("30-60 s").
BACKOFF_S = 1.0
MAX_BACKOFF_S = 60.0
BAD_GATEWAY_S = 30.0
#: A Retry-After is obeyed up to this many seconds: a wrong clock on a server must not end a watch for good.
MAX_RETRY_AFTER_S = 300.0

#: Median time from creation to the film in seconds, queueing included, as Magic Hour publishes it (July 2026).
USUAL_S = {
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
USUAL_SOURCE = "documented median of July 2026"

Random = Callable[[], float]  # 0 <= x < 1


def interval_s(answers: int, poll_interval_s: float | None, random: Random) -> float:
    """Seconds until the next question after ``answers`` answers (at least 1) that brought no new status.

    ``poll_interval_s`` replaces the pace, down to 0.1 s. The jitter of 10 % either way keeps many watches apart.
    """
    if poll_interval_s is not None:
        return max(MIN_INTERVAL_S, poll_interval_s)
    # The exponent is bounded, as a float's is: a watch may last for days.
    grown = FLOOR_S * math.pow(GROWTH, min(answers - 1, 50))
    return min(CEILING_S, grown) * (0.9 + 0.2 * random())


def backoff_s(
    failures: int, random: Random, *, status_code: int | None = None, retry_after_s: float | None = None
) -> float:
    """Seconds to wait after ``failures`` failures in a row (at least 1); never less than the API asks for."""
    ceiling = min(MAX_BACKOFF_S, BACKOFF_S * math.pow(2, min(failures, 30)))
    wait = ceiling * (0.5 + 0.5 * random())
    if status_code == 502:
        wait = max(wait, BAD_GATEWAY_S)
    if retry_after_s is not None:
        wait = max(wait, min(retry_after_s, MAX_RETRY_AFTER_S))
    return wait


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks for, given as seconds or as an HTTP date; None for anything else.

    ``now`` is Unix time in seconds. Never negative, never infinite, capped at ``MAX_RETRY_AFTER_S``.
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = email.utils.parsedate_to_datetime(value)
            # HTTP dates are in UTC, also where the zone is missing.
            seconds = (date if date.tzinfo else date.replace(tzinfo=datetime.timezone.utc)).timestamp() - now
        except (ValueError, TypeError, OverflowError, OSError):
            return None
    return None if math.isnan(seconds) else min(max(seconds, 0.0), MAX_RETRY_AFTER_S)
