"""The values that a gallery accepts as projects, sorted into IDs with their kinds and refusals."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mh_widgets._text import plain_text
from mh_widgets.errors import ErrorInfo, InvalidProject
from mh_widgets.project_ids import KINDS, KINDS_AND_ANY, AnyKind, is_missing, parse_project
from mh_widgets.widgets.project_trait import kind_of_project, other_kind_error

#: How many characters a refusal repeats: enough to find the value, too few to reveal an API key.
SHOWN_CHARACTERS = 8
#: Most refusals of one call that are listed one by one.
MAX_REFUSED = 20

#: The column, or the key, that holds the IDs of a table, and the one that holds their kinds.
_ID, _KIND = "id", "kind"


def project_id_of(given: object) -> str:
    """Return the ID of a project that a user passed, or "" if it is none."""
    try:
        return parse_project(given)
    except InvalidProject:
        return ""


class Refusal(ErrorInfo):
    """A value that is not a project, and why."""

    project: str


def read_projects(
    given: object, scrub: Callable[[str], str], own: AnyKind
) -> tuple[dict[str, AnyKind], list[Refusal]]:
    """Sort the values that a user passed into project IDs and refusals.

    Args:
        given: Whatever ``parse_project`` takes, or an iterable of that. Also a table of pandas or polars, or
            a dict of columns, with a column ``id`` and perhaps one ``kind``. "" and None are ignored.
        scrub: Removes secrets from what a refusal repeats.
        own: The kind of projects that don't tell theirs. Unless it is ``any``, other kinds are refused.

    Returns:
        ``{id: kind}`` in the given order, and ``{project, code, message, hint}`` for each other value.
    """
    try:
        return _read(given, None, own), []
    except InvalidProject as error:
        refusal = error.as_dict()
    try:
        several = _several(given)
    except InvalidProject as error:
        several, refusal = None, error.as_dict()
    if several is None:
        return {}, [{"project": _shown(given, scrub), **refusal}]
    kinds: dict[str, AnyKind] = {}
    refused: list[Refusal] = []
    for number, (each, kind) in enumerate(several, 1):
        try:
            for project_id, told in _read(each, kind, own).items():
                if kinds.get(project_id, "any") == "any":
                    kinds[project_id] = told
        except InvalidProject as error:
            refused.append({"project": f"No. {number} ({_shown(each, scrub)})", **error.as_dict()})
    if len(refused) > MAX_REFUSED:
        refused[MAX_REFUSED:] = [{**refused[-1], "project": f"{len(refused) - MAX_REFUSED:,} more"}]
    return kinds, refused


def with_kinds(known: Mapping[str, AnyKind], more: Mapping[str, AnyKind]) -> dict[str, AnyKind]:
    """Return ``known`` with ``more`` behind it. A kind that is told later is kept."""
    told = {each: kind for each, kind in known.items() if kind != "any"}
    return {**known, **more, **told}


def _read(value: object, kind: object, own: AnyKind) -> dict[str, AnyKind]:
    """Return the project as ``{id: kind}``, {} if there is none. ``kind`` is that of the table, or None."""
    project_id = parse_project(value)
    if not project_id:
        return {}
    told = _read_kind(kind) or _told_kind(value) or kind_of_project(value, own)
    if own != "any" and told not in (own, "any"):
        raise other_kind_error(told, own, "Pass it to ProjectGallery, which shows every kind.")
    return {project_id: own if told == "any" else told}


def _read_kind(kind: object) -> AnyKind | None:
    """Return the kind in a table's cell, or None if the cell is empty."""
    if is_missing(kind) or kind == "":
        return None
    if not isinstance(kind, str) or kind not in KINDS_AND_ANY:
        raise InvalidProject(
            "The table gives this project an unknown kind.",
            code="unknown_kind",
            hint='Its column "kind" may contain video, image, audio or any. Pass table["id"] to ignore it.',
        )
    return kind


def _told_kind(value: object) -> AnyKind | None:
    """Return the kind that an answer, a row of a table or another gallery's project tells."""
    if isinstance(value, str):
        return None
    try:
        kind = value.get(_KIND) if isinstance(value, Mapping) else getattr(value, _KIND, None)
    except Exception:  # noqa: BLE001 - the property of a foreign object may raise anything
        return None
    return kind if isinstance(kind, str) and kind in KINDS else None


def _several(given: object) -> Iterator[tuple[object, object]] | None:
    """Return an iterator over the values in ``given`` and their kinds, or None if it holds no values."""
    kinds: object = ()
    if isinstance(given, Mapping) and _ID in given:
        given, kinds = (_cells(given.get(name, ())) for name in (_ID, _KIND))
    # A table of pandas or polars. Neither may be installed, so the type can't be checked.
    elif hasattr(given, "columns") and hasattr(given, "shape"):
        given, kinds = _columns(given)
    if isinstance(given, (str, bytes, bytearray)) or not isinstance(given, Iterable):
        return None
    try:
        cells = () if isinstance(kinds, str) or not isinstance(kinds, Iterable) else kinds
        # One word is the kind of all.
        rest = itertools.repeat(kinds if isinstance(kinds, str) else None)
        return zip(given, itertools.chain(cells, rest), strict=False)
    except TypeError:  # a NumPy array without a dimension has __iter__, but can't be iterated
        return None


def _cells(column: object) -> object:
    return column.values() if isinstance(column, Mapping) else column


def _columns(table: Any) -> tuple[object, object]:
    """Return the IDs of a table and their kinds: its column ``id``, or its index of that name."""
    names = list(table.columns)
    kinds = table[_KIND] if _KIND in names else ()
    if _ID in names:
        return table[_ID], kinds
    index = getattr(table, "index", None)
    if getattr(index, "name", None) == _ID:
        return index, kinds
    raise InvalidProject(
        'This table has no column "id".', hint='Pass the column with the IDs, as table["video"].'
    )


def _shown(value: object, scrub: Callable[[str], str]) -> str:
    return plain_text(value, SHOWN_CHARACTERS, scrub) if isinstance(value, str) else type(value).__name__
