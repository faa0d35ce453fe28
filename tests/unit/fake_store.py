"""A store in memory, on the running loop's time: several clients of one test share it as kernels share a file."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Mapping, Sequence

import pytest

from mh_widgets.polling import sharing
from mh_widgets.store.base import (
    BURST,
    LEASE_S,
    MAX_LEASE_S,
    MAX_TURN_S,
    Claim,
    OnNews,
    Query,
    Record,
    StoreError,
    may_replace,
)


class FakeStore:
    """``hears_s`` is how late others hear; while ``broken`` everything fails, while ``hangs`` nothing answers."""

    remembers = True
    of_one_loop = False
    loading = False

    def __init__(self, *, carries_links: bool = False, hears_s: float = 0.25) -> None:
        self.carries_links = carries_links
        self.hears_s = hears_s
        self.broken = self.hangs = False
        self.calls: list[str] = []
        self.rows: dict[tuple[str, str], tuple[Record, float]] = {}
        self.leases: dict[tuple[str, str], tuple[str, float]] = {}
        self.quiet_until: dict[str, float] = {}
        self.next_at: dict[str, float] = {}
        self.known_durations: dict[str, dict[str, tuple[float, ...]]] = {}
        #: By what stands for a listener: crowds of them come and go, and each is looked for at all news.
        self._listeners: dict[object, tuple[str, OnNews]] = {}
        self._version = 0

    def replace(self) -> None:
        """Another store stands in its place: empty, and it counts from 0 again."""
        self.rows.clear()
        self.leases.clear()
        self._version = 0

    async def _called(self, name: str) -> float:
        self.calls.append(name)
        if self.hangs:
            await asyncio.sleep(1e6)
        if self.broken:
            raise StoreError("broken")
        await asyncio.sleep(0)
        return asyncio.get_running_loop().time()

    def _as_of(self, key: tuple[str, str], now: float) -> Record:
        record, at = self.rows[key]
        due_s = None if record.due_s is None else record.due_s - (now - at)
        return dataclasses.replace(record, age_s=record.age_s + now - at, due_s=due_s)

    async def recall(self, account: str, project_ids: Sequence[str]) -> Mapping[str, Record]:
        now = await self._called("recall")
        return {
            each: self._as_of((account, each), now) for each in project_ids if (account, each) in self.rows
        }

    async def record(self, account: str, record: Record, known: int | None) -> int:
        now = await self._called("record")
        key = account, record.project_id
        if self.leases.get(key, ("", 0))[0] == record.writer:
            del self.leases[key]
        if key in self.rows:
            old = self.rows[key][0]
            if not may_replace(old.status, old.version, record.status, known):
                return 0
        self._version += 1
        self.rows[key] = dataclasses.replace(record, version=self._version), now
        hearing = [listener for listener, (whose, _) in self._listeners.items() if whose == account]
        asyncio.get_running_loop().call_later(self.hears_s, self._tell, hearing, key)
        return self._version

    def _tell(self, hearing: Sequence[object], key: tuple[str, str]) -> None:
        if key not in self.rows:
            return
        news = self._as_of(key, asyncio.get_running_loop().time())
        for listener in hearing:
            if listener in self._listeners:
                _, on_news = self._listeners[listener]
                on_news([news])

    async def claim(
        self, account: str, project_id: str, owner: str, known: int, per_s: float | None
    ) -> Claim:
        now = await self._called("claim")
        key = account, project_id
        if key in self.rows and self.rows[key][0].version != known:
            return Claim("news", record=self._as_of(key, now))
        if self.quiet_until.get(account, 0) > now:
            return Claim("quiet", self.quiet_until[account] - now)
        holder, until = self.leases.get(key, ("", 0.0))
        if holder != owner and until > now:
            return Claim("held", until - now)
        turn = now
        if per_s is not None:
            turn = max(self.next_at.get(account, 0.0), now - BURST / per_s)
            if turn - now > MAX_TURN_S:
                return Claim("busy", turn - now)
            self.next_at[account] = turn + 1 / per_s
        wait_s = max(0.0, turn - now)
        self.leases[key] = owner, now + wait_s + LEASE_S
        return Claim("granted", wait_s)

    async def hold(self, account: str, project_id: str, owner: str, lease_s: float) -> None:
        now = await self._called("hold")
        if self.leases.get((account, project_id), ("", 0))[0] == owner:
            self.leases[account, project_id] = owner, now + min(lease_s, MAX_LEASE_S)

    async def quiet(self, account: str, quiet_s: float) -> None:
        now = await self._called("quiet")
        self.quiet_until[account] = max(self.quiet_until.get(account, 0), now + quiet_s)

    async def subscribe(self, account: str, on_news: OnNews) -> Callable[[], None]:
        await self._called("subscribe")
        listener = object()
        self._listeners[listener] = account, on_news
        return lambda: self._listeners.__delitem__(listener)

    async def recent(self, account: str, query: Query) -> list[Record]:
        now = await self._called("recent")
        found = [self._as_of(key, now) for key in self.rows if key[0] == account]
        return sorted(found, key=lambda each: -each.created_at)[: query.limit]

    async def forget(self, account: str, project_id: str | None) -> int:
        await self._called("forget")
        gone = [key for key in self.rows if key[0] == account and project_id in (None, key[1])]
        for key in gone:
            del self.rows[key]
        return len(gone)

    async def durations(self, origin: str) -> Mapping[str, tuple[float, ...]]:
        await self._called("durations")
        return self.known_durations.get(origin, {})

    async def add_duration(self, origin: str, kind: str, seconds: float) -> None:
        await self._called("add_duration")
        known = self.known_durations.setdefault(origin, {})
        known[kind] = (*known.get(kind, ()), seconds)

    async def close(self) -> None:
        await self._called("close")


def use(monkeypatch: pytest.MonkeyPatch, store: FakeStore) -> FakeStore:
    """Every client that begins from now on shares ``store``."""
    monkeypatch.setattr(sharing, "store_of_loop", lambda: store)
    return store
