"""What people hand over as a number of seconds: taken where the meaning is plain, else one sentence."""

from __future__ import annotations

import decimal
import math
import numbers

#: Longest value that a sentence repeats, in characters; of anything else it names the type.
_SHOWN_CHARACTERS = 20


def read_seconds(name: str, value: object, *, zero: bool = False, endless: bool = True) -> float | None:
    """Read the argument ``name`` as seconds.

    Args:
        name: The argument, as its sentence names it.
        value: What was handed over: a number of any kind, or None.
        zero: Whether 0 is a number of seconds as well, as for whom waiting means to look once.
        endless: Whether it may be infinity, which says the same as None.

    Returns:
        The seconds; None for None and for infinity.

    Raises:
        ValueError: ``value`` is anything else, as text, a bool, nan or a number below 0.
    """
    if value is None:
        return None
    seconds = _number(value)
    if (seconds > 0 or (zero and seconds == 0)) and (endless or math.isfinite(seconds)):
        return seconds if math.isfinite(seconds) else None
    kind = "a number of seconds from 0 on" if zero else "a positive number of seconds"
    raise ValueError(f"{name} must be {kind} or None, got {_shown(value)}.")


def _number(value: object) -> float:
    """``value`` as a float, nan for what is no number."""
    # numpy registers its numbers, decimal doesn't; a bool is an int, and means something else here.
    if isinstance(value, bool) or not isinstance(value, (numbers.Real, decimal.Decimal)):
        return math.nan
    try:
        return float(value)
    except (OverflowError, ValueError):  # beyond every float, a signaling nan
        return math.nan


def _shown(value: object) -> str:
    if not isinstance(value, (str, numbers.Real, decimal.Decimal)):
        return type(value).__name__
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"
