"""A store that can't delay or break a card. Its failures are logged once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from mh_widgets import _loops
from mh_widgets._log import log
from mh_widgets.store.base import GRANTED, Claim, OnNews, Query, Record, Store, StoreError

T = TypeVar("T")

#: The longest time for one call; and the shortest and longest rest after failures. All in seconds.
TIMEOUT_S = 1.0
FIRST_REST_S = 1.0
REST_S = 5.0
#: The time-out is divided into this many slices. A blocked loop uses up one of them at most.
_SLICES = 5


class GuardedStore:
    """A ``store`` whose methods neither raise nor wait longer than ``TIMEOUT_S``. For one loop.

    A store that fails counts as off for ``REST_S`` seconds: nothing is known, and every claim is granted.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rests_until = 0.0
        self._failing = False
        # What can be read but not written, as on a full disk, doesn't work again with the next look.
        self._writes_fail = False
        self._rest_s = FIRST_REST_S
        self.carries_links = store.carries_links
        self.remembers = store.remembers
        self.of_one_loop = store.of_one_loop

    @property
    def works(self) -> bool:
        """Whether the store is in use: it is loaded, and doesn't rest after a failure."""
        return not self._rests() and not self._store.loading

    async def recall(self, account: str, project_ids: Sequence[str]) -> Mapping[str, Record]:
        """See ``Store``."""
        return await self._try(lambda: self._store.recall(account, project_ids), {})

    async def record(self, account: str, record: Record, known: int | None) -> int:
        """See ``Store``."""
        return await self._try(lambda: self._store.record(account, record, known), 0, writes=True)

    async def claim(
        self, account: str, project_id: str, owner: str, known: int, per_s: float | None
    ) -> Claim:
        """See ``Store``."""
        return await self._try(
            lambda: self._store.claim(account, project_id, owner, known, per_s), GRANTED, writes=True
        )

    async def hold(self, account: str, project_id: str, owner: str, lease_s: float) -> None:
        """See ``Store``."""
        await self._try(lambda: self._store.hold(account, project_id, owner, lease_s), None, writes=True)

    async def quiet(self, account: str, quiet_s: float) -> None:
        """See ``Store``."""
        await self._try(lambda: self._store.quiet(account, quiet_s), None, writes=True)

    async def subscribe(self, account: str, on_news: OnNews) -> Callable[[], None]:
        """See ``Store``. A subscription that fails at first is tried again until it succeeds."""
        ends: list[Callable[[], None]] = []

        async def keep_trying() -> None:
            nothing: Callable[[], None] | None = None
            while not ends:
                end = await self._try(lambda: _optional(self._store.subscribe(account, on_news)), nothing)
                if end is not None:
                    ends.append(end)
                elif self._rests():
                    await asyncio.sleep(REST_S)

        task = asyncio.get_running_loop().create_task(keep_trying(), name="mh_widgets store subscribe")
        task.add_done_callback(_loops.retrieve_exception)

        def end() -> None:
            task.cancel()
            for each in ends:
                each()

        return end

    async def recent(self, account: str, query: Query) -> list[Record]:
        """See ``Store``."""
        return await self._try(lambda: self._store.recent(account, query), [])

    async def forget(self, account: str, project_id: str | None) -> int:
        """See ``Store``. This raises, because users need to know whether it worked."""
        return await self._store.forget(account, project_id)

    async def durations(self, origin: str) -> Mapping[str, tuple[float, ...]]:
        """See ``Store``."""
        return await self._try(lambda: self._store.durations(origin), {})

    async def add_duration(self, origin: str, kind: str, seconds: float) -> None:
        """See ``Store``."""
        await self._try(lambda: self._store.add_duration(origin, kind, seconds), None, writes=True)

    async def close(self) -> None:
        """See ``Store``."""
        await self._try(self._store.close, None)

    async def _try(
        self, action: Callable[[], Coroutine[Any, Any, T]], otherwise: T, *, writes: bool = False
    ) -> T:
        if self._rests():
            return otherwise
        try:
            result = await _run_with_timeout(action(), lambda: self._store.loading)
        except StoreError as error:
            self._fail(str(error))
        except _StillLoading:  # a busy machine: the caller goes on without it
            return otherwise
        except TimeoutError:
            self._fail("no answer in time")
        except Exception as error:  # noqa: BLE001 - a bug of a store must not break a card
            self._fail(type(error).__name__)
        else:
            if self._failing and (writes or not self._writes_fail):
                self._failing = self._writes_fail = False
                self._rest_s = FIRST_REST_S
                log.info("The store of MAGIC_HOUR_STORE works again.")
            return result
        self._writes_fail = self._writes_fail or writes
        return otherwise

    def _rests(self) -> bool:
        return asyncio.get_running_loop().time() < self._rests_until

    def _fail(self, reason: str) -> None:
        self._rests_until = asyncio.get_running_loop().time() + self._rest_s
        self._rest_s = min(REST_S, 2 * self._rest_s)
        if not self._failing:
            self._failing = True
            log.warning("The store of MAGIC_HOUR_STORE can't be used (%s). Cards work without it.", reason)


class _StillLoading(TimeoutError):
    """The time-out passed while the store was being loaded."""


async def _run_with_timeout(action: Coroutine[Any, Any, T], loading: Callable[[], bool]) -> T:
    """Await ``action``. Raise ``TimeoutError`` after ``TIMEOUT_S`` seconds in which the loop was free.

    A loop that a cell or a busy machine blocks can't receive an answer. That is not the store's fault.
    """
    was_loading = False
    task = asyncio.ensure_future(action)
    task.add_done_callback(_loops.retrieve_exception)
    try:
        for _ in range(_SLICES):
            await asyncio.wait({task}, timeout=TIMEOUT_S / _SLICES)
            if task.done():
                return task.result()
            was_loading = was_loading or loading()
        raise _StillLoading if was_loading else TimeoutError
    finally:
        if task.cancel():
            await asyncio.wait({task})


async def _optional(subscription: Awaitable[Callable[[], None]]) -> Callable[[], None] | None:
    return await subscription
