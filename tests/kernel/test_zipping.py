"""All outputs as one zip, by way of a real kernel: what a browser gets, also when their host is in trouble."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mh_widgets.simulator import FILMS, Fault, Simulator
from tests.kernel.live_kernel import LiveKernel
from tests.kernel.transfer_fixtures import CUT, FILM, asked, card, download, files, save

Fresh = Callable[[str], str]

#: The outputs of "several-…", of each kind: the one in the middle is the only large one.
OUTPUTS = [(FILMS / "cutout.png").read_bytes(), FILM, (FILMS / "voice.wav").read_bytes()]
FINE = Fault(delay_s=0)
BREAK = Fault(cut_after_bytes=CUT, cut="close")

pytestmark = pytest.mark.usefixtures("hasty", "nothing_left_over")


def content(received: bytes) -> dict[str, bytes]:
    """What is in the zip by its name. Each checksum is checked, too."""
    with zipfile.ZipFile(io.BytesIO(received)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(("kind", "text"), [("video", False), ("image", True), ("audio", False)])
@pytest.mark.parametrize(
    ("row", "first_bytes"),
    [
        ((), [0, 0, 0]),
        ((FINE, BREAK), [0, 0, 2**21, 0]),
        ((FINE, BREAK, Fault(status=403)), [0, 0, 2**21, 2**21, 0]),
        ((FINE, BREAK, Fault(headers={"ETag": '"x"'})), [0, 0, 2**21, 0, 0, 0, 0]),
        ((Fault(status=503), Fault(reset=True)), [0, 0, 0, 0, 0]),
    ],
    ids=["no trouble", "cut", "cut, then a link that ended", "cut, then another ETag", "503 and a reset"],
)
@pytest.mark.documented(
    "films: the connection breaks or the link ends within a zip",
    "films: an output of a zip is replaced, or its host can't continue it",
)
def test_a_zip_has_every_output_whatever_happens_to_one(
    kernel: LiveKernel,
    simulator: Simulator,
    fresh: Fresh,
    tmp_path: Path,
    *,
    row: tuple[Fault, ...],
    first_bytes: list[int],
    kind: str,
    text: bool,
) -> None:
    project = fresh(f"several-{kind}")
    model = card(kernel, project, tmp_path, widget=f"{kind.title()}Project")
    simulator.faults.add(project, *row, origin="files")
    received, end = download(kernel, model, zip=True, text=text)
    names = [f"Several-{project}.png", f"Several-{project}-2.mp4", f"Several-{project}-3.wav"]
    assert content(received) == dict(zip(names, OUTPUTS, strict=True))
    assert (end["kind"], end["name"], end["type"]) == ("end", f"Several-{project}.zip", "application/zip")
    assert [first // 2**20 * 2**20 for _, first in asked(simulator, project)] == first_bytes
    assert model.state["notice"] is None
    assert files(tmp_path) == {}


@pytest.mark.documented("films: one output of a zip fails")
def test_a_zip_without_one_of_its_outputs_is_a_notice_and_no_file(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("several-video")
    model = card(kernel, project, tmp_path)
    simulator.faults.add(project, FINE, BREAK, *[Fault(status=410)] * 6, origin="files")
    _, end = download(kernel, model, zip=True)
    assert end["kind"] == "failed"
    assert end["error"]["message"].startswith("Output 2: ")
    kernel.until(
        lambda: (model.state["notice"] or {}).get("message") == end["error"]["message"], "the notice"
    )


@pytest.mark.documented("films: the output is on the disk already")
def test_saved_outputs_come_from_the_disk_into_the_zip(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("several-video")
    model = card(kernel, project, tmp_path)
    save(kernel, model)
    before = len(asked(simulator, project))
    # The large one would be asked for again.
    simulator.faults.add(project, FINE, FINE, BREAK, origin="files")
    received, end = download(kernel, model, zip=True)
    assert (list(content(received).values()), end["kind"]) == (OUTPUTS, "end")
    looks = simulator.requests.of(project, origin="files")[before:]
    # A beginning and samples of each. The picture is so small that one is enough.
    assert [bool(look.range) for look in looks] == [False, True, *[False, True, True] * 2]


@pytest.mark.documented("films: a zip of a project with one output")
def test_one_output_is_no_zip(kernel: LiveKernel, fresh: Fresh, tmp_path: Path) -> None:
    _, end = download(kernel, card(kernel, fresh("big"), tmp_path), zip=True)
    assert (end["kind"], end["error"]["message"]) == ("failed", "There is only one output.")
