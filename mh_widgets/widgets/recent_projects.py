"""``ProjectGallery.recent``: a gallery of the projects that were opened with this key."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from mh_widgets._recent import find_recent
from mh_widgets.blocking_client import Client
from mh_widgets.client import AsyncClient
from mh_widgets.widgets.clients import read_client

if TYPE_CHECKING:
    from mh_widgets.project_ids import AnyKind

G = TypeVar("G", bound="RecentProjects")


class RecentProjects:
    """The constructor of a gallery from the store."""

    _kind: AnyKind

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
        """Return a gallery of the projects that were opened with this key, newest first.

        Args:
            limit: The most projects to show.
            kind: Only projects of this kind, or renders of this type, as for ``mh_widgets.recent``. A
                ``VideoGallery`` shows videos in any case.
            status: Only projects with this last known status.
            since: Only projects created at this time or later.
            client: The client whose projects are shown. The gallery uses it, too.
            **gallery: The other keywords of the gallery.

        Returns:
            The gallery.

        Raises:
            ValueError: ``limit`` is not valid, or the gallery doesn't show this ``kind``.
            MagicHourError: As for ``mh_widgets.recent``.
        """
        among = None if cls._kind == "any" else cls._kind
        known = find_recent(limit, kind, status, since, read_client(client), among=among)
        make: Any = cls
        made: G = make(known, client=client, **gallery)
        return made
