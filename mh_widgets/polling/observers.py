"""Who looks at one watch, all together: whether it has to run, how fast, and how they hear of changes."""

from __future__ import annotations

import asyncio

from mh_widgets.polling.presence import Observer

#: Behind every page of a gallery.
_LAST = 1_000_000


class Observers:
    """The observers of one poller, in the order in which they came."""

    def __init__(self) -> None:
        self._all: dict[Observer, None] = {}
        self._loop = asyncio.get_running_loop()

    def __bool__(self) -> bool:
        return bool(self._all)

    def join(self, observer: Observer) -> None:
        """Tell ``observer`` about changes from now on."""
        self._all[observer] = None

    def leave(self, observer: Observer) -> None:
        """Forget ``observer``."""
        self._all.pop(observer, None)

    @property
    def _wanting(self) -> list[Observer]:
        return [each for each in self._all if each.wants_polling]

    @property
    def want_polling(self) -> bool:
        """Whether one of them wants the watch to run."""
        return any(each.wants_polling for each in self._all)

    @property
    def attentive(self) -> bool:
        """Whether somebody looks, or waits."""
        return any(each.attentive for each in self._wanting)

    @property
    def recheck(self) -> bool:
        """Whether an end that is only remembered is to be asked about."""
        return any(each.rechecks and each.attentive for each in self._wanting)

    @property
    def rank(self) -> int:
        """The first page that shows it; whom nobody looks at gets what the others leave."""
        return min((each.rank for each in self._wanting if each.attentive), default=_LAST)

    @property
    def poll_interval_s(self) -> float | None:
        """The shortest of the intervals that were fixed by hand, None where none was."""
        wishes = [each.poll_interval_s for each in self._wanting if each.poll_interval_s is not None]
        return min(wishes, default=None)

    def notify(self) -> None:
        """Let every observer look again."""
        for observer in list(self._all):
            try:
                observer.changed()
            except Exception as error:  # noqa: BLE001 - a bug on one card: the others hear all the same
                context = {"message": "A card failed", "exception": error}
                self._loop.call_exception_handler(context)
