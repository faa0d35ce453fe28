"""The key and the links stay where they belong: grepped for in everything that leaves the kernel's memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mh_widgets.simulator import Fault, Simulator
from tests.kernel.live_kernel import LiveKernel, live_kernel
from tests.leaks import KEY

SIGNATURE = re.compile(r"signature=[0-9a-f]+")


@pytest.fixture
def loud_kernel(simulator: Simulator, tmp_path: Path) -> Iterator[LiveKernel]:
    """Logs everything, DEBUG included, to a file, and shows tracebacks with their variables."""
    env = {"MAGIC_HOUR_BASE_URL": simulator.url, "MAGIC_HOUR_API_KEY": KEY}
    with live_kernel(env, tmp_path) as running:
        running.run(
            "import logging\nlogging.basicConfig(filename='all.log', level=logging.DEBUG, force=True)\n"
            "%xmode Verbose\nimport os\nfrom mh_widgets import *"
        )
        yield running


@pytest.mark.documented("films: DEBUG logs, tracebacks with variables, reprs, traits, saved notebooks")
def test_neither_key_nor_signature_leaves_the_kernel(
    loud_kernel: LiveKernel, simulator: Simulator, fresh: Callable[[str], str], tmp_path: Path
) -> None:
    kernel = loud_kernel
    echo = json.dumps({"message": f"bad key {KEY} for https://files/x.mp4?signature=abc"})
    project = fresh("finished")
    simulator.faults.add(project, Fault(status=500, body=echo))
    model = kernel.show(f"video = VideoProject({project!r})\nvideo")
    kernel.until(lambda: model.state["watch"]["reason"], "the echoed key")
    assert "[API key]" in model.state["watch"]["reason"]
    kernel.until(lambda: model.state["status"] == "complete", "the film")
    kernel.click(model, kind="download", output=0, id="d")
    kernel.until(lambda: model.last("chunk"), "a chunk")
    kernel.click(model, kind="ack", id="d", index=0)
    kernel.until(lambda: model.last("end"), "the download")
    kernel.run("paths = await video.save('out')")
    kernel.run(
        "details = await video\nprint(details, video, details.downloads, vars(video), vars(AsyncClient('x' * 9)))"
    )
    kernel.run("display(video, details)")
    simulator.faults.add(project, Fault(status=401, body=echo))
    assert "401" in kernel.run("await video.refresh()").error
    assert "reached" in kernel.run("await AsyncClient(base_url='http://127.0.0.1:9').get('x')").error
    kernel.run("from mh_widgets.api import retry\nretry.BACKOFF_S = 0.005")
    simulator.faults.add(project, *[Fault(status=404)] * 7, origin="files")
    assert "does not have the video yet" in kernel.run("await video.embed()").error
    assert "more than" in kernel.run("await video.embed(10)").error
    kernel.run("await video.delete()")
    kernel.run("os.environ['MAGIC_HOUR_API_KEY'] += '\u00e9'")
    assert "character" in kernel.run("await AsyncClient().get('x')").error

    wire = json.dumps(kernel.wire, default=repr)
    assert KEY not in wire
    assert not SIGNATURE.search(wire)
    for log in (tmp_path / "all.log", tmp_path / "kernel.log"):
        text = log.read_text()
        assert KEY not in text
        assert not SIGNATURE.search(text)
    assert "httpcore" in (tmp_path / "all.log").read_text()  # it was loud, and still said nothing
    assert not simulator.leaks
