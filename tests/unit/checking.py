"""Calls of ``check_result`` on an API with given answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from mh_widgets import MagicHourError, ProjectDetails
from mh_widgets.check_result import check_result
from tests.unit.virtual_time import Api, clock, run, settled, watched

A, B = "https://files.test/a.mp4?X-Sig=SECRET", "https://files.test/b.png?X-Sig=SECRET"


async def check(api: Api, *, wait: bool = True, save: bool = False, **more: Any) -> ProjectDetails:
    arguments = {"directory": None, "deadline_s": 3600.0, "clock": clock(), **more}
    client = arguments.pop("client", None) or api.client()
    return await check_result(client.api, arguments.pop("project", "clx1"), wait=wait, save=save, **arguments)


def checked(*gets: Callable[[], object] | object, **arguments: Any) -> tuple[ProjectDetails, Api]:
    """Run one call, whose answers may be made on its loop, and leave nothing."""

    async def test() -> tuple[ProjectDetails, Api]:
        api = Api(*[answer() if callable(answer) else answer for answer in gets])
        details = await check(api, **arguments)
        asked = {request.url.path.split("/")[2] for request in api.requests}
        assert asked == {f"{arguments.get('kind', 'video')}-projects"}
        assert not watched()
        return details, api

    return run(test())


def failure(*gets: Callable[[], object] | object, **arguments: Any) -> MagicHourError:
    with pytest.raises(MagicHourError) as caught:
        checked(*gets, **arguments)
    assert "SECRET" not in f"{caught.value!r} {caught.value}"
    return caught.value


async def beside(call: Coroutine[Any, Any, ProjectDetails]) -> asyncio.Task[ProjectDetails]:
    task = asyncio.create_task(call)
    await settled()
    return task
