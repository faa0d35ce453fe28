"""The store for many machines: Redis or Valkey, through redis-py's asyncio client. One object for each loop.

The keys of an account are ``mh:{ACCOUNT}:…``, the braces keep them on one node of a cluster. They hold
the projects (``p``), the leases (``l``), the newest projects (``new``), the counter and the budget.
``mh:durations:ORIGIN`` has no account.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from redis.asyncio import Redis

from mh_widgets import _loops
from mh_widgets.store import redis_connections, redis_scripts
from mh_widgets.store.base import (
    BURST,
    KEEP,
    KEEP_DURATIONS,
    LEASE_S,
    MAX_LEASE_S,
    MAX_PLANNED_S,
    MAX_TURN_S,
    Claim,
    OnNews,
    Query,
    Record,
    StoreError,
    note_bug,
)
from mh_widgets.store.redis_connections import FAILURES, guarded

#: Days after the last record when a project is forgotten.
DAYS = 400
#: The time-out of one answer in seconds. ``GuardedStore`` gives up sooner, unless its loop is blocked.
_TIMEOUT_S = 5.0
#: Seconds between two pings on the subscribed connection, and until it is opened again after a failure.
_PING_S = 15
_REOPEN_S = 1.0
_FIELDS = ("kind", "body", "links")


class RedisStore:
    """The store of the Redis server at ``url``.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``.

    Raises:
        StoreError: The certificates that ``url`` names can't be read.
        ValueError: ``url`` is not such a URL.
    """

    carries_links = True
    of_one_loop = True
    remembers = True
    loading = False

    def __init__(self, url: str) -> None:
        queries, channels = redis_connections.pools(url, _TIMEOUT_S)
        self._redis: Any = Redis(connection_pool=queries)
        self._channels: Any = Redis(connection_pool=channels)
        self._listening: set[asyncio.Task[None]] = set()
        script = self._redis.register_script
        self._claim, self._hold = script(redis_scripts.CLAIM), script(redis_scripts.HOLD)
        self._quiet, self._record = script(redis_scripts.QUIET), script(redis_scripts.RECORD)

    async def recall(self, account: str, project_ids: Sequence[str]) -> Mapping[str, Record]:
        """See ``Store``."""
        async with guarded():
            pipe = self._redis.pipeline(transaction=False)
            pipe.time()
            for each in project_ids:
                pipe.hgetall(_key(account, "p", each))
            time, *found = await pipe.execute()
            now = time[0] + time[1] / 1e6
            known: dict[str, Record] = {}
            for each, fields in zip(project_ids, found, strict=True):
                try:
                    if "version" in fields:
                        known[each] = _to_record(each, fields, now)
                except (ValueError, OverflowError):  # something else has written it
                    await self._redis.delete(_key(account, "p", each))
            return known

    async def record(self, account: str, record: Record, known: int | None) -> int:
        """See ``Store``."""
        keys = [
            _key(account, "p", record.project_id),
            _key(account, "l", record.project_id),
            _key(account, "new"),
            _key(account, "counter"),
        ]
        fields = [word for name in _FIELDS for word in (name, getattr(record, name))]
        values: list[Any] = [
            *(record.writer, "" if known is None else known, record.status, record.created_at),
            *("" if record.due_s is None else record.due_s, record.project_id, _key(account, "news")),
            *(KEEP, DAYS, *fields),
        ]
        async with guarded():
            return int(await self._record(keys=keys, args=values))

    async def claim(
        self, account: str, project_id: str, owner: str, known: int, per_s: float | None
    ) -> Claim:
        """See ``Store``."""
        keys = [_key(account, "p", project_id), _key(account, "l", project_id), _key(account, "budget")]
        values: list[Any] = [owner, known, "" if per_s is None else per_s]
        values += [LEASE_S, MAX_LEASE_S, MAX_TURN_S, BURST, MAX_PLANNED_S]
        async with guarded():
            outcome, wait_s = await self._claim(keys=keys, args=values)
        if outcome == "news":
            found = await self.recall(account, [project_id])
            return Claim("news", record=found.get(project_id))
        return Claim(outcome, float(wait_s))

    async def hold(self, account: str, project_id: str, owner: str, lease_s: float) -> None:
        """See ``Store``."""
        async with guarded():
            milliseconds = max(1, int(min(lease_s, MAX_LEASE_S) * 1000))
            await self._hold(keys=[_key(account, "l", project_id)], args=[owner, milliseconds])

    async def quiet(self, account: str, quiet_s: float) -> None:
        """See ``Store``."""
        async with guarded():
            await self._quiet(keys=[_key(account, "budget")], args=[min(quiet_s, MAX_LEASE_S)])

    async def subscribe(self, account: str, on_news: OnNews) -> Callable[[], None]:
        """See ``Store``. The server publishes each record. A broken connection is opened again."""
        first = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._listen(account, on_news, first), name="mh_widgets store news")
        self._listening.add(task)
        task.add_done_callback(self._listening.discard)
        task.add_done_callback(_loops.retrieve_exception)
        try:
            await asyncio.wait({first, task}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:  # given up: nobody else would end it
            first.cancel()
            self._end(task)
            raise
        if failure := first.exception() if first.done() else None:
            self._end(task)
            raise failure
        return lambda: self._end(task)

    def _end(self, task: asyncio.Task[None]) -> None:
        # redis-py may swallow the cancellation while it connects: then the loop of the task ends it.
        self._listening.discard(task)
        task.cancel()

    async def _listen(self, account: str, on_news: OnNews, first: asyncio.Future[None]) -> None:
        me = asyncio.current_task()
        while me in self._listening:
            try:
                async with guarded(), self._channels.pubsub() as channel:
                    await channel.subscribe(_key(account, "news"))
                    if not first.done():
                        first.set_result(None)
                    while me in self._listening:
                        await self._hear(account, channel, on_news)
            except Exception as error:  # noqa: BLE001 - a bug must not end the task, which nobody awaits
                if not first.done():
                    first.set_exception(error)
                    return
                if not isinstance(error, StoreError):
                    note_bug(error)
            await asyncio.sleep(_REOPEN_S)

    async def _hear(self, account: str, channel: Any, on_news: OnNews) -> None:
        """Report what is published now, and all that has arrived with it, in one call."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        message = await channel.get_message(ignore_subscribe_messages=True, timeout=_PING_S)
        if message is None:
            # The answer to a ping or a subscription comes as None, too, and must not cause another ping.
            if loop.time() - begun > _PING_S / 2:
                await channel.ping()
            return
        ids: dict[str, None] = {}
        while message is not None:
            if message.get("type") == "message":
                ids[str(message["data"])] = None
            message = await channel.get_message(ignore_subscribe_messages=True, timeout=0.0)
        if ids and (found := await self.recall(account, [*ids])):
            on_news([*found.values()])

    async def recent(self, account: str, query: Query) -> list[Record]:
        """See ``Store``."""
        found: list[Record] = []
        since, begin = "-inf" if query.since is None else query.since, 0
        while len(found) < query.limit:
            async with guarded():
                ids = await self._redis.zrevrangebyscore(
                    _key(account, "new"), "+inf", since, start=begin, num=200
                )
            if not ids:
                break
            begin += len(ids)
            known = await self.recall(account, ids)
            found += [
                record
                for each in ids
                if (record := known.get(each)) is not None
                and query.kind in (None, record.kind)
                and query.status in (None, record.status)
            ]
        return found[: max(0, query.limit)]

    async def forget(self, account: str, project_id: str | None) -> int:
        """See ``Store``."""
        newest = _key(account, "new")
        async with guarded():
            ids = [project_id] if project_id is not None else await self._redis.zrange(newest, 0, -1)
            gone = 0
            for begin in range(0, len(ids), 500):
                some = ids[begin : begin + 500]
                gone += await self._redis.delete(*(_key(account, "p", each) for each in some))
                await self._redis.delete(*(_key(account, "l", each) for each in some))
                await self._redis.zrem(newest, *some)
            return gone

    async def durations(self, origin: str) -> Mapping[str, tuple[float, ...]]:
        """See ``Store``."""
        async with guarded():
            known = await self._redis.hgetall(f"mh:durations:{origin}")
        with contextlib.suppress(ValueError, TypeError):
            return {kind: tuple(map(float, json.loads(values))) for kind, values in known.items()}
        return {}

    async def add_duration(self, origin: str, kind: str, seconds: float) -> None:
        """See ``Store``. Of two calls at the same moment one may be lost, which only affects an estimate."""
        known = (await self.durations(origin)).get(kind, ())
        values = json.dumps([*known, round(seconds, 1)][-KEEP_DURATIONS:])
        async with guarded():
            await self._redis.hset(f"mh:durations:{origin}", kind, values)

    async def close(self) -> None:
        """See ``Store``."""
        for task in [*self._listening]:
            self._end(task)
        with contextlib.suppress(*FAILURES):
            for each in (self._redis, self._channels):
                await each.aclose()
                await each.connection_pool.disconnect()


def _key(account: str, *parts: str) -> str:
    return ":".join((f"mh:{{{account}}}", *parts))


def _to_record(project_id: str, fields: Mapping[str, str], now: float) -> Record:
    due_at = fields.get("due_at")
    return Record(
        project_id=project_id,
        status=fields.get("status", ""),
        kind=fields.get("kind", ""),
        body=fields.get("body", ""),
        created_at=float(fields.get("created_at", 0)),
        age_s=max(0.0, now - float(fields.get("answered_at", now))),
        due_s=float(due_at) - now if due_at else None,
        version=int(fields["version"]),
        writer=fields.get("writer", ""),
        links=fields.get("links", ""),
    )
