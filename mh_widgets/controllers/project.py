"""One project on one card: its watch, its films, and what people can do with them. Knows nothing of widgets."""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import Callable, Coroutine
from typing import Any, Literal

from mh_widgets.api.projects import ProjectsApi
from mh_widgets.controllers.messages import Message
from mh_widgets.controllers.settings import Permissions, Settings
from mh_widgets.controllers.state import CardState, Notice, WatchInfo, notice
from mh_widgets.errors import MagicHourError, NotAllowed, ProjectDeleted, TransferError, WatchClosed
from mh_widgets.models import ProjectDetails, Status
from mh_widgets.polling.presence import Presence
from mh_widgets.polling.registry import poller_for
from mh_widgets.polling.scheduler import CLOCK, Clock
from mh_widgets.polling.subscription import Subscription, failed_error
from mh_widgets.transfers.browser_stream import Send
from mh_widgets.transfers.outputs import Outputs
from mh_widgets.transfers.types import Transfer

#: The largest film, in bytes, that a page may play from its memory when it can't reach the file host itself.
PLAYABLE_BYTES = 50_000_000

Action = Callable[[], Coroutine[Any, Any, object]]

_STOPPED = "The transfer was stopped, as the project is being deleted."
_MOVED = "Nothing was deleted, as this card shows another project by now."
_MOVED_HINT = "Delete it where it is on show."
_BUSY = {
    "code": "busy",
    "message": "Another download of this card is under way.",
    "hint": "Try again when it ends.",
}


