"""The store that keeps nothing: ``MAGIC_HOUR_STORE=off``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mh_widgets.store.base import GRANTED, Claim, OnNews, Query, Record


class NullStore:
    """A store that knows nothing and grants every claim."""

    carries_links = False
    of_one_loop = False
    remembers = False
    loading = False

    async def recall(self, account: str, project_ids: Sequence[str]) -> Mapping[str, Record]:
        """Return no records."""
        return {}

    async def record(self, account: str, record: Record, known: int | None) -> int:
        """Write nothing."""
        return 0

    async def claim(
        self, account: str, project_id: str, owner: str, known: int, per_s: float | None
    ) -> Claim:
        """Grant the claim."""
        return GRANTED

    async def hold(self, account: str, project_id: str, owner: str, lease_s: float) -> None:
        """Do nothing, as there are no leases."""

    async def quiet(self, account: str, quiet_s: float) -> None:
        """Do nothing, as no other kernel uses this store."""

    async def subscribe(self, account: str, on_news: OnNews) -> Callable[[], None]:
        """Report nothing."""
        return lambda: None

    async def recent(self, account: str, query: Query) -> list[Record]:
        """Return no records."""
        return []

    async def forget(self, account: str, project_id: str | None) -> int:
        """Forget nothing."""
        return 0

    async def durations(self, origin: str) -> Mapping[str, tuple[float, ...]]:
        """Return no durations."""
        return {}

    async def add_duration(self, origin: str, kind: str, seconds: float) -> None:
        """Write nothing."""

    async def close(self) -> None:
        """Do nothing, as no connections are open."""
