"""The projects that this key has looked at, out of the store: the API has no list of them."""

from __future__ import annotations

import asyncio
import concurrent.futures
import dataclasses
import datetime
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from mh_widgets.blocking_client import Client
from mh_widgets.client import AsyncClient, default_client
from mh_widgets.errors import ConfigurationError, InvalidProject
from mh_widgets.models import Status, VideoDetails
from mh_widgets.project_ids import parse_project
from mh_widgets.store import records
from mh_widgets.store.base import Query, Record, Store, StoreError
from mh_widgets.store.chosen import store_of_loop

T = TypeVar("T")

#: Seconds that the store may take; somebody waits for this answer.
TIMEOUT_S = 5.0
#: More than that are never listed.
MAX_LIMIT = 10_000


def recent(
    limit: int = 20,
    *,
    kind: str | None = None,
    status: str | None = None,
    since: datetime.datetime | None = None,
    client: AsyncClient | Client | None = None,
) -> list[VideoDetails]:
    """The projects that this key has looked at, the newest first, as they were last seen.

    No request is made. They come from the store of ``MAGIC_HOUR_STORE``; their outputs are without links.

    Args:
        limit: How many at most.
        kind: Only renders of this type, as ``"FACE_SWAP"`` or ``"face swap"``.
        status: Only those whose last status was this.
        since: Only those created at this time or later; without a time zone it is local time.
        client: Whose projects; default: those of the environment's key.

    Raises:
        MissingToken: There is no key.
        ConfigurationError: The store is off, or can't be read.
        ValueError: ``limit`` is no whole number from 0 on.
    """
    if type(limit) is not int or limit < 0:
        raise ValueError(f"limit must be a whole number from 0 on, got {limit!r}.")
    query = Query(
        min(limit, MAX_LIMIT),
        None if kind is None else kind.strip().upper().replace(" ", "_").replace("-", "_"),
        None if status is None else status.strip().lower(),
        None if since is None else since.timestamp(),
    )
    found = _ask(client, lambda store, account: store.recent(account, query))
    return [details for details in map(_details, found) if details is not None]


def forget(
    project: object = None, *, everything: bool = False, client: AsyncClient | Client | None = None
) -> int:
    """Forget a project, or with ``everything=True`` all of this key, on this side only: Magic Hour keeps them.

    A card that shows it remembers it again at its next answer.

    Returns:
        How many were forgotten.

    Raises:
        InvalidProject: ``project`` is no project, or is missing.
        MissingToken: There is no key.
        ConfigurationError: The store is off, or can't be written.
    """
    project_id = parse_project(project)
    if not project_id and not everything:
        raise InvalidProject("There is no project.", code="no_project", hint="Give a project ID.")
    return _ask(client, lambda store, account: store.forget(account, None if everything else project_id))


def _details(record: Record) -> VideoDetails | None:
    details = records.unpack(record)
    if not isinstance(details, VideoDetails):
        return None  # a gallery of videos can't show it
    if record.status != Status.DELETED:
        return details
    return dataclasses.replace(details, status=Status.DELETED, enabled=False, downloads=())


def _ask(client: AsyncClient | Client | None, question: Callable[[Store, str], Coroutine[Any, Any, T]]) -> T:
    """Ask the store in a thread of its own: the loop of a kernel is not entered a second time for it."""
    api = (client.async_client if isinstance(client, Client) else client or default_client()).api
    api.check_key()
    account = api.account()

    async def ask() -> T:
        store = store_of_loop()
        if not store.remembers:
            raise ConfigurationError(
                "Nothing is remembered.", hint="MAGIC_HOUR_STORE is off. Set it to a path, or unset it."
            )
        try:
            return await asyncio.wait_for(question(store, account), TIMEOUT_S)
        finally:
            if store.of_one_loop:
                await store.close()

    with concurrent.futures.ThreadPoolExecutor(1, "mh_widgets recent") as thread:
        try:
            return thread.submit(asyncio.run, ask()).result()
        except StoreError as error:
            reason = str(error)
        except (TimeoutError, asyncio.TimeoutError):
            reason = "no answer in time"
    raise ConfigurationError(f"The store can't be used ({reason}).", hint="Check MAGIC_HOUR_STORE.")
