"""``ProjectsApi``: requests about projects. Loads the HTTP library with the first one."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from mh_widgets._fork import importing
from mh_widgets._text import redact
from mh_widgets.api.credentials import BearerAuth
from mh_widgets.errors import ApiError
from mh_widgets.models import ProjectDetails, details_type
from mh_widgets.project_ids import KINDS, AnyKind, Kind

if TYPE_CHECKING:
    import httpx

    from mh_widgets.api.sender import RequestSender


class ProjectsApi:
    """The API's projects, at one address with one key. Each event loop has its own connections.

    Args:
        token: The API key.
        base_url: The API's address.
        timeout_s: Bound of each step of a request, in seconds; None for none but that of the whole request.
        transport: Replaces the network.
    """

    #: Set when it has been loaded, for all clients.
    _sender_type: type[RequestSender] | None = None
    _sender: RequestSender | None = None

    def __init__(
        self, token: str, base_url: str, timeout_s: float | None, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        self._auth = BearerAuth(token)
        self._base_url = base_url
        self._timeout_s = timeout_s
        self._transport = transport

    @property
    def origin(self) -> str:
        """The API's address without a path, "" before the first request."""
        return self._sender.origin if self._sender else ""

    @property
    def clock_ahead_s(self) -> float:
        """Seconds by which the API's clock is ahead of ours, by its last answer; 0 before the first one."""
        return self._sender.clock_ahead_s if self._sender else 0.0

    @property
    def address(self) -> str:
        """The API's address as it was given, without its version."""
        return self._base_url.rstrip("/").removesuffix("/v1").rstrip("/")

    def derived_key(self, purpose: str) -> bytes:
        """Return 32 bytes that nobody without this key and this address can make; b"" without a key."""
        if not self._auth.token:
            return b""
        return hmac.digest(
            self._auth.token.encode(), f"mh_widgets {purpose}\n{self.address}".encode(), "sha256"
        )

    def account(self) -> str:
        """Return the name of this key and address in the store, "" without a key. It hides the key."""
        return self.derived_key("account").hex()[:32]

    def check_key(self) -> None:
        """Raise ``MissingToken`` unless there is a key that can be sent."""
        self._auth.check()

    def scrub(self, text: str) -> str:
        """``text`` without the key and without the queries of URLs."""
        return redact(text, self._auth.token)

    async def get(
        self, project_id: str, kind: AnyKind = "video", on_more: Callable[[], object] = lambda: None
    ) -> ProjectDetails:
        """GET one project; of ``any`` kind: as a video first, then as an image, then as audio.

        An answer about another project is refused; one that names none is believed. ``on_more`` is called
        before each further request.

        Raises:
            ConfigurationError: There is no key, or no address, that a request could use.
            ApiError: The API refused. A 404 of ``any`` says that all three kinds were asked for.
            NetworkError: No answer came.
        """
        if kind != "any":
            return await self._get_of_kind(project_id, kind)
        hint = ""
        for each in KINDS:
            if each != KINDS[0]:
                on_more()
            try:
                return await self._get(project_id, each)
            except ApiError as error:
                if error.status_code != 404:
                    raise
                hint = error.hint
        raise ApiError(
            "The API answered 404: no video, no image and no audio has this ID.",
            status_code=404,
            code="http_404",
            hint=hint,
        )

    async def delete(self, project_id: str, kind: AnyKind = "video") -> None:
        """DELETE one project. Raises as ``get`` does.

        Of ``any`` kind, a GET finds out which it is. Only what was found can then be deleted.
        """
        found = (await self.get(project_id, "any")).kind if kind == "any" else kind
        self._auth.check()
        await (await self._loaded_sender()).delete(project_id, found)

    async def _get_of_kind(self, project_id: str, kind: Kind) -> ProjectDetails:
        try:
            return await self._get(project_id, kind)
        except ApiError as error:
            if error.hint == self.sender().not_found_hint:
                what = {"video": "a video", "image": "an image", "audio": "audio"}[kind]
                error.hint += f" It was looked up as {what} only. Project(id) finds every kind."
            raise

    async def _get(self, project_id: str, kind: Kind) -> ProjectDetails:
        self._auth.check()
        answer = await (await self._loaded_sender()).get(project_id, kind)
        return details_type(kind).from_api(answer, project_id, self.scrub)

    async def prepare(self) -> None:
        """Load what sends requests, and its certificates, so that the next one is under way at once."""
        await (await self._loaded_sender()).prepare()

    async def close(self) -> None:
        """Close the running loop's connections when their requests have ended."""
        if self._sender is not None:
            await self._sender.close()

    async def _loaded_sender(self) -> RequestSender:
        if self._sender_type is None:
            # httpx takes 200 ms to import (measured): in a thread, while the page shows the first card.
            await asyncio.to_thread(self.load_sender)
        return self.sender()

    def sender(self) -> RequestSender:
        """Return what sends the requests, the same one in all threads."""
        if self._sender is None:
            make = self._sender_type or self.load_sender()
            sender = make(self._auth, self._base_url, self._timeout_s, self._transport)
            # Atomic, unlike an assignment behind a question.
            return cast("RequestSender", vars(self).setdefault("_sender", sender))
        return self._sender

    @staticmethod
    def load_sender() -> type[RequestSender]:
        """Load what sends requests. It takes a while: for worker threads."""
        with importing():
            from mh_widgets.api.sender import RequestSender
        ProjectsApi._sender_type = RequestSender
        return RequestSender
