"""``VideoGallery.recent``: a gallery of what this key has looked at."""

from __future__ import annotations

import datetime
from typing import Any, TypeVar

from mh_widgets._recent import recent
from mh_widgets.blocking_client import Client
from mh_widgets.client import AsyncClient
from mh_widgets.widgets.clients import read_client

G = TypeVar("G", bound="RecentProjects")


class RecentProjects:
    """What makes a gallery out of the store."""

    @classmethod
    def recent(
        cls: type[G],
        limit: int = 20,
        *,
        kind: str | None = None,
        status: str | None = None,
        since: datetime.datetime | None = None,
        client: AsyncClient | Client | None = None,
        **gallery: Any,
    ) -> G:
        """A gallery of the projects that this key has looked at, the newest first.

        Args:
            limit: How many at most.
            kind: As for ``mh_widgets.recent``, as the following.
            status: Only those whose last status was this.
            since: Only those created at this time or later.
            client: Whose projects; the gallery uses it, too.
            **gallery: The other keywords of the gallery.
        """
        known = recent(limit, kind=kind, status=status, since=since, client=read_client(client))
        make: Any = cls
        made: G = make(known, client=client, **gallery)
        return made
