"""One simulator and one kernel a file, a fresh copy of a project a test.

MH_KERNEL_PYTHON is the Python of another environment to take the kernel from, as .ci/kernels.py makes them.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mh_widgets.project_ids import KINDS
from mh_widgets.simulator import FILMS, Scenario, Simulator
from mh_widgets.simulator.scenes import SCENARIOS
from tests.kernel.big_outputs import BIG, Big
from tests.kernel.live_kernel import LiveKernel, live_kernel
from tests.kernel.transfer_fixtures import FILM, PATIENT, OddHost
from tests.kernel.watching_kernels import Begin
from tests.leaks import KEY, WATCHERS_KEY
from tests.redis_server import RedisServer

ENDLESS = Scenario(id="endless", name="Endless", shows="", timeline=((0, "rendering"),))


@pytest.fixture(scope="session")
def kernel_python() -> str:
    """The Python that kernels run in."""
    return os.environ.get("MH_KERNEL_PYTHON", sys.executable)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(speed=20) as running:
        yield running


@pytest.fixture(scope="module")
def kernel(
    simulator: Simulator, tmp_path_factory: pytest.TempPathFactory, kernel_python: str
) -> Iterator[LiveKernel]:
    env = {"MAGIC_HOUR_BASE_URL": simulator.url, "MAGIC_HOUR_API_KEY": KEY}
    with live_kernel(env, tmp_path_factory.mktemp("kernel"), kernel_python) as running:
        cell = running.run("from mh_widgets import *\nimport asyncio, time")
        assert not cell.error, cell.error
        yield running


_numbers = itertools.count(1)


@pytest.fixture
def fresh() -> Callable[[str], str]:
    """``fresh("flaky")`` is an ID for a copy of that project that nobody has seen yet."""
    return lambda scenario: f"{scenario}--t{next(_numbers)}"


@pytest.fixture(scope="module")
def odd_host() -> Iterator[OddHost]:
    with OddHost() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def hasty(simulator: Simulator, kernel: LiveKernel, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A project "big" with ``FILM``, "several-…" of each kind with more, and a kernel that tries again at once.

    It doesn't lose its patience, which is a matter of seconds: a stall lasts until the test ends it.
    """
    path = tmp_path_factory.mktemp("host") / "film.mp4"
    path.write_bytes(FILM)
    at_once = ((0.0, "complete"),)
    simulator.add(Scenario(id="big", name="Big", shows="3 MB", timeline=at_once, outputs=(path,)))
    several = (FILMS / "cutout.png", path, FILMS / "voice.wav")
    for kind in KINDS:
        scenario = Scenario(
            id=f"several-{kind}", name="Several", shows="", kind=kind, timeline=at_once, outputs=several
        )
        simulator.add(scenario)
    cell = kernel.run(
        "import os\n"
        "from mh_widgets.api import retry\n"
        "from mh_widgets.transfers import browser_stream, remote_file\n"
        f"retry.BACKOFF_S = 0.005\n{PATIENT}"
    )
    assert not cell.error, cell.error


@pytest.fixture(scope="module")
def big_outputs(simulator: Simulator, hasty: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The projects of ``BIG``."""
    for each in BIG:
        path = tmp_path_factory.mktemp("big") / f"output{each.suffix}"
        path.write_bytes(each.data)
        each.served(simulator, "big", path)


@pytest.fixture(params=BIG, ids=lambda big: big.kind)
def big(request: pytest.FixtureRequest, big_outputs: None) -> Big:
    """A large output of each kind: a test that takes it runs for all of them."""
    found: Big = request.param
    return found


@pytest.fixture
def nothing_left_over(kernel: LiveKernel, simulator: Simulator) -> Iterator[None]:
    """Every fault was met, and no link was told to anybody but a player that asked for it."""
    before = len(kernel.wire)
    yield
    try:
        # What the test has seen may be older than the last request.
        kernel.until(lambda: simulator.faults.waiting() == 0, "every fault to be met")
    finally:
        simulator.faults.clear()
        simulator.hang_up()
        kernel.run(f"{PATIENT}video.close()")
    assert not simulator.leaks
    told = [
        m["content"]
        for m in kernel.wire[before:]
        if m["content"].get("data", {}).get("content", {}).get("kind") != "source"
    ]
    assert "signature=" not in json.dumps(told, default=repr)


@pytest.fixture(scope="module")
def endless() -> Iterator[Simulator]:
    with Simulator(scenarios=[ENDLESS, *SCENARIOS]) as simulator:
        yield simulator


@pytest.fixture(params=["sqlite", "redis"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "data" / "store.db")
    server: RedisServer = request.getfixturevalue("redis_server")
    return server.url


@pytest.fixture
def begin(endless: Simulator, store: str, tmp_path: Path) -> Iterator[Begin]:
    env = {**os.environ, **endless.env, "MAGIC_HOUR_API_KEY": WATCHERS_KEY, "MAGIC_HOUR_STORE": store}
    begin = Begin(env, tmp_path)
    yield begin
    for kernel in begin.kernels:
        kernel.end()
