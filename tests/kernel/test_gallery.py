"""A gallery in a real kernel: it watches while cells run, answers clicks, batches, and saves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mh_widgets.simulator import Simulator
from tests.kernel.live_kernel import LiveKernel, Model

Fresh = Callable[[str], str]


of_both_galleries = pytest.mark.parametrize(
    ("made", "draft"), [("VideoGallery", "draft"), ("ProjectGallery", "picture-draft")]
)


def show(
    kernel: LiveKernel,
    projects: list[str],
    arguments: str = "poll_interval_s=0.1",
    made: str = "VideoGallery",
) -> Model:
    """Make a gallery in a cell and return its mirror."""
    known = set(kernel.models)
    cell = kernel.run(f"gallery = {made}({projects!r}, {arguments})\ngallery")
    assert not cell.error, cell.error
    (model,) = (m for m in kernel.models.values() if m.comm_id not in known and "projects" in m.state)
    return model


def statuses(model: Model) -> dict[str, str]:
    """As the view has them, which merges what has changed into what it knew."""
    cards: dict[str, Any] = {}
    for state in (model.state, *model.updates):
        cards |= state.get("cards", {})
        cards |= state.get("changed", {})
    return {each: cards[each]["status"] for each in model.state["projects"] if each in cards}


def ended(kernel: LiveKernel, model: Model, expected: dict[str, str]) -> None:
    kernel.until(lambda: statuses(model) == expected, f"{expected}, not {statuses(model)}")


def test_the_cards_go_on_after_the_cell_has_ended(kernel: LiveKernel, fresh: Fresh) -> None:
    quick, done, failed = fresh("quick"), fresh("finished"), fresh("no-face")
    model = show(kernel, [quick, done, failed])
    assert model.state["projects"] == [quick, done, failed]
    ended(kernel, model, {quick: "complete", done: "complete", failed: "error"})
    # Only what has changed travels, and what is known in full only to a view that opens.
    assert [update for update in model.updates if "cards" in update] == []
    kernel.send(model, {"method": "request_state"})
    kernel.until(lambda: "cards" in model.updates[-1], "the whole state")
    assert {each: card["status"] for each, card in model.updates[-1]["cards"].items()} == statuses(model)
    kernel.run("gallery.close()")
    assert model.closed


@of_both_galleries
def test_many_changes_of_one_turn_are_one_message_and_no_change_is_none(
    *, kernel: LiveKernel, simulator: Simulator, fresh: Fresh, made: str, draft: str
) -> None:
    drafts = [fresh(draft) for _ in range(5)]
    model = show(kernel, drafts, made=made)
    ended(kernel, model, dict.fromkeys(drafts, "draft"))
    kernel.drain(0.3)
    asked = len(simulator.requests)
    simulator.requests.wait_for(lambda r: r.over, count=asked + 3)
    assert kernel.drain(0.3) == 0
    before = len(model.updates)
    simulator.set_status(drafts[2], "rendering")
    kernel.until(lambda: statuses(model)[drafts[2]] == "rendering", "the change")
    assert kernel.drain(0.3) == 0
    (change,) = model.updates[before:]
    assert {*change} == {"changed", "revision"}
    assert [*change["changed"]] == [drafts[2]]
    assert len(json.dumps(change)) < 700
    kernel.run("gallery.pause()")
    kernel.drain(0.3)
    assert [sorted(update["changed"]) for update in model.updates[before + 1 :]] == [sorted(drafts)]
    kernel.run("gallery.close()")


def test_await_gives_every_outcome_and_sends_the_finished_cards(kernel: LiveKernel, fresh: Fresh) -> None:
    quick, failed = fresh("quick"), fresh("no-face")
    model = show(kernel, [quick, failed])
    cell = kernel.run("outcomes = await gallery\nprint([type(each).__name__ for each in outcomes.values()])")
    assert cell.stdout.strip() == "['VideoDetails', 'RenderFailed']"
    waiting_cell = kernel.wire[-1]["parent_header"]["msg_id"]
    sent = [
        m for m in kernel.wire if m["msg_type"] == "comm_msg" and m["content"]["comm_id"] == model.comm_id
    ]
    last = [m for m in sent if m["parent_header"].get("msg_id") == waiting_cell][-1]
    cards = last["content"]["data"]["state"]["cards"]
    assert {each: card["status"] for each, card in cards.items()} == {quick: "complete", failed: "error"}
    kernel.run("gallery.close()")


def test_wait_lets_cards_go_on_and_its_timeout_ends_only_the_wait(kernel: LiveKernel, fresh: Fresh) -> None:
    quick, draft = fresh("quick"), fresh("draft")
    model = show(kernel, [quick, draft])
    cell = kernel.run(f"def blocking():\n    return gallery[{quick!r}].wait(30).status\nprint(blocking())")
    assert cell.stdout.strip() == "complete"
    cell = kernel.run("try:\n    gallery.wait(0.3)\nexcept TimeoutError as error:\n    print(error)")
    assert "Polling continues" in cell.stdout
    kernel.until(lambda: statuses(model).get(draft) == "draft", "the other card")
    kernel.run(f"gallery.remove({draft!r})")
    assert kernel.run("print(list(gallery.wait(30)))").stdout.strip() == f"['{quick}']"
    assert model.state["projects"] == [quick]
    kernel.run("gallery.close()")


def test_run_all_with_a_waiting_cell_in_the_middle(kernel: LiveKernel, fresh: Fresh, tmp_path: Path) -> None:
    first, added = fresh("quick"), fresh("finished")
    cells = [
        f"gallery = VideoGallery({first!r}, poll_interval_s=0.1, download_directory={str(tmp_path)!r})\ngallery",
        f"gallery.add({added!r})",
        "outcomes = await gallery",
        "saved = await gallery.save()",
        "print(len(outcomes), sorted(path.name for paths in saved.values() for path in paths))\ngallery.close()",
    ]
    started = [kernel.start(cell) for cell in cells]
    done = [kernel.finish(cell_id) for cell_id in started]
    assert [cell.error for cell in done] == [""] * 5
    assert done[-1].stdout.strip() == f"2 {sorted([f'{first}.mp4', f'{added}.mp4'])}"


def test_a_click_names_its_project_and_so_does_the_answer(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    film, draft = fresh("finished"), fresh("draft")
    model = show(kernel, [film, draft])
    ended(kernel, model, {film: "complete", draft: "draft"})
    kernel.click(model, kind="pause", project=draft)
    kernel.click(model, kind="source", output=0, project=fresh("finished"))  # not in this gallery
    kernel.click(model, kind="source", output=0, project=film)
    content, _ = kernel.next_custom(model)
    assert (content["kind"], content["project"], content["media"]) == ("source", film, "video")
    assert kernel.run(f"print(gallery[{draft!r}].watch['state'])").stdout.strip() == "paused"
    kernel.click(model, kind="download", output=0, id="v1", project=film)
    kernel.until(lambda: model.last("chunk"), "the first chunk")
    chunk = model.last("chunk")
    assert chunk
    assert chunk["project"] == film
    while not model.last("end"):
        index = (model.last("chunk") or {})["index"]
        kernel.click(model, kind="ack", id="v1", index=index, project=film)

        def has_more(index: int = index) -> bool:
            return bool(model.last("end")) or (model.last("chunk") or {})["index"] > index

        kernel.until(has_more, "more")
    assert (model.last("end") or {})["project"] == film
    kernel.click(model, kind="delete", confirmed=True, project=film)
    kernel.until(lambda: statuses(model)[film] == "deleted", "the deletion")
    assert statuses(model)[draft] == "draft"
    kernel.run("gallery.close()")


def test_save_all_finished_by_the_page_ends_with_one_notice(
    kernel: LiveKernel, fresh: Fresh, tmp_path: Path
) -> None:
    films, draft = [fresh("finished"), fresh("finished")], fresh("draft")
    model = show(kernel, [*films, draft], f"download_directory={str(tmp_path)!r}")
    ended(kernel, model, dict.fromkeys(films, "complete") | {draft: "draft"})
    kernel.click(model, kind="save_all", projects=[films[0], draft])
    kernel.until(lambda: model.state["notice"], "the notice")
    assert model.state["notice"]["message"] == "Saved 1 video."
    kernel.click(model, kind="save_all")
    kernel.until(lambda: model.state["notice"] and "2" in model.state["notice"]["message"], "the notice")
    assert model.state["notice"] == {
        "tone": "info",
        "code": "saved",
        "message": "Saved 2 videos.",
        "hint": "",
    }
    assert model.state["transfer"] is None
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{each}.mp4" for each in films)
    kernel.run("gallery.close()")


@pytest.mark.parametrize(
    ("made", "scenario"), [("VideoGallery", "finished"), ("ProjectGallery", "pictures-finished")]
)
def test_a_page_that_may_not_does_not(
    *, kernel: LiveKernel, simulator: Simulator, fresh: Fresh, tmp_path: Path, made: str, scenario: str
) -> None:
    film = fresh(scenario)
    rights = f"allow_delete=False, allow_save=False, download_directory={str(tmp_path)!r}"
    model = show(kernel, [film], rights, made)
    ended(kernel, model, {film: "complete"})
    kernel.send(
        model,
        {
            "method": "update",
            "state": {"allow_delete": True, "allow_save": True, "editable": True},
            "buffer_paths": [],
        },
    )
    kernel.click(model, kind="delete", confirmed=True, project=film)
    kernel.click(model, kind="save", project=film)
    kernel.click(model, kind="set_project", project=film, to="finished")
    kernel.click(model, kind="save_all")
    kernel.until(lambda: model.state["notice"], "the refusal")
    assert model.state["notice"]["code"] == "not_allowed"
    kernel.run("await asyncio.sleep(0)")
    assert {request.method for request in simulator.requests.of(film)} == {"GET"}
    assert list(tmp_path.iterdir()) == []
    assert model.state["projects"] == [film]
    kernel.run("gallery.close()")


def test_a_card_moves_where_the_page_says_and_a_refusal_loses_nothing(
    kernel: LiveKernel, simulator: Simulator, fresh: Fresh
) -> None:
    one, two, other, key = fresh("draft"), fresh("finished"), fresh("finished"), "mhk-live-0123456789abcdef"
    model = show(kernel, [one, two], "editable=True, poll_interval_s=0.1")
    ended(kernel, model, {one: "draft", two: "complete"})
    kernel.click(
        model, kind="set_project", project=one, to=f"https://magichour.ai/my-library?videoId={other}"
    )
    ended(kernel, model, {other: "complete", two: "complete"})
    assert model.state["projects"] == [other, two]
    assert (
        kernel.run("print(list(gallery), list(gallery.cards))").stdout == f"{[other, two]} {[two, other]}\n"
    )
    asked = len(simulator.requests.of(one))

    for given, code in (("../", "invalid_project"), (key, "invalid_project"), (two, "duplicate_project")):
        before = len(model.updates)
        kernel.click(model, kind="set_project", project=other, to=given)

        def refused(before: int = before, code: str = code) -> bool:
            news = [update.get("changed", {}).get(other, {}) for update in model.updates[before:]]
            return any((each.get("notice") or {}).get("code") == code for each in news)

        kernel.until(refused, f"the refusal of {given}")
        assert model.state["projects"] == [other, two]
    assert key not in str(model.updates)
    assert not simulator.requests.of(key)
    # The project that went is not asked about any more: two other looks have come since.
    kernel.run(f"await gallery[{other!r}].refresh(); await gallery[{other!r}].refresh()")
    assert len(simulator.requests.of(one)) <= asked + 1
    kernel.run("gallery.close()")
