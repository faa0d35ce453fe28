"""For every test: nothing of the person who runs them gets in, and nothing is left in their folders."""

from __future__ import annotations

import gc
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.leaks import leaks
from tests.redis_server import RedisServer, redis_program, running_redis

FOREIGN = ("MAGIC_HOUR_API_KEY", "API_TOKEN", "MAGIC_HOUR_BASE_URL", "ANYWIDGET_HMR")
FOLDERS = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
#: Files that take half a minute of a core or more. They come first, so that none is left alone at the end.
LONG = (
    *("test_many_kernels", "test_gallery_hosts", "test_lab", "test_dashboards", "test_accessibility"),
    *("test_states", "test_voila", "test_accessibility_room", "test_gallery_moving", "test_gallery_states"),
    *("test_gallery_pages", "test_hosts_colab", "test_hosts_presence", "test_hosts_marimo"),
)
_STASH = pytest.StashKey[tempfile.TemporaryDirectory[str]]()
_LEAKS = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Before any import of Jupyter, which reads some of these only once; in every xdist worker too."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    home = config.stash[_STASH] = tempfile.TemporaryDirectory(prefix="mh-tests-", ignore_cleanup_errors=True)
    for name in FOLDERS:
        os.environ[name] = str(Path(home.name, name.lower()))
    # No test reads or writes what this machine's user has watched; one that wants a store names one.
    os.environ["MAGIC_HOUR_STORE"] = "off"
    # A poster costs a request for the film. Tests that count those, or break them, are about something else.
    os.environ["MAGIC_HOUR_POSTER"] = "off"
    # A proxy of the machine may be needed for packages, never for the simulator.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, for they can't be shared among workers; all others in their order."""
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.fixture(scope="module", autouse=True)
def frozen() -> None:
    """What is there before a module stays: its tests that collect garbage have only their own to look at."""
    # First what is garbage already: frozen it would never be collected, and so never complain.
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def interrupts() -> Iterator[None]:
    """SIGINT interrupts, also where it was ignored from the start: under nohup, and in the background of a script."""
    before = signal.getsignal(signal.SIGINT)
    if before == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    program = redis_program()
    if program is None:
        pytest.skip("No redis-server and no valkey-server on the PATH: `make redis` installs one on Debian.")
    with running_redis(tmp_path_factory.mktemp("redis"), program) as server:
        yield server


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """The whole run fails where a key or a signature is in a store, a log or another file of it."""
    if hasattr(session.config, "workerinput"):  # its folder is below that of the process that began it
        return
    factory: pytest.TempPathFactory = session.config._tmp_path_factory  # type: ignore[attr-defined]  # as in xdist
    found = session.config.stash[_LEAKS] = [*leaks(factory.getbasetemp())]
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for each in config.stash.get(_LEAKS, []):
        terminalreporter.write_line(f"SECRET in a file of this run: {each}", red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_STASH].cleanup()
