"""Galleries as the kernel would describe them, made from the table of the card's states."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.states import harness
from tests.browser.states.pages import Open

SHOTS = Path(__file__).parents[3] / ".screenshots"
CARD = ("status", "details", "error", "watch", "transfer", "estimate", "notice")
#: One of everything, as a lively gallery has it.
MIXED = (
    "rendering", "complete", "complete-portrait", "failed", "queued", "longer-than-usual", "canceled", "deleted",
    "reconnecting", "no-key", "saving", "several-outputs", "first-look", "rendering-portrait", "transfer-failed",
    "paused", "waiting-turn",
)  # fmt: skip
TYPES = ("FACE_SWAP", "IMAGE_TO_VIDEO", "LIP_SYNC", "TEXT_TO_VIDEO")
FILMS = {"*": "/film.mp4"}
#: ``show(traits, width, theme)`` opens a page with a gallery.
Show = Callable[..., Page]
#: By project, the addresses of its outputs.
Films = dict[str, Any]
#: What stands side by side: two of one shape, and two of others.
COMPARED = ("Sunrise over the bay", "Moonlight on the water, second try", "Lanterns", "Planet")
COMPARED_FILMS = {"pair1": "/moonlight.mp4", "pair2": "/portrait.mp4", "*": "/film.mp4"}
PICTURES = {"*": "/poster.png"}


def card(project_id: str, state: str, **details: object) -> dict[str, Any]:
    """What the kernel knows of one project in a state of the table."""
    traits = harness.traits_of(state)
    if traits["details"]:
        traits["details"] = {**traits["details"], **details, "id": project_id}
    return {"project_id": project_id, **{name: traits[name] for name in CARD}}


def gallery(cards: dict[str, dict[str, Any]], language: str = "en", **changes: object) -> dict[str, Any]:
    """The traits of a gallery of these cards."""
    return {
        "projects": [*cards],
        "cards": cards,
        "changed": {},
        "refused": [],
        "transfer": None,
        "notice": None,
        "allow_delete": True,
        "allow_save": True,
        "editable": False,
        "save_label": "films",
        "columns": "auto",
        "compared": [],
        "starred": [],
        "words": harness.words(language),
        **changes,
    }


def mixed(**changes: Any) -> dict[str, Any]:
    """One project in each of many states."""
    names = ("Sunrise over the bay", "Lanterns", "A walk in the rain", "Harbour at dusk", "غروب على الخليج")
    cards = {}
    for number, state in enumerate(MIXED):
        project_id = f"clx{number:02}uu86w0a5qp55yxz315r"
        cards[project_id] = card(project_id, state, type=TYPES[number % 4], name=names[number % 5])
    return gallery(cards, **{"starred": [*cards][:3], **changes})


#: Projects of every kind, in the order of `mixed_kinds`.
KINDS = (
    "complete", "pictures", "audio", "rendering", "picture-transparent", "picture-tall", "audio-rendering",
    "pictures-four", "image-rendering", "image-failed", "complete-portrait", "picture",
)  # fmt: skip


def mixed_kinds(states: tuple[str, ...] = KINDS, language: str = "en") -> tuple[dict[str, Any], Films]:
    """One project in each state, and the addresses of what they made."""
    cards, films = {}, Films()
    for number, state in enumerate(states):
        project_id = f"kind{number:02}"
        cards[project_id] = card(project_id, state)
        films[project_id] = [*harness.options_of(state)["links"].values()]
    return gallery(cards, language), films


def many(number: int, state: str = "complete", **changes: Any) -> dict[str, Any]:
    """``number`` projects, every tenth of them still rendering."""
    cards = {}
    for index in range(number):
        project_id = f"many{index:04}"
        own = "rendering" if index % 10 == 9 else state
        cards[project_id] = card(project_id, own, name=f"Film {index}", type=TYPES[index % 4])
    return gallery(cards, **changes)


def comparable(number: int, *, media: str = "video", language: str = "en") -> dict[str, Any]:
    """``number`` finished projects of 24 frames a second, none of them compared yet."""
    cards = {}
    for index, name in enumerate(COMPARED[:number]):
        project_id = f"pair{index}"
        cards[project_id] = card(
            project_id, "complete", name=name, fps=24, width=-1, height=-1, outputs=[{"media": media}]
        )
    return gallery(cards, language)


def compared(number: int, *, media: str = "video", language: str = "en") -> dict[str, Any]:
    """As many side by side."""
    traits = comparable(number, media=media, language=language)
    return {**traits, "compared": traits["projects"]}


def ids(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('[data-mh-widget$=-project]')].map(n => n.dataset.projectId)"
    )
    return found


def sent(page: Page, kind: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = page.evaluate(
        "kind => gallery.model.sent.filter(m => m.kind === kind)", kind
    )
    return messages


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def keep_picture(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.mouse.move(0, 0)
    page.wait_for_function("[...document.querySelectorAll('video')].every(film => film.readyState >= 2)")
    page.screenshot(path=str(SHOTS / f"gallery-{name}.png"), full_page=True)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def faint(page: Page) -> list[Any]:
    """What can't be read in a gallery."""
    found: list[Any] = page.evaluate("tooFaint(document.querySelector('.mh-gallery'))")
    return found


def show(open_page: Open) -> Show:
    """A fixture: mounts a gallery in a page of its own, with a film for each project that asks for one."""

    def shown(traits: dict[str, Any], width: int = 1000, theme: str = "light", **options: Any) -> Page:
        page = open_page(width, theme, "gallery", **options)
        page.evaluate("([traits, films]) => show(traits, { films })", [traits, FILMS])
        return page

    return shown
