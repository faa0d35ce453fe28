"""The actions on one project, which can be called from anywhere."""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, Generic, cast

from mh_widgets._directories import local_directory
from mh_widgets._seconds import read_seconds
from mh_widgets.widgets.owner_loop import OwnerLoop, wait_with_timeout

if TYPE_CHECKING:
    from IPython.display import Audio, Image, Video
    from typing_extensions import TypeVar  # that of Python 3.13, which knows defaults

    from mh_widgets.controllers.project import ProjectController
    from mh_widgets.models import ProjectDetails

    #: The class of the details, so that ``await VideoProject(…)`` is a ``VideoDetails`` for type checkers.
    Details_co = TypeVar("Details_co", bound=ProjectDetails, default=ProjectDetails, covariant=True)
else:
    from typing import TypeVar

    Details_co = TypeVar("Details_co", covariant=True)

T = TypeVar("T")
Callback = TypeVar("Callback", bound=Callable[[Any], object])


class ProjectActions(Generic[Details_co]):
    """The actions on one project, for a card and for each project of a gallery.

    Each action is about the project that is shown at the call. It raises if the card changes its project
    first.
    """

    project_id: Any
    _owner_loop: OwnerLoop

    def _controller_for(self, project_id: str) -> ProjectController:
        """Return the project's controller, and start it if needed. Raises ``MagicHourError`` if it can't."""
        raise NotImplementedError

    def _running_controller(self) -> ProjectController | None:
        """Return the project's controller, or None if it has not started."""
        raise NotImplementedError

    def _send_finished(self) -> None:
        """Send the final state again.

        nbclient, papermill and nbconvert keep only what the waiting cell sends.
        """
        raise NotImplementedError

    def __await__(self) -> Generator[Any, None, Details_co]:
        """Wait as ``finished`` does."""
        return self.finished().__await__()

    def finished(self) -> Coroutine[Any, Any, Details_co]:
        """Wait until the project has ended: ``await video`` as a coroutine, for ``asyncio.create_task``.

        Returns:
            The finished project.

        Raises:
            RenderFailed: The render ended with status ``error``.
            RenderCanceled: The render was canceled.
            ProjectDeleted: The project was deleted.
            WatchDeadline: ``deadline_s`` passed first. The render continues.
            WatchClosed: The card was closed, or shows another project.
            MagicHourError: Another error stopped polling, for example an ``ApiError``.
        """
        project_id = self.project_id
        return self._owner_loop.named(self, "finished", lambda: self._finish(project_id, None))

    def wait(self, timeout_s: float | None = None) -> Details_co:
        """Wait as ``await video`` does, in a synchronous cell or a script. The card stays live.

        Args:
            timeout_s: The longest wait in seconds; 0 checks once, None waits without limit.

        Returns:
            The finished project.

        Raises:
            TimeoutError: ``timeout_s`` has passed. Polling continues.
            MagicHourError: As for ``finished``.
        """
        project_id, timeout_s = self.project_id, read_seconds("timeout_s", timeout_s, zero=True)
        return self._owner_loop.block(lambda: self._finish(project_id, timeout_s), timeout_s, project_id)

    def on_finished(self, callback: Callback) -> Callback:
        """Call ``callback`` once when the project has ended, on the kernel's loop.

        It gets what ``await`` would return or raise: the finished project, or the error. It may be a
        coroutine function. Its own exception is shown where the kernel shows uncaught ones. In a script it
        is called during ``wait()``, which returns after it.

        Args:
            callback: Gets the finished project or the ``MagicHourError``.

        Returns:
            ``callback``, so that this can be used as a decorator.

        Raises:
            TypeError: ``callback`` can't be called.
        """
        project_id = self.project_id

        async def finished() -> ProjectDetails:
            return await self._controller_for(project_id).finished()

        self._owner_loop.when_finished(project_id, finished, callback)
        return callback

    def refresh(self) -> Coroutine[Any, Any, Details_co]:
        """Send one request to the API now.

        Returns:
            The project as it is now.

        Raises:
            ProjectDeleted: The project was deleted.
            MagicHourError: The request failed with ``ApiError``, ``NetworkError`` or ``MissingToken``.
        """

        async def refresh(controller: ProjectController) -> Details_co:
            return cast("Details_co", await controller.refresh())

        return self._on_owner_loop("refresh", refresh)

    def save(self, directory: str | pathlib.Path | None = None) -> Coroutine[Any, Any, list[pathlib.Path]]:
        """Save every output to the kernel's disk.

        An output that is saved already is recognised. No file is overwritten.

        Args:
            directory: The target directory; default: ``download_directory``. ``~`` is the home directory.

        Returns:
            The paths.

        Raises:
            TransferError: An output could not be fetched or written. Its ``paths`` are the saved ones.
            ValueError: ``directory`` is not a directory of this machine, as ``s3://``.
            MagicHourError: As for ``refresh``.
        """
        target = None if directory is None else local_directory(directory, "directory")
        return self._on_owner_loop("save", lambda controller: controller.save(target))

    def delete(self) -> Coroutine[Any, Any, None]:
        """Delete the project on Magic Hour permanently. Saved files stay.

        If the card shows another project before the deletion begins, nothing is deleted.

        Raises:
            NotAllowed: The card was made with ``allow_delete=False``.
            WatchClosed: The card now shows another project, or was closed.
            MagicHourError: The project still exists: ``ApiError`` or ``NetworkError``.
        """
        project_id = self.project_id
        return self._on_owner_loop("delete", lambda controller: controller.delete(project_id))

    def embed(self, max_bytes: float = 50_000_000) -> Coroutine[Any, Any, Video | Image | Audio]:
        """Put the bytes of the first output into the notebook, which grows by four thirds of their size.

        Args:
            max_bytes: A larger output is refused.

        Returns:
            A ``Video``, ``Image`` or ``Audio`` of ``IPython.display``, which holds the bytes.

        Raises:
            ValueError: ``max_bytes`` is not a number of bytes.
            TransferError: The output is too large, or could not be fetched.
            MagicHourError: As for ``refresh``.
        """
        limit = _read_bytes("max_bytes", max_bytes)

        async def embed(controller: ProjectController) -> Video | Image | Audio:
            # Imported late, as few users embed, and scripts may run without IPython.
            from mh_widgets.widgets.embedding import displayed

            return displayed(*await controller.embed(limit))

        return self._on_owner_loop("embed", embed)

    def poster(self) -> Coroutine[Any, Any, bytes]:
        """Make a small picture of the first output: the first frame of the video that is not black.

        Returns:
            A JPEG of at most 7 kB, or an image that is small as it is.

        Raises:
            ConfigurationError: PyAV is missing: ``pip install 'mh_widgets[poster]'``.
            TransferError: No picture could be made; with the code ``no_poster``, the file can't be decoded.
            MagicHourError: As for ``refresh``.
        """
        return self._on_owner_loop("poster", lambda controller: controller.poster.get())

    def pause(self) -> None:
        """Stop polling until ``resume``. Has no effect on a project that has ended."""
        self._call_controller(lambda controller: controller.pause())

    def resume(self) -> None:
        """Resume polling after ``pause``, the deadline or an error, with a new deadline."""
        self._call_controller(lambda controller: controller.start())

    def _call_controller(self, action: Callable[[ProjectController], None]) -> None:
        controller = self._running_controller()
        if controller is not None:
            self._owner_loop.call(action, controller)

    async def _finish(self, project_id: str, timeout_s: float | None) -> Details_co:
        controller = self._controller_for(project_id)
        try:
            return cast("Details_co", await wait_with_timeout(controller.finished(), timeout_s))
        finally:
            self._send_finished()

    def _on_owner_loop(
        self, name: str, action: Callable[[ProjectController], Coroutine[Any, Any, T]]
    ) -> Coroutine[Any, Any, T]:
        # read at the call, as the card may show another project when the action runs
        project_id = self.project_id

        async def act() -> T:
            return await action(self._controller_for(project_id))

        return self._owner_loop.named(self, name, act)


def _read_bytes(name: str, value: object) -> int:
    # Floats are accepted, because people write 50e6.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 1:
        raise ValueError(f"{name} must be a positive number of bytes, got {value!r}.")
    return int(min(value, sys.maxsize))
