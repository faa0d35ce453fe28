"""What a person waits for in JupyterLab, in Chromium: from a cell's run to the badge, and from a change to the badge.

Beside an anywidget that does nothing but show a word: what is left is the kernel's, Lab's and the browser's
own.
"""

from __future__ import annotations

import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from mh_widgets.simulator import Simulator
from tests.benchmarks.figures import Missing, Row
from tests.browser.servers import CHROMIUM_FLAGS, Server, chromium, jupyter_lab, write_notebook

NOTEBOOKS = 3
CELLS = 4
FLIPS = 15

ANYWIDGET = """
import anywidget
class Word(anywidget.AnyWidget):
    _esm = "export default {render({el}) {el.innerHTML = '<span role=status>draft</span>'}}"
"""
CARD = "from mh_widgets import VideoProject"

CELL = "window.jupyterapp.shell.currentWidget.content.widgets[{}].node.querySelector('[role=status]')"
#: Run the active cell and take the time until its badge is on the screen, and until it says a word, both in
#: ms.
_RUN = """async () => {
    const begin = performance.now();
    const badge = () => CELL;
    const until = (test) => new Promise((resolve) => {
        const look = () => test() ? resolve(performance.now() - begin) : requestAnimationFrame(look);
        look();
    });
    const seen = until(() => badge()?.getClientRects().length && badge().textContent.trim());
    const said = until(() => badge()?.textContent.toLowerCase().includes("draft"));
    window.jupyterapp.commands.execute("notebook:run-cell-and-select-next");
    return [await seen, await said];
}"""
#: Begin to wait for a word; the answer is when it was there, in Unix milliseconds.
_AWAIT = """(word) => {
    window.there = new Promise((resolve) => {
        const look = () => CELL.textContent.toLowerCase().includes(word)
            ? resolve(performance.timeOrigin + performance.now()) : requestAnimationFrame(look);
        look();
    });
}"""
_IDLE = "window.jupyterapp?.shell?.currentWidget?.context?.sessionContext?.session?.kernel?.status === 'idle'"

_names = itertools.count(1)


@contextmanager
def lab_page(folder: Path, env: dict[str, str]) -> Iterator[tuple[Page, Server]]:
    """A page of Chromium, and JupyterLab in a folder."""
    try:
        browser = chromium()
    except AssertionError:
        raise Missing("there is no Chromium (MH_CHROMIUM names one)") from None
    folder.mkdir()
    with sync_playwright() as playwright, jupyter_lab(folder, {**os.environ, **env}) as server:
        chrome = playwright.chromium.launch(executable_path=browser, args=CHROMIUM_FLAGS)
        page = chrome.new_page(viewport={"width": 1100, "height": 900})
        page.set_default_timeout(30_000)
        yield page, server
        chrome.close()


def rows() -> Iterator[Row]:
    with (
        Simulator() as simulator,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        lab_page(Path(folder, "work"), simulator.env) as (page, server),
    ):
        yield from _cells(page, server)
        yield from _flips(page, server, simulator)
        yield from _thousand(page, server)


def _cells(page: Page, server: Server) -> Iterator[Row]:
    taken: dict[str, list[list[float]]] = {"": [], "Word()": []}
    for number in range(1 + NOTEBOOKS):
        for code, widget in ((ANYWIDGET, "Word()"), (CARD, ""))[: 2 if number else 1]:
            cells = [widget or f"VideoProject('draft--{number}-{cell}')" for cell in range(CELLS)]
            with notebook(page, server, f"{code}\n{cells[0]}", *cells[1:]):
                times = [page.evaluate(_RUN.replace("CELL", CELL.format(cell))) for cell in range(CELLS)]
            if number:  # before it, Lab loads its own part once
                taken[widget].append(
                    [times[0][0], *(seen for seen, _ in times[1:]), *(said for _, said in times)]
                )
    cards, words = taken[""], taken["Word()"]
    for name, pick, limit in (
        ("a kernel's first, import included", slice(1), "1.70"),
        ("another one", slice(1, CELLS), ""),
    ):
        ours, floor = (
            statistics.median(time for each in them for time in each[pick]) for them in (cards, words)
        )
        yield f"cell run to visible badge, {name}", f"{ours:.0f} ms", ""
        yield "  an anywidget that shows a word", f"{floor:.0f} ms", ""
        yield "  ours, of that", f"{ours / floor:.2f}", limit
    first = statistics.median(each[CELLS] for each in cards)
    yield "cell run to the API's word on the badge, a kernel's first", f"{first:.0f} ms", ""
    said = statistics.median(time for each in cards for time in each[CELLS + 1 :])
    yield "cell run to the API's word on the badge, another one", f"{said:.0f} ms", ""


def _flips(page: Page, server: Server, simulator: Simulator) -> Iterator[Row]:
    taken = []
    with notebook(page, server, f"{CARD}\nVideoProject('draft--flips', poll_interval_s=0.1)"):
        cell = CELL.format(0)
        page.evaluate(_RUN.replace("CELL", cell))
        for word in itertools.islice(itertools.cycle(("queued", "rendering")), FLIPS):
            page.evaluate(_AWAIT.replace("CELL", cell), word)
            begin = time.time()
            simulator.set_status("draft--flips", word)
            taken.append(page.evaluate("window.there") - begin * 1000)
    yield (
        "the API's change to the changed badge (asked every 100 ms)",
        f"{statistics.median(taken):.0f} ms",
        "",
    )
    yield "  the longest of some", f"{max(taken):.0f} ms", ""


def _thousand(page: Page, server: Server) -> Iterator[Row]:
    projects = "['draft--many', *(f'finished--many-{n}' for n in range(999))]"
    with notebook(page, server, "from mh_widgets import VideoGallery", f"VideoGallery({projects})"):
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
        badge = CELL.format(1).replace("[role", ".mh-cell [role")  # the gallery has other live regions
        seen, _ = page.evaluate(_RUN.replace("CELL", badge))
    yield "cell run to the sight of a gallery of 1,000", f"{seen:.0f} ms", "2000 ms"


@contextmanager
def notebook(page: Page, server: Server, *cells: str) -> Iterator[None]:
    """A notebook in Lab whose kernel is ready; it ends with the block."""
    name = f"n{next(_names)}.ipynb"
    write_notebook(server.folder / name, *cells)
    page.goto(server.page(f"lab/tree/{name}?reset"))
    page.wait_for_function(_IDLE)
    yield
    page.evaluate("window.jupyterapp.shell.currentWidget.context.sessionContext.shutdown()")
