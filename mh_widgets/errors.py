"""Every exception that this package raises.

MagicHourError                 .code .message .hint
├── ConfigurationError         a setting is wrong or missing, as an address or a package
│   └── MissingToken           no API key, or an invalid one
├── InvalidProject             not a project ID (also a ValueError)
├── ApiError                   the API answered with an error: .status_code
├── NetworkError               the API could not be reached, or its answer did not arrive
├── RenderFailed               the render ended with status "error": .details
├── RenderCanceled             the render was canceled: .details
├── ProjectDeleted             the project was deleted
├── WatchDeadline              polling stopped before the render ended (also a TimeoutError)
├── WatchClosed                the card was closed, or got another project, during a wait
├── TransferError              an output could not be fetched or written: .paths
└── NotAllowed                 the card was created without that permission
"""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import Any, TypedDict

#: Statuses after which another request may succeed, beside every 5xx: time-out, too early, too many requests.
TRANSIENT_STATUS_CODES = frozenset({408, 425, 429})


class ErrorInfo(TypedDict):
    """An error as a card shows it."""

    code: str
    message: str
    hint: str


class MagicHourError(Exception):
    """The base class of all exceptions of this package.

    No text contains the API key or the query of a presigned URL.

    Attributes:
        code: A short word for programs.
        message: One sentence for people.
        hint: The next step, or "".
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
        # By default, pickle calls the class with ``args`` alone, without the keywords that it needs. A worker
        # process could not return such an exception. Here all attributes are pickled.
        return _restored, (type(self), self.args), self.__dict__

    @property
    def transient(self) -> bool:
        """Whether the same request may succeed a little later."""
        return False

    def as_dict(self) -> ErrorInfo:
        """Return ``{code, message, hint}``, the form in which a card shows an error."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


def _restored(kind: type[MagicHourError], args: tuple[Any, ...]) -> MagicHourError:
    """Return an error of this ``kind`` without attributes, which ``copy`` and ``pickle`` set later."""
    error = kind.__new__(kind, *args)
    error.args = args  # only the __init__ of a TimeoutError would set them
    return error


class ConfigurationError(MagicHourError):
    """A setting is wrong or missing. No request was made."""

    default_code = "configuration"


class MissingToken(ConfigurationError):
    """There is no API key, or it is invalid."""

    default_code = "missing_token"


class InvalidProject(MagicHourError, ValueError):
    """The value is not a project. No request was made."""

    default_code = "invalid_project"


class ApiError(MagicHourError):
    """The API answered with an error, or with an answer that can't be read.

    Attributes:
        status_code: The HTTP status.
        retry_after_s: The seconds that the API asks to wait, or None.
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
    """No answer arrived: the connection was refused, reset or timed out, or the name is unknown.

    With ``transient=False``, waiting doesn't help: a setting, as a certificate or a proxy, must be corrected.
    """

    default_code = "network"

    def __init__(
        self, message: str, *, code: str | None = None, hint: str = "", transient: bool = True
    ) -> None:
        super().__init__(message, code=code, hint=hint)
        self._transient = transient

    @property
    def transient(self) -> bool:
        """Whether the same request may succeed a little later, as in most cases."""
        return self._transient


class _RenderEnded(MagicHourError):
    """The render ended without an output.

    Attributes:
        details: The API's last answer, a ``ProjectDetails`` of its kind.
    """

    def __init__(self, message: str, *, code: str | None = None, hint: str = "", details: Any = None) -> None:
        super().__init__(message, code=code, hint=hint)
        self.details = details


class RenderFailed(_RenderEnded):
    """The render ended with status ``error``. ``code`` and ``message`` come from the API."""

    default_code = "render_failed"


class RenderCanceled(_RenderEnded):
    """The render was canceled, here or on Magic Hour."""

    default_code = "canceled"


class ProjectDeleted(MagicHourError):
    """The project was deleted, from here or elsewhere."""

    default_code = "deleted"


class WatchDeadline(MagicHourError, TimeoutError):
    """``deadline_s`` passed before the render ended. The render continues."""

    default_code = "deadline"


class WatchClosed(MagicHourError):
    """The card was closed, or got another project, before the call ended."""

    default_code = "closed"


class TransferError(MagicHourError):
    """An output could not be fetched or written.

    Attributes:
        paths: The outputs that were saved nevertheless.
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
