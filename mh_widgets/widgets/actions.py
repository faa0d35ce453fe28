"""The loop that owns a widget, and the actions on one project that can be called from anywhere."""

from __future__ import annotations

import asyncio
import os
import pathlib
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, Generic, cast

from mh_widgets import _loops
from mh_widgets._directories import local_directory
from mh_widgets._nested import LoopStopped
from mh_widgets._seconds import read_seconds
from mh_widgets.errors import MagicHourError, WatchClosed
from mh_widgets.widgets.coroutines import Call

if TYPE_CHECKING:
    from IPython.display import Video
    from typing_extensions import TypeVar  # that of Python 3.13, which knows defaults

    from mh_widgets.controllers.project import ProjectController
    from mh_widgets.models import ProjectDetails

    #: The class of the details, so that ``await VideoProject(…)`` is a ``VideoDetails`` for type checkers.
    Details_co = TypeVar("Details_co", bound=ProjectDetails, default=ProjectDetails, covariant=True)
else:
    from typing import TypeVar

    Details_co = TypeVar("Details_co", covariant=True)

T = TypeVar("T")


class OwnerLoop:
    """The loop that a widget was made on. A script has none, so the first waiting call provides it.

    Args:
        on_rebind: Called before another loop takes over, as the former one doesn't run any more.
    """

    def __init__(self, on_rebind: Callable[[], None]) -> None:
        self.loop = _loops.running_loop()
        self._process = os.getpid()
        self._on_rebind = on_rebind

    def call(self, function: Callable[..., object], *args: Any) -> None:
        """Run ``function(*args)`` on the owner loop, at once if it runs here. Without one, do nothing."""
        if self.loop is not None:
            _loops.call_on(self.loop, function, *args)

    async def run(self, action: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Await ``action()`` on the owner loop, from any loop.

        Raises:
            WatchClosed: The owner loop stopped meanwhile.
        """
        try:
            return await _loops.await_on(self._rebind(asyncio.get_running_loop()), action())
        except LoopStopped:
            raise _loop_stopped_error() from None
        except MagicHourError as error:
            # Tracebacks may print the variables of every frame (%xmode Verbose), which include links and
            # answers.
            raise error.with_traceback(None) from None

    def named(
        self, owner: object, name: str, action: Callable[[], Coroutine[Any, Any, T]]
    ) -> Coroutine[Any, Any, T]:
        """Return ``run`` as a coroutine whose name is ``name`` of ``owner``."""
        return Call(f"{type(owner).__name__}.{name}", self.run(action))

    def block(self, action: Callable[[], Coroutine[Any, Any, T]], timeout_s: float | None) -> T:
        """Run ``action`` in a synchronous cell or a script, and wait for it.

        Args:
            action: The action, which ends by itself after ``timeout_s``.
            timeout_s: The time-out in seconds. It also holds if the owner loop is blocked, as by a waiting
                cell.
        """
        here = _loops.running_loop() or _loops.script_loop()
        owner_loop = self._rebind(here)
        try:
            return _loops.block_on(
                self.run(action), owner_loop, timeout_s=timeout_s, message=_timeout_message(timeout_s)
            )
        except LoopStopped:
            raise _loop_stopped_error() from None

    def _rebind(self, here: asyncio.AbstractEventLoop) -> asyncio.AbstractEventLoop:
        """Return the owner loop, which becomes ``here`` if there is none or it doesn't run any more."""
        inherited = (
            self._process != os.getpid()
        )  # in a forked child, the loop's copy claims to run but never does
        if self.loop is None or inherited or (self.loop is not here and not self.loop.is_running()):
            self._on_rebind()
            self.loop, self._process = here, os.getpid()
        return self.loop


async def wait_with_timeout(waiting: Coroutine[Any, Any, T], timeout_s: float | None) -> T:
    """Await ``waiting`` for ``timeout_s`` seconds at most. Its error says that polling continues."""
    return await _loops.run_with_timeout(timeout_s, waiting, _timeout_message(timeout_s))


def _timeout_message(timeout_s: float | None) -> str:
    return "" if timeout_s is None else f"Not finished after {timeout_s:g} s. Polling continues."


def _loop_stopped_error() -> WatchClosed:
    return WatchClosed(
        "The event loop of this widget has stopped.",
        code="loop_stopped",
        hint="Call it again: it continues in the calling thread.",
    )


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
        return self._owner_loop.block(lambda: self._finish(project_id, timeout_s), timeout_s)

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

    def embed(self, max_bytes: float = 50_000_000) -> Coroutine[Any, Any, Video]:
        """Put the bytes of the first output into the notebook, which grows by four thirds of their size.

        Args:
            max_bytes: A larger output is refused.

        Returns:
            An ``IPython.display.Video`` that holds the bytes.

        Raises:
            ValueError: ``max_bytes`` is not a number of bytes.
            TransferError: The output is too large, or could not be fetched.
            MagicHourError: As for ``refresh``.
        """
        from mh_widgets.widgets.embedding import embedded, read_bytes  # few users embed

        limit = read_bytes("max_bytes", max_bytes)
        return self._on_owner_loop("embed", lambda controller: embedded(controller, limit))

    def poster(self) -> Coroutine[Any, Any, bytes]:
        """Make a small picture of the first output: the first frame of the video that is not black.

        Returns:
            A JPEG of at most 8 kB, or an image that is small as it is.

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
