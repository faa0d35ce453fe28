"""``GalleryProject``: what a gallery hands out for one of its projects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mh_widgets.home import Home, Verbs
from mh_widgets.session import Session
from mh_widgets.sessions import Sessions


class GalleryProject(Verbs):
    """One project of a gallery, with the values and verbs of a ``VideoProject``; no widget of its own.

    It stands for the project, however often it is asked for: its values are read anew each time. After ``remove`` its
    verbs raise ``WatchClosed``.
    """

    def __init__(self, project_id: str, home: Home, sessions: Sessions, send_finished: Callable[[], None]) -> None:
        self._project_id = project_id
        self._home = home
        self._sessions = sessions
        self._send = send_finished

    def __repr__(self) -> str:
        status = f", status={self.status!r}" if self.status else ""
        return f"{type(self).__name__}({self._project_id!r}{status})"

    @property
    def project_id(self) -> str:
        """The project's ID."""
        return self._project_id

    @property
    def status(self) -> str:
        """The API's own word, or ``deleted``; "" before the first answer."""
        return self._sessions.status(self._project_id)

    @property
    def details(self) -> dict[str, Any]:
        """The safe part of the project under the API's own names, {} before the first answer."""
        return dict(self._sessions.state(self._project_id)["details"])

    @property
    def error(self) -> dict[str, str] | None:
        """``{code, message, hint}`` of what ended the watch or the render, or None."""
        return self._copy("error")

    @property
    def watch(self) -> dict[str, Any]:
        """``{state, reason, next_attempt_at}``; state: idle watching retrying paused stopped; time in Unix seconds."""
        return dict(self._sessions.state(self._project_id)["watch"])

    @property
    def transfer(self) -> dict[str, Any] | None:
        """``{kind, received_bytes, total_bytes}`` while a film is moved, else None."""
        return self._copy("transfer")

    def _copy(self, name: str) -> dict[str, Any] | None:
        value = self._sessions.state(self._project_id)[name]
        return None if value is None else dict(value)

    def _session_at_home(self) -> Session:
        # Also the others': without a loop none of them could begin before this moment.
        self._sessions.begin()
        return self._sessions.session(self._project_id)

    def _running_session(self) -> Session | None:
        return self._sessions.existing(self._project_id)

    def _send_finished(self) -> None:
        self._send()
