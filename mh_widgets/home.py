"""The loop that a widget lives on, and what can be done with one project from wherever the caller is."""

from __future__ import annotations

import asyncio
import numbers
import os
import pathlib
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, TypeVar

from mh_widgets import loop as loops
from mh_widgets.errors import MagicHourError
from mh_widgets.models import VideoDetails
from mh_widgets.session import Session

if TYPE_CHECKING:
    from IPython.display import Video

T = TypeVar("T")


class Home:
    """The loop that a widget was made on; without one, as in a plain script, the loop that waits for it.

    ``leave`` is called when home moves to another loop, as the one before doesn't run any more.
    """

    def __init__(self, leave: Callable[[], None]) -> None:
        self.loop = loops.running_loop()
        self._process = os.getpid()
        self._leave = leave

    def call(self, function: Callable[..., object], *args: Any) -> None:
        """Run ``function(*args)`` at home: at once when we are there; never where there is no home yet."""
        if self.loop is not None:
            loops.call_on(self.loop, function, *args)

    async def run(self, action: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Await ``action()`` at home, from whatever loop this is."""
        try:
            return await loops.await_on(self._settle(asyncio.get_running_loop()), action())
        except MagicHourError as error:
            # Tracebacks may print the variables of every frame (%xmode Verbose), and below are links and answers.
            raise error.with_traceback(None) from None

    def block(self, action: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """``run`` for synchronous cells and plain scripts."""
        here = loops.running_loop() or loops.script_loop()
        home = self._settle(here)
        return loops.block_on(self.run(action), home)

    def _settle(self, here: asyncio.AbstractEventLoop) -> asyncio.AbstractEventLoop:
        """Home; ``here`` where there is none yet, or where it doesn't run any more."""
        inherited = self._process != os.getpid()  # a forked child's copy says that it runs, and never will
        if self.loop is None or inherited or (self.loop is not here and not self.loop.is_running()):
            self._leave()
            self.loop, self._process = here, os.getpid()
        return self.loop


async def in_time(waiting: Coroutine[Any, Any, T], timeout_s: float | None) -> T:
    """``loops.within``, saying that only the waiting has ended."""
    late = "" if timeout_s is None else f"Not finished after {timeout_s:g} s. Watching goes on."
    return await loops.within(timeout_s, waiting, late)


def check_times(**times: object) -> None:
    """Raise ``ValueError`` for what is neither a number of seconds above 0 nor None."""
    for name, value in times.items():
        if value is not None and not (isinstance(value, numbers.Real) and float(value) > 0):
            raise ValueError(f"{name} has to be a number of seconds above 0, or None; not {value!r}.")


def save_label(directory: str | pathlib.Path) -> str:
    """How a Save button names ``directory``: as it was passed, and "./" for "."."""
    return "./" if str(directory) == "." else str(directory)


class Verbs:
    """What can be done with one project; a card has it, and so has each project of a gallery."""

    _home: Home

    def _session_at_home(self) -> Session:
        """The project's session, begun where it hasn't been. Raises ``MagicHourError`` where there can be none."""
        raise NotImplementedError

    def _running_session(self) -> Session | None:
        """The project's session, if there is one."""
        raise NotImplementedError

    def _send_finished(self) -> None:
        """Send what nbclient, papermill and nbconvert have to keep: they keep only what the waiting cell sends."""
        raise NotImplementedError

    def __await__(self) -> Generator[Any, None, VideoDetails]:
        """The finished project.

        Raises ``RenderFailed``, ``RenderCanceled``, ``ProjectDeleted``, ``WatchDeadline``, ``WatchClosed``, or the
        ``ApiError`` (or other ``MagicHourError``) that ended the watch.
        """
        return self._finished(None).__await__()

    def wait(self, timeout_s: float | None = None) -> VideoDetails:
        """``await`` for synchronous cells and plain scripts; the card goes on moving.

        Raises what ``await`` raises, and ``TimeoutError`` after ``timeout_s`` seconds: the watch goes on then.
        """
        return self._home.block(lambda: self._finish(timeout_s))

    async def refresh(self) -> VideoDetails:
        """Ask the API once, now. Raises ``ApiError``, ``NetworkError``, ``ProjectDeleted`` or ``MissingToken``."""
        return await self._at_home(lambda session: session.refresh())

    async def save(self, directory: str | pathlib.Path | None = None) -> list[pathlib.Path]:
        """Write every output to ``directory`` (default: ``download_directory``) and return the paths.

        A file that is there already is recognised; nothing is overwritten. Raises ``TransferError``, whose ``paths``
        are the outputs that were saved, and what ``refresh`` raises.
        """
        target = None if directory is None else pathlib.Path(directory)
        return await self._at_home(lambda session: session.save(target))

    async def delete(self) -> None:
        """Delete the project on Magic Hour, for good; files that were saved stay.

        Raises ``NotAllowed`` where ``allow_delete=False``, and ``ApiError`` or ``NetworkError`` where it still stands.
        """
        await self._at_home(lambda session: session.delete())

    async def embed(self, max_bytes: int = 50_000_000) -> Video:
        """The first output as an ``IPython.display.Video`` that holds its bytes, to keep the film in the notebook.

        The notebook grows by a third more than the film has bytes (base64). Raises ``TransferError`` for more than
        ``max_bytes``, and what ``save`` raises.
        """
        from IPython.display import Video

        data, mime = await self._at_home(lambda session: session.embed(max_bytes))
        return Video(data=data, embed=True, mimetype=mime)  # type: ignore[no-untyped-call]  # IPython has no types

    def pause(self) -> None:
        """Stop asking until ``resume``. No effect on a project that has finished."""
        self._tell(Session.pause)

    def resume(self) -> None:
        """Go on watching, after ``pause``, the deadline or an error, with a new deadline."""
        self._tell(Session.start)

    def _tell(self, what: Callable[[Session], None]) -> None:
        session = self._running_session()
        if session is not None:
            self._home.call(what, session)

    async def _finished(self, timeout_s: float | None) -> VideoDetails:
        return await self._home.run(lambda: self._finish(timeout_s))

    async def _finish(self, timeout_s: float | None) -> VideoDetails:
        session = self._session_at_home()
        try:
            return await in_time(session.finished(), timeout_s)
        finally:
            self._send_finished()

    async def _at_home(self, action: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        async def act() -> T:
            return await action(self._session_at_home())

        return await self._home.run(act)
