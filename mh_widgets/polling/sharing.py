"""What the pollers of one client on one loop share with all other kernels of the account, through the store.

Where the store is off or fails nothing is known and everything is granted: then each kernel asks by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from mh_widgets import _loops
from mh_widgets.api.projects import ProjectsApi
from mh_widgets.models import ProjectDetails
from mh_widgets.polling.history import RenderHistory
from mh_widgets.store import records
from mh_widgets.store.base import GRACE_S, GRANTED, LEASE_S, MAX_LEASE_S, RENEW_S, Claim, Record
from mh_widgets.store.chosen import store_of_loop
from mh_widgets.store.guarded import GuardedStore


class Sharing:
    """The account's store, while there are pollers. ``hear`` gets each record that another kernel wrote."""

    def __init__(self, hear: Callable[[Record], None]) -> None:
        self._hear = hear
        self.history = RenderHistory()
        self._owner = os.urandom(8).hex()
        self._account = ""
        self._store: GuardedStore | None = None
        self._seal: records.Seal = _no_links
        self._unseal: records.Seal = _no_links
        self._end: Callable[[], None] | None = None
        self._recalls: dict[str, asyncio.Future[Record | None]] = {}
        # The loop itself would hold them only weakly.
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def on(self) -> bool:
        """Whether there is a store."""
        return self._store is not None

    def open(self, api: ProjectsApi) -> None:
        """There is something to share: find the store and hear of others."""
        if self._store is not None:
            return
        store, account = store_of_loop(), api.account()
        if not store.remembers or not account:
            return
        self._store = GuardedStore(store)
        self._account = account
        self.history = RenderHistory(self._keep_duration)
        self._spawn(self._begin(self._store, api), "begin")

    def close(self) -> None:
        """There is nothing to share any more."""
        end, self._end, self._store = self._end, None, None
        if end is not None:
            end()

    async def recall(self, project_id: str) -> Record | None:
        """What is remembered of a project; those that ask in one turn of the loop share one look."""
        if self._store is None:
            return None
        if not self._recalls:
            store = self._store
            asyncio.get_running_loop().call_soon(lambda: self._spawn(self._recall_all(store), "recall"))
        if project_id not in self._recalls:
            self._recalls[project_id] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(self._recalls[project_id])

    async def claim(self, project_id: str, known: int, per_s: float | None) -> Claim:
        """Whether this kernel may ask now."""
        if self._store is None:
            return GRANTED
        return await self._store.claim(self._account, project_id, self._owner, known, per_s)

    @contextlib.contextmanager
    def asking(self, project_id: str) -> Iterator[None]:
        """Renew the claim while the request is under way; a loop that is blocked doesn't, and loses it."""
        loop = asyncio.get_running_loop()
        timer: asyncio.TimerHandle | None = None

        def renew() -> None:
            nonlocal timer
            self.postpone(project_id, LEASE_S)
            timer = loop.call_later(RENEW_S, renew)

        if self._store is not None:
            timer = loop.call_later(RENEW_S, renew)
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()

    def postpone(self, project_id: str, seconds: float) -> None:
        """Keep the claim for so long, as after a failure: the others needn't find out by themselves."""
        if (store := self._store) is not None:
            self._spawn(store.hold(self._account, project_id, self._owner, min(seconds, MAX_LEASE_S)), "hold")

    def quiet(self, seconds: float) -> None:
        """The API said 429: let all kernels of the account be quiet."""
        if (store := self._store) is not None:
            self._spawn(store.quiet(self._account, seconds), "quiet")

    def record(
        self,
        details: ProjectDetails,
        *,
        deleted: bool,
        known: int,
        due_s: float | None,
        webhooks: bool,
        on_version: Callable[[int], None],
    ) -> None:
        """Tell the others. ``known`` is the version known when the question was sent."""
        if (store := self._store) is None:
            return
        record = records.pack(
            details, deleted=deleted, writer=self._owner, due_s=due_s, seal=self._seal, webhooks=webhooks
        )

        async def write() -> None:
            if record is not None and (version := await store.record(self._account, record, known)):
                on_version(version)

        self._spawn(write(), "record")

    def unpack(self, record: Record) -> ProjectDetails | None:
        """What a record says, None where it can't be read."""
        return records.unpack(record, self._unseal)

    def _news(self, news: Any) -> None:
        for record in news:
            if record.writer != self._owner:
                self._hear(record)

    async def _begin(self, store: GuardedStore, api: ProjectsApi) -> None:
        if store.carries_links:
            # In a thread: the package takes 50 ms to import.
            key = api.derived_key("links")
            loop = asyncio.get_running_loop()
            self._seal, self._unseal = await loop.run_in_executor(None, records.sealing, key)
        end = await store.subscribe(self._account, self._news)
        if self._store is not store:  # closed meanwhile
            end()
            return
        self._end = end
        self.history.load(api.address, await store.durations(api.address))

    async def _recall_all(self, store: GuardedStore) -> None:
        waiting, self._recalls = self._recalls, {}
        found = await store.recall(self._account, [*waiting])
        for project_id, future in waiting.items():
            if not future.done():
                future.set_result(found.get(project_id))

    def _keep_duration(self, origin: str, kind: str, seconds: float) -> None:
        if (store := self._store) is not None:
            self._spawn(store.add_duration(origin, kind, seconds), "duration")

    def _spawn(self, coroutine: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.get_running_loop().create_task(coroutine, name=f"mh_widgets store {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(_loops.retrieve_exception)


def follow_s(own_s: float, due_s: float | None) -> float:
    """Seconds until this kernel asks, where another one wants to ask in ``due_s``: later than that by a little.

    Where the other one is slower by far, as nobody looks at its page, the own pace counts.
    """
    if due_s is None or due_s > 1.3 * own_s + 1:
        return own_s
    return max(own_s, due_s + random.uniform(*GRACE_S))  # noqa: S311 - keeps kernels apart, hides nothing


def _no_links(_text: str) -> str:
    return ""
