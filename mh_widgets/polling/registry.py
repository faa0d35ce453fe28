"""One poller per event loop, account and project, shared by all cards."""

from __future__ import annotations

import asyncio
import weakref

from mh_widgets._fork import on_fork
from mh_widgets.api.projects import ProjectsApi
from mh_widgets.polling.poller import Poller
from mh_widgets.polling.rate_limiter import RateLimiter
from mh_widgets.polling.scheduler import CLOCK, Clock
from mh_widgets.polling.sharing import Sharing
from mh_widgets.project_ids import KINDS_AND_ANY, AnyKind
from mh_widgets.store.base import Record


class ClientPollers:
    """The pollers of one ``ProjectsApi`` on one loop, with their rate limiter and store."""

    def __init__(self) -> None:
        self.by_project: dict[tuple[str, AnyKind], Poller] = {}
        self.sharing = Sharing(self._apply_record)
        self.rate_limiter = RateLimiter(on_quiet=self.sharing.quiet)

    def forget(self, poller: Poller) -> None:
        """Drop a poller that has no observers any more."""
        key = (poller.project_id, poller.asked_kind)
        if self.by_project.get(key) is poller:
            del self.by_project[key]
            if not self.by_project:
                self.sharing.close()

    def find(self, project_id: str, kind: AnyKind) -> Poller | None:
        """Return the poller of this kind, or one of ``any`` whose project is of this kind."""
        if exact := self.by_project.get((project_id, kind)):
            return exact
        for asked in KINDS_AND_ANY:
            poller = self.by_project.get((project_id, asked))
            if poller and poller.details and "any" in (asked, kind) and kind in ("any", poller.kind):
                return poller
        return None

    def _apply_record(self, record: Record) -> None:
        for kind in KINDS_AND_ANY:
            if poller := self.by_project.get((record.project_id, kind)):
                poller.apply_record(record)


# Keyed weakly by ProjectsApi, so that an API key is kept no longer than it is used.
registry: dict[asyncio.AbstractEventLoop, weakref.WeakKeyDictionary[ProjectsApi, ClientPollers]] = {}


def poller_for(api: ProjectsApi, project_id: str, clock: Clock = CLOCK, kind: AnyKind = "video") -> Poller:
    """Return the poller of this project on the running loop, and create it if needed."""
    for loop in list(registry):  # a copy, as other threads add and remove loops
        if loop.is_closed():
            registry.pop(loop, None)
    by_api = registry.setdefault(asyncio.get_running_loop(), weakref.WeakKeyDictionary())
    if api not in by_api:
        by_api[api] = ClientPollers()
    pollers = by_api[api]
    poller = pollers.find(project_id, kind)
    if poller is None:
        pollers.sharing.open(api)
        poller = Poller(
            api,
            project_id,
            clock,
            rate_limiter=pollers.rate_limiter,
            sharing=pollers.sharing,
            on_idle=pollers.forget,
            kind=kind,
        )
        pollers.by_project[project_id, kind] = poller
    return poller


@on_fork
def _let_go() -> object:
    inherited = registry.copy()
    registry.clear()
    return inherited
