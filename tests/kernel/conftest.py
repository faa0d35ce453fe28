"""One simulator and one kernel a file, a fresh copy of a project a test.

MH_KERNEL_PYTHON is the Python of another environment to take the kernel from, as .ci/kernels.py makes them.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator

import pytest

from mh_widgets.simulator import Simulator
from tests.kernel.live_kernel import LiveKernel, live_kernel

#: A key that looks like nothing else, so that grepping for it proves something.
TOKEN = "mhk-live-3f9c27e1"


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
    env = {"MAGIC_HOUR_BASE_URL": simulator.url, "MAGIC_HOUR_API_KEY": TOKEN}
    with live_kernel(env, tmp_path_factory.mktemp("kernel"), kernel_python) as running:
        cell = running.run("from mh_widgets import *\nimport asyncio, time")
        assert not cell.error, cell.error
        yield running


_numbers = itertools.count(1)


@pytest.fixture
def fresh() -> Callable[[str], str]:
    """``fresh("flaky")`` is an ID for a copy of that project that nobody has seen yet."""
    return lambda scenario: f"{scenario}--t{next(_numbers)}"
