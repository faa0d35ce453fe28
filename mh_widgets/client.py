# ruff: noqa: A002 - ``id`` is the official SDK's name
"""``AsyncClient``: the REST calls and nothing else."""

from __future__ import annotations

import functools
import pathlib
from typing import TYPE_CHECKING, Literal, overload

from mh_widgets._seconds import read_seconds
from mh_widgets._text import redact
from mh_widgets.api.credentials import UNPICKLABLE, ask_for_key, resolve_settings
from mh_widgets.api.projects import ProjectsApi
from mh_widgets.project_ids import read_kind, require_id

if TYPE_CHECKING:
    from types import TracebackType

    import httpx

    from mh_widgets.image_audio import AudioDetails, ImageDetails
    from mh_widgets.models import ProjectDetails, VideoDetails
    from mh_widgets.project_ids import AnyKind


class AsyncClient:
    """Magic Hour's projects, asynchronously. May be used on several event loops; each gets its own connections.

    ``token`` is the API key: the argument, else ``MAGIC_HOUR_API_KEY``, else ``API_TOKEN`` of the
    environment, else of a ``.env`` in the current folder, else Colab's secret ``MAGIC_HOUR_API_KEY``.
    ``base_url`` is the API's address: the argument, else ``MAGIC_HOUR_BASE_URL`` of the environment, else of
    ``.env`` (not for a key from elsewhere), else the public API. A missing or impossible one of either is
    raised by the first request, so that a card can say it. ``timeout_s`` bounds each step of a request in
    seconds (connecting, sending, each read), 60 s the whole. ``transport`` replaces the network.
    """

    def __init__(
        self,
        token: str | None = None,
        *,
        base_url: str | None = None,
        timeout_s: float = 15.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        seconds = read_seconds("timeout_s", timeout_s)
        token, base_url = resolve_settings(token, base_url)
        self._base_url = base_url
        #: The requests that this client and its cards share. Not for use outside of mh_widgets.
        self.api = ProjectsApi(token, base_url, seconds, transport)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={redact(self._base_url)!r})"

    def __reduce__(self) -> str:
        raise TypeError(UNPICKLABLE)

    @classmethod
    def ask(cls, *, base_url: str | None = None, timeout_s: float = 15.0) -> AsyncClient:
        """A client whose key is typed into a prompt that doesn't show it; it stays in memory and goes to the API alone.

        An empty answer, and a place where nobody can be asked (Voilà, nbconvert), are as if no key had been
        given.
        """
        return cls(ask_for_key(), base_url=base_url, timeout_s=timeout_s)

    @overload
    async def get(self, id: str, *, kind: Literal["video"] = "video") -> VideoDetails: ...
    @overload
    async def get(self, id: str, *, kind: Literal["image"]) -> ImageDetails: ...
    @overload
    async def get(self, id: str, *, kind: Literal["audio"]) -> AudioDetails: ...
    @overload
    async def get(self, id: str, *, kind: AnyKind) -> ProjectDetails: ...

    async def get(self, id: str, *, kind: AnyKind = "video") -> ProjectDetails:
        """The project as it is now. ``id`` may be whatever ``VideoProject`` takes.

        Args:
            id: The project.
            kind: ``video``, ``image`` or ``audio``. ``any`` asks for a video first, then for an image, then for
                audio, and ``.kind`` of the result says which it is.

        Raises:
            InvalidProject: ``id`` names no project.
            MissingToken: There is no key.
            ApiError: The API refused. With ``any``, a 404 means that all three kinds were asked for.
            NetworkError: No answer came.
        """
        return await self.api.get(require_id(id), read_kind(kind))

    async def delete(self, id: str, *, kind: AnyKind = "video") -> None:
        """Delete the project on Magic Hour, for good. Plain REST: a 404 raises as well. Raises as ``get`` does.

        ``kind`` is as in ``get``. With ``any``, a GET finds out what the project is, and only that is deleted.
        """
        await self.api.delete(require_id(id), read_kind(kind))

    @overload
    async def check_result(
        self,
        id: str,
        wait_for_completion: bool,
        download_outputs: bool,
        download_directory: str | pathlib.Path | None = None,
        *,
        deadline_s: float | None = 3600.0,
        kind: Literal["video"] = "video",
    ) -> VideoDetails: ...
    @overload
    async def check_result(
        self,
        id: str,
        wait_for_completion: bool,
        download_outputs: bool,
        download_directory: str | pathlib.Path | None = None,
        *,
        deadline_s: float | None = 3600.0,
        kind: Literal["image"],
    ) -> ImageDetails: ...
    @overload
    async def check_result(
        self,
        id: str,
        wait_for_completion: bool,
        download_outputs: bool,
        download_directory: str | pathlib.Path | None = None,
        *,
        deadline_s: float | None = 3600.0,
        kind: Literal["audio"],
    ) -> AudioDetails: ...
    @overload
    async def check_result(
        self,
        id: str,
        wait_for_completion: bool,
        download_outputs: bool,
        download_directory: str | pathlib.Path | None = None,
        *,
        deadline_s: float | None = 3600.0,
        kind: AnyKind,
    ) -> ProjectDetails: ...

    async def check_result(
        self,
        id: str,
        wait_for_completion: bool,
        download_outputs: bool,
        download_directory: str | pathlib.Path | None = None,
        *,
        deadline_s: float | None = 3600.0,
        kind: AnyKind = "video",
    ) -> ProjectDetails:
        """The project when it has ended, or, without ``wait_for_completion``, as it is now; also a failed one.

        ``download_outputs`` saves the files of a complete one to ``download_directory`` (None: the current
        one) under its ID, never over another file; ``downloaded_paths`` names them, and is None where nothing
        was to be saved. What is transient is ridden out, for ``deadline_s`` seconds at most (None: without
        end; saving is not counted). ``kind`` is as in ``get``. Raises ``WatchDeadline``, ``ProjectDeleted``,
        ``TransferError`` with ``paths``, and what ``get`` raises.
        """
        # Late: what asks again and again is of no use to who makes single requests.
        from mh_widgets.check_result import check_result

        return await check_result(
            self.api,
            id,
            wait=wait_for_completion,
            save=download_outputs,
            directory=download_directory,
            deadline_s=deadline_s,
            kind=kind,
        )

    async def aclose(self) -> None:
        """Close this loop's connections. The client can go on being used; it opens new ones."""
        await self.api.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def scrub(self, text: str) -> str:
        """``text`` without this client's key and without the queries of URLs."""
        return self.api.scrub(text)

    @property
    def origin(self) -> str:
        """The API's address without a path, "" before the first request."""
        return self.api.origin

    @property
    def clock_ahead_s(self) -> float:
        """Seconds by which the API's clock is ahead of this machine's, 0 before the first answer."""
        return self.api.clock_ahead_s


def default_client() -> AsyncClient:
    """The client of the environment's key and address: one for all cards, so that they share requests and watches.

    Looked up anew each time: "set the key and run this cell again" has to work.
    """
    return client_for(None, None)


def client_for(token: str | None, base_url: str | None) -> AsyncClient:
    """The client of this key and address, shared as ``default_client`` is; None is the environment's."""
    return _client_for(*resolve_settings(token, base_url))


@functools.lru_cache(maxsize=8)
def _client_for(token: str, base_url: str) -> AsyncClient:
    return AsyncClient(token, base_url=base_url)
