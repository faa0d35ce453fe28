"""The projects that the store knows for this key, as the API can't list them."""

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
from mh_widgets.models import ProjectDetails, Status
from mh_widgets.project_ids import KINDS, Kind, parse_project
from mh_widgets.store import records
from mh_widgets.store.base import Query, Record, Store, StoreError
from mh_widgets.store.chosen import store_of_loop

T = TypeVar("T")

#: The store's time-out in seconds. It is long, because a user waits for this answer.
TIMEOUT_S = 5.0
#: The most projects that are listed.
MAX_LIMIT = 10_000
#: How many times as many records are read where too few were of the asked kind.
_MORE = 8


def recent(
    limit: int = 20,
    *,
    kind: str | None = None,
    status: str | None = None,
    since: datetime.datetime | None = None,
    client: AsyncClient | Client | None = None,
) -> list[ProjectDetails]:
    """Return the projects that were opened with this key, newest first, in their last known state.

    No request is sent. The projects come from the store of ``MAGIC_HOUR_STORE``, and their outputs have no
    links.

    Args:
        limit: The most projects to return.
        kind: ``"video"``, ``"image"`` or ``"audio"``: only projects of this kind. Any other word is a type of
            render, as ``"FACE_SWAP"`` or ``"face swap"``.
        status: Only projects with this last known status.
        since: Only projects created at this time or later. Without a time zone it is local time.
        client: The client whose projects are returned; default: that of the environment's key.

    Returns:
        The projects.

    Raises:
        MissingToken: There is no API key.
        ConfigurationError: The store is off, or can't be read.
        ValueError: ``limit`` is not a whole number of at least 0.
    """
    return find_recent(limit, kind, status, since, client)


def find_recent(
    limit: int,
    kind: str | None,
    status: str | None,
    since: datetime.datetime | None,
    client: AsyncClient | Client | None,
    *,
    among: Kind | None = None,
) -> list[ProjectDetails]:
    """Return what ``recent`` does; with ``among`` only projects of that kind, also where ``kind`` is a type."""
    if type(limit) is not int or limit < 0:
        raise ValueError(f"limit must be a whole number of at least 0, got {limit!r}.")
    word = None if kind is None else kind.strip().upper().replace(" ", "_").replace("-", "_")
    asked: Kind | None = next((each for each in KINDS if each.upper() == word), None)
    if among is not None and asked not in (None, among):
        raise ValueError(f"kind must be {among!r} or a type of render here, got {asked!r}.")
    query = Query(
        min(limit, MAX_LIMIT),
        word if asked is None else None,
        None if status is None else status.strip().lower(),
        None if since is None else since.timestamp(),
    )
    found = _ask(client, lambda store, account: _newest(store, account, query, among or asked))
    return [details for details in map(_details, found) if details is not None]


def forget(
    project: object = None, *, everything: bool = False, client: AsyncClient | Client | None = None
) -> int:
    """Delete a project from the store, or with ``everything=True`` all projects of this key.

    Magic Hour keeps them. A card that shows a project adds it to the store again with the next answer.

    Args:
        project: The project of any kind, as ``Project`` takes it.
        everything: Whether to forget all projects of this key.
        client: The client whose projects are meant; default: that of the environment's key.

    Returns:
        The number of projects that were forgotten.

    Raises:
        InvalidProject: ``project`` is not valid, or is missing.
        MissingToken: There is no API key.
        ConfigurationError: The store is off, or can't be written.
        ValueError: There is a project, and ``everything`` is true.
    """
    if project is not None and everything:
        raise ValueError("Give a project or everything=True, not both.")
    project_id = parse_project(project)
    if not project_id and not everything:
        raise InvalidProject("There is no project.", code="no_project", hint="Give a project ID.")
    return _ask(client, lambda store, account: store.forget(account, None if everything else project_id))


async def _newest(store: Store, account: str, query: Query, kind: Kind | None) -> list[Record]:
    """Return the newest records, of one kind if it is given."""
    number = query.limit
    while True:
        found = await store.recent(account, dataclasses.replace(query, limit=number))
        wanted = [record for record in found if kind in (None, records.kind_of(record))]
        # A record says its kind only inside, so more are read until enough of them are of this one.
        if len(wanted) >= query.limit or len(found) < number or number >= MAX_LIMIT:
            return wanted[: query.limit]
        number = min(number * _MORE, MAX_LIMIT)


def _details(record: Record) -> ProjectDetails | None:
    details = records.unpack(record)
    if details is None:
        return None
    if record.status != Status.DELETED:
        return details
    return dataclasses.replace(details, status=Status.DELETED, enabled=False, downloads=())


def _ask(client: AsyncClient | Client | None, question: Callable[[Store, str], Coroutine[Any, Any, T]]) -> T:
    """Query the store in a separate thread, so that a kernel's running loop is not entered again."""
    api = (client.async_client if isinstance(client, Client) else client or default_client()).api
    api.check_key()
    account = api.account()

    async def ask() -> T:
        store = store_of_loop()
        if not store.remembers:
            raise ConfigurationError(
                "There is no store.", hint="MAGIC_HOUR_STORE is off. Set it to a path, or unset it."
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
