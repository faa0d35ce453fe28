"""Both sides of the seam, Python and TypeScript, know the same traits and the same messages."""

from __future__ import annotations

import re
from pathlib import Path

import ipywidgets
import pytest

from mh_widgets import Project
from mh_widgets.controllers.comparing import FEWEST, MOST
from mh_widgets.controllers.gallery import PAGE_SIZE
from mh_widgets.controllers.messages import GALLERY_KINDS, KINDS, GalleryMessage, Message
from mh_widgets.controllers.state import IDLE
from mh_widgets.image_audio import DETAILS
from mh_widgets.widgets.video_gallery import VideoGallery
from tests.unit.card_fixtures import of_each_card

SOURCES = Path(__file__).parents[2] / "js" / "src"
pytestmark = pytest.mark.skipif(not SOURCES.is_dir(), reason="the view's sources are not here")


def source(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (SOURCES / name).read_text("utf-8"), flags=re.DOTALL)


def block(text: str, start: str, end: str) -> str:
    found = re.search(re.escape(start) + r"(.*?)" + end, text, re.DOTALL | re.MULTILINE)
    assert found, f"no {start!r} in the view's sources"
    return found[1]


def top_names(text: str) -> set[str]:
    return set(re.findall(r"^  (\w+)\??:", text, re.MULTILINE))


def own_traits(widget: type[ipywidgets.DOMWidget]) -> set[str]:
    return set(widget.class_traits(sync=True)) - set(ipywidgets.DOMWidget.class_traits(sync=True))


def project_traits() -> set[str]:
    return top_names(block(source("model/traits.ts"), "export type ProjectTraits = {", r"^\};"))


@of_each_card
def test_the_view_reads_the_traits_that_the_kernel_syncs(card_class: type[Project]) -> None:
    traits, own = source("model/traits.ts"), own_traits(card_class)
    of_a_card = top_names(block(traits, "export type CardTraits = ProjectTraits & {", r"^\};"))
    assert project_traits() | of_a_card == own
    assert set(re.findall(r'"(\w+)"', block(traits, "export const CARD_TRAITS = [", r"\]"))) == own


def test_the_view_sends_the_kinds_that_the_kernel_handles() -> None:
    kinds = block(source("model/messages.ts"), "export type ToKernel =", ";\n\n")
    assert set(re.findall(r'"(\w+)"', kinds)) == KINDS | {"shown", "hidden"}
    fields = set(re.findall(r"(\w+)\??: ", kinds)) - {"kind"}
    assert fields == set(Message.__dataclass_fields__) - {"kind"}


def test_the_kernel_sends_the_kinds_that_the_view_handles() -> None:
    messages = source("model/messages.ts")
    handled = set(re.findall(r'kind: "(\w+)"', messages.partition("export type SourceReply")[2]))
    package = Path(__file__).parents[2] / "mh_widgets"
    senders = (
        "transfers/outputs.py",
        "transfers/browser_stream.py",
        "controllers/project.py",
        "widgets/project.py",
        "widgets/base.py",
    )
    code = "".join((package / name).read_text("utf-8") for name in senders)
    sent = set(re.findall(r'"kind": "(\w+)"', code))
    assert handled == sent == {"source", "chunk", "end", "failed", "polled", "recent"}


def test_the_view_knows_the_states_of_a_watch() -> None:
    states = re.search(r"export type WatchState = ([^;]+);", source("model/traits.ts"))
    assert states
    assert set(re.findall(r'"(\w+)"', states[1])) == {"idle", "watching", "retrying", "paused", "stopped"}
    assert IDLE["watch"]["state"] == "idle"


def test_the_view_reads_details_that_the_kernel_sends() -> None:
    names = top_names(block(source("model/traits.ts"), "export type ProjectDetails = {", r"^\};"))
    assert names <= {name for kind in DETAILS.values() for name in kind("x", "y").public()}


def test_the_gallery_reads_the_traits_that_the_kernel_syncs() -> None:
    traits = source("model/traits.ts")
    assert top_names(block(traits, "export type GalleryTraits = {", r"^\};")) == own_traits(VideoGallery)
    assert set(re.findall(r'"(\w+)"', block(traits, "export const GALLERY_TRAITS = [", r"\]"))) == own_traits(
        VideoGallery
    )


def test_the_gallery_sends_the_kinds_that_the_kernel_handles() -> None:
    kinds = block(source("model/messages.ts"), "export type ToGalleryKernel =", ";\n\n")
    # One of a card's messages says more here: which project takes the place of which.
    assert set(re.findall(r'"(\w+)"', kinds)) == GALLERY_KINDS | {"set_project"}
    assert set(re.findall(r"(\w+)\??: ", kinds)) - {"kind"} == set(GalleryMessage.__dataclass_fields__) - (
        set(Message.__dataclass_fields__) - {"project"}
    )


def test_the_gallery_s_pages_are_those_that_the_kernel_asks_about_first() -> None:
    assert f"PAGE_SIZE = {PAGE_SIZE};" in source("gallery/state.ts")


def test_the_page_lets_as_many_be_compared_as_the_kernel_does() -> None:
    code = source("compare/useComparison.ts")
    assert f"FEWEST = {FEWEST};" in code
    assert f"MOST = {MOST};" in code


def test_a_card_in_a_gallery_has_what_a_session_tells() -> None:
    assert project_traits() == set(IDLE) | {"project_id"}


def test_the_words_of_the_view_are_in_the_table() -> None:
    # tsc holds the keys against en.json; here: no source speaks English by itself.
    paths = sorted(SOURCES.rglob("*.ts*"))
    assert len(paths) > 40
    for path in paths:
        code = re.sub(r"//.*|/\*.*?\*/", "", path.read_text("utf-8"))
        assert not re.findall(r'"[A-Z][a-z]+ [a-z]+[^"]*"|>\s*[A-Z]?[a-z]+ [a-z ]+<', code), path.name
