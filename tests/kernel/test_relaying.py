"""Downloads to the visitor's computer, by way of a real kernel: slow views, views that go, sources that break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mh_widgets.simulator import Fault, Scenario, Simulator
from tests.kernel import transfer_fixtures
from tests.kernel.big_outputs import Big
from tests.kernel.live_kernel import PATIENCE_S, LiveKernel
from tests.kernel.transfer_fixtures import (
    CUT,
    FILM,
    OTHER,
    OddHost,
    asked,
    body,
    card,
    download,
    files,
    mp4,
    save,
)

Fresh = Callable[[str], str]

pytestmark = pytest.mark.usefixtures("hasty", "nothing_left_over")

one_or_all = pytest.mark.parametrize("all_", [False, True], ids=["one output", "a zip"])


@pytest.mark.parametrize(
    ("row", "first_bytes"),
    [
        ((Fault(cut_after_bytes=CUT, cut="close"),), [0, 2**21]),
        ((Fault(cut_after_bytes=CUT, cut="close"), Fault(status=403)), [0, 2**21, 2**21]),
        ((Fault(cut_after_bytes=CUT, cut="close"), Fault(headers={"ETag": '"x"'})), [0, 2**21, 0]),
        ((Fault(cut_after_bytes=CUT, cut="stall"), Fault(status=416)), [0, 2**21, 0]),
        ((Fault(status=503), Fault(reset=True)), [0, 0, 0]),
    ],
    ids=[
        "cut",
        "cut, then a link that ended",
        "cut, then another ETag",
        "a stall, then a 416",
        "503 and a reset",
    ],
)
@pytest.mark.documented("films: the connection breaks, the link ends, 416, or another ETag")
def test_a_source_that_breaks_in_the_middle_still_brings_the_whole_film(
    kernel: LiveKernel,
    simulator: Simulator,
    fresh: Fresh,
    tmp_path: Path,
    big: Big,
    *,
    row: tuple[Fault, ...],
    first_bytes: list[int],
) -> None:
    project = fresh(big.scenario)
    model = card(kernel, project, tmp_path, widget=big.widget)
    simulator.faults.add(project, *row, origin="files")
    if any(fault.cut == "stall" for fault in row):
        kernel.run("remote_file.STALL_S = 2.0")
    received, end = download(kernel, model)
    assert received == big.data
    assert (end["kind"], end["name"], end["type"]) == ("end", f"Big-{big.file(project)}", big.mime_type)
    assert [first // 2**20 * 2**20 for _, first in asked(simulator, project)] == first_bytes
    assert files(tmp_path) == {}


@pytest.mark.documented("films: the file host stays unreachable")
def test_a_source_that_stays_away_ends_the_download_with_a_sentence(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    model = card(kernel, project, tmp_path)
    row = [Fault(cut_after_bytes=CUT, cut="close"), *[Fault(status=503)] * 6]
    simulator.faults.add(project, *row, origin="files")
    received, end = download(kernel, model)
    assert end["kind"] == "failed"
    assert end["error"]["message"] == "The file host answered 503."
    kernel.until(
        lambda: (model.state["notice"] or {}).get("message") == "The file host answered 503.", "the notice"
    )
    assert FILM.startswith(received)


@pytest.mark.documented(
    "films: a slow browser, or one that acknowledges nothing",
    "films: Cancel during a download",
)
@one_or_all
def test_a_view_that_acknowledges_nothing_holds_the_source_back(
    kernel: LiveKernel, simulator: Simulator, odd_host: OddHost, fresh: Fresh, tmp_path: Path, *, all_: bool
) -> None:
    source = transfer_fixtures.Endless(100 * 2**20)
    urls = (odd_host.url("/endless.mp4", source),) * (1 + all_)
    simulator.add(Scenario(id="endless", name="", shows="", timeline=((0, "complete"),), outputs=urls))
    model = card(kernel, fresh("endless"), tmp_path)
    memory = "import resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    before = int(kernel.run(memory).stdout)
    kernel.click(model, kind="download", output=0, id="slow", zip=all_)
    kernel.until(lambda: len(model.customs) == 4, "the window")
    kernel.click(model, kind="ack", id="slow", index=0)
    kernel.until(lambda: len(model.customs) == 5, "one more")
    kernel.click(model, kind="ack", id="another", index=3)
    kernel.drain(0.3)
    assert [content["index"] for content, _ in model.customs] == [0, 1, 2, 3, 4]
    # What the host wrote beyond that waits in the sockets.
    assert source.sent < 30 * 2**20
    assert int(kernel.run(memory).stdout) - before < 40 * 1024
    kernel.click(model, kind="cancel")
    kernel.until(lambda: model.last("failed"), "the end")
    assert source.over.wait(PATIENCE_S)
    assert (model.last("failed") or {})["error"]["code"] == "canceled"
    assert model.state["transfer"] is None
    assert model.state["notice"] is None


@pytest.mark.documented("films: the page is closed")
@one_or_all
def test_a_view_that_has_gone_ends_the_download(
    kernel: LiveKernel, simulator: Simulator, odd_host: OddHost, fresh: Fresh, tmp_path: Path, *, all_: bool
) -> None:
    source = transfer_fixtures.Endless(100 * 2**20)
    urls = (odd_host.url("/gone.mp4", source),) * (1 + all_)
    simulator.add(Scenario(id="gone", name="", shows="", timeline=((0, "complete"),), outputs=urls))
    model = card(kernel, fresh("gone"), tmp_path)
    kernel.run("browser_stream.ACK_TIMEOUT_S = 0.3")
    kernel.click(model, kind="download", output=0, id="gone", zip=all_)
    kernel.until(lambda: model.last("failed"), "the end")
    assert (model.last("failed") or {})["error"]["message"] == "The browser stopped answering."
    assert source.over.wait(PATIENCE_S)
    assert model.state["transfer"] is None


@pytest.mark.documented("films: the output is on the disk already")
def test_a_saved_film_is_relayed_from_the_disk(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    model = card(kernel, project, tmp_path)
    save(kernel, model)
    before = len(asked(simulator, project))
    # it would be asked again
    simulator.faults.add(project, Fault(cut_after_bytes=CUT, cut="close"), origin="files")
    received, end = download(kernel, model)
    assert (received, end["kind"]) == (FILM, "end")
    looks = simulator.requests.of(project, origin="files")[before:]
    assert [bool(look.range) for look in looks] == [False, True, True]  # its beginning, and two samples


@pytest.mark.documented("films: another file has the output's name")
def test_a_file_that_only_has_its_name_is_not_relayed(
    kernel: LiveKernel, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    (tmp_path / f"{project}.mp4").write_bytes(OTHER)
    assert download(kernel, card(kernel, project, tmp_path))[0] == FILM
    assert files(tmp_path) == {f"{project}.mp4": OTHER}


@pytest.mark.documented("films: a second download at the same time")
def test_a_second_download_at_the_same_time_is_refused_to_its_view(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    model = card(kernel, project, tmp_path)
    simulator.faults.add(project, Fault(delay_s=0.3), origin="files")
    kernel.click(model, kind="download", output=0, id="other")
    kernel.until(lambda: model.state["transfer"], "the first one")
    simulator.requests.wait_for(lambda r: r.project_id == project and r.origin == "files")
    kernel.click(model, kind="download", output=0, id="mine")
    kernel.until(lambda: model.last("failed"), "the refusal")
    assert (model.last("failed") or {})["id"] == "mine"
    kernel.click(model, kind="cancel")
    kernel.until(lambda: model.state["transfer"] is None, "the end")


@pytest.mark.parametrize("way", ["download", "embed"])
@pytest.mark.documented("films: no Content-Length in a download or in `embed()`")
def test_without_a_length_the_boxes_of_the_film_decide_here_too(
    kernel: LiveKernel, simulator: Simulator, odd_host: OddHost, fresh: Fresh, tmp_path: Path, *, way: str
) -> None:
    url = odd_host.url("/unsized.mp4", body(FILM[:CUT]), body(FILM))
    simulator.add(Scenario(id="unsized", name="", shows="", timeline=((0, "complete"),), outputs=(url,)))
    model = card(kernel, fresh("unsized"), tmp_path)
    if way == "download":
        received, end = download(kernel, model)
        assert end["kind"] == "end"
        assert len(received) == len(FILM)
    else:
        assert kernel.run("film = await video.embed()\nprint(len(film.data))").stdout.split() == [
            str(len(FILM))
        ]


@pytest.mark.documented("films: the saved file can't be read")
def test_a_file_that_cannot_be_read_is_no_reason_not_to_stream(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    (tmp_path / f"{project}.mp4").write_bytes(FILM)
    model = card(kernel, project, tmp_path)
    # Root may read everything, so the refusal is made up.
    kernel.run(
        "import pathlib\nopened = pathlib.Path.open\ndef refused(path, *arguments):\n"
        "    if path.suffix == '.mp4': raise PermissionError(13, 'x')\n    return opened(path, *arguments)\n"
        "pathlib.Path.open = refused"
    )
    received, end = download(kernel, model)
    kernel.run("pathlib.Path.open = opened")
    assert (received, end["kind"]) == (FILM, "end")


def test_a_long_film_in_many_pieces_arrives_as_it_is(
    kernel: LiveKernel, simulator: Simulator, odd_host: OddHost, fresh: Fresh, tmp_path: Path
) -> None:
    film = mp4(3, 12_345_678)
    url = odd_host.url("/long.mov", body(film, Content_Length=len(film)))
    simulator.add(Scenario(id="long", name="A/B", shows="", timeline=((0, "complete"),), outputs=(url,)))
    project = fresh("long")
    received, end = download(kernel, card(kernel, project, tmp_path))
    assert received == film
    assert (end["name"], end["type"]) == (f"A-B-{project}.mov", "video/quicktime")
    assert files(tmp_path) == {}
