"""The player of a card in Chromium: links that end, slow lines, and what is downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.states import harness, pages
from tests.browser.states.pages import Open, sent, settle_film, show

PROJECT = "clx7uu86w0a5qp55yxz315r6r"

address = pytest.fixture(scope="module")(pages.address)
open_page = pytest.fixture(pages.open_page)


def test_the_film_really_plays(open_page: Open) -> None:
    page = open_page()
    show(page, "complete")
    settle_film(page)
    page.evaluate("document.querySelector('video').play()")
    page.wait_for_function("document.querySelector('video').currentTime > 0.3")
    assert sent(page, "source") == [{"kind": "source", "output": 0, "renew": False}]


def test_an_ended_link_is_replaced_at_the_same_place(open_page: Open) -> None:
    page = open_page()
    show(page, "complete")
    settle_film(page)
    page.evaluate(
        "const v = document.querySelector('video'); v.currentTime = 2; v.playbackRate = 2; v.muted = true; v.play()"
    )
    page.wait_for_function("document.querySelector('video').currentTime > 2.2")
    # A link that ends under the film: the next request is refused, and the element says so by itself.
    page.evaluate(
        "window.film = document.querySelector('video'); film.src = location.origin + '/film.mp4?ended'"
    )
    page.wait_for_function("card.model.sent.some(m => m.renew)")
    page.wait_for_function("film.readyState >= 3 && !film.error")
    assert page.evaluate("document.querySelector('video') === film")
    assert page.evaluate("film.muted && !film.src.includes('ended')")


@pytest.mark.documented("films: the link has ended")
def test_it_goes_on_playing_where_it_was(open_page: Open) -> None:
    page = open_page()
    show(page, "complete")
    settle_film(page)
    page.evaluate(
        "window.film = document.querySelector('video'); film.muted = true; film.currentTime = 3; film.play()"
    )
    page.wait_for_function("film.currentTime > 3.2")
    page.evaluate("film.dispatchEvent(new Event('error'))")
    page.wait_for_function("film.currentTime > 3.4 && !film.paused && film.readyState >= 3")
    assert [message["renew"] for message in sent(page, "source")] == [False, True]


def shows_from(page: Page, *links: dict[str, Any]) -> None:
    """The finished card with these links, all of which have ended; the film plays."""
    ended = [{"expires_at": 1, **link} for link in links]
    page.evaluate(
        "([traits, links]) => show(traits, { links: { 0: links } })", [harness.traits_of("complete"), ended]
    )
    page.wait_for_function("window.film = document.querySelector('video')")
    page.evaluate(
        """() => {
          Object.assign(window, { waited_ms: 0, silence_ms: 0, heard: performance.now(), place: 0 });
          film.addEventListener("waiting", () => { place ||= film.currentTime; });
          film.addEventListener("progress", () => {
            silence_ms = Math.max(silence_ms, performance.now() - heard);
            heard = performance.now();
          });
          const look = () => {
            if (film.currentTime && film.readyState < 3) waited_ms += 50;
            setTimeout(look, 50);
          };
          look();
          film.muted = true;
          film.play();
        }"""
    )


@pytest.mark.documented("films: a slow line, and the link has ended meanwhile")
def test_a_slow_line_is_no_ended_link(open_page: Open) -> None:
    page = open_page()
    shows_from(page, {"url": "/film.mp4?slow"})
    page.wait_for_function("waited_ms > 3000", timeout=60_000)
    # Chromium says `progress` as long as bytes come, also while it waits for enough of them.
    assert sent(page, "source") == [{"kind": "source", "output": 0, "renew": False}] or (
        page.evaluate("silence_ms") >= 4000  # on a machine that stood still as long
    )


@pytest.mark.documented("films: no bytes come any more after the link has ended")
def test_a_line_that_falls_silent_past_its_end_gets_a_fresh_link(open_page: Open) -> None:
    page = open_page()
    shows_from(page, {"url": "/film.mp4?silent"}, {"url": "/film.mp4"})
    page.wait_for_function("card.model.sent.some(m => m.renew)", timeout=60_000)
    page.wait_for_function("place && film.currentTime > place + 0.3 && !film.paused")
    assert len(sent(page, "source")) == 2


def test_it_gives_up_in_words_after_three_renewals(open_page: Open) -> None:
    page = open_page()
    traits, links = harness.traits_of("complete"), {"0": "/film.mp4?ended"}
    page.evaluate("([traits, links]) => show(traits, { links })", [traits, links])
    page.wait_for_function("window.asked = card.model.sent.find(m => m.kind === 'download')")
    assert page.evaluate("asked.play")
    page.evaluate(
        "card.model.message({ kind: 'failed', id: asked.id, error: { code: '', message: 'No.', hint: '' } })"
    )
    link = page.get_by_role("link", name="Open in browser")
    expect(link).to_be_visible()
    assert link.get_attribute("rel") == "noreferrer noopener"
    assert [message["renew"] for message in sent(page, "source")] == [False, True, True, True]
    page.evaluate("card.model.sent.length = 0")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_function("card.model.sent.some(m => m.renew)")


def test_the_downloaded_file_is_the_film(open_page: Open, address: str) -> None:
    page = open_page(accept_downloads=True)
    show(page, "complete")
    page.get_by_role("button", name="Download", exact=True).click()
    with page.expect_download() as started:
        page.evaluate(
            """async () => {
              const { id } = card.model.sent.find(m => m.kind === "download");
              const bytes = new Uint8Array(await (await fetch("/film.mp4")).arrayBuffer());
              const size = 65536;
              for (let index = 0; index * size < bytes.length; index++) {
                const part = bytes.slice(index * size, (index + 1) * size);
                const told = { received_bytes: index * size + part.length, total_bytes: bytes.length };
                card.model.message({ kind: "chunk", id, index, ...told }, [new DataView(part.buffer)]);
              }
              card.model.message({ kind: "end", id, name: `${card.model.get("project_id")}.mp4`, type: "video/mp4" });
            }"""
        )
    download = started.value
    assert download.suggested_filename == f"{harness.traits_of('complete')['project_id']}.mp4"
    assert Path(download.path()).read_bytes() == harness.FILES["/film.mp4"][0].read_bytes()
    assert len(sent(page, "ack")) == -(-harness.FILES["/film.mp4"][0].stat().st_size // 65536)
