"""Galleries as the kernel would describe them, made from the table of the card's states."""

from __future__ import annotations

from typing import Any

from tests.browser.states import harness

CARD = ("status", "details", "error", "watch", "transfer", "estimate", "notice")
#: One of everything, as a lively gallery has it.
MIXED = (
    "rendering", "complete", "complete-portrait", "failed", "queued", "longer-than-usual", "canceled", "deleted",
    "reconnecting", "no-key", "saving", "several-outputs", "first-look", "rendering-portrait", "transfer-failed",
    "paused", "waiting-turn",
)  # fmt: skip
TYPES = ("FACE_SWAP", "IMAGE_TO_VIDEO", "LIP_SYNC", "TEXT_TO_VIDEO")
FILMS = {"*": "/film.mp4"}


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
    return gallery(cards, **changes)


def many(number: int, state: str = "complete", **changes: Any) -> dict[str, Any]:
    """``number`` projects, every tenth of them still rendering."""
    cards = {}
    for index in range(number):
        project_id = f"many{index:04}"
        own = "rendering" if index % 10 == 9 else state
        cards[project_id] = card(project_id, own, name=f"Film {index}", type=TYPES[index % 4])
    return gallery(cards, **changes)
