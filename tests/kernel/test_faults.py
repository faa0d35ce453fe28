"""Films in a real kernel while the network fails: whatever happens, whole bytes under the final name or none at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from mh_widgets.simulator import PRESENT, Fault, Scenario, Simulator
from tests.kernel.big_outputs import Big
from tests.kernel.live_kernel import LiveKernel
from tests.kernel.transfer_fixtures import (
    CUT,
    FILM,
    OTHER,
    OddHost,
    asked,
    body,
    card,
    files,
    half_saved,
    retries,
    save,
)

Fresh = Callable[[str], str]

pytestmark = pytest.mark.usefixtures("hasty", "nothing_left_over")


class Row(NamedTuple):
    name: str
    #: The row of docs/films.md.
    documented: str
    #: What the second request meets; the first is cut.
    second: Fault = PRESENT
    #: Status of each request from the second on, and whether it asked for a range.
    wanted: tuple[tuple[int, str], ...] = ((206, "on"),)
    said: str = "The connection to the file host broke"
    cut: Fault = Fault(cut_after_bytes=CUT, cut="close")
    renewals: int = 0


LOGIN = Fault(status=200, body="<html>Please log in</html>", content_type="video/mp4")
ANEW = ((206, "on"), (200, "anew"))
FAULTS = [
    Row("a short body", "the response ends early"),
    Row(
        "a stall",
        "no byte arrives for 15 s",
        cut=Fault(cut_after_bytes=CUT, cut="stall"),
        said="did not answer in time",
    ),
    Row("no answer", "the file host doesn't answer", Fault(reset=True), ((0, "on"), (206, "on"))),
    Row("a 429", "the file host answers 429", Fault(status=429), ((429, "on"), (206, "on")), "429"),
    *[
        Row(
            f"a {code}",
            "the file host answers 500, 502 or 503",
            Fault(status=code),
            ((code, "on"), (206, "on")),
            f"{code}",
        )
        for code in (500, 502, 503)
    ],
    *[
        Row(
            f"a {code}",
            "the file host answers 400, 401, 403, 404 or 410",
            Fault(status=code),
            ((code, "on"), (206, "on")),
            renewals=1,
        )
        for code in (400, 401, 403, 404, 410)
    ],
    Row(
        "a login page",
        "a login page during a transfer",
        LOGIN,
        ((200, "on"), (206, "on")),
        "sent a web page instead of the video",
        renewals=1,
    ),
    Row("Range ignored", "the file host ignores Range", Fault(ignore_range=True), ((200, "on"),)),
    Row("another ETag", "a 206 answer has another ETag", Fault(headers={"ETag": '"x"'}), ANEW),
    Row("a 416", "the file host answers 416", Fault(status=416), ((416, "on"), (200, "anew"))),
    Row("a 206 from too early", "a 206 answer starts at the wrong byte", Fault(wrong_offset=-999), ANEW),
    Row("a 206 from too late", "a 206 answer starts at the wrong byte", Fault(wrong_offset=999), ANEW),
]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=row.name, marks=pytest.mark.documented(f"films: {row.documented}"))
        for row in FAULTS
    ],
)
def test_a_broken_transfer_ends_with_the_whole_film(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, big: Big, *, row: Row
) -> None:
    project = fresh(big.scenario)
    model = card(kernel, project, tmp_path, widget=big.widget)
    before = len(simulator.requests.of(project, origin="api"))
    simulator.faults.add(project, row.cut, row.second, origin="files")
    if row.cut.cut == "stall":
        kernel.run("remote_file.STALL_S = 2.0")
    assert save(kernel, model) == f"info: Saved as {big.file(project)}."
    assert files(tmp_path) == {big.file(project): big.data}
    assert row.said.replace("video", big.kind) in retries(model)
    went = asked(simulator, project)[1:]
    assert tuple((status, "on" if first else "anew") for status, first in went) == row.wanted
    assert {first for _, first in went if first} <= set(range(CUT - 2**20, CUT + 1))
    assert len(simulator.requests.of(project, origin="api")) == before + row.renewals


@pytest.mark.documented("films: the connection is reset")
def test_a_reset_connection_is_taken_up(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, big: Big
) -> None:
    # Bytes on their way are lost with a reset, so where it goes on is up to the machine.
    project = fresh(big.scenario)
    model = card(kernel, project, tmp_path, widget=big.widget)
    simulator.faults.add(project, Fault(cut_after_bytes=CUT), origin="files")
    assert save(kernel, model) == f"info: Saved as {big.file(project)}."
    assert files(tmp_path) == {big.file(project): big.data}
    assert "The connection to the file host broke" in retries(model)


@pytest.mark.documented("films: the answer has a Retry-After")
def test_retry_after_is_obeyed_and_said(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    model = card(kernel, project, tmp_path)
    simulator.faults.add(project, Fault(status=429, headers={"Retry-After": "1"}), origin="files")
    save(kernel, model)
    assert files(tmp_path) == {f"{project}.mp4": FILM}
    assert "The file host answered 429; next attempt in 1 s." in retries(model)
    first, second = simulator.requests.of(project, origin="files")[:2]
    assert second.time - first.time >= 1


@pytest.mark.parametrize(
    ("fault", "said", "most"),
    [
        (Fault(status=503), "The file host answered 503.", 7),
        (Fault(reset=True), "The connection to the file host broke.", 7),
        (Fault(status=403), "The file host refuses the link to the video.", 7),
        (Fault(status=404), "The file host does not have the video yet.", 7),
        (LOGIN, "The file host sent a web page instead of the video.", 7),
    ],
    ids=["503", "reset", "403", "404", "login"],
)
@pytest.mark.documented("films: every attempt fails")
def test_a_film_that_never_comes_is_given_up(
    kernel: LiveKernel,
    simulator: Simulator,
    fresh: Fresh,
    tmp_path: Path,
    big: Big,
    *,
    fault: Fault,
    said: str,
    most: int,
) -> None:
    project = fresh(big.scenario)
    model = card(kernel, project, tmp_path, widget=big.widget)
    simulator.faults.add(project, fault, times=most, origin="files")
    assert save(kernel, model) == f"error: {said.replace('video', big.kind)}"
    assert files(tmp_path) == {}
    assert len(asked(simulator, project)) == most


def test_a_link_with_spaces_bars_and_braces_is_fetched_as_it_was_signed(
    kernel: LiveKernel, simulator: Simulator, odd_host: OddHost, fresh: Fresh, tmp_path: Path
) -> None:
    odd_host.url("/a%20b%7C%7Bc%7D.mp4", body(FILM, Content_Length=len(FILM)))
    url = f"http://localhost:{odd_host.server_port}/a b|{{c}}.mp4?signature=a b|c%2Fd"
    simulator.add(Scenario(id="illegal", name="", shows="", timeline=((0, "complete"),), outputs=(url,)))
    project = fresh("illegal")
    assert save(kernel, card(kernel, project, tmp_path)) == f"info: Saved as {project}.mp4."
    assert files(tmp_path) == {f"{project}.mp4": FILM}


@pytest.mark.documented("films: the output is replaced during the transfer")
def test_a_film_replaced_in_the_middle_is_the_new_one(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, big: Big
) -> None:
    path, films = tmp_path / f"host{big.suffix}", tmp_path / "films"
    path.write_bytes(big.data)
    project = fresh(big.served(simulator, "moving", path))
    model = card(kernel, project, films, widget=big.widget)
    simulator.faults.add(project, Fault(cut_after_bytes=CUT, cut="stall"), origin="files")
    kernel.click(model, kind="save")
    half_saved(kernel, simulator, project, films)
    (tmp_path / "new").write_bytes(big.other)
    (tmp_path / "new").replace(path)
    simulator.hang_up(project)
    kernel.until(lambda: (model.state["notice"] or {}).get("code") == "saved", "the end")
    assert files(films) == {big.file(project): big.other}


@pytest.mark.documented("films: the ETag is different in every answer")
def test_a_host_whose_etag_is_never_the_same_is_not_asked_for_ever(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("big")
    model = card(kernel, project, tmp_path)
    row = [Fault(headers={"ETag": f'"{n}"'}, cut_after_bytes=CUT, cut="close") for n in range(30)]
    simulator.faults.add(project, *row, origin="files")
    assert save(kernel, model) == "error: The video keeps changing during the transfer."
    simulator.faults.clear()
    assert len(asked(simulator, project)) < 20
    assert files(tmp_path) == {}


@pytest.mark.documented("films: the connection breaks within every chunk")
def test_a_line_that_breaks_within_every_piece_still_brings_the_film(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, big: Big
) -> None:
    project = fresh(big.scenario)
    model = card(kernel, project, tmp_path, widget=big.widget)
    simulator.faults.add(project, *[Fault(cut_after_bytes=400_000, cut="close")] * 7, origin="files")
    said = save(kernel, model)
    simulator.faults.clear()
    assert said == f"info: Saved as {big.file(project)}."
    assert files(tmp_path) == {big.file(project): big.data}


@pytest.mark.documented("films: the link ends while something else is wrong")
def test_a_link_that_ends_during_other_trouble_is_renewed(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, big: Big
) -> None:
    project = fresh(big.scenario)
    model = card(kernel, project, tmp_path, widget=big.widget)
    simulator.faults.add(project, Fault(status=503), Fault(status=503), Fault(status=403), origin="files")
    assert save(kernel, model) == f"info: Saved as {big.file(project)}."


@pytest.mark.documented("films: the API fails when asked for a new link")
def test_a_link_is_renewed_although_the_api_stumbles(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, big: Big
) -> None:
    project = fresh(big.scenario)
    model = card(kernel, project, tmp_path, widget=big.widget)
    simulator.faults.add(project, Fault(status=403), origin="files")
    simulator.faults.add(project, Fault(status=503))
    assert save(kernel, model) == f"info: Saved as {big.file(project)}."


@pytest.mark.documented("films: the answer has no Content-Length")
def test_without_a_length_the_structure_of_the_output_decides(
    kernel: LiveKernel, simulator: Simulator, odd_host: OddHost, fresh: Fresh, tmp_path: Path, *, big: Big
) -> None:
    url = odd_host.url(f"/unsized{big.suffix}", body(big.data[:CUT]), body(big.data))
    project = fresh(big.served(simulator, "unsized", url))
    model = card(kernel, project, tmp_path, widget=big.widget)
    assert save(kernel, model) == f"info: Saved as {big.file(project)}."
    assert files(tmp_path) == {big.file(project): big.data}
    assert f"The {big.kind} arrived incomplete" in retries(model)


@pytest.mark.documented("films: the response is longer than its Content-Length")
def test_a_body_beyond_its_length_is_cut_there(
    kernel: LiveKernel, simulator: Simulator, odd_host: OddHost, fresh: Fresh, tmp_path: Path
) -> None:
    url = odd_host.url("/long.mp4", body(FILM + OTHER, Content_Length=len(FILM)))
    simulator.add(Scenario(id="long", name="", shows="", timeline=((0, "complete"),), outputs=(url,)))
    project = fresh("long")
    assert save(kernel, card(kernel, project, tmp_path)) == f"info: Saved as {project}.mp4."
    assert files(tmp_path) == {f"{project}.mp4": FILM}
