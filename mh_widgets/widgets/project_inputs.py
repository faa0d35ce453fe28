"""What people give a gallery, one project or many in any form, sorted into IDs and refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mh_widgets._text import plain_text
from mh_widgets.errors import ErrorInfo, InvalidProject
from mh_widgets.models import parse_project

#: Characters that a refusal repeats of what was given: enough to find it, too few to give a key away that was
#: pasted into the wrong place.
SHOWN_CHARACTERS = 8
#: Most refusals of one call that are told one by one.
MAX_REFUSED = 20

#: The column, or the key, that holds the IDs of a table.
_ID = "id"


class Refusal(ErrorInfo):
    """What was given that is no project, and why."""

    project: str


def read_projects(given: object, scrub: Callable[[str], str]) -> tuple[list[str], list[Refusal]]:
    """Sort what was given into projects and refusals.

    Args:
        given: Whatever ``parse_project`` takes, an iterable of that, or a table (of pandas, of polars, or a
            dict of columns) with a column ``id``. "" and None are no project and no mistake.
        scrub: Takes secrets out of what a refusal repeats.

    Returns:
        The IDs in the given order, and ``{project, code, message, hint}`` for each of the others.
    """
    try:
        return list(filter(None, [parse_project(given)])), []
    except InvalidProject as error:
        refusal = error.as_dict()
    try:
        several = _several(given)
    except InvalidProject as error:
        several, refusal = None, error.as_dict()
    if several is None:
        return [], [{"project": _shown(given, scrub), **refusal}]
    ids: dict[str, None] = {}
    refused: list[Refusal] = []
    for number, each in enumerate(several, 1):
        try:
            ids[parse_project(each)] = None
        except InvalidProject as error:
            refused.append({"project": f"No. {number} ({_shown(each, scrub)})", **error.as_dict()})
    ids.pop("", None)
    if len(refused) > MAX_REFUSED:
        refused[MAX_REFUSED:] = [{**refused[-1], "project": f"{len(refused) - MAX_REFUSED:,} more"}]
    return list(ids), refused


def _several(given: object) -> Iterator[object] | None:
    """One by one what ``given`` holds, None where that is nothing that could be a project."""
    if isinstance(given, Mapping) and _ID in given:
        given = given[_ID]
        given = given.values() if isinstance(given, Mapping) else given
    elif hasattr(given, "columns") and hasattr(
        given, "shape"
    ):  # of pandas or polars, which needn't be installed
        given = _column(given)
    if isinstance(given, (str, bytes, bytearray)) or not isinstance(given, Iterable):
        return None
    try:
        return iter(given)
    except TypeError:  # an array without a dimension says that it is iterable, and isn't
        return None


def _column(table: Any) -> object:
    """The IDs of a table: its column ``id``, or its index of that name."""
    if _ID in list(table.columns):
        return table[_ID]
    index = getattr(table, "index", None)
    if getattr(index, "name", None) == _ID:
        return index
    raise InvalidProject(
        'This table has no column "id".', hint='Pass the column with the IDs, as table["video"].'
    )


def _shown(value: object, scrub: Callable[[str], str]) -> str:
    return plain_text(value, SHOWN_CHARACTERS, scrub) if isinstance(value, str) else type(value).__name__
