"""Every unit test: a recording comm in the kernel's place, nobody's .env, and no widget left over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import comm
import ipywidgets
import pytest
from hypothesis import HealthCheck, settings

from mh_widgets.api import credentials
from mh_widgets.api.projects import ProjectsApi
from mh_widgets.client import _client_for
from tests.unit.wire import create

# The same examples on every run: a test that fails on one machine fails on all.
# How long one takes is the machine's affair.
settings.register_profile(
    "unit", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None
)
settings.load_profile("unit")

# Else the test that asks first would wait for a thread, and no other one would.
ProjectsApi.load_sender()


@pytest.fixture(autouse=True)
def recording(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(comm, "create_comm", create)
    monkeypatch.setattr(credentials, "ENV_FILE", Path("no-such-folder", ".env"))
    yield
    ipywidgets.Widget.close_all()
    _client_for.cache_clear()
