# ruff: noqa: A002 - ``id`` is the official SDK's name
"""``Client``: the blocking face of ``AsyncClient``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

from mh_widgets import _loops
from mh_widgets.api.credentials import UNPICKLABLE, ask_for_key
from mh_widgets.client import AsyncClient

if TYPE_CHECKING:
    import pathlib
    from types import TracebackType

    from mh_widgets.image_audio import AudioDetails, ImageDetails
    from mh_widgets.models import ProjectDetails, VideoDetails
    from mh_widgets.project_ids import AnyKind


class Client:
    """``AsyncClient`` for scripts and synchronous cells, with blocking methods and the same arguments.

    In a cell it uses nest-asyncio2, so that cards stay live while it waits.
    """

    def __init__(
        self, token: str | None = None, *, base_url: str | None = None, timeout_s: float = 15.0
    ) -> None:
        self.async_client = AsyncClient(token, base_url=base_url, timeout_s=timeout_s)

    def __repr__(self) -> str:
        return repr(self.async_client).replace("AsyncClient", "Client", 1)

    def __reduce__(self) -> str:
        raise TypeError(UNPICKLABLE)

    @classmethod
    def ask(cls, *, base_url: str | None = None, timeout_s: float = 15.0) -> Client:
        """Make a client as ``AsyncClient.ask`` does."""
        return cls(ask_for_key(), base_url=base_url, timeout_s=timeout_s)

    @overload
    def get(self, id: str, *, kind: Literal["video"] = "video") -> VideoDetails: ...
    @overload
    def get(self, id: str, *, kind: Literal["image"]) -> ImageDetails: ...
    @overload
    def get(self, id: str, *, kind: Literal["audio"]) -> AudioDetails: ...
    @overload
    def get(self, id: str, *, kind: AnyKind) -> ProjectDetails: ...

    def get(self, id: str, *, kind: AnyKind = "video") -> ProjectDetails:
        """Return the project as ``AsyncClient.get`` does."""
        return _loops.block_on(self.async_client.get(id, kind=kind))

    def delete(self, id: str, *, kind: AnyKind = "video") -> None:
        """Delete the project as ``AsyncClient.delete`` does."""
        _loops.block_on(self.async_client.delete(id, kind=kind))

    @overload
    def check_result(
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
    def check_result(
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
    def check_result(
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
    def check_result(
        self,
        id: str,
        wait_for_completion: bool,
        download_outputs: bool,
        download_directory: str | pathlib.Path | None = None,
        *,
        deadline_s: float | None = 3600.0,
        kind: AnyKind,
    ) -> ProjectDetails: ...

    def check_result(
        self,
        id: str,
        wait_for_completion: bool,
        download_outputs: bool,
        download_directory: str | pathlib.Path | None = None,
        *,
        deadline_s: float | None = 3600.0,
        kind: AnyKind = "video",
    ) -> ProjectDetails:
        """Wait and save as ``AsyncClient.check_result`` does."""
        return _loops.block_on(
            self.async_client.check_result(
                id,
                wait_for_completion,
                download_outputs,
                download_directory,
                deadline_s=deadline_s,
                kind=kind,
            )
        )

    def close(self) -> None:
        """Close the connections."""
        _loops.block_on(self.async_client.aclose())

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
