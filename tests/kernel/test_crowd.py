"""A thousand watches in a real kernel whose loop a synchronous cell blocks for three seconds."""

from __future__ import annotations

import math

from mh_widgets.polling import intervals
from mh_widgets.simulator import Simulator
from tests.kernel.live_kernel import LiveKernel

CROWD = 1000
#: Twenty times the real budget, so that everybody has been asked once within seconds.
PER_S = 200
AT_ONCE = 8


def test_after_a_blocked_loop_all_goes_on_and_nobody_is_asked_twice(
    kernel: LiveKernel, simulator: Simulator
) -> None:
    cell = kernel.run(
        "import functools\n"
        "from mh_widgets.polling import registry\n"
        f"registry.RateLimiter = functools.partial(registry.RateLimiter, {PER_S}.0)\n"
        f"gallery = VideoGallery([f'draft--c{{n}}' for n in range({CROWD})])"
    )
    assert not cell.error, cell.error
    kernel.until(lambda: len(simulator.requests) >= CROWD, "the first look at everybody")
    cell = kernel.run("print(time.time())\ntime.sleep(3)\nprint(time.time())")
    begun, woke = map(float, cell.stdout.split())

    def since_then() -> list[str]:
        return [r.project_id for r in simulator.requests if r.time >= woke]

    # How fast it goes on is the machine's affair.
    kernel.until(
        lambda: len(since_then()) >= PER_S and simulator.requests[-1].time > woke + 1, "its going on"
    )
    requests = list(simulator.requests)
    # What left before the block may have arrived within it; nothing leaves in it.
    assert len([r for r in requests if begun < r.time < woke]) <= AT_ONCE
    # What leaves within a second may arrive within less.
    assert len([r for r in requests if woke <= r.time <= woke + 1]) <= PER_S + 2 * AT_ONCE
    # Whoever was due in the block is asked once for all of it, and then at its pace. The urgent go first, so on a slow
    # machine some have a second turn before others have their first.
    asked_at: dict[str, float] = {}
    for each in requests:
        assert each.time - asked_at.get(each.project_id, -math.inf) >= intervals.FLOOR_S, each.project_id
        asked_at[each.project_id] = each.time
    assert max(r.at_once for r in requests) <= AT_ONCE
    kernel.run("gallery.close()")
