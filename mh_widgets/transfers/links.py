"""Presigned URLs of a project's outputs, with enough time left to use them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from mh_widgets import _loops
from mh_widgets.errors import TransferError
from mh_widgets.models import Download, ProjectDetails, Status
from mh_widgets.polling.deletion import deleted_error
from mh_widgets.polling.poller import Poller
from mh_widgets.polling.subscription import failed_error
from mh_widgets.transfers.types import (
    LinkSource,
    OnRetry,
    Progress,
    Retry,
    TransferCancelled,
    TransferKind,
)
from mh_widgets.transfers.worker import Worker, load_job

#: A link with less time left than this, in seconds, is renewed before it is handed out.
LINK_MARGIN_S = 60.0


class OutputLinks:
    """The links of one project's outputs. Lives on the card's loop.

    Args:
        poller: Knows the project and asks the API for fresh links.
        now: Returns Unix time in seconds.
    """

    def __init__(self, poller: Poller, now: Callable[[], float]) -> None:
        self._poller = poller
        self._now = now
        self._renewal: asyncio.Task[ProjectDetails] | None = None

    async def get(self, output: int, *, renew: bool = False) -> Download:
        """Return the link of one output, with at least ``LINK_MARGIN_S`` left.

        Args:
            output: Which output, from 0.
            renew: Whether to fetch a fresh link even if the known one has time left.

        Raises:
            TransferError: There is no link. With the code ``no_files`` there may be one in a moment.
            ProjectDeleted: The project was deleted.
        """
        if self._poller.deleted:
            raise deleted_error()
        details = self._poller.details
        if renew or details is None or self._ends_soon(details):
            details = await self._renewed()
        if not details.downloads:
            raise _no_outputs(details)
        if not 0 <= output < len(details.downloads):
            raise TransferError("There is no such output.", code="no_output", hint="Refresh the card.")
        return details.downloads[output]

    async def wait_for(self, output: int, worker: Worker, kind: TransferKind) -> Download:
        """Return the link of one output; wait some time for a complete project to list its outputs.

        The wait is shown as a transfer of this ``kind``. Raises as ``get`` does.
        """

        def work(_progress: Progress, on_retry: OnRetry, stop: threading.Event) -> None:
            load_job()(source, stop, on_retry).await_link(retry)

        source = self.source(output)
        try:
            return await self.get(output)
        except TransferError as error:
            retry = _as_retry(error)
        await worker.run(kind, work)
        return await self.get(output)

    def source(self, output: int) -> LinkSource:
        """Return a function with which worker threads ask for the link of one output."""
        loop = asyncio.get_running_loop()

        def ask(renew: bool, stop: threading.Event) -> str:
            try:
                link = _loops.from_thread(loop, self.get(output, renew=renew), stop.is_set)
            except TransferError as error:
                raise _as_retry(error) from None
            if link is None:
                raise TransferCancelled
            return link.url

        return ask

    async def _renewed(self) -> ProjectDetails:
        # Several views whose player failed at the same moment share one answer.
        if self._renewal is None or self._renewal.done():
            name = f"mh_widgets link {self._poller.project_id}"
            self._renewal = asyncio.create_task(self._poller.refresh(), name=name)
            self._renewal.add_done_callback(_loops.retrieve_exception)
        return await asyncio.shield(self._renewal)

    def _ends_soon(self, details: ProjectDetails) -> bool:
        ends = [link.expires_at.timestamp() for link in details.downloads if link.expires_at]
        return not details.downloads or min(ends, default=float("inf")) - self._now() < LINK_MARGIN_S


def _no_outputs(details: ProjectDetails) -> TransferError:
    """Say why a project has no outputs."""
    kind = details.kind
    if details.refused_downloads:
        return TransferError(f"The link to the {kind} is not a valid http(s) URL.", code="bad_link")
    if details.status == Status.COMPLETE:
        return TransferError(
            "The project is complete, but its files are not listed yet.",
            code="no_files",
            hint="Try again in a minute.",
        )
    if details.status == Status.ERROR:
        return TransferError(
            f"The render failed, so there is no {kind}.",
            code="render_failed",
            hint=failed_error(details).message,
        )
    if details.status == Status.CANCELED:
        return TransferError(f"The render was canceled, so there is no {kind}.", code="render_canceled")
    message = f"The render has not finished yet (status: {details.status})."
    return TransferError(message, code="not_finished", hint=f"Wait for it first: `await {kind}`.")


def _as_retry(error: TransferError) -> Retry:
    """Return ``error`` as something that may pass; raise it where it can't."""
    if error.code != "no_files":
        raise error
    return Retry(error.message.rstrip("."), code=error.code, hint=error.hint)
