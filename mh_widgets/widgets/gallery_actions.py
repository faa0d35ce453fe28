"""The actions on all projects of a gallery together: wait, save, pause."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from mh_widgets._directories import local_directory
from mh_widgets._seconds import read_seconds
from mh_widgets.errors import MagicHourError
from mh_widgets.widgets.actions import Details_co
from mh_widgets.widgets.owner_loop import OwnerLoop, wait_with_timeout

if TYPE_CHECKING:
    from mh_widgets.controllers.gallery import GalleryController
    from mh_widgets.controllers.save_all import BatchSave, Saved

Callback = TypeVar("Callback", bound=Callable[[Any], object])


class GalleryActions(Generic[Details_co]):
    """The actions of a gallery, on the loop that owns it."""

    _gallery: GalleryController
    _owner_loop: OwnerLoop
    _saving: BatchSave

    def _send_cards(self, most: int | None = None) -> None:
        """Send all cards if they say more than has been sent, unless there are more than ``most``."""
        raise NotImplementedError

    def __await__(self) -> Generator[Any, None, dict[str, Details_co | MagicHourError]]:
        """Wait as ``finished`` does."""
        return self.finished().__await__()

    def finished(self) -> Coroutine[Any, Any, dict[str, Details_co | MagicHourError]]:
        """Wait until all projects have ended: ``await gallery`` as a coroutine, for ``asyncio.create_task``.

        Returns:
            ``{id: ProjectDetails | MagicHourError}``, also of projects that were added meanwhile. The errors
            are those that ``await gallery[id]`` would raise.

        Raises:
            WatchClosed: The gallery was closed.
        """
        return self._owner_loop.named(self, "finished", lambda: self._all_ended(None))

    def wait(self, timeout_s: float | None = None) -> dict[str, Details_co | MagicHourError]:
        """Wait as ``await gallery`` does, in a synchronous cell or a script. The cards stay live.

        Args:
            timeout_s: The longest wait in seconds; 0 checks once, None waits without limit.

        Returns:
            What ``finished`` returns.

        Raises:
            TimeoutError: ``timeout_s`` has passed. Polling continues.
        """
        timeout_s = read_seconds("timeout_s", timeout_s, zero=True)
        return self._owner_loop.block(lambda: self._all_ended(timeout_s), timeout_s, None)

    def on_finished(self, callback: Callback) -> Callback:
        """Call ``callback`` once when all projects have ended, on the kernel's loop.

        For one project, call ``gallery[id].on_finished``, which says more about callbacks.

        Args:
            callback: Gets what ``await gallery`` returns, or ``WatchClosed`` if the gallery is closed first.

        Returns:
            ``callback``, so that this can be used as a decorator.

        Raises:
            TypeError: ``callback`` can't be called.
        """

        async def ended() -> object:
            self._gallery.begin()
            return await self._gallery.ended()

        self._owner_loop.when_finished("", ended, callback)
        return callback

    def save(self, directory: str | pathlib.Path | None = None) -> Coroutine[Any, Any, Saved]:
        """Save the outputs of every project that has finished by now, a few at a time.

        An output that can't be saved doesn't stop the others. To save those of all projects, wait for them
        first with ``await gallery``.

        Args:
            directory: The target directory; default: ``download_directory``. ``~`` is the home directory.

        Returns:
            ``{id: list[Path] | MagicHourError}``.

        Raises:
            ValueError: ``directory`` is not a directory of this machine, as ``s3://``.
        """
        target = None if directory is None else local_directory(directory, "directory")
        return self._owner_loop.named(self, "save", lambda: self._save(target))

    def pause(self) -> None:
        """Stop polling all projects until ``resume``."""
        self._owner_loop.call(self._gallery.pause)

    def resume(self) -> None:
        """Resume polling all projects that have not ended, with a new deadline."""
        self._owner_loop.call(self._gallery.resume)

    async def _save(self, directory: pathlib.Path | None) -> Saved:
        finished = self._gallery.finished_ids()
        self._gallery.begin()
        try:
            return await self._saving.run(finished, directory)
        finally:
            self._gallery.flush()

    async def _all_ended(self, timeout_s: float | None) -> dict[str, Details_co | MagicHourError]:
        self._gallery.begin()
        try:
            ended = await wait_with_timeout(self._gallery.ended(), timeout_s)
            return cast("dict[str, Details_co | MagicHourError]", ended)
        finally:
            self._send_cards()
