"""The controller of a gallery: one controller for each project, and their changes together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container, Iterable
from typing import Any, cast

from mh_widgets.api.projects import ProjectsApi
from mh_widgets.controllers.project import ProjectController
from mh_widgets.controllers.settings import Permissions, Settings
from mh_widgets.controllers.state import IDLE, CardState, GalleryCard, WatchInfo, idle_state, knows_nothing
from mh_widgets.errors import MagicHourError, WatchClosed
from mh_widgets.models import ProjectDetails, Status
from mh_widgets.polling.presence import Presence
from mh_widgets.project_ids import AnyKind

#: Controllers that start in one iteration of the loop. They take about 2 ms.
SLICE = 20
#: The shortest time between two reports of changes, in seconds, because the page checks all cards for each.
#: Measured with 1,000 projects at a fixed interval on two cores: 40 messages with this gap, and 862 without.
#: The gap is too short to be seen.
GAP_S = 0.05
#: Cards on a page of the view. In a crowd the first page is polled first.
PAGE_SIZE = 100

Outcome = ProjectDetails | MagicHourError
Outcomes = dict[str, Outcome]
#: Called with ``(project_id, content, buffers)`` to send one card's message to the views.
SendOne = Callable[[str, dict[str, Any], list[bytes]], None]

_CLOSED = "The gallery was closed."


class GalleryController:
    """The projects of one gallery, on the loop that owns it. ``ids`` holds them in their order with their kinds.

    Args:
        api: Sends the requests.
        settings: How to poll, and where to save.
        permissions: What the page may do.
        on_news: Called with the cards that changed: with the first at once, with others after ``GAP_S``.
        send: Sends one card's message to the views.
    """

    def __init__(
        self,
        api: ProjectsApi,
        settings: Settings,
        permissions: Permissions,
        *,
        on_news: Callable[[dict[str, dict[str, Any]]], None],
        send: SendOne,
    ) -> None:
        self.ids: dict[str, AnyKind] = {}
        #: The reported state of each project: ``{project_id, …}`` with the values of
        #: ``ProjectController.state()``.
        self.cards: dict[str, GalleryCard] = {}
        self.closed = False
        self.presence = Presence(self._on_presence)
        self._api = api
        self._settings = settings
        self._permissions = permissions
        self._on_news = on_news
        self._send = send
        self._controllers: dict[str, ProjectController] = {}
        # Projects without a controller yet, and whether to start them paused.
        self._waiting: dict[str, bool] = {}
        self._reported: set[str] = set()  # projects of which this loop has reported a state
        self._dirty: dict[str, None] = {}
        self._slice_scheduled = False
        self._next_flush: asyncio.Handle | None = None
        self._no_flush_before = 0.0  # time on the loop's clock

    def state(self, project_id: str) -> CardState:
        """Return the latest known state of one project."""
        controller, card = self._controllers.get(project_id), self.cards.get(project_id)
        if controller is None:
            return idle_state(self.ids.get(project_id, "any")) if card is None else card
        return self._as_known(project_id, controller.state())

    def status(self, project_id: str) -> str:
        """Return the status alone, which costs less than ``state``."""
        controller = self._controllers.get(project_id)
        known: str = self.cards.get(project_id, IDLE)["status"]
        return (controller.poller.status if controller else "") or known

    def existing(self, project_id: str) -> ProjectController | None:
        """Return the controller of a project, or None if it has not started."""
        return self._controllers.get(project_id)

    def controller(self, project_id: str) -> ProjectController:
        """Return the controller of a project; start it if needed. Raises ``WatchClosed``."""
        self._refuse_closed()
        if project_id not in self.ids:
            raise _removed_error()
        if project_id not in self._controllers:
            self._begin(project_id)
        return self._controllers[project_id]

    def _refuse_closed(self) -> None:
        if self.closed:
            raise WatchClosed(_CLOSED, hint="Make a new one with the same projects.")

    def begin(self) -> None:
        """Start the missing controllers, a few in each iteration of the loop."""
        new = self.ids.keys() - self._controllers.keys() - self._waiting.keys()
        self._waiting |= dict.fromkeys((each for each in self.ids if each in new), False)
        if self._waiting and not self._slice_scheduled and not self.closed:
            self._slice_scheduled = True
            self._next_slice()

    def replace(self, project_id: str, new_id: str, kind: AnyKind) -> None:
        """Show another project, or the same as another kind, in the place of one, which ends as in ``drop``."""
        # A new dict, as another thread may be iterating over the old one.
        new = {project_id: (new_id, kind)}
        self.ids = dict(new.get(each, (each, known)) for each, known in self.ids.items())
        self._end(project_id)
        self.begin()

    def drop(self, project_id: str) -> None:
        """Forget a project that ``ids`` no longer contains. Callers that wait for it get ``WatchClosed``."""
        if project_id in self.ids:
            return  # it has been added again
        self._end(project_id)

    def _end(self, project_id: str) -> None:
        for known in (self._waiting, self._dirty, self.cards):
            known.pop(project_id, None)
        self._reported.discard(project_id)
        controller = self._controllers.pop(project_id, None)
        if controller is not None:
            controller.close(_removed_error())

    def pause(self) -> None:
        """Stop polling all projects."""
        self._waiting = dict.fromkeys(self._waiting, True)
        for controller in self._controllers.values():
            controller.pause()

    def resume(self) -> None:
        """Resume polling all projects that have not ended, with a new deadline."""
        self._waiting = dict.fromkeys(self._waiting, False)
        for controller in self._controllers.values():
            if controller.poller.status not in Status.TERMINAL:
                controller.start()

    def detach(self) -> None:
        """Close all controllers, and keep the known states, also those not reported yet."""
        self._news()
        for controller in self._controllers.values():
            controller.close()
        for gone in (self._controllers, self._waiting, self._dirty, self._reported):
            gone.clear()
        self._slice_scheduled = False
        self._forget_flush()
        self._no_flush_before = 0.0

    def close(self) -> None:
        """Start and report nothing any more. ``detach`` does the rest on the loop."""
        self.closed = True
        self._news()
        stopped: WatchInfo = {"state": "stopped", "reason": _CLOSED, "next_attempt_at": None}
        for project_id, card in [*self.cards.items()]:
            self.cards[project_id] = {**card, "watch": stopped}

    async def ended(self) -> Outcomes:
        """Return how each project ended, with those added meanwhile. Raises ``WatchClosed``."""
        with self.presence.waited_for():
            return await self._ended()

    async def _ended(self) -> Outcomes:
        while True:
            self._refuse_closed()
            errors: dict[str, MagicHourError] = {}
            for project_id in [*self.ids]:
                if project_id in self.ids:
                    try:
                        await self.controller(project_id).finished()
                    except MagicHourError as error:
                        if self.closed:
                            raise WatchClosed(_CLOSED) from None
                        errors[project_id] = error.with_traceback(None)
            outcomes = {each: self._outcome(each, errors.get(each)) for each in self.ids}
            if None not in outcomes.values():
                return cast("Outcomes", outcomes)

    def _outcome(self, project_id: str, error: MagicHourError | None) -> Outcome | None:
        """Return how a project ended; None if it has resumed during the wait for another one."""
        outcome = self.controller(project_id).outcome()
        # The links of a complete project that another kernel saw could not be had.
        return error if error and isinstance(outcome, ProjectDetails) and outcome.lacks_links else outcome

    def finished_ids(self, among: Iterable[str] | None = None) -> list[str]:
        """Return the complete projects in their order, of all or of those ``among`` them."""
        wanted: Container[str] = self.ids if among is None else set(among)
        return [each for each in self.ids if each in wanted and self.status(each) == Status.COMPLETE]

    def flush(self) -> None:
        """Report all changes at once."""
        self._forget_flush()
        news = self._news()
        if news:
            self._no_flush_before = asyncio.get_running_loop().time() + GAP_S
        self._on_news(news)

    def _news(self) -> dict[str, dict[str, Any]]:
        """Update ``cards``, and return those that have changed."""
        news = {}
        for project_id in [*self._dirty]:
            state = self._controllers[project_id].state()
            # A card that has only begun to poll shows nothing new.
            if project_id not in self._reported and knows_nothing(state):
                continue
            self._reported.add(project_id)
            card: GalleryCard = {"project_id": project_id, **self._as_known(project_id, state)}
            if card != self.cards.get(project_id):
                self.cards[project_id] = card
                # Values of None are left out, as every message would repeat them for every card.
                news[project_id] = {name: value for name, value in card.items() if value is not None}
        self._dirty.clear()
        return news

    def _as_known(self, project_id: str, state: CardState) -> CardState:
        """Return ``state``, filled in from before if the owner loop was replaced."""
        card = self.cards.get(project_id)
        if card is None or state["status"] or state["error"]:
            return state
        return {
            **state,
            "status": card["status"],
            "details": card["details"],
            "estimate": card["estimate"],
        }

    def _on_presence(self) -> None:
        for controller in self._controllers.values():
            controller.poller.update_pace()

    def _begin(self, project_id: str, rank: int = 0) -> None:
        paused = self._waiting.pop(project_id, False)
        controller = self._controllers[project_id] = ProjectController(
            self._api,
            project_id,
            self._settings,
            self._permissions,
            on_change=lambda: self._mark(project_id),
            send=lambda content, buffers: self._send(project_id, content, buffers),
            kind=self.ids.get(project_id, "any"),
            presence=self.presence,
            rank=rank,
            # A video that comes into view asks for its link, which checks a remembered end as well.
            rechecks=False,
        )
        controller.start()
        if paused:
            controller.pause()

    def _next_slice(self) -> None:
        places = {project_id: place for place, project_id in enumerate(self.ids)}
        for project_id in [*self._waiting][:SLICE]:
            self._begin(project_id, places.get(project_id, 0) // PAGE_SIZE)
        self._slice_scheduled = bool(self._waiting)
        if self._slice_scheduled:
            asyncio.get_running_loop().call_soon(self._next_slice)

    def _mark(self, project_id: str) -> None:
        self._dirty[project_id] = None
        if self._next_flush is None and not self.closed:
            loop = asyncio.get_running_loop()
            early_s = self._no_flush_before - loop.time()
            if early_s > 0:
                self._next_flush = loop.call_later(early_s, self.flush)
            else:
                self.flush_soon()

    def flush_soon(self) -> None:
        """Call ``flush`` in the loop's next iteration."""
        if not self.closed and (
            self._next_flush is None or isinstance(self._next_flush, asyncio.TimerHandle)
        ):
            self._forget_flush()
            self._next_flush = asyncio.get_running_loop().call_soon(self.flush)

    def _forget_flush(self) -> None:
        if self._next_flush is not None:
            self._next_flush.cancel()
            self._next_flush = None


def _removed_error() -> WatchClosed:
    return WatchClosed("This project was removed from the gallery.", hint="Add it again.")
