"""The log of all requests, which tests read and wait for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

from .faults import Origin


@dataclass(frozen=True)
class Request:
    """One request. It never contains a query or a credential, so that a failing test prints neither."""

    number: int
    """The position in the order of arrival, from 0, over both origins."""

    time: float
    """The time of arrival in Unix seconds, on the simulator's clock."""

    origin: Origin
    method: str
    path: str
    """The path without the query, which is secret in a presigned link."""

    project_id: str
    """The project, or `""` if the request names none."""

    credentials: tuple[str, ...]
    """The kinds of credentials in it: `authorization`, `cookie`, `token` (the token anywhere else)."""

    range: str | None
    """Its Range header."""

    at_once: int
    """The requests of this origin under way at its arrival, including itself."""

    status: int | None = None
    """The status of the answer; None before it, and 0 if the connection ended without one."""

    sent_bytes: int = 0
    """The bytes of an output that were sent, known at the end."""

    over: bool = False


class RequestLog(Sequence[Request]):
    """All requests since the start, in the order of arrival. Readers get a snapshot, from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._requests: list[Request] = []
        self._under_way: dict[Origin, int] = {"api": 0, "files": 0}

    def begin(
        self,
        *,
        time: float,
        origin: Origin,
        method: str,
        path: str,
        project_id: str,
        credentials: tuple[str, ...],
        range_header: str | None,
    ) -> int:
        """Log an arrival and return its number."""
        with self._changed:
            self._under_way[origin] += 1
            number = len(self._requests)
            self._requests.append(
                Request(
                    number,
                    time,
                    origin,
                    method,
                    path,
                    project_id,
                    credentials,
                    range_header,
                    self._under_way[origin],
                )
            )
            self._changed.notify_all()
            return number

    def answering(self, number: int, status: int) -> None:
        """Log the status of the answer."""
        with self._changed:
            request = self._requests[number]
            if request.status is None:
                self._requests[number] = replace(request, status=status)
                self._changed.notify_all()

    def end(self, number: int, sent_bytes: int) -> None:
        """Log the end of a request. A second end of the same request is ignored."""
        with self._changed:
            request = self._requests[number]
            if not request.over:
                self._under_way[request.origin] -= 1
                self._requests[number] = replace(
                    request, status=request.status or 0, sent_bytes=sent_bytes, over=True
                )
                self._changed.notify_all()

    def of(
        self, project_id: str | None = None, *, method: str | None = None, origin: Origin | None = None
    ) -> list[Request]:
        """Return the requests that match all given values."""
        return [
            request
            for request in self
            if project_id in (None, request.project_id)
            and method in (None, request.method)
            and origin in (None, request.origin)
        ]

    def wait_for(
        self, wanted: Callable[[Request], bool], *, count: int = 1, timeout_s: float = 100.0
    ) -> list[Request]:
        """Wait until `count` requests match `wanted`. It blocks: don't call it on the simulator's loop.

        Args:
            wanted: Returns whether a request matches.
            count: The number of requests to wait for.
            timeout_s: The time-out in seconds.

        Returns:
            The matching requests.

        Raises:
            TimeoutError: `timeout_s` has passed. The message lists what arrived instead.
        """
        with self._changed:
            self._changed.wait_for(lambda: sum(map(wanted, self._requests)) >= count, timeout_s)
            found = [request for request in self._requests if wanted(request)]
            if len(found) < count:
                seen = ", ".join(f"{r.method} {r.path} {r.status}" for r in self._requests[-8:]) or "nothing"
                raise TimeoutError(
                    f"{len(found)} of {count} requests after {timeout_s:g} s; the last ones: {seen}"
                )
            return found

    def __iter__(self) -> Iterator[Request]:
        with self._changed:
            return iter(list(self._requests))

    def __len__(self) -> int:
        with self._changed:
            return len(self._requests)

    @overload
    def __getitem__(self, index: int) -> Request: ...
    @overload
    def __getitem__(self, index: slice) -> list[Request]: ...
    def __getitem__(self, index: int | slice) -> Request | list[Request]:
        with self._changed:
            return self._requests[index]
