"""The store that remembers nothing: ``MAGIC_HOUR_STORE=off``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mh_widgets.store.base import GRANTED, Claim, OnNews, Query, Record


class NullStore:
    """Knows nothing, grants everything."""

    carries_links = False
    of_one_loop = False
    remembers = False

    async def recall(self, account: str, project_ids: Sequence[str]) -> Mapping[str, Record]:
        """Nothing is known."""
        return {}

    async def record(self, account: str, record: Record, known: int | None) -> int:
        """Nothing is written."""
        return 0

    async def claim(
        self, account: str, project_id: str, owner: str, known: int, per_s: float | None
    ) -> Claim:
        """Whoever wants to ask, asks."""
        return GRANTED

    async def hold(self, account: str, project_id: str, owner: str, lease_s: float) -> None:
        """There are no leases."""

    async def quiet(self, account: str, quiet_s: float) -> None:
        """Nobody else hears."""

    async def subscribe(self, account: str, on_news: OnNews) -> Callable[[], None]:
        """There is no news."""
        return lambda: None

    async def recent(self, account: str, query: Query) -> list[Record]:
        """Nothing is known."""
        return []

    async def forget(self, account: str, project_id: str | None) -> int:
        """There is nothing to forget."""
        return 0

    async def durations(self, origin: str) -> Mapping[str, tuple[float, ...]]:
        """Nothing is known."""
        return {}

    async def add_duration(self, origin: str, kind: str, seconds: float) -> None:
        """Nothing is written."""

    async def close(self) -> None:
        """There is nothing to close."""
