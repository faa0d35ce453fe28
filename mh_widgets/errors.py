"""Every exception that this package raises, and nothing else.

MagicHourError                 .code .message .hint
├── ConfigurationError         something on this side is not set up: an address, an event loop
│   └── MissingToken           no API key, or one that can't be a key
├── InvalidProject             not a project ID (also a ValueError)
├── ApiError                   the API answered with a refusal: .status_code
├── NetworkError               the API could not be reached, or the answer did not arrive
├── RenderFailed               the render ended with status "error": .details
├── RenderCanceled             the render was canceled: .details
├── ProjectDeleted             the project is not there any more
├── WatchDeadline              watching stopped before the render did (also a TimeoutError)
├── WatchClosed                the card was closed, or moved on, while somebody waited
├── TransferError              a film could not be fetched or written: .paths
└── NotAllowed                 this card was made without that permission
"""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import Any, TypedDict

#: Answers after which asking again may help: time-outs, "too early", "too many requests". Every 5xx counts as
#: well.
TRANSIENT_STATUS_CODES = frozenset({408, 425, 429})


class ErrorInfo(TypedDict):
    """An error as a card shows it."""

    code: str
    message: str
    hint: str


class MagicHourError(Exception):
    """The root of everything raised here.

    ``code`` is a short word for programs, ``message`` one sentence for people, ``hint`` the next step (may be
    empty). Neither contains the API key or the query of a presigned URL: whoever raises has taken them out.
    """

    default_code = "error"

    def __init__(self, message: str, *, code: str | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.code = code or self.default_code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[Any, ...]:
        # Python's own way calls the class with ``args`` alone: keywords that it needs would be missing, and a
        # worker process would die of an answer that it can't hand back. Here the attributes travel, whichever
        # there are.
        return _restored, (type(self), self.args), self.__dict__

    @property
    def transient(self) -> bool:
        """Whether the same request may succeed a little later."""
        return False

    def as_dict(self) -> ErrorInfo:
        """``{code, message, hint}``, the form in which a card shows an error."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


def _restored(kind: type[MagicHourError], args: tuple[Any, ...]) -> MagicHourError:
    """An error of this ``kind`` without its attributes: what copies and unpickles it puts them back."""
    error = kind.__new__(kind, *args)
    error.args = args  # of a TimeoutError they would be set by __init__ alone
    return error


class ConfigurationError(MagicHourError):
    """Something on this side is not set up, and no request was made."""

    default_code = "configuration"


class MissingToken(ConfigurationError):
    """There is no API key, or what was given can't be one."""

    default_code = "missing_token"


class InvalidProject(MagicHourError, ValueError):
    """What was given names no project, and no request was made."""

    default_code = "invalid_project"


class ApiError(MagicHourError):
    """The API answered, and the answer is a refusal or can't be read.

    ``status_code`` is the HTTP status; ``retry_after_s`` the wait that the API asks for in seconds, or None.
    """

    default_code = "api_error"

    def __init__(
        self,
        message: str,
        *,
        status_code: int,
        code: str | None = None,
        hint: str = "",
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, code=code, hint=hint)
        self.status_code = status_code
        self.retry_after_s = retry_after_s

    @property
    def transient(self) -> bool:
        """True for 408, 425, 429, every 5xx, and a 2xx whose body can't be read."""
        return self.status_code in TRANSIENT_STATUS_CODES or self.status_code >= 500 or self.status_code < 300


class NetworkError(MagicHourError):
    """No answer arrived: refused, reset, timed out, or the name is unknown.

    ``transient=False`` says that waiting mends nothing: a certificate or a proxy's refusal needs somebody's
    hand.
    """

    default_code = "network"

    def __init__(
        self, message: str, *, code: str | None = None, hint: str = "", transient: bool = True
    ) -> None:
        super().__init__(message, code=code, hint=hint)
        self._transient = transient

    @property
    def transient(self) -> bool:
        """As a rule: networks come back."""
        return self._transient


class _RenderEnded(MagicHourError):
    """A render that ended without a film; ``details`` is the API's last answer (a ``VideoDetails``)."""

    def __init__(self, message: str, *, code: str | None = None, hint: str = "", details: Any = None) -> None:
        super().__init__(message, code=code, hint=hint)
        self.details = details


class RenderFailed(_RenderEnded):
    """The render ended with status ``error``; ``code`` and ``message`` are the API's own."""

    default_code = "render_failed"


class RenderCanceled(_RenderEnded):
    """The render was canceled, here or on Magic Hour."""

    default_code = "canceled"


class ProjectDeleted(MagicHourError):
    """The project was deleted, from here or elsewhere."""

    default_code = "deleted"


class WatchDeadline(MagicHourError, TimeoutError):
    """``deadline_s`` passed before the render ended. The render itself goes on."""

    default_code = "deadline"


class WatchClosed(MagicHourError):
    """The card was closed, or moved to another project, before what was asked of it had ended."""

    default_code = "closed"


class TransferError(MagicHourError):
    """A film could not be fetched or written.

    ``paths`` are the outputs that were saved all the same.
    """

    default_code = "transfer"

    def __init__(
        self, message: str, *, code: str | None = None, hint: str = "", paths: Sequence[pathlib.Path] = ()
    ) -> None:
        super().__init__(message, code=code, hint=hint)
        self.paths = list(paths)


class NotAllowed(MagicHourError):
    """The card was made with ``allow_delete=False`` or ``allow_save=False``."""

    default_code = "not_allowed"
