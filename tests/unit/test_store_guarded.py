"""What a store that fails costs: nothing but a warning, and it is used again when it works."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from mh_widgets.store import guarded
from mh_widgets.store.base import GRANTED, OnNews, Query, StoreError
from mh_widgets.store.guarded import GuardedStore
from mh_widgets.store.null import NullStore
from tests.unit import virtual_time
from tests.unit.test_store_backends import A


class Failing(NullStore):
    """Fails, or hangs, until it doesn't any more."""

    failure: Exception | None = None
    hangs = False
    calls = 0

    async def recent(self, account: str, query: Query) -> list[Any]:
        self.calls += 1
        if self.hangs:
            await asyncio.sleep(1e6)
        if self.failure is not None:
            raise self.failure
        return ["it works"]


@pytest.mark.parametrize("failure", [StoreError("locked"), RuntimeError("of a/folder"), None])
def test_a_store_that_fails_is_left_alone_and_comes_back(
    failure: Exception | None, caplog: pytest.LogCaptureFixture
) -> None:
    async def test() -> None:
        store = Failing()
        store.failure, store.hangs = failure, failure is None
        guard = GuardedStore(store)
        assert await guard.recent(A, Query()) == []
        assert virtual_time.now() <= guarded.TIMEOUT_S
        assert await guard.recent(A, Query()) == []
        assert await guard.claim(A, "clx1", "me", 0, None) == GRANTED
        assert store.calls == 1
        await asyncio.sleep(guarded.REST_S + 1)
        assert await guard.recent(A, Query()) == []
        store.failure, store.hangs = None, False
        await asyncio.sleep(guarded.REST_S + 1)
        assert await guard.recent(A, Query()) == ["it works"]  # type: ignore[comparison-overlap]
        assert store.calls == 3

    with caplog.at_level(logging.INFO, "mh_widgets"):
        virtual_time.run(test())
    said = [each.getMessage() for each in caplog.records]
    assert len(said) == 2
    assert said[1] == "The store of MAGIC_HOUR_STORE works again."
    assert "a/folder" not in said[0]


class Loading(NullStore):
    """Answers when it is loaded, which takes a busy machine some seconds."""

    loading = True

    def __init__(self) -> None:
        self._loaded = asyncio.get_running_loop().create_future()

    def load(self) -> None:
        self.loading = False
        self._loaded.set_result(None)

    async def recent(self, account: str, query: Query) -> list[Any]:
        await asyncio.shield(self._loaded)
        return ["it works"]

    async def subscribe(self, account: str, on_news: OnNews) -> Callable[[], None]:
        await asyncio.shield(self._loaded)
        on_news([])
        return lambda: None


async def test_a_store_that_loads_slowly_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    store = Loading()
    guard = GuardedStore(store)
    heard: list[object] = []
    end = await guard.subscribe(A, heard.append)
    for _ in range(4):
        assert await guard.recent(A, Query()) == []
        assert not guard.works
    store.load()
    assert guard.works
    assert await guard.recent(A, Query()) == ["it works"]  # type: ignore[comparison-overlap]
    await virtual_time.until(lambda: heard, 0.5)
    end()
    assert caplog.records == []