class ProjectController:
    """All of one project on one card, on the running loop. ``on_change`` is called when ``state()`` may be new."""

    def __init__(
        self,
        api: ProjectsApi,
        project_id: str,
        settings: Settings,
        permissions: Permissions,
        *,
        on_change: Callable[[], None],
        send: Send,
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
        # By what they do: a second click changes nothing, and the loop itself would hold its tasks only
        # weakly.
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.poller = poller_for(api, project_id, clock)
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

    @property
    def project_id(self) -> str:
        """The project, and never another."""
        return self.poller.project_id

    def state(self) -> CardState:
        """What a card shows, as the values of the traits of the same names."""
        details, subscription = self.poller.details, self._subscription
        failed = details is not None and self.poller.status == Status.ERROR
        error = failed_error(details) if details and failed else subscription.error
        usual = self.poller.usual
        # What has ended needs no estimate, and the message about the end is the longest there is.
        known = details is not None and usual.source != "" and self.poller.status not in Status.TERMINAL
        return {
            "status": self.poller.status,
            "details": details.public() if details else {},
            "error": error.as_dict() if error else None,
            "watch": self._watch_info(),
            "transfer": self._transfer,
            "estimate": {"usual_s": round(usual.median_s), "source": usual.source} if known else None,
            "notice": self._notice,
        }

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
        """Watch, or go on watching, with a new deadline."""
        self._notice = None
        self._subscription.start()

    def pause(self) -> None:
        """Stop asking until ``start``."""
        self._subscription.pause()

    def close(self) -> None:
        """End the watch of this card and what is under way."""
        self._closed = True
        for task in self._tasks.values():
            task.cancel()
        self._outputs.stop_all("The card was closed.")
        self._subscription.close()

    async def finished(self) -> ProjectDetails:
        """The finished project; raises its outcome where there is no film."""
        return await self._subscription.finished()

    def outcome(self) -> ProjectDetails | MagicHourError | None:
        """How it ended, None while it may go on."""
        return self._subscription.outcome()

    async def refresh(self) -> ProjectDetails:
        """One GET now."""
        return await self.poller.refresh()

    async def save(self, directory: pathlib.Path | None = None) -> list[pathlib.Path]:
        """Save every output; return the paths."""
        return await self._outputs.save(self._settings.directory if directory is None else directory)

    async def embed(self, max_bytes: int) -> tuple[bytes, str]:
        """The bytes of the first output, and their MIME type."""
        return await self._outputs.embed(0, max_bytes)

    async def delete(self, project_id: str) -> None:
        """Delete ``project_id`` for good, if it is this project. A transfer under way is stopped first."""
        if project_id != self.project_id:
            raise WatchClosed(_MOVED, code="moved", hint=_MOVED_HINT)
        if not self._permissions.allow_delete:
            raise NotAllowed("This card may not delete.", hint="It was made with allow_delete=False.")
        if self._outputs.stop_all(_STOPPED):
            self._set_notice("info", "stopped", _STOPPED)
        await self.poller.delete()

    def handle(self, message: Message) -> None:
        """Do what a view asks for, if it may."""
        if self._closed or (message.kind != "delete" and message.project not in ("", self.project_id)):
            return  # a message that was under way when the card moved on; a deletion is answered
        match message:
            case Message(kind="source", output=output):
                self._spawn(f"source {output}", lambda: self._answer_source(message))
            case Message(kind="refresh"):
                self._act("refresh", self.refresh)
            case Message(kind="pause"):
                self.pause()
            case Message(kind="resume"):
                self.start()
            case Message(kind="save"):
                self._act("save", self._save_for_view)
            case Message(kind="download"):
                if not self._act("download", lambda: self._relay(message)):
                    self._send_live({"kind": "failed", "id": message.id, "error": _BUSY}, [])
            case Message(kind="ack"):
                self._outputs.acknowledge(message.id, message.index)
            case Message(kind="cancel"):
                self._outputs.cancel()
            case Message(kind="delete", confirmed=True):
                self._act("delete", lambda: self.delete(message.project or self.project_id))

    async def _save_for_view(self) -> None:
        if not self._permissions.allow_save:
            raise NotAllowed("This card may not save.", hint="It was made with allow_save=False.")
        paths = await self.save()
        # Names alone: where the kernel's files lie is not the page's business.
        self._set_notice("info", "saved", "Saved as " + ", ".join(path.name for path in paths) + ".")

    async def _relay(self, message: Message) -> None:
        limit = PLAYABLE_BYTES if message.play else None
        await self._outputs.relay(
            message.output, message.id, self._settings.directory, limit, as_text=message.text
        )

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
        """Say on the card how it ended what a page asked for, anew where the same is said already."""
        self.clear_notice()
        self._set_notice(tone, code, message, hint)

    def clear_notice(self) -> None:
        """Take back what was said last."""
        if self._notice is not None:
            self._notice = None
            self._changed()

    def _act(self, name: str, action: Action) -> bool:
        if name in self._tasks:
            return False
        self.clear_notice()
        self._spawn(name, lambda: self._report(action))
        return True

    async def _report(self, action: Action) -> None:
        try:
            await action()
        except ProjectDeleted:
            pass  # the card says so already
        except TransferError as error:
            # Whoever pressed Cancel knows; whatever else stopped it has a sentence of its own.
            if error.code != "canceled":
                self._set_notice("error", error.code, error.message, error.hint)
        except MagicHourError as error:
            self._set_notice("error", error.code, error.message, error.hint)
        except Exception as error:  # noqa: BLE001 - a bug of ours belongs on the card, not in a log nobody reads
            self._set_notice("error", "internal", f"That failed ({type(error).__name__}).")

    def _spawn(self, name: str, action: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if name not in self._tasks:
            task = asyncio.create_task(action(), name=f"mh_widgets {name} {self.poller.project_id}")
            self._tasks[name] = task
            task.add_done_callback(lambda _task: self._tasks.pop(name))

    def _set_notice(self, tone: Literal["info", "error"], code: str, message: str, hint: str = "") -> None:
        self._notice = notice(tone, code, message, hint)
        self._changed()

    def _show_transfer(self, transfer: Transfer | None) -> None:
        self._transfer = transfer
        self._changed()

    def _show_retry(self, sentence: str) -> None:
        if sentence:
            self._set_notice("info", "retrying", sentence)
        elif self._notice is not None and self._notice["code"] == "retrying":
            self._notice = None
            self._changed()

    def _send_live(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        if not self._closed:
            self._send(content, buffers)

    def _changed(self) -> None:
        if self.poller.deleted:
            self._outputs.stop_all(_STOPPED)  # deleted from another card, or elsewhere
        if not self._closed:
            self._on_change()
