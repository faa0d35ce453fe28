"""A request of ``AsyncClient`` that fails, and everything that its exception tells."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

import pytest

from mh_widgets import MagicHourError
from mh_widgets.project_ids import AnyKind
from tests.unit.virtual_time import TOKEN, Api, run


def told(error: BaseException | None) -> Iterator[str]:
    """Everything that an exception and those behind it say, also with locals-free tracebacks."""
    while error is not None:
        yield f"{error!r} {error} {vars(error)} {''.join(traceback.format_exception(error))}"
        error = error.__cause__ or error.__context__


def failure(api: Api, method: str = "get", token: str = TOKEN, kind: AnyKind = "video") -> MagicHourError:
    async def ask() -> None:
        await getattr(api.client(token), method)("clx1", kind=kind)

    with pytest.raises(MagicHourError) as caught:
        run(ask())
    assert {request.url.path for request in api.requests} <= {f"/v1/{kind}-projects/clx1"}
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert not any(TOKEN in text for text in told(caught.value))
    return caught.value
