"""The interface of a store, and the rules of a claim that every backend keeps.

A project is asked about by one kernel at a time. Whoever wants to ask claims it first. While the request is
under way the claim is renewed twice in its life, so that a process which is killed, stopped or blocked loses it
soon. The answer is recorded with the time of the next question (``due_s``), and the others wait for that.

=================== ============================== =====================================================
state of a project  what the store holds           what a crash, a stop or a blocked loop does to it
=================== ============================== =====================================================
unknown             nothing                        nothing: the next who looks claims it
asking              a lease of ``LEASE_S`` seconds no renewal comes; the lease ends after ``LEASE_S``
                                                   seconds and another kernel asks. One that wakes up and
                                                   still gets its answer records it only where nobody has
                                                   recorded another one since it asked
answered            the record, ``due_s``          nobody asks at ``due_s``; the others wait ``GRACE_S``
                                                   longer, and the first of them claims it
failed              a lease for the time of the    the lease ends with that time, and another kernel asks
                    back-off
quiet               the account's quiet time       it ends by itself, whoever had set it
ended               the record, no ``due_s``       nothing: nobody has to ask
=================== ============================== =====================================================

All times that cross the interface are seconds from now. Clocks of different machines are never compared:
SQLite's is the one machine's, Redis' is the server's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol

#: A lease ends so many seconds after its last renewal; it is renewed every ``RENEW_S`` seconds.
LEASE_S = 2.0
RENEW_S = 0.7
#: No lease and no quiet time is longer: a clock that jumped must not silence a project.
MAX_LEASE_S = 120.0
#: The others wait so many seconds longer than the kernel that asked last: between the two figures, by chance.
GRACE_S = (0.3, 0.9)
#: A turn that the account's budget grants may be so many seconds away; for a longer wait one claims again.
MAX_TURN_S = 2.0
#: So many questions may come at once before the account's budget spaces them.
BURST = 10
#: Projects that are kept for each account, and bytes of one record.
KEEP = 10_000
MAX_BODY_BYTES = 64 * 1024
#: Durations that are kept of each type of render.
KEEP_DURATIONS = 12
#: Longer took nobody's render, in seconds: a clock is wrong.
MAX_DURATION_S = 1e7


class StoreError(Exception):
    """The store can't be used just now. Its text has no path, no address and no secret."""


@dataclasses.dataclass(frozen=True)
class Record:
    """What the API last said about one project."""

    project_id: str
    #: The API's own word, or ``deleted``.
    status: str
    #: The type of render, or "".
    kind: str
    #: JSON, as ``records.pack`` writes it.
    body: str
    #: Unix seconds of its creation, or of the first answer where the API didn't say.
    created_at: float
    #: Seconds since the API said it.
    age_s: float = 0.0
    #: Seconds until its writer asks again, negative when that is over; None where nobody will.
    due_s: float | None = None
    #: Grows with every record of the store.
    version: int = 0
    #: The kernel that recorded it.
    writer: str = ""
    #: The links to the outputs, encrypted; "" where they don't travel.
    links: str = ""


@dataclasses.dataclass(frozen=True)
class Claim:
    """What came of a claim.

    ``granted``: ask, in ``wait_s`` seconds. ``news``: somebody has asked, ``record`` is the answer. ``held``:
    somebody asks; try again after ``wait_s``. ``quiet``: a 429 asks all of the account to wait. ``busy``: the
    account's budget is used up for ``wait_s``.
    """

    outcome: Literal["granted", "news", "held", "quiet", "busy"]
    wait_s: float = 0.0
    record: Record | None = None


GRANTED = Claim("granted")

#: Called on the subscriber's loop with records that others wrote.
OnNews = Callable[[Sequence[Record]], None]


@dataclasses.dataclass(frozen=True)
class Query:
    """Which records ``recent`` wants; None is any. ``since`` is Unix seconds of creation."""

    limit: int = 20
    kind: str | None = None
    status: str | None = None
    since: float | None = None


class Store(Protocol):
    """A store. ``account`` names whose projects; every method may raise ``StoreError``."""

    #: Whether links may travel in it, encrypted.
    carries_links: bool
    #: Whether it belongs to one loop, and ends with it.
    of_one_loop: bool
    #: Whether it remembers anything at all.
    remembers: bool

    async def recall(self, account: str, project_ids: Sequence[str]) -> Mapping[str, Record]:
        """The records of these projects, of those that are known."""

    async def record(self, account: str, record: Record, known: int | None) -> int:
        """Write ``record`` and end its writer's lease. Returns its version, 0 where it wasn't written.

        ``known`` is the version that its writer knew when it asked: where another was recorded since, only an
        end replaces what is no end. None is an event that nobody asked for: it never replaces an end.
        """

    async def claim(
        self, account: str, project_id: str, owner: str, known: int, per_s: float | None
    ) -> Claim:
        """Ask for the right to ask; ``known`` is the version known, ``per_s`` the account's budget, None is none."""

    async def hold(self, account: str, project_id: str, owner: str, lease_s: float) -> None:
        """Renew the lease of ``owner``, or keep it for a back-off; of no effect where another has it."""

    async def quiet(self, account: str, quiet_s: float) -> None:
        """A 429: nobody of the account asks for ``quiet_s`` seconds."""

    async def subscribe(self, account: str, on_news: OnNews) -> Callable[[], None]:
        """Hear of what is recorded from now on; what is returned ends it."""

    async def recent(self, account: str, query: Query) -> list[Record]:
        """The newest projects first."""

    async def forget(self, account: str, project_id: str | None) -> int:
        """Forget one project, or all of the account; how many they were."""

    async def durations(self, origin: str) -> Mapping[str, tuple[float, ...]]:
        """Seconds that the last renders of each type took, oldest first."""

    async def add_duration(self, origin: str, kind: str, seconds: float) -> None:
        """Remember one more."""

    async def close(self) -> None:
        """Let go of connections; the next call opens them again."""


#: ``Status.TERMINAL``; after one of these only a question that was asked later changes a record.
ENDS = frozenset({"complete", "error", "canceled", "deleted"})


def may_replace(old: str, old_version: int, new: str, known: int | None) -> bool:
    """Whether a record of status ``new`` may stand in place of ``old``; see ``Store.record`` about ``known``."""
    if known == old_version or (new == "deleted" and old != "deleted"):
        return True
    return old not in ENDS and (known is None or new in ENDS)
