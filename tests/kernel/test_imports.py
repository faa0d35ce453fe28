"""When modules load beside a card that is on show: off the loop, and only what is needed."""

from __future__ import annotations

from pathlib import Path

from mh_widgets.simulator import Simulator
from tests.kernel.scripts import run_script

#: Notes the thread that imports each module.
WATCHED = """
import asyncio, sys, threading

by_thread = {}

class Note:
    def find_spec(self, name, path=None, target=None):
        by_thread.setdefault(name, threading.current_thread() is threading.main_thread())

sys.meta_path.insert(0, Note())
from mh_widgets import VideoProject

SENDER, JOBS = "mh_widgets.api.sender", "mh_widgets.transfers.jobs"

async def main():
    card = VideoProject("finished")
    assert not {"httpx", SENDER, JOBS} & set(by_thread), "the card waits for them"
    await card
    print([by_thread.get(name) for name in ("httpx", SENDER, JOBS)])
    await card.save()
    print([by_thread.get(name) for name in ("httpx", SENDER, JOBS)])
    card.close()

asyncio.run(main())
"""


def test_requests_and_transfers_load_in_worker_threads_when_needed(
    simulator: Simulator, tmp_path: Path
) -> None:
    code = f"import os; os.chdir({str(tmp_path)!r})\n{WATCHED}"
    first, second = run_script(code, simulator).splitlines()
    assert first == "[False, False, None]"
    assert second == "[False, False, False]"
    assert [path.suffix for path in tmp_path.iterdir()] == [".mp4"]
