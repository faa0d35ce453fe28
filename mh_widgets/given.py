"""What people give a gallery, one project or many in any form, sorted into IDs and refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mh_widgets.errors import InvalidProject
from mh_widgets.models import parse_project
from mh_widgets.text import plain_text

#: Characters that a refusal repeats of what was given: enough to find it, too few to give a key away that was pasted
#: into the wrong place.
SHOWN_CHARACTERS = 8
#: Most refusals of one call that are told one by one.
MAX_REFUSED = 20


def read_projects(given: object, scrub: Callable[[str], str]) -> tuple[list[str], list[dict[str, str]]]:
    """IDs in the given order, and ``{project, code, message, hint}`` for each of the others.

    ``given`` is whatever ``parse_project`` takes, or an iterable of that; "" and None are no project and no mistake.
    ``scrub`` takes secrets out of what a refusal repeats.
    """
    try:
        return list(filter(None, [parse_project(given)])), []
    except InvalidProject as error:
        if isinstance(given, (str, bytes, bytearray)) or not isinstance(given, Iterable):
            return [], [{"project": _shown(given, scrub), **error.as_dict()}]
    ids: dict[str, None] = {}
    refused = []
    for number, each in enumerate(given, 1):
        try:
            ids[parse_project(each)] = None
        except InvalidProject as error:
            refused.append({"project": f"No. {number} ({_shown(each, scrub)})", **error.as_dict()})
    ids.pop("", None)
    if len(refused) > MAX_REFUSED:
        refused[MAX_REFUSED:] = [{**refused[-1], "project": f"{len(refused) - MAX_REFUSED:,} more"}]
    return list(ids), refused


def _shown(value: object, scrub: Callable[[str], str]) -> str:
    return plain_text(value, SHOWN_CHARACTERS, scrub) if isinstance(value, str) else type(value).__name__
