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
    """Magic Hour's projects, asynchronously. Each event loop gets its own connections.

    Args:
        token: The API key. Default: ``MAGIC_HOUR_API_KEY`` or ``API_TOKEN`` of the environment, then of a
            ``.env`` file in the current directory, then Colab's secret ``MAGIC_HOUR_API_KEY``.
        base_url: The API's address. Default: ``MAGIC_HOUR_BASE_URL`` of the environment, then of the ``.env``
            file if the key comes from there too, then the public API.
        timeout_s: The time limit of each step of a request in seconds: connecting, sending, each read. A
            whole request takes 60 s at most.
        transport: Replaces the network.

    A key or an address that is missing or not valid raises in the first request, so that a card can show it.
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
        """Make a client whose key is typed into a prompt that doesn't show it.

        The key stays in memory; only the API receives it. An empty answer counts as no key, as does a host
        without a prompt (Voilà, nbconvert).

        Args:
            base_url: As for ``AsyncClient``.
            timeout_s: As for ``AsyncClient``.
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
        """Return the project as it is now.

        Args:
            id: The project: anything that ``VideoProject`` takes.
            kind: ``video``, ``image`` or ``audio``. ``any`` asks for a video, then for an image, then for
                audio, and ``.kind`` of the result says which it is.

        Raises:
            InvalidProject: ``id`` names no project.
            MissingToken: There is no key.
            ApiError: The API refused. With ``any``, a 404 means that all three kinds were asked for.
            NetworkError: No answer came.
        """
        return await self.api.get(require_id(id), read_kind(kind))

    async def delete(self, id: str, *, kind: AnyKind = "video") -> None:
        """Delete the project on Magic Hour, for good.

        Args:
            id: The project, as in ``get``.
            kind: As in ``get``. With ``any``, a GET finds the kind first, and only that project is deleted.

        Raises:
            MagicHourError: What ``get`` raises. A 404 raises ``ApiError`` here as well.
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
        """Wait for the end of a project and save its outputs, as the official SDK does.

        Args:
            id: The project, as in ``get``.
            wait_for_completion: Whether to wait for the end. Otherwise the project is returned as it is now.
            download_outputs: Whether to save the outputs of a complete project under its ID. No other file is
                overwritten.
            download_directory: Where to save them; None is the current directory.
            deadline_s: The longest wait in seconds, without the saving; None waits without limit. Transient
                errors are retried until then.
            kind: As in ``get``.

        Returns:
            The project, also a failed one. ``downloaded_paths`` are the saved files, or None if nothing was
            saved.

        Raises:
            WatchDeadline: ``deadline_s`` has passed. The render continues.
            ProjectDeleted: The project was deleted.
            TransferError: An output could not be saved. Its ``paths`` are those of the others.
            MagicHourError: What ``get`` raises.
        """
        # Loaded late: single requests don't need what polls.
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
        """Close this loop's connections. The client stays usable and opens new ones."""
        await self.api.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def scrub(self, text: str) -> str:
        """Return ``text`` without this client's key and without the queries of URLs."""
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
    """Return the client of the environment's key and address. All cards share it, and so its requests.

    The environment is read each time, so that a key that is set later is found.
    """
    return client_for(None, None)


def client_for(token: str | None, base_url: str | None) -> AsyncClient:
    """Return the shared client of this key and address; None is the environment's."""
    return _client_for(*resolve_settings(token, base_url))


@functools.lru_cache(maxsize=8)
def _client_for(token: str, base_url: str) -> AsyncClient:
    return AsyncClient(token, base_url=base_url)
