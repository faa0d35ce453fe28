"""Faults: what a server, a file host or a network may do instead of the right thing."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Origin = Literal["api", "files"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens to one request instead of the right answer, or in addition to it.

    A fault without `status` and `reset` keeps the right answer and changes only what it names.
    `Fault(delay_s=2)` is the right answer, late. `Fault(headers={"ETag": '"other"'})` is the right answer
    with a wrong header.
    """

    status: int | None = None
    """Answer with this status and `body`, and change nothing (a DELETE deletes nothing)."""

    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers to set on the answer."""

    body: str | bytes | None = None
    """The body for `status`; by default `{"message": ...}`, as the API's own."""

    content_type: str = "application/json; charset=UTF-8"
    """The type of `body`; `text/html` for a gateway's error page."""

    reset: bool = False
    """Reset the connection (TCP RST) without an answer. The request is not carried out."""

    lost_answer: bool = False
    """API only: carry out the request, then reset the connection. A DELETE works, but its answer is lost."""

    delay_s: float = 0.0
    """Seconds before anything else happens, in real time at any speed of the simulator."""

    cut_after_bytes: int | None = None
    """Files only: send this many bytes of the body, then break off as `cut` says."""

    cut: Literal["reset", "close", "stall"] = "reset"
    """After `cut_after_bytes`: reset the connection, close it (a short body), or send nothing more."""

    ignore_range: bool = False
    """Files only: ignore the Range and answer 200 with the whole output."""

    wrong_offset: int = 0
    """Files only: begin a 206 this many bytes after the requested one, with a true Content-Range."""


class FaultBook:
    """The faults that wait for their requests. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[tuple[Origin, str, str], deque[Fault]] = {}

    def add(
        self, project_id: str, *faults: Fault, times: int = 1, method: str = "GET", origin: Origin = "api"
    ) -> None:
        """Plan faults for the next requests, one each and in this order.

        Args:
            project_id: The project; `"*"` means all projects without a waiting fault of their own.
            faults: What happens, one for each request.
            times: How often the faults are repeated.
            method: `GET`, `DELETE` or `POST`. A POST has no project, so use `"*"`.
            origin: `"api"` or `"files"` (the file host).
        """
        with self._lock:
            row = self._waiting.setdefault((origin, method, project_id), deque())
            for _ in range(times):
                row.extend(faults)

    def take(self, origin: Origin, method: str, project_id: str) -> Fault | None:
        """Return the fault of this request and remove it, or None."""
        with self._lock:
            for key in (project_id, "*"):
                row = self._waiting.get((origin, method, key))
                if row:
                    return row.popleft()
        return None

    def waiting(self) -> int:
        """Return the number of faults that have not happened yet. A test checks with 0 that all did."""
        with self._lock:
            return sum(len(row) for row in self._waiting.values())

    def clear(self) -> None:
        """Remove all waiting faults."""
        with self._lock:
            self._waiting.clear()
