"""A gallery of 1,000 projects in JupyterLab that another kernel has seen hours ago: when is it there, and true?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from mh_widgets.simulator import Simulator
from tests.benchmarks.figures import Row
from tests.benchmarks.lab import CELL, lab_page, notebook
from tests.known_projects import remember

KNOWN = 1000
#: One in three has failed.
IDS = [f"{'failed' if n % 3 == 1 else 'finished'}--known-{n}" for n in range(KNOWN)]

#: Run the active cell, which shows a gallery, and take the time until its first badge; from then on, until every
#: project has a status, and until no card in sight is marked as remembered. All in ms.
_REOPEN = """async (count) => {
    const root = () => CELL?.closest("[data-mh-widget=video-gallery]");
    const badge = () => root()?.querySelector(".mh-cell [role=status]");
    const until = async (test) => {
        const begin = performance.now();
        while (!test() && performance.now() < begin + 60_000) await new Promise(requestAnimationFrame);
        return performance.now();
    };
    const known = () => [...root().querySelectorAll(".mh-filter [role=group] button")].slice(1)
        .map((chip) => chip.textContent.split("\u00a0"))
        .reduce((sum, [status, some]) => sum + (/^looking/i.test(status) ? 0 : Number(some)), 0);
    const inSight = () => [...root().querySelectorAll(".mh-cell")].filter((cell) => {
        const { top, bottom } = cell.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
    });
    const isOld = (cell) => [...cell.querySelectorAll("dt")].some((name) => name.textContent === "As of");
    const begin = performance.now();
    window.jupyterapp.commands.execute("notebook:run-cell-and-select-next");
    const first = await until(() => badge()?.getClientRects().length && badge().textContent.trim());
    const [whole, fresh] = await Promise.all([
        until(() => known() === count),
        until(() => known() === count && !inSight().some(isOld)),
    ]);
    return [first - begin, whole - first, fresh - first];
}"""


def rows() -> Iterator[Row]:
    with (
        Simulator() as simulator,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        store = Path(folder, "store.db")
        remember(simulator, simulator.token, store, IDS)
        env = {**simulator.env, "MAGIC_HOUR_STORE": str(store)}
        code = f"VideoGallery({IDS})"
        with (
            lab_page(Path(folder, "work"), env) as (page, server),
            notebook(page, server, "from mh_widgets import VideoGallery", code),
        ):
            page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
            first, whole, fresh = page.evaluate(_REOPEN.replace("CELL", CELL.format(1)), KNOWN)
    yield f"a known gallery of {KNOWN:,} reopened: cell run to its first badge", f"{first:.0f} ms", ""
    yield "  from then on until all of them are on the page", f"{whole:.0f} ms", "1000 ms"
    yield "  from then on until those in sight are true", f"{fresh:.0f} ms", "3000 ms"
