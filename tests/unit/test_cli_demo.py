"""The command line: what `demo` prints, what it starts and what it leaves behind."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import socket
import sqlite3
import sys
import sysconfig
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from mh_widgets import _servers, cli
from mh_widgets.simulator import SCENARIOS
from mh_widgets.simulator.__main__ import Problem, wait
from tests.unit.cli_runs import ROOT, Run, runs

STAND_IN = """\
import http.server, json, os, pathlib, signal, sys

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
names = ("MAGIC_HOUR_BASE_URL", "MAGIC_HOUR_API_KEY", "MAGIC_HOUR_PUBLIC_PROJECTS", "JUPYTER_TOKEN",
         "JUPYTERLAB_SETTINGS_DIR", "JUPYTER_PATH", "NO_PROXY", "MAGIC_HOUR_STORE", "PATH")
print("hello from the stand-in", flush=True)
if os.environ.get("STAND_IN") == "dies":
    sys.exit(3)
report = {"arguments": sys.argv[1:], "folder": os.getcwd(), "there": sorted(os.listdir("."))}
template = pathlib.Path(os.environ.get("JUPYTER_PATH", "")).joinpath("voila/templates/mh_widgets/index.html.j2")
report["template"] = template.read_text() if template.is_file() else ""
report |= {name: os.environ.get(name) for name in names}
pathlib.Path(os.environ["REPORT"]).write_text(json.dumps(report))
port = next(int(each.rpartition("=")[2]) for each in sys.argv if each.startswith(("--port=", "--ServerApp.port=")))
http.server.HTTPServer(("127.0.0.1", port), http.server.BaseHTTPRequestHandler).serve_forever()
"""


@pytest.fixture
def run() -> Iterator[Callable[..., Run]]:
    yield from runs()


@pytest.fixture
def stand_in(tmp_path: Path) -> dict[str, str]:
    """The environment in which `python -m voila` and `python -m jupyterlab` are a small server that reports."""
    for name in ("voila", "jupyterlab"):
        (tmp_path / "modules" / name).mkdir(parents=True)
        (tmp_path / "modules" / name / "__init__.py").touch()
        (tmp_path / "modules" / name / "__main__.py").write_text(STAND_IN)
    (tmp_path / "temporary").mkdir()
    return {
        "PYTHONPATH": str(tmp_path / "modules"),
        "REPORT": str(tmp_path / "report.json"),
        "TMPDIR": str(tmp_path / "temporary"),
        "NO_PROXY": "intranet",
    }


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        yield busy.getsockname()[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def test_the_demo_runs_voila_on_a_copy_with_the_simulator(
    run: Callable[..., Run], stand_in: dict[str, str]
) -> None:
    port = free_port()
    own = {"MAGIC_HOUR_PUBLIC_PROJECTS": "somebody-s-own", "PATH": "/usr/bin"}
    demo = run("demo", "--no-browser", "--port", str(port), "--speed", "50", environment={**stand_in, **own})
    url = demo.until(r"\n  (http://\S+)")[1]
    assert url == f"http://127.0.0.1:{port}/?project={','.join(_servers.OPENING)}"
    demo.until("temporary folder")
    words = demo.said.split()
    assert all(scenario.id in words for scenario in SCENARIOS)
    assert max(map(len, demo.said.replace(url, "").splitlines())) <= 110
    assert len(demo.said.splitlines()) < 24  # a terminal's height, so that the address is in sight

    report = json.loads(Path(stand_in["REPORT"]).read_text())
    dashboard = Path(report["arguments"][0])
    assert dashboard.name in report["there"]
    assert dashboard.parent == Path(report["folder"])
    assert (ROOT / "notebooks") not in dashboard.parents
    assert {"--Voila.ip=127.0.0.1", f"--port={port}", "--no-browser"} <= set(report["arguments"])
    assert "--template=mh_widgets" in report["arguments"]
    assert "cdn.jsdelivr.net" in report["template"]
    assert report["MAGIC_HOUR_PUBLIC_PROJECTS"] is None
    assert report["NO_PROXY"] == "intranet,127.0.0.1,localhost"
    assert report["PATH"] == os.pathsep.join([sysconfig.get_path("scripts"), "/usr/bin"])
    simulator = f"{report['MAGIC_HOUR_BASE_URL']}/v1/video-projects/finished"
    headers = {"Authorization": f"Bearer {report['MAGIC_HOUR_API_KEY']}"}
    assert httpx.get(simulator, headers=headers).json()["status"] == "complete"

    assert demo.end(signal.SIGINT) == (0, "")
    for gone in (url, simulator):
        with pytest.raises(httpx.ConnectError):
            httpx.get(gone)
    assert list(Path(stand_in["TMPDIR"]).iterdir()) == []


def test_the_demo_with_webhooks_tells_its_store_of_every_end(
    run: Callable[..., Run], stand_in: dict[str, str]
) -> None:
    demo = run(
        "demo",
        "--webhooks",
        "--no-browser",
        "--port",
        str(free_port()),
        "--speed",
        "50",
        environment=stand_in,
    )
    demo.until("temporary folder")
    report = json.loads(Path(stand_in["REPORT"]).read_text())
    headers = {"Authorization": f"Bearer {report['MAGIC_HOUR_API_KEY']}"}
    # Whoever asks for it first lets it begin; nobody asks again.
    httpx.get(f"{report['MAGIC_HOUR_BASE_URL']}/v1/video-projects/quick", headers=headers)
    end = time.monotonic() + 60
    told: list[tuple[str, str]] = []
    while ("webhook", "complete") not in told:
        assert time.monotonic() < end, told
        with contextlib.suppress(sqlite3.Error), sqlite3.connect(report["MAGIC_HOUR_STORE"]) as store:
            told = store.execute("SELECT writer, status FROM projects WHERE id = 'quick'").fetchall()
        time.sleep(0.05)  # a look, not a wait for a fixed time
    assert demo.end(signal.SIGINT) == (0, "")
    assert list(Path(stand_in["TMPDIR"]).iterdir()) == []


def test_the_demo_opens_with_every_stage_of_a_render() -> None:
    known = {scenario.id: scenario for scenario in SCENARIOS}
    opening = [known[name] for name in _servers.OPENING]
    assert [each.status_at(8) for each in opening[:3]] == ["rendering", "complete", "error"]
    # Within ten seconds of opening.
    assert {each.status_at(8) for each in opening} == {"queued", "rendering", "complete", "error"}
    assert all(each.width > each.height for each in opening[:4])
    assert {each.width > each.height for each in opening if each.status_at(8) == "complete"} == {True, False}


def test_the_lab_demo_has_its_token_in_the_address_only_and_no_news(
    run: Callable[..., Run], stand_in: dict[str, str]
) -> None:
    port = free_port()
    demo = run("demo", "--lab", "--no-browser", "--port", str(port), environment=stand_in)
    token = demo.until(rf"http://127\.0\.0\.1:{port}/lab/tree/quickstart\.ipynb\?token=(\w+)\n")[1]
    report = json.loads(Path(stand_in["REPORT"]).read_text())
    assert report["JUPYTER_TOKEN"] == token
    assert not any(token in argument for argument in report["arguments"])
    assert "--ServerApp.ip=127.0.0.1" in report["arguments"]
    settings = Path(report["JUPYTERLAB_SETTINGS_DIR"], "@jupyterlab", "apputils-extension")
    news = json.loads((settings / "notification.jupyterlab-settings").read_text())
    assert news == {"fetchNews": "false", "checkForUpdates": False}
    assert demo.end(signal.SIGTERM) == (0, "")


def test_a_server_that_ends_by_itself_is_a_sentence_with_its_last_words(
    run: Callable[..., Run], stand_in: dict[str, str]
) -> None:
    code, trouble = run("demo", "--no-browser", environment={**stand_in, "STAND_IN": "dies"}).end()
    assert code == 1
    assert "by itself" in trouble
    assert "hello from the stand-in" in trouble
    assert "Traceback" not in trouble


def test_a_usual_port_that_is_taken_gives_way_to_the_next_and_it_is_said(
    taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    port = _servers._port(None, taken)
    assert taken < port < taken + 100
    assert capsys.readouterr().out == f"Port {taken} is taken, so this is {port}.\n"


def test_a_port_that_was_asked_for_and_is_taken_is_a_sentence(
    taken: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_servers, "_need", lambda module, name: None)
    assert cli.main(["demo", "--no-browser", "--port", str(taken)]) == 1
    assert f"port {taken} is taken" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "module"), [("--voila", "voila"), ("--lab", "jupyterlab")])
def test_what_is_not_installed_is_named_with_the_command_that_gets_it(
    option: str, module: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert cli.main(["demo", option]) == 1
    err = capsys.readouterr().err
    assert f"-m pip install {module}\n" in err
    assert err.count("\n") == 1


def test_the_installed_notebooks_come_before_those_of_the_clone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "__file__", str(tmp_path / "mh_widgets" / "cli.py"))
    with pytest.raises(Problem, match="notebooks are missing"):
        cli._notebooks()
    for folder in (tmp_path / "notebooks", tmp_path / "mh_widgets" / "notebooks"):
        folder.mkdir(parents=True)
        (folder / "dashboard.ipynb").touch()
        assert cli._notebooks() == folder


@pytest.mark.parametrize(("screen", "opened"), [({}, 0), ({"DISPLAY": ":0"}, 1), ({"BROWSER": "mine"}, 1)])
def test_a_browser_is_opened_only_where_there_can_be_one(
    screen: dict[str, str], opened: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls: list[str] = []
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in screen.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(webbrowser, "open", urls.append)
    cli._open_browser("http://127.0.0.1:1/")
    assert len(urls) == opened


def test_no_browser_at_all_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(url: str) -> None:
        raise webbrowser.Error("none")

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", fail)
    cli._open_browser("http://127.0.0.1:1/")


def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wait(threading.Event(), lambda: True, limit_s=0.3) is False
    stop = threading.Event()
    stop.set()
    assert wait(stop) is True
