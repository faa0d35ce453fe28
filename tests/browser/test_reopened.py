"""A gallery of projects that another kernel has seen: all are there at once, and those in sight are asked about."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from mh_widgets.simulator import Simulator
from tests.browser.hosts import GALLERY, card_of
from tests.browser.lab_cells import Cells
from tests.browser.servers import Server
from tests.known_projects import remember
from tests.leaks import KEY

#: Three pages of a gallery; one in three has failed, and has no film to ask for.
IDS = [f"{'failed' if n % 3 == 1 else 'finished'}--reopened-{n}" for n in range(300)]
#: So many of them may be in sight, or near it.
NEAR = 40


def age(card: Locator) -> Locator:
    """What marks a card as remembered."""
    return card.locator("dt", has_text="As of")


def test_a_known_gallery_is_whole_at_once_and_asks_where_one_looks(
    desk: Page, lab: Server, simulator: Simulator, tmp_path: Path
) -> None:
    remember(simulator, KEY, tmp_path / "store.db", IDS)
    cells = Cells(desk, lab)
    cells.run(
        f"import os\nos.environ['MAGIC_HOUR_STORE'] = {str(tmp_path / 'store.db')!r}\n"
        f"from mh_widgets import VideoGallery\nVideoGallery({IDS!r})"
    )
    gallery = desk.locator(GALLERY)
    for words in ("All\u00a0300", "Complete\u00a0200", "Error\u00a0100"):
        expect(gallery.get_by_role("button", name=words)).to_be_visible()
    film, failed, far = (card_of(gallery, IDS[n]) for n in (0, 1, 97))
    for card in (film, failed):
        expect(age(card)).to_have_count(0)
    expect(age(far)).to_have_count(1)
    asked = [each for each in IDS if simulator.requests.of(each)]
    assert {IDS[0], IDS[1]} <= {*asked} <= {*IDS[:NEAR]}
    far.scroll_into_view_if_needed()
    expect(age(far)).to_have_count(0)
    assert [len(simulator.requests.of(each, origin="api")) for each in (IDS[0], IDS[1], IDS[97])] == [1, 1, 1]
