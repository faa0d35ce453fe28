"""Posters in a real kernel: made in a worker thread, saved with the card, and never where none was asked for."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable, Iterator

from mh_widgets.simulator import Simulator
from tests.kernel.live_kernel import LiveKernel
from tests.kernel.test_cards import finished_card

Fresh = Callable[[str], str]


def file_requests(simulator: Simulator, project: str) -> int:
    return len(simulator.requests.of(project, origin="files"))


@contextlib.contextmanager
def posters(kernel: LiveKernel) -> Iterator[None]:
    """Cards that are made within make posters, as they do for users."""
    kernel.run("import os; del os.environ['MAGIC_HOUR_POSTER']")
    yield
    kernel.run("os.environ['MAGIC_HOUR_POSTER'] = 'off'")


def wait_for_a_later_poster(kernel: LiveKernel, fresh: Fresh) -> None:
    """Until a card that was made later has its poster: one of an earlier card would have been begun before."""
    later = finished_card(kernel, fresh("finished"), "poster=True")
    kernel.until(lambda: later.state["poster_url"], "the poster of a later card")


def test_a_finished_card_gets_a_poster_of_a_few_kilobytes(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("finished")
    with posters(kernel):
        model = finished_card(kernel, project)
        kernel.until(lambda: model.state["poster_url"], "the poster")
    head, _, data = model.state["poster_url"].partition(",")
    assert head == "data:image/jpeg;base64"
    assert base64.b64decode(data).startswith(b"\xff\xd8\xff")
    assert len(json.dumps(model.state)) < 70_000
    assert file_requests(simulator, project) == 1
    cell = kernel.run(
        "import threading\n"
        "data = await video.poster()\n"
        "print(type(data).__name__, len(data), threading.current_thread() is threading.main_thread())"
    )
    assert cell.stdout == f"bytes {len(base64.b64decode(data))} True\n"
    assert file_requests(simulator, project) == 1


def test_the_loop_runs_while_a_poster_is_made(kernel: LiveKernel, fresh: Fresh) -> None:
    finished_card(kernel, fresh("finished"), "poster=False")
    cell = kernel.run(
        "import asyncio, time\n"
        "making = asyncio.ensure_future(video.poster())\n"
        "longest, before = 0.0, time.monotonic()\n"
        "while not making.done():\n"
        "    await asyncio.sleep(0)\n"
        "    now = time.monotonic()\n"
        "    longest, before = max(longest, now - before), now\n"
        "print(len(await making) > 1000, longest < 1)"
    )
    assert cell.stdout == "True True\n", cell.stderr or cell.error


def test_a_card_without_a_poster_fetches_nothing(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    project = fresh("finished")
    model = finished_card(kernel, project, "poster=False")
    wait_for_a_later_poster(kernel, fresh)
    assert model.state["poster_url"] is None
    assert file_requests(simulator, project) == 0
    public = fresh("finished")
    with posters(kernel):
        kernel.run("os.environ['MAGIC_HOUR_PUBLIC_PROJECTS'] = 'finished'")
        model = finished_card(kernel, public)
        wait_for_a_later_poster(kernel, fresh)
        kernel.run("del os.environ['MAGIC_HOUR_PUBLIC_PROJECTS']")
    assert model.state["poster_url"] is None
    assert file_requests(simulator, public) == 0


def test_a_cell_that_a_person_runs_gets_no_still(kernel: LiveKernel, fresh: Fresh) -> None:
    kernel.run(
        f"from mh_widgets import VideoProject\nshown = VideoProject({fresh('finished')!r}, poster=True)\nshown"
    )
    before = len(kernel.wire)
    kernel.run("await shown")
    kernel.run("await shown.poster()")
    assert not [each for each in kernel.wire[before:] if each["msg_type"] == "display_data"]
