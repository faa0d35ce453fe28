"""The interface of a store, and the rules of a claim that every backend keeps.

One kernel at a time polls a project. A kernel claims the project before a request. It renews the claim
while the request is under way. A process that is killed, stopped or blocked soon loses it.
A kernel that still imports its HTTP client doesn't claim: its end would hold up the others.
The answer is recorded with the time of the next request (``due_s``), and the other kernels wait for that.

=================== ============================== =====================================================
state of a project  what the store holds           what a crash, a stop or a blocked loop does to it
=================== ============================== =====================================================
unknown             nothing                        nothing: the next kernel claims it
asking              a lease of ``LEASE_S`` seconds no renewal comes; the lease ends after ``LEASE_S``
                                                   seconds and another kernel asks. A kernel that wakes up
                                                   and gets its answer records it only if no other answer
                                                   was recorded since it asked
answered            the record, ``due_s``          no request comes at ``due_s``; the other kernels wait
                                                   ``GRACE_S`` longer, and the first of them claims it
failed              a lease for the time of the    the lease ends with that time, and another kernel asks
                    back-off
quiet               the account's quiet time       it ends by itself
ended               the record, no ``due_s``       nothing: no request is needed
emptied             nothing                        the versions of an empty store begin with the time, so that
                                                   its records are news to every kernel
unreadable          a record that can't be read    the next kernel takes over its version and asks
=================== ============================== =====================================================

All times that cross the interface are seconds from now. Clocks of machines are never compared. SQLite
uses the clock of its one machine, and Redis the clock of its server.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol

from mh_widgets._log import warn_once

#: A lease ends so many seconds after its last renewal. It is renewed every ``RENEW_S`` seconds.
LEASE_S = 2.0
RENEW_S = 0.7
#: The longest lease and quiet time, in seconds. A clock that jumped must not stop a project for longer.
MAX_LEASE_S = 120.0
#: Other kernels wait a random time within these bounds, in seconds, for the kernel that asked last.
GRACE_S = (0.3, 0.9)
#: The longest wait that a granted claim may require, in seconds. For a longer wait a kernel claims again.
MAX_TURN_S = 2.0
#: The next turn is at most so many seconds away, at the rate of one request in two seconds. A later one was
#: planned before the clock was put back.
MAX_PLANNED_S = MAX_TURN_S + 2.0
#: The requests that may come at once before the account's budget spaces them.
BURST = 10
#: The projects that are kept for each account, and the longest record in bytes.
KEEP = 10_000
MAX_BODY_BYTES = 64 * 1024
#: The durations that are kept for each type of render.
KEEP_DURATIONS = 12
#: The longest duration that can be true, in seconds. Beyond that a clock is wrong.
MAX_DURATION_S = 1e7


class StoreError(Exception):
    """The store can't be used now. The text contains no path, address or secret."""


@dataclasses.dataclass(frozen=True)
class Record:
    """The API's last answer about one project."""

    project_id: str
    #: The API's own status, or ``deleted``.
    status: str
    #: The type of render, or "".
    kind: str
    #: JSON, as ``records.pack`` writes it.
    body: str
    #: Unix time of its creation, or of the first answer if the API didn't send it.
    created_at: float
    #: Seconds since the API's answer.
    age_s: float = 0.0
    #: Seconds until its writer asks again, negative if overdue, None if no request will follow.
    due_s: float | None = None
    #: A number that grows with every record of the store.
    version: int = 0
    #: The kernel that recorded it.
    writer: str = ""
    #: The encrypted links to the outputs, or "" if the store keeps none.
    links: str = ""


@dataclasses.dataclass(frozen=True)
class Claim:
    """The result of a claim.

    - ``granted``: send a request in ``wait_s`` seconds.
    - ``news``: another kernel has asked, and ``record`` is the answer.
    - ``held``: another kernel is asking. Try again after ``wait_s``.
    - ``quiet``: a 429 stops all requests of the account for ``wait_s``.
    - ``busy``: the account's budget is used up for ``wait_s``.
    """

    outcome: Literal["granted", "news", "held", "quiet", "busy"]
    wait_s: float = 0.0
    record: Record | None = None


GRANTED = Claim("granted")

#: Called on the subscriber's loop with records that other kernels wrote.
OnNews = Callable[[Sequence[Record]], None]


@dataclasses.dataclass(frozen=True)
class Query:
    """The records that ``recent`` returns; None matches all. ``since`` is the Unix time of creation."""

    limit: int = 20
    kind: str | None = None
    status: str | None = None
    since: float | None = None


class Store(Protocol):
    """A store. ``account`` says whose projects are meant. Every method may raise ``StoreError``."""

    #: Whether it may keep links, encrypted.
    carries_links: bool
    #: Whether it belongs to one loop and ends with it.
    of_one_loop: bool
    #: Whether it keeps anything at all.
    remembers: bool

    @property
    def loading(self) -> bool:
        """Whether its client library is being imported. Until then it can't answer, which is no failure."""

    async def recall(self, account: str, project_ids: Sequence[str]) -> Mapping[str, Record]:
        """Return the known records of these projects."""

    async def record(self, account: str, record: Record, known: int | None) -> int:
        """Write ``record`` and end its writer's lease.

        Args:
            account: Whose project.
            record: The record.
            known: The version known when its writer asked. If another was recorded since, only an end may
                replace a state that is no end. None is an event, which never replaces an end.

        Returns:
            The version of the record, or 0 if it was not written.
        """

    async def claim(
        self, account: str, project_id: str, owner: str, known: int, per_s: float | None
    ) -> Claim:
        """Claim the right to send a request.

        Args:
            account: Whose project.
            project_id: The project.
            owner: The kernel.
            known: The version that the kernel knows.
            per_s: The account's budget in requests a second, or None.
        """

    async def hold(self, account: str, project_id: str, owner: str, lease_s: float) -> None:
        """Renew the lease of ``owner``, or keep it for a back-off. Has no effect on another owner's lease."""

    async def quiet(self, account: str, quiet_s: float) -> None:
        """Stop all requests of the account for ``quiet_s`` seconds after a 429."""

    async def subscribe(self, account: str, on_news: OnNews) -> Callable[[], None]:
        """Report what is recorded from now on.

        Returns:
            A function that ends the subscription.
        """

    async def recent(self, account: str, query: Query) -> list[Record]:
        """Return the newest projects first."""

    async def forget(self, account: str, project_id: str | None) -> int:
        """Forget one project, or all of the account. Return how many there were."""

    async def durations(self, origin: str) -> Mapping[str, tuple[float, ...]]:
        """Return the seconds that the last renders of each type took, oldest first."""

    async def add_duration(self, origin: str, kind: str, seconds: float) -> None:
        """Remember the duration of one more render."""

    async def close(self) -> None:
        """Close the connections. The next call opens them again."""


def note_bug(error: Exception) -> None:
    """Log the kind of an unexpected error in a subscription, without its text, which may contain secrets."""
    warn_once("Some news of the store is lost (%s). Cards go on without it.", type(error).__name__)


def first_version(now: float) -> int:
    """Return the version where an empty store begins: above all versions of a store that it replaces."""
    return int(now * 1e6)


#: ``Status.TERMINAL``. After one of these, only the answer to a later request may change a record.
ENDS = frozenset({"complete", "error", "canceled", "deleted"})


def may_replace(old: str, old_version: int, new: str, known: int | None) -> bool:
    """Return whether a record of status ``new`` may replace ``old``; ``known`` is as for ``Store.record``."""
    if known == old_version or (new == "deleted" and old != "deleted"):
        return True
    return old not in ENDS and (known is None or new in ENDS)
