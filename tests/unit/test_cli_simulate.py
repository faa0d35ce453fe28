"""The command line: `simulate`, and wrong usage."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Callable, Iterator

import httpx
import pytest

from mh_widgets import cli
from mh_widgets.simulator import SCENARIOS
from tests.unit.cli_runs import Run, runs


@pytest.fixture
def run() -> Iterator[Callable[..., Run]]:
    yield from runs()


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        yield busy.getsockname()[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_simulate_prints_address_and_projects_and_ends_quietly(
    run: Callable[..., Run], number: signal.Signals
) -> None:
    simulate = run("simulate", "--port", "0", "--speed", "100", "--token", "the-key")
    url = simulate.until(r"MAGIC_HOUR_BASE_URL=(\S+)")[1]
    key = simulate.until(r"MAGIC_HOUR_API_KEY=(\S+)")[1]
    simulate.until("Ctrl-C")
    assert url in simulate.said.splitlines()[0]
    for scenario in SCENARIOS:
        assert re.search(rf"^  {scenario.id} +{re.escape(scenario.shows)}$", simulate.said, re.MULTILINE)
    answer = httpx.get(f"{url}/v1/video-projects/quick", headers={"Authorization": f"Bearer {key}"})
    assert (key, answer.json()["status"]) == ("the-key", "queued")
    assert simulate.end(number) == (0, "")


def test_simulate_on_a_taken_port_is_one_sentence_and_exit_code_1(
    taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["simulate", "--port", str(taken)]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"mh-widgets: port {taken} of 127.0.0.1 can't be used (")


def test_simulate_on_an_address_that_is_not_ours_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["simulate", "--host", "192.0.2.1", "--port", "0"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [[], ["simulate", "--port", "70000"], ["simulate", "--speed", "0"], ["demo", "--lab", "--voila"]],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage: mh-widgets" in capsys.readouterr().err
