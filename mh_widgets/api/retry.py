"""How long to wait after a failed request. Pure: time and randomness are handed in."""

from __future__ import annotations

import datetime
import email.utils
import math
from collections.abc import Callable

#: Back-off in seconds: first wait, longest wait, and the API's advice for 502 ("30-60 s").
BACKOFF_S = 1.0
MAX_BACKOFF_S = 60.0
BAD_GATEWAY_S = 30.0
#: A Retry-After is obeyed up to this many seconds: a wrong clock on a server must not end a watch for good.
MAX_RETRY_AFTER_S = 300.0
Random = Callable[[], float]  # 0 <= x < 1


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

    ``now`` is Unix time in seconds on the server's clock. Never negative, never infinite, capped at
    ``MAX_RETRY_AFTER_S``.
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        date = parse_http_date(value)
        if date is None:
            return None
        seconds = date - now
    return None if math.isnan(seconds) else min(max(seconds, 0.0), MAX_RETRY_AFTER_S)


def parse_http_date(value: str | None) -> float | None:
    """Unix time in seconds of an HTTP date, as in ``Date``; None for anything else."""
    try:
        date = email.utils.parsedate_to_datetime(value or "")
        # HTTP dates are in UTC, also where the zone is missing.
        return (date if date.tzinfo else date.replace(tzinfo=datetime.timezone.utc)).timestamp()
    except (ValueError, TypeError, OverflowError, OSError):
        return None
