"""The loop that a widget lives on, and what can be done with one project from wherever the caller is."""

from __future__ import annotations

import asyncio
import os
import pathlib
import sys
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, TypeVar, cast

from mh_widgets import _loops
from mh_widgets._directories import local_directory
from mh_widgets._nested import LoopStopped
from mh_widgets._seconds import read_seconds
from mh_widgets.errors import MagicHourError, WatchClosed
from mh_widgets.widgets.coroutines import Call

if TYPE_CHECKING:
    from IPython.display import Video

    from mh_widgets.controllers.project import ProjectController
    from mh_widgets.models import VideoDetails

T = TypeVar("T")


class OwnerLoop:
    """The loop that a widget was made on; without one, as in a plain script, the loop that waits for it.

    ``on_rebind`` is called when home moves to another loop, as the one before doesn't run any more.
    """

    def __init__(self, on_rebind: Callable[[], None]) -> None:
        self.loop = _loops.running_loop()
        self._process = os.getpid()
        self._on_rebind = on_rebind

    def call(self, function: Callable[..., object], *args: Any) -> None:
        """Run ``function(*args)`` at home: at once when we are there; never where there is no home yet."""
        if self.loop is not None:
            _loops.call_on(self.loop, function, *args)

    async def run(self, action: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Await ``action()`` at home, from whatever loop this is. Raises ``WatchClosed`` when home stops meanwhile."""
        try:
            return await _loops.await_on(self._rebind(asyncio.get_running_loop()), action())
        except LoopStopped:
            raise _homeless() from None
        except MagicHourError as error:
            # Tracebacks may print the variables of every frame (%xmode Verbose), and below are links and
            # answers.
            raise error.with_traceback(None) from None

    def named(
        self, owner: object, name: str, action: Callable[[], Coroutine[Any, Any, T]]
    ) -> Coroutine[Any, Any, T]:
        """``run`` as a coroutine that says what it is: ``name`` of ``owner``."""
        return Call(f"{type(owner).__name__}.{name}", self.run(action))

    def block(self, action: Callable[[], Coroutine[Any, Any, T]], timeout_s: float | None) -> T:
        """``run`` for synchronous cells and plain scripts; of an action that ends itself after ``timeout_s``.

        A thread keeps that time for a home that is blocked, as by the cell that waits for the thread.
        """
        here = _loops.running_loop() or _loops.script_loop()
        owner_loop = self._rebind(here)
        try:
            return _loops.block_on(
                self.run(action), owner_loop, timeout_s=timeout_s, message=_too_late(timeout_s)
            )
        except LoopStopped:
            raise _homeless() from None

    def _rebind(self, here: asyncio.AbstractEventLoop) -> asyncio.AbstractEventLoop:
        """Home; ``here`` where there is none yet, or where it doesn't run any more."""
        inherited = self._process != os.getpid()  # a forked child's copy says that it runs, and never will
        if self.loop is None or inherited or (self.loop is not here and not self.loop.is_running()):
            self._on_rebind()
            self.loop, self._process = here, os.getpid()
        return self.loop


async def wait_with_timeout(waiting: Coroutine[Any, Any, T], timeout_s: float | None) -> T:
    """``loops.run_with_timeout``, saying that only the waiting has ended."""
    return await _loops.run_with_timeout(timeout_s, waiting, _too_late(timeout_s))


def _too_late(timeout_s: float | None) -> str:
    return "" if timeout_s is None else f"Not finished after {timeout_s:g} s. Watching goes on."


def _homeless() -> WatchClosed:
    return WatchClosed(
        "The event loop of this widget has stopped.",
        code="loop_stopped",
        hint="Call it again: it goes on in the calling thread.",
    )


class ProjectActions:
    """What can be done with one project; a card has it, and so has each project of a gallery.

    Each is about the project that is on show when it is called: should a card move on before it begins, it
    raises.
    """

    project_id: Any
    _owner_loop: OwnerLoop

    def _controller_for(self, project_id: str) -> ProjectController:
        """The project's session, begun where it hasn't been. Raises ``MagicHourError`` where there can be none."""
        raise NotImplementedError

    def _running_controller(self) -> ProjectController | None:
        """The project's session, if there is one."""
        raise NotImplementedError

    def _send_finished(self) -> None:
        """Send what nbclient, papermill and nbconvert have to keep: they keep only what the waiting cell sends."""
        raise NotImplementedError

    def __await__(self) -> Generator[Any, None, VideoDetails]:
        """The finished project; see ``finished``."""
        return self.finished().__await__()

    def finished(self) -> Coroutine[Any, Any, VideoDetails]:
        """Wait for the end: the coroutine behind ``await video``, for ``asyncio.create_task`` and ``TaskGroup``.

        Returns:
            The finished project.

        Raises:
            RenderFailed: The render ended with status ``error``.
            RenderCanceled: The render was canceled.
            ProjectDeleted: The project was deleted.
            WatchDeadline: ``deadline_s`` passed first. The render goes on.
            WatchClosed: The card was closed, or moved to another project.
            MagicHourError: What else ended the watch, as an ``ApiError``.
        """
        project_id = self.project_id
        return self._owner_loop.named(self, "finished", lambda: self._finish(project_id, None))

    def wait(self, timeout_s: float | None = None) -> VideoDetails:
        """``await`` for synchronous cells and plain scripts; the card goes on moving.

        Args:
            timeout_s: Seconds to wait at most; 0 looks once, None is without end.

        Returns:
            The finished project.

        Raises:
            TimeoutError: ``timeout_s`` is over. The watch goes on.
            MagicHourError: What ``finished`` raises.
        """
        project_id, timeout_s = self.project_id, read_seconds("timeout_s", timeout_s, zero=True)
        return self._owner_loop.block(lambda: self._finish(project_id, timeout_s), timeout_s)

    def refresh(self) -> Coroutine[Any, Any, VideoDetails]:
        """Ask the API once, now.

        Returns:
            The project as it is now.

        Raises:
            ProjectDeleted: The project was deleted.
            MagicHourError: What the question raises: ``ApiError``, ``NetworkError`` or ``MissingToken``.
        """

        async def refresh(controller: ProjectController) -> VideoDetails:
            return cast("VideoDetails", await controller.refresh())

        return self._on_owner_loop("refresh", refresh)

    def save(self, directory: str | pathlib.Path | None = None) -> Coroutine[Any, Any, list[pathlib.Path]]:
        """Write every output to the kernel's disk. A file that is there is recognised; nothing is overwritten.

        Args:
            directory: Where to; default: ``download_directory``. ``~`` is the home directory.

        Returns:
            The paths.

        Raises:
            TransferError: A file could not be fetched or written; its ``paths`` were saved all the same.
            ValueError: ``directory`` is no directory of this machine, as ``s3://``.
            MagicHourError: What ``refresh`` raises.
        """
        target = None if directory is None else local_directory(directory, "directory")
        return self._on_owner_loop("save", lambda controller: controller.save(target))

    def delete(self) -> Coroutine[Any, Any, None]:
        """Delete the project on Magic Hour, for good; files that were saved stay.

        It is the project that is on show now: should the card move on before the deletion begins, nothing is
        deleted.

        Raises:
            NotAllowed: The card was made with ``allow_delete=False``.
            WatchClosed: The card shows another project by now, or was closed.
            MagicHourError: The project still stands: ``ApiError`` or ``NetworkError``.
        """
        project_id = self.project_id
        return self._on_owner_loop("delete", lambda controller: controller.delete(project_id))

    def embed(self, max_bytes: float = 50_000_000) -> Coroutine[Any, Any, Video]:
        """Put the first output with its bytes into the notebook, which grows by a third more than the film has.

        Args:
            max_bytes: A larger film is refused.

        Returns:
            An ``IPython.display.Video`` that holds the bytes.

        Raises:
            ValueError: ``max_bytes`` is no number of bytes.
            TransferError: The film is too large, or could not be fetched.
            MagicHourError: What ``refresh`` raises.
        """
        limit = _read_bytes("max_bytes", max_bytes)
        return self._on_owner_loop("embed", lambda controller: _embedded(controller, limit))

    def pause(self) -> None:
        """Stop asking until ``resume``. No effect on a project that has finished."""
        self._tell(lambda controller: controller.pause())

    def resume(self) -> None:
        """Go on watching, after ``pause``, the deadline or an error, with a new deadline."""
        self._tell(lambda controller: controller.start())

    def _tell(self, what: Callable[[ProjectController], None]) -> None:
        controller = self._running_controller()
        if controller is not None:
            self._owner_loop.call(what, controller)

    async def _finish(self, project_id: str, timeout_s: float | None) -> VideoDetails:
        controller = self._controller_for(project_id)
        try:
            return cast("VideoDetails", await wait_with_timeout(controller.finished(), timeout_s))
        finally:
            self._send_finished()

    def _on_owner_loop(
        self, name: str, action: Callable[[ProjectController], Coroutine[Any, Any, T]]
    ) -> Coroutine[Any, Any, T]:
        # of the moment of the call: by the time it runs the card may show another
        project_id = self.project_id

        async def act() -> T:
            return await action(self._controller_for(project_id))

        return self._owner_loop.named(self, name, act)


def _read_bytes(name: str, value: object) -> int:
    # A float as well: 50e6 is how people write it.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 1:
        raise ValueError(f"{name} must be a positive number of bytes, got {value!r}.")
    return int(min(value, sys.maxsize))


async def _embedded(controller: ProjectController, max_bytes: int) -> Video:
    # Late, as few embed: the terminal and plain scripts need not have it.
    from IPython.display import Video

    data, mime = await controller.embed(max_bytes)
    return Video(data=data, embed=True, mimetype=mime)  # type: ignore[no-untyped-call]  # IPython has no types
