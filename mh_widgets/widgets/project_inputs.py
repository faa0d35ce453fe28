"""The values that a gallery accepts as projects, sorted into IDs and refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mh_widgets._text import plain_text
from mh_widgets.errors import ErrorInfo, InvalidProject
from mh_widgets.project_ids import parse_project

#: How many characters a refusal repeats: enough to find the value, too few to reveal an API key.
SHOWN_CHARACTERS = 8
#: Most refusals of one call that are listed one by one.
MAX_REFUSED = 20

#: The column, or the key, that holds the IDs of a table.
_ID = "id"


def project_id_of(given: object) -> str:
    """Return the ID of a project that a user passed, or "" if it is none."""
    try:
        return parse_project(given)
    except InvalidProject:
        return ""


class Refusal(ErrorInfo):
    """A value that is not a project, and why."""

    project: str


def read_projects(given: object, scrub: Callable[[str], str]) -> tuple[list[str], list[Refusal]]:
    """Sort the values that a user passed into project IDs and refusals.

    Args:
        given: Whatever ``parse_project`` takes, or an iterable of that. Also a table of pandas or polars, or
            a dict of columns, with a column ``id``. "" and None are ignored.
        scrub: Removes secrets from what a refusal repeats.

    Returns:
        The IDs in the given order, and ``{project, code, message, hint}`` for each other value.
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
    """Return an iterator over the values in ``given``, or None if it holds no values."""
    if isinstance(given, Mapping) and _ID in given:
        given = given[_ID]
        given = given.values() if isinstance(given, Mapping) else given
    # A table of pandas or polars. Neither may be installed, so the type can't be checked.
    elif hasattr(given, "columns") and hasattr(given, "shape"):
        given = _column(given)
    if isinstance(given, (str, bytes, bytearray)) or not isinstance(given, Iterable):
        return None
    try:
        return iter(given)
    except TypeError:  # a NumPy array without a dimension has __iter__, but can't be iterated
        return None


def _column(table: Any) -> object:
    """Return the IDs of a table: its column ``id``, or its index of that name."""
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
