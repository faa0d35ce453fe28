"""The menu of a field for a project ID: the latest projects of this key."""

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

#: The most projects in the menu, so that it needs little scrolling.
LIMIT = 12
#: The store's time-out in seconds. A later menu would be useless.
TIMEOUT_S = 2.0


class Suggestion(TypedDict):
    """One project of the menu."""

    id: str
    name: str


async def latest_projects(api: ProjectsApi) -> list[Suggestion]:
    """Return the latest projects of this key, newest first, without deleted ones.

    The list is empty if there is no key, or if the store is off, fails or is slow.
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
