"""Rules of hosts that can't run here, played to the view: a page's strict policy, an older Colab's lost bytes."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.hosts import SUNRISE, shoot
from tests.browser.states import harness
from tests.browser.states.pages import sent, settle_film, show

#: As strict as a page can be that still runs widgets: no media from anywhere.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' https: http: data:; font-src 'self' https:; connect-src 'self' https:; child-src https: data:;"
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with harness.serve() as running:
        yield running


def opened(page: Page, address: str) -> Page:
    page.goto(f"{address}/page.html")
    page.wait_for_function("!!window.show")
    return page


def test_where_no_film_may_play_it_is_offered_in_the_browser(page: Page, address: str) -> None:
    def with_policy(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "Content-Security-Policy": POLICY})

    page.route("**/page.html", with_policy)
    show(opened(page, address), "rendering")
    page.evaluate(
        "([traits, links]) => { card.links = links; card.model.change(traits) }",
        [{key: harness.traits_of("complete")[key] for key in ("status", "details", "watch")}, {}],
    )
    # The link is refused each time; then the kernel's own bytes, as a blob, are refused as well.
    source = "url => card.model.message({ kind: 'source', output: 0, url, expires_at: null, media: 'video' })"
    for asked in range(1, 5):
        page.wait_for_function("n => card.model.sent.filter(m => m.kind === 'source').length >= n", arg=asked)
        page.evaluate(source, f"{address}/film.mp4")
    relayed = "bytes => card.model.message({ kind: 'chunk', id: card.model.sent.at(-1).id, index: 0, received_bytes: 1,"
    relayed += " total_bytes: 1 }, [new DataView(Uint8Array.from(atob(bytes), c => c.charCodeAt()).buffer)])"
    page.wait_for_function("card.model.sent.at(-1).kind === 'download'")
    (download,) = sent(page, "download")
    page.evaluate(relayed, base64.b64encode(SUNRISE).decode())
    page.evaluate(
        "id => card.model.message({ kind: 'end', id, name: 'film.mp4', type: 'video/mp4' })", download["id"]
    )
    link = page.get_by_role("link", name="Open in browser")
    expect(link).to_have_attribute("href", f"{address}/film.mp4")
    expect(page.get_by_role("button", name="Download", exact=True)).to_be_enabled()
    shoot(page, "strict-policy")


@pytest.mark.documented("hosts: Colab")
def test_where_bytes_get_lost_no_empty_film_is_saved(page: Page, address: str) -> None:
    show(opened(page, address), "complete")
    settle_film(page)
    downloads: list[object] = []
    page.on("download", lambda download: downloads.append(download))  # noqa: PLW0108  # Playwright marks it
    page.get_by_role("button", name="Download", exact=True).click()
    (download,) = sent(page, "download")
    page.evaluate(
        "id => { card.model.message({ kind: 'chunk', id, index: 0, received_bytes: 9, total_bytes: 9 }, []);"
        " card.model.message({ kind: 'end', id, name: 'film.mp4', type: 'video/mp4' }) }",
        download["id"],
    )
    assert sent(page, "ack") == []
    # Whatever would be saved now is saved before this one.
    with page.expect_download() as other:
        page.evaluate(
            "Object.assign(document.createElement('a'), { href: 'data:,x', download: 'marker.txt' }).click()"
        )
    assert other.value.suggested_filename == "marker.txt"
    assert len(downloads) == 1
