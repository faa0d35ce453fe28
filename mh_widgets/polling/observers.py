"""The observers of one poller: whether it has to run, how fast, and how they are notified."""

from __future__ import annotations

import asyncio

from mh_widgets.polling.presence import Observer

#: A rank behind every page of a gallery.
_LAST = 1_000_000


class Observers:
    """The observers of one poller, in the order in which they joined."""

    def __init__(self) -> None:
        self._all: dict[Observer, None] = {}
        self._loop = asyncio.get_running_loop()

    def __bool__(self) -> bool:
        return bool(self._all)

    def join(self, observer: Observer) -> None:
        """Notify ``observer`` of changes from now on."""
        self._all[observer] = None

    def leave(self, observer: Observer) -> None:
        """Stop notifying ``observer``."""
        self._all.pop(observer, None)

    @property
    def _wanting(self) -> list[Observer]:
        return [each for each in self._all if each.wants_polling]

    @property
    def want_polling(self) -> bool:
        """Whether an observer wants the poller to run."""
        return any(each.wants_polling for each in self._all)

    @property
    def attentive(self) -> bool:
        """Whether a page shows the project, or code waits for it."""
        return any(each.attentive for each in self._wanting)

    @property
    def recheck(self) -> bool:
        """Whether to check with the API once that a remembered end is still true."""
        return any(each.rechecks and each.attentive for each in self._wanting)

    @property
    def rank(self) -> int:
        """The first page that shows the project. A project that no page shows comes last."""
        return min((each.rank for each in self._wanting if each.attentive), default=_LAST)

    @property
    def poll_interval_s(self) -> float | None:
        """The shortest interval that an observer fixed, or None if none did."""
        wishes = [each.poll_interval_s for each in self._wanting if each.poll_interval_s is not None]
        return min(wishes, default=None)

    def notify(self) -> None:
        """Notify every observer of a change."""
        for observer in list(self._all):
            try:
                observer.changed()
            except Exception as error:  # noqa: BLE001 - a bug of one card must not affect the others
                context = {"message": "A card failed", "exception": error}
                self._loop.call_exception_handler(context)
