"""A thousand watches in a real kernel whose loop a synchronous cell blocks for three seconds."""

from __future__ import annotations

from mh_widgets import budget
from mh_widgets.simulator import Simulator
from tests.kernel.live_kernel import LiveKernel

CROWD = 1000
#: Twenty times the real budget, so that everybody has been asked once within seconds.
PER_S = 200


def test_after_a_blocked_loop_all_goes_on_within_a_second_and_nobody_is_asked_twice(
    kernel: LiveKernel, simulator: Simulator
) -> None:
    cell = kernel.run(
        "from mh_widgets import budget\n"
        f"budget.Budget.__init__.__defaults__ = ({PER_S}.0,)\n"
        f"gallery = VideoGallery([f'draft--c{{n}}' for n in range({CROWD})])"
    )
    assert not cell.error, cell.error
    kernel.until(lambda: len(simulator.requests) >= CROWD, "the first look at everybody")
    cell = kernel.run("time.sleep(3)\nprint(time.time())")
    woke = float(cell.stdout)
    kernel.until(lambda: simulator.requests[-1].time > woke + 1, "a second after the block")
    requests = list(simulator.requests)
    # What left before the block may have arrived within it; nothing leaves in it.
    assert [r for r in requests if woke - 2.5 < r.time < woke] == []
    after = [r.project_id for r in requests if woke <= r.time <= woke + 1]
    # At least as many as the real budget asks: how near it comes to this one is the machine's affair.
    assert budget.PER_S <= len(after) <= PER_S * 1.05
    assert len(set(after)) == len(after)
    assert max(r.at_once for r in requests) <= 8
    kernel.run("gallery.close()")
