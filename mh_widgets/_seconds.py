"""Checks of arguments that are numbers of seconds."""

from __future__ import annotations

import decimal
import math
import numbers

#: Longest value that an error message repeats, in characters.
_SHOWN_CHARACTERS = 20


def read_seconds(name: str, value: object, *, zero: bool = False, endless: bool = True) -> float | None:
    """Read the argument ``name`` as seconds.

    Args:
        name: The argument's name in the error message.
        value: What the caller passed: a number of any kind, or None.
        zero: Whether 0 is allowed.
        endless: Whether infinity is allowed, which means the same as None.

    Returns:
        The seconds; None for None and for infinity.

    Raises:
        ValueError: ``value`` is anything else, as text, a bool, nan or a negative number.
    """
    if value is None:
        return None
    seconds = _number(value)
    if (seconds > 0 or (zero and seconds == 0)) and (endless or math.isfinite(seconds)):
        return seconds if math.isfinite(seconds) else None
    kind = "a number of seconds from 0 on" if zero else "a positive number of seconds"
    raise ValueError(f"{name} must be {kind} or None, got {_shown(value)}.")


def _number(value: object) -> float:
    """Return ``value`` as a float, or nan if it is not a number."""
    # numpy registers its numbers as Real, decimal doesn't. A bool is an int, but a mistake here.
    if isinstance(value, bool) or not isinstance(value, (numbers.Real, decimal.Decimal)):
        return math.nan
    try:
        return float(value)
    except (OverflowError, ValueError):  # too large for a float, or a signaling nan
        return math.nan


def _shown(value: object) -> str:
    if not isinstance(value, (str, numbers.Real, decimal.Decimal)):
        return type(value).__name__
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"
