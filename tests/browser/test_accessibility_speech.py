"""What is heard: each change of status once, the reasons for trouble, never the clock. And what moves, and for whom."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import accessibility
from tests.browser.accessibility import show_gallery
from tests.browser.states import harness, pages
from tests.browser.states.galleries import card, gallery, many, mixed
from tests.browser.states.pages import Open, add_every_state, show

#: A render from the first look to the saved film, with a minute of the clock after each step.
STORY = (
    "first-look", "queued", "rendering", "reconnecting", "rendering", "longer-than-usual",
    "complete", "saving", "saved",
)  # fmt: skip
LIVE = ("status", "details", "error", "watch", "transfer", "estimate", "notice")

#: ``hearing("gallery")`` is the page in which a gallery can be listened to.
Hearing = Callable[[str], Page]
address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)


def traits(state: str) -> dict[str, Any]:
    known = harness.traits_of(state)
    return {name: known[name] for name in LIVE}


@pytest.fixture(scope="module")
def hearing(chrome: Browser, shared: pages.SharedPages, address: str) -> Iterator[Hearing]:
    """Pages, which tests share, where `listen` is at hand, and the clock moves when told to."""
    with contextlib.contextmanager(pages.open_page)(chrome, shared, address) as opened:

        @functools.cache
        def page_of(what: str) -> Page:
            page = opened(what=what, alone=True)
            page.clock.install()
            page.add_script_tag(path=accessibility.HERE / "live_region_log.js", type="module")
            page.wait_for_function("!!window.listen")
            return page

        yield page_of


def heard(page: Page) -> list[str]:
    """What was said since the last time."""
    said: list[str] = page.evaluate("heard.splice(0)")
    return said


def a_minute(page: Page) -> None:
    page.clock.run_for(60_000)


def test_a_render_is_heard_in_a_few_words(hearing: Hearing) -> None:
    page = hearing("page")
    show(page, "first-look")
    page.evaluate("window.heard = listen(document.body)")
    told = []
    for state in STORY[1:]:
        page.evaluate("traits => card.model.change(traits)", traits(state))
        if state == "saving":
            for megabytes in range(1, 12):
                change = {"kind": "save", "received_bytes": megabytes * 1_000_000, "total_bytes": 12_000_000}
                page.evaluate("transfer => card.model.change({ transfer })", change)
                page.clock.run_for(500)
        words = heard(page)
        ticking = page.locator("[role=progressbar]").count()
        before = page.locator(".mh-widget").text_content()
        a_minute(page)
        if ticking and state != "saving":
            assert page.locator(".mh-widget").text_content() != before, "no clock was ticking"
        assert heard(page) == [], f"{state} speaks while nothing happens"
        told += words
    assert told == ["queued", "rendering", "complete", "Saved as films/clx7uu86w0a5qp55yxz315r6r.mp4."]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "rendering",
            "failed",
            ["error", "Face not found. Use an image with a detectable face. no_source_face"],
        ),
        (
            "rendering",
            "deadline",
            ["Still rendering after 60 min. Polling has stopped; the render continues. deadline"],
        ),
        (
            "first-look",
            "no-key",
            ["stopped", "No API key. Set MAGIC_HOUR_API_KEY and run this cell again. missing_token"],
        ),
        ("rendering", "paused", ["Paused. The render continues."]),
        ("complete", "deleted", ["deleted", "Deleted from Magic Hour. Saved files stay."]),
        (
            "saving",
            "transfer-failed",
            ["The disk is full; nothing was saved. Free some space, then save again. disk_full"],
        ),
    ],
)
def test_the_reason_is_heard_with_the_status(
    hearing: Hearing, before: str, after: str, expected: list[str]
) -> None:
    page = hearing("page")
    show(page, before)
    a_minute(page)
    page.evaluate("window.heard = listen(document.body)")
    page.evaluate("traits => card.model.change(traits)", traits(after))
    assert heard(page) == expected
    a_minute(page)
    assert heard(page) == []


def test_a_gallery_speaks_for_the_card_that_changed_alone(hearing: Hearing) -> None:
    page = hearing("gallery")
    show_gallery(page, mixed())
    page.evaluate("window.heard = listen(document.body)")
    a_minute(page)
    assert heard(page) == []
    first = mixed()["projects"][0]
    for _ in range(3):
        page.evaluate("id => gallery.model.news({ [id]: { status: 'queued' } })", first)
        page.clock.run_for(1000)
    assert heard(page) == ["queued"]
    # Also where the row of a table shows the same as its opened card.
    accessibility.press(page, "Table")
    page.locator(".mh-open").first.click()
    page.clock.run_for(1000)
    heard(page)
    page.evaluate("id => gallery.model.news({ [id]: { status: 'rendering' } })", first)
    page.clock.run_for(1000)
    assert heard(page) == ["rendering"]


@pytest.mark.parametrize("what", ["card", "gallery"])
def test_a_lost_kernel_is_heard_once(hearing: Hearing, what: str) -> None:
    page = hearing("page" if what == "card" else what)
    if what == "card":
        show(page, "rendering")
    else:
        show_gallery(page, mixed())
    page.evaluate("window.heard = listen(document.body)")
    page.evaluate("what => window[what].layout.setLive(false)", what)
    a_minute(page)
    words = heard(page)
    assert [said for said in words if "not connected" in said] == [
        f"{what.capitalize()} not connected to a kernel. Run its cell again."
    ]


def test_the_pages_and_the_end_of_saving_are_heard_once(hearing: Hearing) -> None:
    page = hearing("gallery")
    show_gallery(page, many(101))
    page.evaluate("window.heard = listen(document.body)")
    accessibility.press(page, "Next page")
    assert heard(page) == ["Page 2 of 2"]
    for done in range(1, 8):
        page.evaluate(
            "done => gallery.model.change({ transfer: { kind: 'save', done, failed: 0, total: 9 } })", done
        )
    assert heard(page) == []
    notice = {"tone": "info", "code": "saved", "message": "Saved 9 videos.", "hint": ""}
    page.evaluate("notice => gallery.model.change({ transfer: null, notice })", notice)
    assert heard(page) == ["Saved 9 videos."]


def tree(page: Page) -> list[dict[str, Any]]:
    """Chromium's accessibility tree, flat: role, name, and whether the node is in a live region, or one itself."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    known = {node["nodeId"]: node for node in nodes}

    def is_live(node: dict[str, Any] | None) -> bool:
        while node is not None and not any(one["name"] == "live" for one in node.get("properties", [])):
            node = known.get(node.get("parentId", ""))
        return node is not None

    return [
        {"role": node["role"]["value"], "name": node.get("name", {}).get("value", ""), "live": is_live(node)}
        for node in nodes
        if not node["ignored"]
    ]


