"""Videos in a real kernel that their host has late, or that are listed late."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mh_widgets.simulator import Fault, Simulator
from tests.kernel.big_outputs import Big
from tests.kernel.live_kernel import LiveKernel
from tests.kernel.transfer_fixtures import (
    card,
    files,
    retries,
    save,
)

Fresh = Callable[[str], str]

pytestmark = pytest.mark.usefixtures("hasty", "nothing_left_over")

LOGIN = Fault(status=200, body="<html>Please log in</html>", content_type="video/mp4")


@pytest.mark.documented("films: a new link is refused as well, as the file is late")
def test_a_file_that_is_late_is_waited_for_with_fresh_links(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, big: Big
) -> None:
    project = fresh(big.scenario)
    model = card(kernel, project, tmp_path, widget=big.widget)
    before = len(simulator.requests.of(project, origin="api"))
    simulator.faults.add(project, Fault(status=404), Fault(status=403), Fault(status=404), origin="files")
    assert save(kernel, model) == f"info: Saved as {big.file(project)}."
    assert files(tmp_path) == {big.file(project): big.data}
    assert f"The file host does not have the {big.kind} yet; next attempt in " in retries(model)
    assert len(simulator.requests.of(project, origin="api")) == before + 3


def unlisted(simulator: Simulator, project: str) -> Fault:
    """The API's answer about a complete project whose files it doesn't list yet."""
    answer = simulator.details(project, simulator.files_url)
    return Fault(
        status=200, body=json.dumps({**answer, "status": "complete", "downloads": [], "download": None})
    )


@pytest.mark.documented("films: the project is complete, but lists no files yet")
def test_a_video_that_is_listed_late_appears_by_itself(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, big: Big
) -> None:
    project = fresh(big.scenario)
    simulator.faults.add(project, unlisted(simulator, project), times=3)
    model = kernel.show(f"video = {big.widget}({project!r}, download_directory={str(tmp_path)!r})\nvideo")
    kernel.until(lambda: model.state["details"].get("outputs"), "the output")
    assert [u["details"]["outputs"] for u in model.updates if "details" in u] == [[], [{"media": big.kind}]]
    kernel.until(lambda: model.state["watch"]["state"] == "stopped", "the end")
    assert len(simulator.requests.of(project, origin="api")) == 4


@pytest.mark.documented("films: the project is complete, but lists no files yet")
def test_a_save_waits_for_a_video_that_is_listed_late(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, big: Big
) -> None:
    project = fresh(big.scenario)
    card(kernel, project, tmp_path, widget=big.widget)
    simulator.faults.add(project, Fault(status=404), origin="files")
    simulator.faults.add(project, unlisted(simulator, project), times=3)
    cell = kernel.run("print([path.name for path in await video.save()])")
    assert cell.stdout == f"['{big.file(project)}']\n", cell.error
    assert files(tmp_path) == {big.file(project): big.data}


def test_a_save_before_the_end_says_so(kernel: LiveKernel, simulator: Simulator, fresh: Fresh) -> None:
    project = fresh("draft")
    simulator.set_status(project, "rendering")
    kernel.show(f"video = VideoProject({project!r})\nvideo")
    cell = kernel.run(
        "try:\n    await video.save()\nexcept TransferError as error:\n    print(error.code, error)"
    )
    assert (
        cell.stdout
        == "not_finished The render has not finished yet (status: rendering). Wait for it first: `await video`.\n"
    )
