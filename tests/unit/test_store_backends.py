"""What every backend of the store does alike: SQLite in a file, Redis where there is one."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from mh_widgets.store import base
from mh_widgets.store.base import LEASE_S, Query, Record, Store
from mh_widgets.store.sqlite import SqliteStore
from tests.redis_server import RedisServer

A, B = "a" * 32, "b" * 32

Test = Callable[[Store, Store], Awaitable[None]]
Run = Callable[[Test], None]


def record(project_id: str = "clx1", status: str = "rendering", **more: object) -> Record:
    given: dict[str, object] = {"kind": "FACE_SWAP", "body": "{}", "created_at": 1000.0, "writer": "me"}
    return Record(project_id, status, **(given | more))  # type: ignore[arg-type]


@pytest.fixture(params=["sqlite", "redis"])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """Runs a test with two connections to one store, as two kernels have them."""

    @contextlib.asynccontextmanager
    async def stores() -> AsyncIterator[tuple[Store, Store]]:
        one: Store
        two: Store
        if request.param == "sqlite":
            one, two = SqliteStore(tmp_path / "store.db"), SqliteStore(tmp_path / "store.db")
        else:
            from mh_widgets.store.redis import RedisStore

            server: RedisServer = request.getfixturevalue("redis_server")
            one, two = RedisStore(server.url), RedisStore(server.url)
            await one._redis.flushdb()
        try:
            yield one, two
        finally:
            await one.close()
            await two.close()

    def run(test: Test) -> None:
        async def whole() -> None:
            async with stores() as pair:
                await asyncio.wait_for(test(*pair), 30)

        asyncio.run(whole())

    return run


def test_a_record_is_read_by_another_kernel_of_the_account_alone(run: Run) -> None:
    async def test(one: Store, two: Store) -> None:
        version = await one.record(A, record(due_s=10.0), 0)
        found = (await two.recall(A, ["clx1", "clx2"]))["clx1"]
        assert found.version == version > 0
        assert (found.status, found.kind, found.body, found.writer) == ("rendering", "FACE_SWAP", "{}", "me")
        assert found.age_s < 5
        assert found.due_s is not None
        assert 5 < found.due_s <= 10
        assert await two.recall(B, ["clx1"]) == {}
        assert await two.recent(B, Query()) == []

    run(test)


def test_of_two_claims_one_is_granted_and_the_other_is_held(run: Run) -> None:
    async def test(one: Store, two: Store) -> None:
        assert (await one.claim(A, "clx1", "one", 0, None)).outcome == "granted"
        other = await two.claim(A, "clx1", "two", 0, None)
        assert other.outcome == "held"
        assert 0 < other.wait_s <= LEASE_S
        assert (await one.claim(A, "clx1", "one", 0, None)).outcome == "granted"
        assert (await two.claim(B, "clx1", "two", 0, None)).outcome == "granted"
        assert (await two.claim(A, "clx2", "two", 0, None)).outcome == "granted"

    run(test)


def test_a_lease_that_is_not_renewed_is_taken_over(run: Run) -> None:
    async def test(one: Store, two: Store) -> None:
        await one.claim(A, "clx1", "one", 0, None)
        await one.hold(A, "clx1", "one", 0.05)
        claim = await two.claim(A, "clx1", "two", 0, None)
        while claim.outcome == "held":
            await asyncio.sleep(claim.wait_s)
            claim = await two.claim(A, "clx1", "two", 0, None)
        assert claim.outcome == "granted"
        # The first one wakes up: it can't take it back, and an answer of its own ends no lease.
        await one.hold(A, "clx1", "one", 60)
        assert (await one.claim(A, "clx1", "one", 0, None)).outcome == "held"

    run(test)


def test_an_answer_ends_the_lease_and_answers_the_next_claim(run: Run) -> None:
    async def test(one: Store, two: Store) -> None:
        await one.claim(A, "clx1", "one", 0, None)
        version = await one.record(A, record(writer="one"), 0)
        claim = await two.claim(A, "clx1", "two", 0, None)
        assert claim.outcome == "news"
        assert claim.record is not None
        assert claim.record.version == version
        assert (await two.claim(A, "clx1", "two", version, None)).outcome == "granted"

    run(test)


@pytest.mark.parametrize(
    ("old", "new", "known", "written"),
    [
        ("rendering", "rendering", "present", True),
        ("complete", "rendering", "present", True),  # the API always wins
        ("rendering", "queued", "older", False),
        ("rendering", "complete", "older", True),
        ("complete", "rendering", "older", False),
        ("complete", "error", "older", False),
        ("complete", "deleted", "older", True),
        ("queued", "rendering", "event", True),
        ("complete", "rendering", "event", False),
        ("complete", "complete", "event", False),
    ],
)
def test_an_answer_that_was_asked_for_earlier_takes_nothing_back(
    run: Run, old: str, new: str, known: str, written: bool
) -> None:
    async def test(one: Store, two: Store) -> None:
        earlier = await one.record(A, record(status="queued"), 0)
        present = await one.record(A, record(status=old), earlier)
        version = await two.record(
            A, record(status=new), {"present": present, "older": earlier, "event": None}[known]
        )
        assert (version > 0) is written
        assert (await one.recall(A, ["clx1"]))["clx1"].status == (new if written else old)
        assert base.may_replace(old, 5, new, {"present": 5, "older": 4, "event": None}[known]) is written

    run(test)


def test_a_429_keeps_all_of_the_account_quiet(run: Run) -> None:
    async def test(one: Store, two: Store) -> None:
        await one.quiet(A, 0.4)
        await one.quiet(A, 0.1)
        claim = await two.claim(A, "clx1", "two", 0, None)
        assert claim.outcome == "quiet"
        assert 0.2 < claim.wait_s <= 0.4
        assert (await two.claim(B, "clx1", "two", 0, None)).outcome == "granted"

    run(test)


def test_many_questions_share_the_budget_of_the_account(run: Run) -> None:
    async def test(one: Store, two: Store) -> None:
        begin = asyncio.get_running_loop().time()
        claims = [await (one, two)[n % 2].claim(A, f"clx{n}", str(n % 2), 0, 10.0) for n in range(60)]
        spent_s = asyncio.get_running_loop().time() - begin
        granted = [claim for claim in claims if claim.outcome == "granted"]
        # A burst of ten and what may wait two seconds, and what time brought meanwhile.
        assert 28 <= len(granted) <= 32 + 10 * spent_s
        assert {claim.outcome for claim in claims} == {"granted", "busy"}
        assert max(claim.wait_s for claim in granted) <= base.MAX_TURN_S

    run(test)


def test_news_is_heard_by_others_within_a_second_and_a_half(run: Run) -> None:
    async def test(one: Store, two: Store) -> None:
        loop = asyncio.get_running_loop()
        heard: asyncio.Queue[tuple[float, list[Record]]] = asyncio.Queue()
        end = await two.subscribe(A, lambda news: heard.put_nowait((loop.time(), [*news])))
        await one.record(B, record("foreign"), 0)
        await one.record(A, record("clx1"), 0)
        written = loop.time()
        at, news = await heard.get()
        assert [each.project_id for each in news] == ["clx1"]
        assert at - written < 1.5
        end()

    run(test)


def test_recent_is_the_newest_first_and_can_be_narrowed(run: Run) -> None:
    async def test(one: Store, two: Store) -> None:
        for n in range(5):
            kind, status = ("FACE_SWAP", "LIP_SYNC")[n % 2], ("complete", "error")[n // 3]
            await one.record(A, record(f"clx{n}", status, kind=kind, created_at=100.0 + n), 0)
        found = {
            name: [each.project_id for each in await two.recent(A, query)]
            for name, query in {
                "all": Query(),
                "two": Query(2),
                "kind": Query(kind="LIP_SYNC"),
                "status": Query(status="error"),
                "since": Query(since=102.0, kind="FACE_SWAP"),
                "none": Query(0),
            }.items()
        }
        assert found == {
            "all": ["clx4", "clx3", "clx2", "clx1", "clx0"],
            "two": ["clx4", "clx3"],
            "kind": ["clx3", "clx1"],
            "status": ["clx4", "clx3"],
            "since": ["clx4", "clx2"],
            "none": [],
        }

    run(test)


def test_what_is_forgotten_is_gone_for_all(run: Run) -> None:
    async def test(one: Store, two: Store) -> None:
        for n in range(3):
            await one.record(A, record(f"clx{n}"), 0)
        await one.record(B, record("clx0"), 0)
        assert await two.forget(A, "clx1") == 1
        assert await two.forget(A, "clx1") == 0
        assert [*await one.recall(A, ["clx0", "clx1"])] == ["clx0"]
        assert await two.forget(A, None) == 2
        assert await one.recent(A, Query()) == []
        assert len(await one.recent(B, Query())) == 1

    run(test)


def test_durations_keep_the_last_twelve_of_each_type(run: Run) -> None:
    async def test(one: Store, two: Store) -> None:
        for n in range(1, 16):
            await one.add_duration("https://api.test", "FACE_SWAP", n)
        await two.add_duration("https://api.test", "LIP_SYNC", 9.97)
        known = await two.durations("https://api.test")
        assert known == {"FACE_SWAP": tuple(map(float, range(4, 16))), "LIP_SYNC": (10.0,)}
        assert await two.durations("https://elsewhere.test") == {}

    run(test)


def test_a_record_survives_the_kernel_that_wrote_it(run: Run) -> None:
    async def test(one: Store, two: Store) -> None:
        written = record(status="complete", due_s=None)
        await one.record(A, written, 0)
        await one.close()
        found = (await two.recall(A, ["clx1"]))["clx1"]
        assert dataclasses.replace(found, age_s=0.0, version=0) == written

    run(test)


def test_whoever_listens_to_redis_asks_it_nothing(redis_server: RedisServer) -> None:
    from mh_widgets.store.redis import RedisStore

    async def test() -> None:
        store = RedisStore(redis_server.url)
        end = await store.subscribe(A, lambda _: None)
        before = (await store._redis.info("stats"))["total_commands_processed"]
        for _ in range(10):
            await asyncio.sleep(0.05)  # what is counted is what happens meanwhile
        asked = (await store._redis.info("stats"))["total_commands_processed"] - before
        assert asked <= 3
        end()
        await store.close()

    asyncio.run(test())
