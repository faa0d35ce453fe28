"""The gallery as a pandas DataFrame. Only ``to_frame`` imports pandas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mh_widgets.controllers.state import shown_kind
from mh_widgets.errors import ConfigurationError
from mh_widgets.models import parse_time

if TYPE_CHECKING:
    import pandas as pd

    from mh_widgets.project_ids import AnyKind

#: The columns of ``to_frame``, in their order.
COLUMNS = (
    "id",
    "name",
    "status",
    "kind",
    "type",
    "created_at",
    "width",
    "height",
    "duration_s",
    "fps",
    "credits",
    "error",
)
_TYPES = {
    **dict.fromkeys(("id", "name", "status", "kind", "type", "error"), "string"),
    **dict.fromkeys(("width", "height", "credits"), "Int64"),
    **dict.fromkeys(("duration_s", "fps"), "float64"),
}


def to_frame(cards: Mapping[str, Mapping[str, Any]], kinds: Mapping[str, AnyKind]) -> pd.DataFrame:
    """Return the cards as a table; see ``ProjectGallery.to_frame``.

    Args:
        cards: The cards by their project IDs.
        kinds: What the API is asked for.

    Returns:
        One row for each card, in the order of ``cards``.

    Raises:
        ConfigurationError: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError:
        raise ConfigurationError(
            "A table needs pandas, which is not installed.", hint="pip install pandas"
        ) from None
    frame = pd.DataFrame(
        [_row(project_id, card, kinds.get(project_id, "any")) for project_id, card in cards.items()],
        columns=list(COLUMNS),
    )
    # Excel has no time zones, and to_excel() refuses a column with one.
    frame["created_at"] = pd.to_datetime(frame["created_at"], utc=True).dt.tz_localize(None)
    # The types are the same without rows or values, from which pandas could not infer them.
    return frame.astype(_TYPES)


def _row(project_id: str, card: Mapping[str, Any], asked: AnyKind) -> dict[str, Any]:
    details, error = card["details"], card["error"]
    kind = shown_kind(details, asked)
    start, end = details.get("start_seconds"), details.get("end_seconds")
    return {
        "id": project_id,
        "name": details.get("name"),
        "status": card["status"],
        "kind": None if kind == "any" else kind,
        "type": details.get("type"),
        "created_at": parse_time(details.get("created_at")),
        "width": details.get("width"),
        "height": details.get("height"),
        "duration_s": end - start if None not in (start, end) and end > start else None,
        "fps": details.get("fps"),
        "credits": details.get("credits_charged"),
        "error": error and error["message"],
    }
