"""By how much a finished card makes a notebook grow that is saved with widget state (nbclient stores it by itself).

The difference between a notebook with 11 and one with 1, so that what is there once isn't counted.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from mh_widgets.simulator import Simulator
from tests.benchmarks.bundle import STATIC
from tests.benchmarks.figures import Row

MORE = 10
STATE = "application/vnd.jupyter.widget-state+json"

IMPORTS = "import ipywidgets\nfrom mh_widgets import VideoGallery, VideoProject"
LABEL = "ipywidgets.Label('finished--{}')"
CARD = "video = VideoProject('finished--{0}', poster=False)\nvideo", "await video"
POSTER = "video = VideoProject('finished--{0}', poster=True)\nvideo", "await video"
GALLERY = "gallery = VideoGallery([f'finished--{{i}}' for i in range({})])\ngallery", "await gallery"


def rows() -> Iterator[Row]:
    with Simulator() as simulator, tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, **simulator.env}
        label, _ = _growth(lambda n: [LABEL.format(i) for i in range(n)], folder, env)
        yield "notebook growth: an ipywidgets.Label", _kb(label), ""
        card, parts = _growth(lambda n: [cell.format(i) for i in range(n) for cell in CARD], folder, env)
        yield "notebook growth: a finished card", _kb(card), "51 kB"
        for name, size in sorted(parts.items(), key=lambda part: -part[1])[:3]:
            yield f"  of it {name}", _kb(size), ""
        poster, _ = _growth(lambda n: [cell.format(i) for i in range(n) for cell in POSTER], folder, env)
        yield "notebook growth: a finished card with its poster", _kb(poster), "70 kB"
        if (STATIC / "gallery.js").exists():
            gallery, _ = _growth(lambda n: [cell.format(n) for cell in GALLERY], folder, env)
            yield "notebook growth: a finished card of a gallery", _kb(gallery), "45 kB"


def _growth(
    cells: Callable[[int], list[str]], folder: str, env: dict[str, str]
) -> tuple[float, dict[str, float]]:
    """Bytes that each further one adds, and those of its traits alone. ``cells(n)`` are the cells that make n."""
    notebooks = [_execute([IMPORTS, *cells(n)], folder, env) for n in (1, 1 + MORE)]
    sizes = [len(nbformat.writes(notebook).encode()) for notebook in notebooks]
    before, after = (_traits(notebook) for notebook in notebooks)
    return (sizes[1] - sizes[0]) / MORE, {name: (after[name] - before.get(name, 0)) / MORE for name in after}


def _execute(cells: list[str], folder: str, env: dict[str, str]) -> Any:
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    client = NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": folder}}
    )
    client.extra_arguments = ["--IPKernelApp.log_level=40"]  # its advice about TCP would stand in the table
    client.execute(env=env)
    return notebook


def _traits(notebook: Any) -> dict[str, float]:
    sizes: dict[str, float] = {}
    for model in notebook.metadata.widgets[STATE]["state"].values():
        for name, value in model["state"].items():
            sizes[name] = sizes.get(name, 0.0) + len(json.dumps(value, ensure_ascii=False).encode())
    return sizes


def _kb(size: float) -> str:
    return f"{size / 1000:.1f} kB"
