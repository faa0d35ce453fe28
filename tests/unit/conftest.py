"""Every unit test: a recording comm in the kernel's place, and no widget left over."""

from __future__ import annotations

from collections.abc import Iterator

import comm
import ipywidgets
import pytest

from mh_widgets.client import _client_for
from tests.unit.wire import create


@pytest.fixture(autouse=True)
def recording(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(comm, "create_comm", create)
    yield
    ipywidgets.Widget.close_all()
    _client_for.cache_clear()
