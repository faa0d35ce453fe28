"""Cards that no page shows any more, in a real kernel: what the view says when it comes and goes is all they know."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mh_widgets.simulator import Fault, Simulator
from tests.kernel.live_kernel import LiveKernel, Model

Fresh = Callable[[str], str]

INTERACT = """
import ipywidgets
from IPython.display import display
cards = []
@ipywidgets.interact(n=ipywidgets.IntSlider(0, 0, 9))
def show(n):
    cards.append(VideoProject({projects!r}[n], poll_interval_s=0.1))
    display(cards[-1])
"""


def cards(kernel: LiveKernel) -> list[Model]:
    return [model for model in kernel.models.values() if "project_id" in model.state]


def shown(kernel: LiveKernel, model: Model) -> None:
    kernel.click(model, kind="shown", id="view-of-" + model.comm_id)


def hidden(kernel: LiveKernel, model: Model) -> None:
    kernel.click(model, kind="hidden", id="view-of-" + model.comm_id)


def test_what_interact_leaves_behind_keeps_quiet_until_it_is_wanted(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    projects = [fresh("draft") for _ in range(6)]
    before = cards(kernel)
    cell = kernel.run(INTERACT.format(projects=projects))
    assert not cell.error, cell.error
    (slider,) = (m for m in kernel.models.values() if m.state.get("_model_name") == "IntSliderModel")

    made: list[Model] = []
    for n in range(6):
        if n:
            # As a hand that moves the slider: interact clears the output, and the page's view of the card
            # goes.
            kernel.send(slider, {"method": "update", "state": {"value": n}, "buffer_paths": []})
        kernel.until(lambda n=n: len(cards(kernel)) == len(before) + n + 1, f"card {n}")  # type: ignore[misc]
        made.append(cards(kernel)[-1])
        shown(kernel, made[-1])
        kernel.until(lambda n=n: made[n].state["status"] == "draft", "its first answer")  # type: ignore[misc]
        if n:
            hidden(kernel, made[n - 1])

    seen, forgotten = projects[5], projects[:5]
    # The one that is seen is the clock: two more of its answers, and the last goodbye has been heard.
    kernel.run("await asyncio.sleep(0)")
    asked_before = [len(simulator.requests.of(each)) for each in forgotten]
    updates = [len(model.updates) for model in made]
    begun = len(simulator.requests.of(seen))
    kernel.until(
        lambda: len(simulator.requests.of(seen)) >= begun + 20, "twenty questions about the one that is seen"
    )
    asked = [len(simulator.requests.of(each)) for each in forgotten]
    assert all(now - then <= 1 for now, then in zip(asked, asked_before, strict=True)), (asked_before, asked)
    assert [len(model.updates) for model in made] == updates

    # A view comes back: it is asked about at once, and as often as ever.
    shown(kernel, made[0])
    kernel.until(lambda: len(simulator.requests.of(projects[0])) >= asked[0] + 3, "the card that is back")
    # Somebody waits for one that nobody sees.
    simulator.set_status(projects[1], "complete")
    assert kernel.run("print((await cards[1]).status)").stdout.strip() == "complete"
    assert len(simulator.requests.of(projects[2])) == asked[2]
    kernel.run("for card in cards: card.close()")


def test_a_gallery_whose_page_said_goodbye_is_asked_about_once_a_minute(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    known = set(kernel.models)
    projects, clock = [fresh("draft") for _ in range(3)], fresh("draft")
    cell = kernel.run(
        f"other = VideoProject({clock!r}, poll_interval_s=0.1)\n"
        f"gallery = VideoGallery({projects!r}, poll_interval_s=0.1)\ngallery"
    )
    assert not cell.error, cell.error
    (model,) = (m for name, m in kernel.models.items() if name not in known and "projects" in m.state)
    kernel.click(model, kind="shown", id="v1")
    kernel.click(model, kind="shown", id="v2")
    kernel.click(model, kind="hidden", id="v1")
    kernel.until(lambda: all(len(simulator.requests.of(each)) > 5 for each in projects), "the usual pace")
    kernel.click(model, kind="hidden", id="v2")
    kernel.run("await asyncio.sleep(0)")
    begun, asked = len(simulator.requests.of(clock)), [len(simulator.requests.of(each)) for each in projects]
    kernel.until(
        lambda: len(simulator.requests.of(clock)) >= begun + 20, "twenty questions about another card"
    )
    assert all(
        len(simulator.requests.of(each)) <= then + 1 for each, then in zip(projects, asked, strict=True)
    )
    kernel.click(model, kind="shown", id="v2")
    kernel.until(
        lambda: all(len(simulator.requests.of(e)) > n + 3 for e, n in zip(projects, asked, strict=True)),
        "all again",
    )
    kernel.run("gallery.close()\nother.close()")


def test_a_card_made_in_the_quiet_of_another_s_429_says_why_and_until_when(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    first, second = fresh("draft"), fresh("draft")
    cell = kernel.run("client = AsyncClient()")
    assert not cell.error, cell.error
    one = kernel.show(f"one = VideoProject({first!r}, client=client, poll_interval_s=0.1)\none")
    kernel.until(lambda: one.state["status"] == "draft", "the first answer")
    simulator.faults.add(first, Fault(status=429, headers={"Retry-After": "300"}))
    kernel.until(lambda: one.state["watch"]["state"] == "retrying", "the refusal")
    other = kernel.show(f"other = VideoProject({second!r}, client=client)\nother")
    kernel.until(lambda: other.state["watch"]["state"] == "retrying", "its reason to wait")
    assert other.state["watch"]["reason"] == "The API asked for fewer requests (429)."
    assert other.state["watch"]["next_attempt_at"] == pytest.approx(
        one.state["watch"]["next_attempt_at"], abs=0.2
    )
    assert simulator.requests.of(second) == []
    assert kernel.drain(0.3) == 0
    # A person who presses Refresh is not made to wait.
    kernel.click(other, kind="refresh")
    kernel.until(lambda: other.state["status"] == "draft", "its first answer")
    assert other.state["watch"] == {"state": "watching", "reason": "", "next_attempt_at": None}
    said = [update["watch"]["state"] for update in other.updates if "watch" in update]
    # Never "watching" before its reason to wait; a refresh sends all of the state again.
    assert {*said[:-1]} == {"retrying"}
    assert said[-1] == "watching"
    kernel.run("one.close()\nother.close()")
