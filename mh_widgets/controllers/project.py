"""The controller of one project on one card: its polling, its outputs and its actions."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any, Literal

from mh_widgets.api.projects import ProjectsApi
from mh_widgets.controllers.card_poster import CardPoster
from mh_widgets.controllers.card_tasks import CardTasks
from mh_widgets.controllers.messages import Message
from mh_widgets.controllers.settings import Permissions, Settings
from mh_widgets.controllers.state import CardState, Estimate, Notice, WatchInfo, known_kind, notice
from mh_widgets.errors import MagicHourError, NotAllowed, WatchClosed
from mh_widgets.models import ProjectDetails, Status
from mh_widgets.polling.presence import Presence
from mh_widgets.polling.registry import poller_for
from mh_widgets.polling.scheduler import CLOCK, Clock
from mh_widgets.polling.subscription import Subscription, failed_error
from mh_widgets.project_ids import AnyKind
from mh_widgets.transfers.browser_stream import Send
from mh_widgets.transfers.outputs import Outputs
from mh_widgets.transfers.types import Transfer

#: The largest video, in bytes, that a page may play from memory if it can't reach the file host.
PLAYABLE_BYTES = 50_000_000

_STOPPED = "The transfer was stopped, because the project is being deleted."
_MOVED = "Nothing was deleted, because this card now shows another project."
_MOVED_HINT = "Delete it on the card that shows it."
_BUSY = {
    "code": "busy",
    "message": "Another download of this card is under way.",
    "hint": "Try again when it ends.",
}


class ProjectController:
    """One project on one card, on the running loop.

    ``on_change`` is called when ``state()`` may have changed. The other arguments are those of
    ``GalleryController`` and ``Subscription``.
    """

    def __init__(
        self,
        api: ProjectsApi,
        project_id: str,
        settings: Settings,
        permissions: Permissions,
        *,
        on_change: Callable[[], None],
        send: Send,
        kind: AnyKind = "video",
        presence: Presence | None = None,
        rank: int = 0,
        rechecks: bool = True,
        clock: Clock = CLOCK,
    ) -> None:
        self._settings = settings
        self._permissions = permissions
        self._on_change = on_change
        self._send = send
        self._transfer: Transfer | None = None
        self._notice: Notice | None = None
        self._closed = False
        self._tasks = CardTasks(project_id, self._show_notice)
        self.asked_kind = kind
        self.poller = poller_for(api, project_id, clock, kind)
        self._subscription = Subscription(
            self.poller,
            self._changed,
            deadline_s=settings.deadline_s,
            poll_interval_s=settings.poll_interval_s,
            presence=presence,
            rank=rank,
            rechecks=rechecks,
        )
        self._outputs = Outputs(
            self.poller, self._send_live, self._show_transfer, self._show_retry, clock.now
        )
        self.poster = CardPoster(self.poller, self._outputs, settings.poster)

    @property
    def project_id(self) -> str:
        """The project's ID, which never changes."""
        return self.poller.project_id

    def state(self) -> CardState:
        """Return what a card shows, as the values of the traits of the same names."""
        details, subscription = self.poller.details, self._subscription
        failed = details is not None and self.poller.status == Status.ERROR
        error = failed_error(details) if details and failed else subscription.error
        return {
            "status": self.poller.status,
            "details": details.public() if details else known_kind(self.poller.kind),
            "error": error.as_dict() if error else None,
            "watch": self._watch_info(),
            "transfer": self._transfer,
            "estimate": self._estimate(),
            "notice": self._notice,
        }

    def _estimate(self) -> Estimate | None:
        estimate = self.poller.estimate
        # A project that has ended needs no estimate, and the message about the end is the longest of all.
        if self.poller.details is None or not estimate.source or self.poller.status in Status.TERMINAL:
            return None
        return {"usual_s": max(1, round(estimate.median_s)), "source": estimate.source}

    def _watch_info(self) -> WatchInfo:
        subscription, known_at = self._subscription, self.poller.known_at
        retrying = subscription.state == "retrying"
        watch: WatchInfo = {
            "state": subscription.state,
            "reason": subscription.reason,
            "next_attempt_at": self.poller.next_attempt_at if retrying else None,
        }
        return watch if known_at is None else {**watch, "known_at": known_at}

    def start(self) -> None:
        """Start or resume polling, with a new deadline."""
        self._notice = None
        self._subscription.start()

    def pause(self) -> None:
        """Stop polling until ``start``."""
        self._subscription.pause()

    def close(self, error: WatchClosed | None = None) -> None:
        """End this card's polling and its transfers. Callers that wait get ``error``."""
        self._closed = True
        self._tasks.cancel_all()
        self._outputs.stop_all(error.message if error else "The card was closed.")
        self._subscription.close(error)

    async def finished(self) -> ProjectDetails:
        """Wait for the finished project. Raises as ``Subscription.finished`` does."""
        return await self._subscription.finished()

    def outcome(self) -> ProjectDetails | MagicHourError | None:
        """Return how the project ended, or None while it may continue."""
        return self._subscription.outcome()

    async def refresh(self) -> ProjectDetails:
        """Send one GET now."""
        return await self.poller.refresh()

    async def save(self, directory: pathlib.Path | None = None) -> list[pathlib.Path]:
        """Save every output, and return the paths."""
        return await self._outputs.save(self._settings.directory if directory is None else directory)

    async def embed(self, max_bytes: int) -> tuple[bytes, str, str]:
        """Return the bytes of the first output, their MIME type, and the kind of the project."""
        return *await self._outputs.embed(0, max_bytes), self.poller.kind

    async def delete(self, project_id: str) -> None:
        """Delete ``project_id`` permanently, if it is this project. A transfer under way is stopped first.

        Raises:
            WatchClosed: The card shows another project.
            NotAllowed: The card was made with ``allow_delete=False``.
            MagicHourError: The API refused, and the project still exists.
        """
        if project_id != self.project_id:
            raise WatchClosed(_MOVED, code="moved", hint=_MOVED_HINT)
        if not self._permissions.allow_delete:
            raise NotAllowed("This card doesn't allow deleting.", hint="It was made with allow_delete=False.")
        if self._outputs.stop_all(_STOPPED):
            self._show_notice(notice("info", "stopped", _STOPPED))
        await self.poller.delete()

    def handle(self, message: Message) -> None:
        """Perform the action of a view's message, if the card allows it."""
        if self._closed or (message.kind != "delete" and message.project not in ("", self.project_id)):
            return  # the card has changed its project meanwhile; only a deletion gets an answer
        match message:
            case Message(kind="source", output=output):
                self._tasks.start(f"source {output}", lambda: self._answer_source(message))
            case Message(kind="refresh"):
                self._refresh_for_view()
            case Message(kind="pause"):
                self.pause()
            case Message(kind="resume"):
                self.start()
            case Message(kind="save"):
                self._tasks.start_for_view("save", self._save_for_view)
            case Message(kind="download"):
                if not self._tasks.start_for_view("download", lambda: self._relay(message)):
                    self._send_live({"kind": "failed", "id": message.id, "error": _BUSY}, [])
            case Message(kind="ack"):
                self._outputs.acknowledge(message.id, message.index)
            case Message(kind="cancel"):
                self._outputs.cancel()
            case Message(kind="delete", confirmed=True):
                self._tasks.start_for_view("delete", lambda: self.delete(message.project or self.project_id))

    def _refresh_for_view(self) -> None:
        if not self.poller.check():
            self._tasks.start_for_view("refresh", self.refresh)

    async def _save_for_view(self) -> None:
        if not self._permissions.allow_save:
            raise NotAllowed("This card doesn't allow saving.", hint="It was made with allow_save=False.")
        paths = await self.save()
        # Only names, as the page must not learn the kernel's directories.
        self._show_notice(notice("info", "saved", "Saved as " + ", ".join(path.name for path in paths) + "."))

    async def _relay(self, message: Message) -> None:
        directory = self._settings.directory
        if message.zip:
            await self._outputs.relay_zip(message.id, directory, as_text=message.text)
        else:
            limit = PLAYABLE_BYTES if message.play else None
            await self._outputs.relay(message.output, message.id, directory, limit, as_text=message.text)

    async def _answer_source(self, message: Message) -> None:
        answer: dict[str, Any] = {"kind": "source", "output": message.output}
        try:
            link = await self._outputs.link(message.output, renew=message.renew)
        except MagicHourError as error:
            answer["error"] = error.as_dict()
        else:
            expires_at = link.expires_at.timestamp() if link.expires_at else None
            answer |= {"url": link.url, "expires_at": expires_at, "media": link.media}
        self._send_live(answer, [])

    def notify(self, tone: Literal["info", "error"], code: str, message: str, hint: str = "") -> None:
        """Show how an action of the page ended. The same notice is shown anew."""
        self.clear_notice()
        self._show_notice(notice(tone, code, message, hint))

    def clear_notice(self) -> None:
        """Remove the notice."""
        self._show_notice(None)

    def _show_notice(self, shown: Notice | None) -> None:
        if shown is not None or self._notice is not None:
            self._notice = shown
            self._changed()

    def _show_transfer(self, transfer: Transfer | None) -> None:
        self._transfer = transfer
        self._changed()

    def _show_retry(self, sentence: str) -> None:
        if sentence:
            self._show_notice(notice("info", "retrying", sentence))
        elif self._notice is not None and self._notice["code"] == "retrying":
            self._show_notice(None)

    def _send_live(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        if not self._closed:
            self._send(content, buffers)

    def _changed(self) -> None:
        if self.poller.deleted:
            self._outputs.stop_all(_STOPPED)  # another card or program may have deleted it
        if not self._closed:
            if self.poster.is_due():
                self._tasks.start("poster", lambda: self.poster.make(self._changed))
            self._on_change()
