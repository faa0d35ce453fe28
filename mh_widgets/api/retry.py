"""The wait after a failed request. Pure: the caller passes time and randomness."""

from __future__ import annotations

import datetime
import email.utils
import math
from collections.abc import Callable

#: The back-off in seconds: the first wait, the longest one, and the API's advice for 502 ("30-60 s").
BACKOFF_S = 1.0
MAX_BACKOFF_S = 60.0
BAD_GATEWAY_S = 30.0
#: The longest Retry-After in seconds. A server's wrong clock must not end polling for good.
MAX_RETRY_AFTER_S = 300.0
Random = Callable[[], float]  # returns 0 <= x < 1


def backoff_s(
    failures: int, random: Random, *, status_code: int | None = None, retry_after_s: float | None = None
) -> float:
    """Return the seconds to wait, which are never less than the API asks for.

    Args:
        failures: The failures in a row, at least 1.
        random: Returns 0 <= x < 1.
        status_code: The HTTP status of the last failure.
        retry_after_s: The seconds that the API asked for.
    """
    ceiling = min(MAX_BACKOFF_S, BACKOFF_S * math.pow(2, min(failures, 30)))
    wait = ceiling * (0.5 + 0.5 * random())
    if status_code == 502:
        wait = max(wait, BAD_GATEWAY_S)
    if retry_after_s is not None:
        wait = max(wait, min(retry_after_s, MAX_RETRY_AFTER_S))
    return wait


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds of a Retry-After header, which contains seconds or an HTTP date.

    Args:
        value: The header.
        now: Unix time in seconds on the server's clock.

    Returns:
        From 0 to ``MAX_RETRY_AFTER_S``, or None if the header is not valid.
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
    """Return the Unix time in seconds of an HTTP date, as in ``Date``, or None if it is not valid."""
    try:
        date = email.utils.parsedate_to_datetime(value or "")
        # HTTP dates are in UTC, even without a zone.
        return (date if date.tzinfo else date.replace(tzinfo=datetime.timezone.utc)).timestamp()
    except (ValueError, TypeError, OverflowError, OSError):
        return None
