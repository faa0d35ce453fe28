"""One simulator and one kernel for all files: to start one takes as long as a dozen of these tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from mh_widgets.simulator import Simulator
from tests.kernel.live_kernel import LiveKernel, live_kernel
from tests.leaks import KEY


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with Simulator(speed=20) as running:
        yield running


@pytest.fixture(scope="session")
def kernel(
    simulator: Simulator, tmp_path_factory: pytest.TempPathFactory, kernel_python: str
) -> Iterator[LiveKernel]:
    env = {"MAGIC_HOUR_BASE_URL": simulator.url, "MAGIC_HOUR_API_KEY": KEY}
    with live_kernel(env, tmp_path_factory.mktemp("kernel"), kernel_python) as running:
        cell = running.run("from mh_widgets import *\nimport asyncio, time")
        assert not cell.error, cell.error
        version = running.run("import ipykernel\nprint(ipykernel.__version__)").stdout.strip()
        assert version == os.environ.get("MH_KERNEL_VERSION", version)
        yield running
