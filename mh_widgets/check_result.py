"""``check_result``: the official SDK's way to wait for a project and its files, on our watch and our transfers."""

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
from mh_widgets.api import retry
from mh_widgets.api.projects import ProjectsApi
from mh_widgets.errors import (
    InvalidProject,
    MagicHourError,
    RenderCanceled,
    RenderFailed,
    WatchDeadline,
)
from mh_widgets.models import Status, VideoDetails, parse_project
from mh_widgets.polling.registry import poller_for
from mh_widgets.polling.scheduler import CLOCK, Clock
from mh_widgets.polling.subscription import Subscription
from mh_widgets.transfers.outputs import Outputs


async def check_result(
    api: ProjectsApi,
    project: object,
    *,
    wait: bool,
    save: bool,
    directory: str | pathlib.Path | None,
    deadline_s: float | None,
    clock: Clock = CLOCK,
) -> VideoDetails:
    """See ``AsyncClient.check_result``. Shares its watch, and so its requests, with the cards of the same client."""
    deadline_s = read_seconds("deadline_s", deadline_s)
    folder = local_directory(directory)  # now, as nobody should hear of it at the end of a render
    project_id = parse_project(project)
    if not project_id:
        raise InvalidProject("There is no project yet.", code="no_project", hint="Give a project ID.")
    check = _Check(api, project_id, clock)
    try:
        details = await check.outcome_within(deadline_s, wait)
        if save and details.status == Status.COMPLETE:
            return await check.saved(details, folder)
        return details
    except MagicHourError as error:
        # Tracebacks may print the variables of every frame (%xmode Verbose), and below are links and answers.
        raise error.with_traceback(None) from None
    finally:
        check.close()


class _Check:
    """One call, while it runs."""

    def __init__(self, api: ProjectsApi, project_id: str, clock: Clock) -> None:
        self._clock = clock
        self._poller = poller_for(api, project_id, clock)
        self._subscription = Subscription(self._poller, self._changed, poll_interval_s=_poll_interval_s())
        self._outputs = Outputs(self._poller, _ignore, _ignore, _ignore, clock.now)
        self._transient_error: MagicHourError | None = None

    def close(self) -> None:
        self._subscription.close()

    async def outcome_within(self, deadline_s: float | None, wait: bool) -> VideoDetails:
        task = asyncio.create_task(self._outcome(wait), name=f"mh_widgets check {self._poller.project_id}")
        task.add_done_callback(_loops.retrieve_exception)
        try:
            # Not wait_for: before Python 3.12 it may take its own time-out for an outcome.
            await asyncio.wait({task}, timeout=deadline_s)
            if not task.done():
                raise self._too_late(deadline_s or 0, wait)
            return task.result()
        finally:
            task.cancel()

    async def saved(self, details: VideoDetails, directory: pathlib.Path) -> VideoDetails:
        paths = await self._outputs.save(directory)
        return dataclasses.replace(self._poller.details or details, downloaded_paths=tuple(paths))

    async def _outcome(self, wait: bool) -> VideoDetails:
        # What a watch that has ended knows may be from yesterday. While one runs, its next answer is news
        # enough.
        if not wait or self._poller.status in Status.TERMINAL:
            details = await self._look()
            if not wait or details.status in Status.TERMINAL:
                return details
        self._subscription.start()
        try:
            return await self._subscription.finished()
        except (RenderFailed, RenderCanceled) as ended:
            outcome: VideoDetails = ended.details
            return outcome

    async def _look(self) -> VideoDetails:
        failures = 0
        while True:
            try:
                details = await self._poller.refresh()
                self._transient_error = None
                return details
            except MagicHourError as error:
                if not error.transient:
                    raise
                self._transient_error = error
                failures += 1
                delay_s = retry.backoff_s(
                    failures,
                    self._clock.random,
                    status_code=getattr(error, "status_code", None),
                    retry_after_s=getattr(error, "retry_after_s", None),
                )
            await asyncio.sleep(delay_s)

    def _too_late(self, deadline_s: float, wait: bool) -> WatchDeadline:
        span = f"{deadline_s / 60:.0f} min" if deadline_s >= 60 else f"{deadline_s:g} s"
        what = "Not finished" if wait else "No answer"
        transient_error = self._poller.transient_error or self._transient_error
        return WatchDeadline(
            f"{what} after {span}. {transient_error.message if transient_error else 'The render goes on.'}",
            hint="Call check_result again to go on waiting.",
        )

    def _changed(self) -> None:
        if self._poller.deleted:
            self._outputs.stop_all("The transfer was stopped, as the project was deleted.")


def _poll_interval_s() -> float | None:
    """Seconds from ``MAGIC_HOUR_POLL_INTERVAL``, which the SDK's ``check_result`` obeys; None where it says nothing."""
    try:
        seconds = float(os.environ.get("MAGIC_HOUR_POLL_INTERVAL", ""))
    except ValueError:
        return None
    return seconds if seconds > 0 and math.isfinite(seconds) else None


def _ignore(*_: Any) -> None:
    """Nobody looks at this transfer's progress."""
