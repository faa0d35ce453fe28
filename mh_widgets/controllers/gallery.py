"""The projects of one gallery: a session each, their cards, and their news together. Knows no widgets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from mh_widgets.api.projects import ProjectsApi
from mh_widgets.controllers.project import ProjectController
from mh_widgets.controllers.settings import Permissions, Settings
from mh_widgets.controllers.state import IDLE, CardState, GalleryCard, WatchInfo
from mh_widgets.errors import MagicHourError, WatchClosed
from mh_widgets.models import Status, VideoDetails
from mh_widgets.polling.presence import Presence

#: Sessions that begin in one turn of the loop: about 2 ms of it.
SLICE = 20
#: Seconds from news to news at least, as each costs the page a look at all cards: with it a thousand projects
#: that are asked at a fixed interval were told in about 40 messages, without it in 862 (two cores). Too short
#: to be seen.
GAP_S = 0.05
#: Cards on a page of the view. In a crowd the first page is asked about first.
PAGE_SIZE = 100

Outcomes = dict[str, "VideoDetails | MagicHourError"]
#: ``(project_id, content, buffers)``: a message of one card to the views.
SendOne = Callable[[str, dict[str, Any], list[bytes]], None]

_CLOSED = "The gallery was closed."


class GalleryController:
    """``ids`` are the projects in their order; everything else happens on one loop, the one that is home.

    ``on_news`` gets the cards that have changed: the first at once, those that follow together ``GAP_S``
    later; none of them where ``flush_soon`` was called for other news.
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
        self.ids: dict[str, None] = {}
        #: What is known of each project: ``{project_id, …}`` with the values of
        #: ``ProjectController.state()``.
        self.cards: dict[str, GalleryCard] = {}
        self.closed = False
        self.presence = Presence(self._see)
        self._api = api
        self._settings = settings
        self._permissions = permissions
        self._on_news = on_news
        self._send = send
        self._controllers: dict[str, ProjectController] = {}
        self._waiting: dict[
            str, bool
        ] = {}  # those that have not begun yet, and whether they are to begin paused
        self._told: set[str] = set()  # those of which this loop has known something
        self._dirty: dict[str, None] = {}
        self._slice_comes = False
        self._next_flush: asyncio.Handle | None = None
        self._no_flush_before = 0.0  # on the loop's clock

    def state(self, project_id: str) -> CardState:
        """The state of one project, as new as it is known."""
        controller, card = self._controllers.get(project_id), self.cards.get(project_id)
        if controller is None:
            return IDLE if card is None else card
        return self._as_known(project_id, controller.state())

    def status(self, project_id: str) -> str:
        """Its status alone, which is cheaper."""
        controller = self._controllers.get(project_id)
        known: str = self.cards.get(project_id, IDLE)["status"]
        return (controller.poller.status if controller else "") or known

    def existing(self, project_id: str) -> ProjectController | None:
        """The session of a project where it has begun."""
        return self._controllers.get(project_id)

    def controller(self, project_id: str) -> ProjectController:
        """The session of a project, begun where it hasn't been. Raises ``WatchClosed``."""
        if self.closed:
            raise WatchClosed(_CLOSED, hint="Make a new one with the same projects.")
        if project_id not in self.ids:
            raise WatchClosed("This project was removed from the gallery.", hint="Add it again.")
        if project_id not in self._controllers:
            self._begin(project_id)
        return self._controllers[project_id]

    def begin(self) -> None:
        """Begin what has not begun, a few in each turn of the loop."""
        new = self.ids.keys() - self._controllers.keys() - self._waiting.keys()
        self._waiting |= dict.fromkeys((each for each in self.ids if each in new), False)
        if self._waiting and not self._slice_comes and not self.closed:
            self._slice_comes = True
            self._next_slice()

    def replace(self, project_id: str, new_id: str) -> None:
        """Show another project in the place of one, which ends as in ``drop``."""
        # A new dict, as another thread may be in the middle of the old one.
        self.ids = {new_id if each == project_id else each: None for each in self.ids}
        self.drop(project_id)
        self.begin()

    def drop(self, project_id: str) -> None:
        """Forget a project that is no longer among ``ids``; whoever waits for it gets ``WatchClosed``."""
        if project_id in self.ids:
            return  # it has been added again
        for known in (self._waiting, self._dirty, self.cards):
            known.pop(project_id, None)
        self._told.discard(project_id)
        controller = self._controllers.pop(project_id, None)
        if controller is not None:
            controller.close()

    def pause(self) -> None:
        """Stop asking about any of them."""
        self._waiting = dict.fromkeys(self._waiting, True)
        for controller in self._controllers.values():
            controller.pause()

    def resume(self) -> None:
        """Go on with all whose answer can still change, with a new deadline."""
        self._waiting = dict.fromkeys(self._waiting, False)
        for controller in self._controllers.values():
            if controller.poller.status not in Status.TERMINAL:
                controller.start()

    def leave(self) -> None:
        """End all sessions; what is known stays, also what was not told yet."""
        self._news()
        for controller in self._controllers.values():
            controller.close()
        for gone in (self._controllers, self._waiting, self._dirty, self._told):
            gone.clear()
        self._slice_comes = False
        self._forget_flush()
        self._no_flush_before = 0.0

    def close(self) -> None:
        """Begin nothing any more, and tell nothing; ``leave`` does the rest, on the loop."""
        self.closed = True
        self._news()
        stopped: WatchInfo = {"state": "stopped", "reason": _CLOSED, "next_attempt_at": None}
        for project_id, card in [*self.cards.items()]:
            self.cards[project_id] = {**card, "watch": stopped}

    async def ended(self) -> Outcomes:
        """How each project ended, once all have, also those that came meanwhile. Raises ``WatchClosed``."""
        with self.presence.waited_for():
            return await self._ended()

    async def _ended(self) -> Outcomes:
        while True:
            for project_id in [*self.ids]:
                if project_id in self.ids:
                    try:
                        await self.controller(project_id).finished()
                    except MagicHourError:
                        if self.closed:
                            raise WatchClosed(_CLOSED) from None
            # One that had ended may have gone on while another was waited for.
            outcomes = {project_id: self.controller(project_id).outcome() for project_id in self.ids}
            if None not in outcomes.values():
                return cast("Outcomes", outcomes)  # a gallery holds videos

    def finished_ids(self, among: Iterable[str] | None = None) -> list[str]:
        """The projects that have films, of all or of those ``among`` them, in their order."""
        wanted = None if among is None else set(among)
        return [
            each
            for each in self.ids
            if (wanted is None or each in wanted) and self.status(each) == Status.COMPLETE
        ]

    def flush(self) -> None:
        """Tell what has changed, in one go."""
        self._forget_flush()
        news = self._news()
        if news:
            self._no_flush_before = asyncio.get_running_loop().time() + GAP_S
        self._on_news(news)

    def _news(self) -> dict[str, dict[str, Any]]:
        """The cards that have changed, brought up to date in ``cards``."""
        news = {}
        for project_id in [*self._dirty]:
            state = self._controllers[project_id].state()
            # That it looks is nothing to tell.
            if project_id not in self._told and _knows_nothing(state):
                continue
            self._told.add(project_id)
            card: GalleryCard = {"project_id": project_id, **self._as_known(project_id, state)}
            if card != self.cards.get(project_id):
                self.cards[project_id] = card
                # Every message repeats it for every card, so what isn't there isn't said.
                news[project_id] = {name: value for name, value in card.items() if value is not None}
        self._dirty.clear()
        return news

    def _as_known(self, project_id: str, state: CardState) -> CardState:
        """Home may have moved: then what was known before is worth more than nothing."""
        card = self.cards.get(project_id)
        if card is None or state["status"] or state["error"]:
            return state
        return {
            **state,
            "status": card["status"],
            "details": card["details"],
            "estimate": card["estimate"],
        }

    def _see(self) -> None:
        for controller in self._controllers.values():
            controller.poller.see()

    def _begin(self, project_id: str, rank: int = 0) -> None:
        paused = self._waiting.pop(project_id, False)
        controller = self._controllers[project_id] = ProjectController(
            self._api,
            project_id,
            self._settings,
            self._permissions,
            on_change=lambda: self._mark(project_id),
            send=lambda content, buffers: self._send(project_id, content, buffers),
            presence=self.presence,
            rank=rank,
            # A film that comes into view asks for its link, and that is an answer.
            rechecks=False,
        )
        controller.start()
        if paused:
            controller.pause()

    def _next_slice(self) -> None:
        places = {project_id: place for place, project_id in enumerate(self.ids)}
        for project_id in [*self._waiting][:SLICE]:
            self._begin(project_id, places.get(project_id, 0) // PAGE_SIZE)
        self._slice_comes = bool(self._waiting)
        if self._slice_comes:
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
        """``flush`` in the loop's next turn."""
        if not self.closed and (
            self._next_flush is None or isinstance(self._next_flush, asyncio.TimerHandle)
        ):
            self._forget_flush()
            self._next_flush = asyncio.get_running_loop().call_soon(self.flush)

    def _forget_flush(self) -> None:
        if self._next_flush is not None:
            self._next_flush.cancel()
            self._next_flush = None


def _knows_nothing(state: Mapping[str, Any]) -> bool:
    said = any(state[name] for name in ("status", "details", "error", "transfer", "notice"))
    return not said and state["watch"]["state"] in ("idle", "watching")
