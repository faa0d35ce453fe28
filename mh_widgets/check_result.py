"""``check_result``, as in the official SDK: wait for a project and download its outputs."""

from __future__ import annotations

import asyncio
import dataclasses
import math
import os
import pathlib
from typing import Any

from mh_widgets import _loops
from mh_widgets._directories import local_directory
from mh_widgets._seconds import read_seconds
from mh_widgets.api.projects import ProjectsApi
from mh_widgets.errors import (
    MagicHourError,
    RenderCanceled,
    RenderFailed,
    WatchDeadline,
)
from mh_widgets.models import ProjectDetails, Status
from mh_widgets.polling.registry import poller_for
from mh_widgets.polling.scheduler import CLOCK, Clock
from mh_widgets.polling.subscription import Subscription
from mh_widgets.project_ids import AnyKind, read_kind, require_id
from mh_widgets.transfers.outputs import Outputs


async def check_result(
    api: ProjectsApi,
    project: object,
    *,
    wait: bool,
    save: bool,
    directory: str | pathlib.Path | None,
    deadline_s: float | None,
    kind: AnyKind = "video",
    clock: Clock = CLOCK,
) -> ProjectDetails:
    """Wait for a project and save its outputs; see ``AsyncClient.check_result``.

    Shares its poller, and so its requests, with the cards of the same client.

    Args:
        api: Asks the API.
        project: Whatever ``parse_project`` takes.
        wait: Whether to wait until the render ends.
        save: Whether to save the outputs of a complete project.
        directory: Where to save them.
        deadline_s: How many seconds to wait; None is without limit.
        kind: What the project makes; ``any`` finds it out.
        clock: The time; for tests.

    Raises:
        MagicHourError: There is no project, the deadline passed, or the API or a transfer failed.
    """
    deadline_s = read_seconds("deadline_s", deadline_s)
    folder = local_directory(directory)  # before the wait, so that an invalid one is an error at once
    check = _Check(api, require_id(project), read_kind(kind), clock)
    try:
        details = await check.wait_for_outcome(deadline_s, wait)
        if save and details.status == Status.COMPLETE:
            return await check.save(details, folder)
        return details
    except MagicHourError as error:
        # %xmode Verbose prints the variables of every frame. The inner frames have links and answers.
        raise error.with_traceback(None) from None
    finally:
        check.close()


class _Check:
    """One call of ``check_result``, while it runs."""

    def __init__(self, api: ProjectsApi, project_id: str, kind: AnyKind, clock: Clock) -> None:
        self._poller = poller_for(api, project_id, clock, kind)
        self._subscription = Subscription(self._poller, self._changed, poll_interval_s=_poll_interval_s())
        self._outputs = Outputs(self._poller, _ignore, _ignore, _ignore, clock.now)

    def close(self) -> None:
        self._subscription.close()

    async def wait_for_outcome(self, deadline_s: float | None, wait: bool) -> ProjectDetails:
        task = asyncio.create_task(self._outcome(wait), name=f"mh_widgets check {self._poller.project_id}")
        task.add_done_callback(_loops.retrieve_exception)
        try:
            # Not wait_for: before Python 3.12 it may return a result in place of its time-out.
            await asyncio.wait({task}, timeout=deadline_s)
            if not task.done():
                raise self._deadline_error(deadline_s or 0, wait)
            return task.result()
        finally:
            task.cancel()

    async def save(self, details: ProjectDetails, directory: pathlib.Path) -> ProjectDetails:
        paths = await self._outputs.save(directory)
        return dataclasses.replace(self._poller.details or details, downloaded_paths=tuple(paths))

    async def _outcome(self, wait: bool) -> ProjectDetails:
        # What a poller knows after its end may be old, so the API is asked. A running poller asks soon.
        if not wait or self._poller.status in Status.TERMINAL:
            details = await self._subscription.refresh()
            if not wait or details.status in Status.TERMINAL:
                return details
        self._subscription.start()
        try:
            return await self._subscription.finished()
        except (RenderFailed, RenderCanceled) as error:
            outcome: ProjectDetails = error.details
            return outcome

    def _deadline_error(self, deadline_s: float, wait: bool) -> WatchDeadline:
        after = f"{deadline_s / 60:.0f} min" if deadline_s >= 60 else f"{deadline_s:g} s"
        what = "Not finished" if wait else "No answer"
        transient_error = self._poller.transient_error or self._subscription.refresh_error
        why = transient_error.message if transient_error else "The render continues."
        return WatchDeadline(
            f"{what} after {after}. {why}",
            hint="Call check_result again to go on waiting.",
        )

    def _changed(self) -> None:
        if self._poller.deleted:
            self._outputs.stop_all("The transfer was stopped, as the project was deleted.")


def _poll_interval_s() -> float | None:
    """Return the seconds of ``MAGIC_HOUR_POLL_INTERVAL``, as in the SDK, or None if they are invalid."""
    try:
        seconds = float(os.environ.get("MAGIC_HOUR_POLL_INTERVAL", ""))
    except ValueError:
        return None
    return seconds if seconds > 0 and math.isfinite(seconds) else None


def _ignore(*_: Any) -> None:
    """Ignore the progress of a transfer, which no card shows."""
