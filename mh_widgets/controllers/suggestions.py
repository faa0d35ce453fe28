"""The projects that a field for an ID offers: the latest that this key has looked at."""

from __future__ import annotations

import asyncio
from typing import TypedDict

from mh_widgets import _loops
from mh_widgets.api.projects import ProjectsApi
from mh_widgets.errors import ConfigurationError
from mh_widgets.models import Status
from mh_widgets.store import records
from mh_widgets.store.base import Query, StoreError
from mh_widgets.store.chosen import store_of_loop

#: As many as a browser shows in a menu without scrolling far.
LIMIT = 12
#: Seconds that the store may take: a menu that comes later is of no use.
TIMEOUT_S = 2.0


class Suggestion(TypedDict):
    """One project of the menu."""

    id: str
    name: str


async def latest_projects(api: ProjectsApi) -> list[Suggestion]:
    """Return the latest projects of this key, the newest first, without deleted ones.

    The list is empty if there is no key, and if the store is off, fails or is slow.
    """
    try:
        api.check_key()
        found = await _loops.run_with_timeout(
            TIMEOUT_S, store_of_loop().recent(api.account(), Query(limit=LIMIT))
        )
    except (ConfigurationError, StoreError, TimeoutError, asyncio.TimeoutError):
        return []
    alive = [record for record in found if record.status != Status.DELETED]
    known = [details for details in map(records.unpack, alive) if details is not None]
    return [{"id": details.id, "name": details.name or details.id} for details in known]
