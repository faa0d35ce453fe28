"""Fault switches: what a server, a file host or a network between them may do instead of the right thing."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Origin = Literal["api", "files"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens to one request instead of, or on top of, the right answer.

    A fault that names neither `status` nor `reset` leaves the right answer in place and only changes what it
    names: `Fault(delay_s=2)` is the right answer, late; `Fault(headers={"ETag": '"other"'})` the right answer
    mislabelled.
    """

    status: int | None = None
    """Answer with this status and `body`, and touch nothing (a DELETE deletes nothing)."""

    headers: Mapping[str, str] = field(default_factory=dict)
    """Set on the answer, whichever it is."""

    body: str | bytes | None = None
    """The body to go with `status`; by default `{"message": ...}` as the API does it."""

    content_type: str = "application/json; charset=UTF-8"
    """Of `body`; `text/html` for a gateway's error page."""

    reset: bool = False
    """Reset the connection (TCP RST) without an answer. The request is not carried out."""

    lost_answer: bool = False
    """API only: carry the request out, then reset the connection. A DELETE worked, and nobody was told."""

    delay_s: float = 0.0
    """Real seconds before anything else happens; not divided by the simulator's speed."""

    cut_after_bytes: int | None = None
    """Files only: send this many bytes of the body, then do what `cut` says."""

    cut: Literal["reset", "close", "stall"] = "reset"
    """After `cut_after_bytes`: reset the connection, close it cleanly (a short body), or send nothing more."""

    ignore_range: bool = False
    """Files only: answer as if there had been no Range, 200 with the whole film."""

    wrong_offset: int = 0
    """Files only: begin a 206 this many bytes away from where it was asked to, and say so in Content-Range."""


class FaultBook:
    """The faults that wait for their requests. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[tuple[Origin, str, str], deque[Fault]] = {}

    def add(
        self, project_id: str, *faults: Fault, times: int = 1, method: str = "GET", origin: Origin = "api"
    ) -> None:
        """Give the next requests these faults, one each and in this order; the whole row `times` times over.

        Args:
            project_id: the project they concern; `"*"` stands for any project that has no fault of its own
                waiting.
            faults: what happens, one per request.
            times: how often the row of faults is repeated.
            method: `GET`, `DELETE` or `POST` (a POST names no project: use `"*"`).
            origin: `"api"` or `"files"` (the film's own host).
        """
        with self._lock:
            row = self._waiting.setdefault((origin, method, project_id), deque())
            for _ in range(times):
                row.extend(faults)

    def take(self, origin: Origin, method: str, project_id: str) -> Fault | None:
        """The fault that this request gets, if one waits; it is used up by that."""
        with self._lock:
            for key in (project_id, "*"):
                row = self._waiting.get((origin, method, key))
                if row:
                    return row.popleft()
        return None

    def waiting(self) -> int:
        """How many faults have not happened yet; 0 says that a test met all it had planned."""
        with self._lock:
            return sum(len(row) for row in self._waiting.values())

    def clear(self) -> None:
        """Forget all that wait."""
        with self._lock:
            self._waiting.clear()
