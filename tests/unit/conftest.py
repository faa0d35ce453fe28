"""Every unit test: a recording comm in the kernel's place, nobody's .env, and no widget left over."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import comm
import ipywidgets
import pytest
from hypothesis import HealthCheck, settings

from mh_widgets import Dashboard
from mh_widgets.api import credentials
from mh_widgets.api.projects import ProjectsApi
from mh_widgets.client import _client_for
from mh_widgets.controllers.project import ProjectController
from mh_widgets.polling.history import of_process
from mh_widgets.transfers import remote_file
from tests.unit.file_host import FileHost, Hosting
from tests.unit.film_host import film_host
from tests.unit.local_server import LocalServer
from tests.unit.recording_comm import create
from tests.unit.saver import Saver
from tests.unit.virtual_time import clock, run

# The same examples on every run: a test that fails on one machine fails on all.
# How long one takes is the machine's affair.
settings.register_profile(
    "unit", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None
)
settings.load_profile("unit")

# Else the test that asks first would wait for a thread, and no other one would.
ProjectsApi.load_sender()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test on a loop with virtual time."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture(autouse=True)
def recording(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(comm, "create_comm", create)
    monkeypatch.setattr(credentials, "ENV_FILE", Path("no-such-folder", ".env"))
    yield
    ipywidgets.Widget.close_all()
    _client_for.cache_clear()
    of_process._known.clear()


@pytest.fixture(autouse=True)
def virtual_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards take the time of the virtual loop for Unix time."""
    defaults = ProjectController.__init__.__kwdefaults__
    assert defaults
    monkeypatch.setitem(defaults, "clock", clock())


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """The company's own authority, as its people get it."""
    from tests.unit.company_network import company_pem  # makes the authority, which few tests need

    return company_pem(tmp_path)


@pytest.fixture(scope="module")
def secure() -> Iterator[LocalServer]:
    """An API and a film behind the company's certificate."""
    from tests.unit.company_network import secure_server  # as above

    with secure_server() as server:
        yield server


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> FileHost:
    """A host with a film and a picture."""
    return film_host(monkeypatch)


@pytest.fixture
def small_chunks(host: FileHost, monkeypatch: pytest.MonkeyPatch) -> None:
    """The film of ``host`` comes in twenty chunks."""
    monkeypatch.setattr(remote_file, "CHUNK_BYTES", 10)


@pytest.fixture
def hosting(monkeypatch: pytest.MonkeyPatch) -> Hosting:
    """``hosting(film)`` is the host of all films, and cards make posters as they do for users."""

    def replace(*answers: object) -> FileHost:
        from tests.unit.clips import STRIPES, clip  # loads PyAV, which few tests need

        films = answers or (clip(STRIPES),)
        host = FileHost(*films)
        host.put("/output", *films)
        host.replace(monkeypatch, chunk_bytes=100_000)
        return host

    monkeypatch.delenv("MAGIC_HOUR_POSTER")
    return replace


@pytest.fixture
def save(request: pytest.FixtureRequest, tmp_path: Path) -> Saver:
    return Saver(tmp_path / "films", getattr(request, "param", "video"))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Dashboard]]:
    """``opened(query, public)`` is the page that Voilà makes for this address in this environment."""
    made: list[Dashboard] = []

    def open_page(query: str | None = "", public: str | None = None, **settings: Any) -> Dashboard:
        if query is not None:
            monkeypatch.setenv("QUERY_STRING", query)
        if public is not None:
            monkeypatch.setenv("MAGIC_HOUR_PUBLIC_PROJECTS", public)
        made.append(Dashboard.from_environment(**settings))
        return made[-1]

    yield open_page
    for dashboard in made:
        dashboard.close()