@pytest.mark.parametrize("state", ["rendering", "reconnecting", "saving", "downloading", "paused"])
def test_chromium_holds_no_clock_for_live(open_page: Open, state: str) -> None:
    page = open_page()
    show(page, state)
    nodes = tree(page)
    bars = [node for node in nodes if node["role"] == "progressbar"]
    assert [bar["name"] for bar in bars] == [
        {"saving": "Saving", "downloading": "Downloading"}.get(state, "Render progress")
    ]
    # The bar of a wait that was halted stands among the words that say so, and doesn't move any more.
    assert [bar["live"] for bar in bars] == [state == "paused"]
    assert len([node for node in nodes if node["role"] == "status"]) == 1
    live = [node["name"] for node in nodes if node["live"]]
    assert live
    assert not [name for name in live if ":" in name or "MB" in name]


def test_every_control_has_a_name_and_a_role(open_page: Open) -> None:
    page = open_page()
    add_every_state(page)
    controls = [
        node
        for node in tree(page)
        if node["role"] in ("button", "textbox", "link", "progressbar", "combobox")
    ]
    assert len(controls) > 150
    assert [node for node in controls if not node["name"]] == []


#: What moves, by the state that it is in.
MOVING = "document.getAnimations().map(each => each.effect.target.closest('.place').id)"


def test_nothing_moves_for_those_who_asked_for_that(open_page: Open) -> None:
    page = open_page(reduced_motion="reduce")
    page.evaluate(
        """() => {
          window.moved = [];
          const keep = ({ target, propertyName, animationName }) =>
            moved.push([target.closest(".place")?.id, propertyName ?? animationName]);
          for (const kind of ["transitionrun", "animationstart"]) addEventListener(kind, keep, true);
        }"""
    )
    add_every_state(page)
    assert page.evaluate(MOVING) == []
    change = "traits => { for (const card of Object.values(cards)) card.model.change(traits) }"
    for other in ("reconnecting", "complete", "saving", "deleted"):
        page.evaluate(change, traits(other))
        assert page.evaluate(MOVING) == [], other
    frames = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(moved))))"
    assert page.evaluate(frames) == []


def test_nothing_moves_in_a_gallery_for_those_who_asked_for_that(open_page: Open) -> None:
    page = open_page(what="gallery", reduced_motion="reduce")
    for state in accessibility.every_gallery(page):
        assert page.evaluate("document.getAnimations().length") == 0, state


def test_for_all_others_the_film_fades_in_and_the_bar_glides(open_page: Open) -> None:
    page = open_page(reduced_motion="no-preference")
    page.evaluate(
        "window.moved = []; addEventListener('transitionrun',"
        " event => moved.push([event.target.className, event.propertyName]), true)"
    )
    # What has never been drawn in another way doesn't move: a film may be there before the first frame.
    held: list[Route] = []
    page.route("**/film.mp4", lambda route: held.append(route))  # noqa: PLW0108  # Playwright counts its arguments
    traits_and_options = [harness.traits_of("complete"), harness.options_of("complete")]
    page.evaluate("([traits, options]) => show(traits, options)", traits_and_options)
    expect(page.locator(".mh-media")).to_have_css("opacity", "0")
    for route in held:
        route.continue_()
    page.unroute("**/film.mp4")
    page.wait_for_function("moved.some(([what, how]) => what === 'mh-media' && how === 'opacity')")
    show(page, "saving")
    expect(page.locator(".mh-fill")).not_to_have_css("transform", "none")
    page.evaluate("card.model.change({ transfer: { kind: 'save', received_bytes: 9e6, total_bytes: 12e6 } })")
    page.wait_for_function("moved.some(([what, how]) => what === 'mh-fill' && how === 'transform')")


def test_a_lively_gallery_is_quiet_while_its_cards_are_only_drawn(hearing: Hearing) -> None:
    page = hearing("gallery")
    show_gallery(page, gallery({f"id{number}": card(f"id{number}", "rendering") for number in range(20)}))
    page.evaluate("window.heard = listen(document.body)")
    page.evaluate("gallery.model.change({ projects: gallery.model.get('projects').toReversed() })")
    a_minute(page)
    assert heard(page) == []
