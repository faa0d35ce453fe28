"""The notebook for Colab by hand: its cells run, and its probe answers at once and later."""

from __future__ import annotations

from pathlib import Path

import nbformat

from tests.kernel.live_kernel import LiveKernel

NOTEBOOK = Path(__file__).parents[1] / "manual" / "colab.ipynb"


def test_the_probe_of_colabs_rule_replies_at_once_and_later(kernel: LiveKernel) -> None:
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    (probe,) = (cell.source for cell in cells if "class Probe" in cell.source)
    assert not kernel.run(probe).error
    (model,) = (each for each in kernel.models.values() if "after_5" in each.state)
    kernel.click(model, kind="try")
    kernel.until(lambda: len(model.customs) == 3, "three replies")
    assert [content["delay"] for content, _ in model.customs] == ["0", "0.1", "5"]
    assert {len(buffers[0]) for _, buffers in model.customs} == {2**20}
    assert model.state["after_0"] == model.state["after_0_1"] == model.state["after_5"] == 1


def test_the_card_and_the_gallery_of_the_notebook_are_made(kernel: LiveKernel) -> None:
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    for begin in ("import os", "gallery = "):
        (code,) = (cell.source for cell in cells if cell.source.startswith(begin))
        assert not kernel.run(code).error
    kernel.until(
        lambda: any(each.state.get("status") == "complete" for each in kernel.models.values()), "the film"
    )
    kernel.run("video.close()\ngallery.close()\nsimulator.__exit__(None, None, None)")
