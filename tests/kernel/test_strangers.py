"""A hostile project in a real kernel: text stays text, links are checked, bodies are bounded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mh_widgets.simulator import FILMS, Fault, Scenario, Simulator
from tests.kernel.big_outputs import Big
from tests.kernel.live_kernel import LiveKernel, Model
from tests.kernel.transfer_fixtures import CUT, card, download, files, save

Fresh = Callable[[str], str]

pytestmark = pytest.mark.usefixtures("hasty", "nothing_left_over")

STALL = Fault(cut_after_bytes=CUT, cut="stall")


def film(kernel: LiveKernel, model: Model, output: int = 0) -> dict[str, Any]:
    """The answer to a view that asks for a link."""
    kernel.click(model, kind="source", output=output, renew=False)
    return kernel.next_custom(model)[0]


@pytest.mark.documented("films: markup, right-to-left overrides, a `javascript:` link")
def test_a_hostile_project_is_shown_as_text_with_one_safe_link(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path
) -> None:
    project = fresh("hostile")
    model = card(kernel, project, tmp_path)
    assert (
        model.state["details"]["name"] == "<img src=x onerror=\"document.title='owned'\"> 4pm.exe <b>bold</b>"
    )
    assert model.state["details"]["outputs"] == [{"media": "video"}]
    assert str(film(kernel, model)["url"]).startswith(simulator.files_url)
    assert film(kernel, model, output=1)["error"]["code"] == "no_output"
    assert save(kernel, model) == f"info: Saved as {project}.mp4."
    assert files(tmp_path) == {f"{project}.mp4": (FILMS / "sunrise.mp4").read_bytes()}
    _, end = download(kernel, model)
    assert end["name"] == f"img-src-x-onerror-document-title-owned-4pm-exe-b-bold-b-{project}.mp4"


@pytest.mark.documented("films: 100 kB of text")
def test_100_kb_of_text_are_clipped_before_they_travel(
    kernel: LiveKernel, simulator: Simulator, tmp_path: Path
) -> None:
    long = "\u202e" + "<b>x " * 20_000
    extra = {"name": long, "type": long, "error": {"code": long, "message": long}}
    simulator.add(
        Scenario(
            id="long",
            name="",
            shows="",
            timeline=((0, "error"),),
            extra=extra,
            error={"code": "", "message": ""},
        )
    )
    model = kernel.show("video = VideoProject('long')\nvideo")
    kernel.until(lambda: model.state["status"] == "error", "the answer")
    texts = [model.state["details"][name] for name in ("name", "type")] + list(model.state["error"].values())
    assert all(len(text) <= 500 and "\u202e" not in text for text in texts)
    assert len(json.dumps(model.updates)) < 10_000


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:video/mp4;base64,AAAA",
        "file:///etc/passwd",
        "//user:secret@",
        "ftp://x/a.mp4",
    ],
)
@pytest.mark.documented("films: `javascript:`, `data:`, `file:` or `ftp:` links, credentials in a link")
def test_a_link_of_another_kind_is_neither_handed_out_nor_fetched(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, big: Big, *, url: str
) -> None:
    if url.startswith("//"):
        url = f"http:{url}{simulator.files_url.partition('//')[2]}/films/x/output.mp4"
    project, before = fresh(big.served(simulator, "strange", url)), len(simulator.requests.of(origin="files"))
    model = card(kernel, project, tmp_path, widget=big.widget)
    assert model.state["details"]["outputs"] == []
    assert film(kernel, model)["error"]["code"] == "bad_link"
    assert save(kernel, model) == f"error: The link to the {big.kind} is not a valid http(s) URL."
    kernel.click(model, kind="download", output=0, id="d")
    kernel.until(lambda: model.last("failed"), "the refusal")
    assert "not a valid http(s) URL" in kernel.run("await video.embed()").error
    assert model.state["watch"]["state"] == "stopped"
    assert url not in json.dumps(kernel.wire, default=repr).replace(f"outputs=({url!r},)", "")
    assert len(simulator.requests.of(origin="files")) == before
    assert files(tmp_path) == {}


@pytest.mark.documented("films: an answer of the API above 4 MiB")
def test_a_body_of_more_than_4_mib_is_refused(kernel: LiveKernel, simulator: Simulator, fresh: Fresh) -> None:
    project = fresh("finished")
    huge = json.dumps({"status": "complete", "name": "x" * (4 * 2**20)})
    simulator.faults.add(project, Fault(status=200, body=huge))
    model = kernel.show(f"video = VideoProject({project!r})\nvideo")
    kernel.until(lambda: model.state["status"] == "complete", "the answer after that")
    assert "The API's answer is too long." in json.dumps([u["watch"] for u in model.updates if "watch" in u])
    assert model.state["details"]["name"] == "Finished yesterday"
