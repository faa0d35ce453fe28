"""The state that the pollers of one client and loop share with other kernels, through the store.

If the store is off or fails, nothing is known and every claim is granted. Each kernel then polls by itself.
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
from mh_widgets.polling.history import RenderHistory, of_process
from mh_widgets.store import records
from mh_widgets.store.base import GRACE_S, GRANTED, LEASE_S, MAX_LEASE_S, RENEW_S, Claim, Record
from mh_widgets.store.chosen import store_of_loop
from mh_widgets.store.guarded import GuardedStore


class Sharing:
    """The account's store, open while there are pollers.

    Args:
        on_record: Called with each record that another kernel wrote.
    """

    def __init__(self, on_record: Callable[[Record], None]) -> None:
        self._on_record = on_record
        self.history = of_process
        self._owner = os.urandom(8).hex()
        self._account = ""
        self._store: GuardedStore | None = None
        self._seal: records.Seal = _no_links
        self._unseal: records.Seal = _no_links
        self._end: Callable[[], None] | None = None
        self._recalls: dict[str, asyncio.Future[Record | None]] = {}
        # Strong references, as the loop holds its tasks only weakly.
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def on(self) -> bool:
        """Whether there is a store."""
        return self._store is not None

    def open(self, api: ProjectsApi) -> None:
        """Open the store and subscribe to other kernels' records."""
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
        """End the subscription."""
        end, self._end, self._store = self._end, None, None
        if end is not None:
            end()

    async def recall(self, project_id: str) -> Record | None:
        """Return what is remembered of a project. Calls in one iteration of the loop share one query."""
        if self._store is None:
            return None
        if not self._recalls:
            store = self._store
            asyncio.get_running_loop().call_soon(lambda: self._spawn(self._recall_all(store), "recall"))
        if project_id not in self._recalls:
            self._recalls[project_id] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(self._recalls[project_id])

    async def claim(self, project_id: str, known: int, per_s: float | None) -> Claim:
        """Ask the store whether this kernel may send a request now."""
        if self._store is None:
            return GRANTED
        return await self._store.claim(self._account, project_id, self._owner, known, per_s)

    @contextlib.contextmanager
    def asking(self, project_id: str) -> Iterator[None]:
        """Renew the claim while the request is under way. A blocked loop can't renew it, and loses it."""
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
        """Keep the claim for some seconds after a failure, so that other kernels don't repeat it."""
        if (store := self._store) is not None:
            self._spawn(store.hold(self._account, project_id, self._owner, min(seconds, MAX_LEASE_S)), "hold")

    def quiet(self, seconds: float) -> None:
        """Stop the requests of all kernels of the account after a 429."""
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
        """Record an answer for the other kernels.

        Args:
            details: The answer.
            deleted: Whether the project is deleted.
            known: The version known when the request was sent.
            due_s: Seconds until this kernel asks again, or None.
            webhooks: Whether webhooks report the end.
            on_version: Called with the version of the new record.
        """
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
        """Return the details of a record, or None if it can't be read."""
        return records.unpack(record, self._unseal)

    def _news(self, news: Any) -> None:
        for record in news:
            if record.writer != self._owner:
                self._on_record(record)

    async def _begin(self, store: GuardedStore, api: ProjectsApi) -> None:
        if store.carries_links:
            # In a thread, as importing the package takes 50 ms.
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
    """Return the seconds until this kernel asks, if another one asks in ``due_s``.

    That is a little later than the other one. If the other one is much slower, as no page shows its card,
    this kernel's own interval counts.
    """
    if due_s is None or due_s > 1.3 * own_s + 1:
        return own_s
    return max(own_s, due_s + random.uniform(*GRACE_S))  # noqa: S311 - keeps kernels apart, hides nothing


def _no_links(_text: str) -> str:
    return ""
