"""Cards as plain HTML, for places without widgets, as a notebook on the web. No links, no scripts."""

from __future__ import annotations

import datetime
import html
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mh_widgets.controllers.state import shown_kind
from mh_widgets.models import Status
from mh_widgets.project_ids import AnyKind

#: What a card is called that has no name.
_PROJECTS: Mapping[AnyKind, str] = {
    "any": "Magic Hour project",
    "video": "Magic Hour video project",
    "image": "Magic Hour image project",
    "audio": "Magic Hour audio project",
}

#: Most rows of a table, as it is stored in the notebook beside the gallery.
MAX_ROWS = 100


def static_html(
    project_id: str,
    status: str,
    details: Mapping[str, Any],
    error: Mapping[str, str] | None,
    kind: AnyKind = "video",
    *,
    poster_url: str | None = None,
) -> str:
    """Return one card as an HTML element. All texts are escaped.

    It says when it was true and how to go on, because it may be read much later.

    Args:
        project_id: The project's ID, or "".
        status: Its status; "" if the API was not asked yet.
        details: ``ProjectDetails.public()``, or less before the first answer.
        error: The card's error, or None.
        kind: What the card asks for.
        poster_url: A picture as a ``data:`` URL, or None.
    """
    what = _PROJECTS[details.get("kind", "video") if "id" in details else kind]
    if not project_id and not error:
        return f"<div>{what}: no project yet. Run this cell to enter one.</div>"
    charged = _credits(details)
    facts = [_status(status), _kind(details), _size(details), _length(details)]
    facts.append(f"{charged} credits" if charged else "")
    name = details.get("name") or what
    # Viewers that clean HTML keep a height, and may remove a style.
    lines = [f'<img src="{_text(poster_url)}" alt="{_text(name)}" height="180">'] if poster_url else []
    lines += [f"<strong>{_text(name)}</strong>", _text(" · ".join(filter(None, facts)))]
    if error:
        lines.append(_text(_sentence(error)))
    if project_id:
        lines.append(f"<code>{_text(project_id)}</code>")
        lines.append(_moment([status], "the live card"))
    return "<div>" + "<br>".join(lines) + "</div>"


def static_table(
    cards: Mapping[str, Mapping[str, Any]],
    refused: Sequence[Mapping[str, str]] = (),
    kinds: Mapping[str, AnyKind] | None = None,
) -> str:
    """Return a gallery as an HTML table. All texts are escaped.

    Args:
        cards: The cards by their project IDs. The first ``MAX_ROWS`` get a row.
        refused: The values that are no projects. Each gets a line.
        kinds: What the API is asked for; None leaves out the column with the kinds.
    """
    kind_column = () if kinds is None else ("Kind",)
    columns = ("Name", "Status", *kind_column, "Type", "Size", "Length", "Credits", "Project ID", "Note")
    rows = []
    for project_id, card in itertools.islice(cards.items(), MAX_ROWS):
        details, error = card["details"], card["error"]
        note = _sentence(error) if error else ""
        cells = (
            details.get("name"),
            _status(card["status"]),
            *([] if kinds is None else [_what(details, kinds[project_id])]),
            _kind(details),
            _size(details),
            _length(details),
            _credits(details),
            project_id,
            note,
        )
        rows.append("<tr>" + "".join(f"<td>{_text(cell or '')}</td>" for cell in cells) + "</tr>")
    lines = [f"{_text(line['project'])}: {_text(_sentence(line))}" for line in refused[:MAX_ROWS]]
    if not cards:
        lines.append("Magic Hour gallery: no projects yet.")
    elif len(cards) > MAX_ROWS:
        lines.append(f"The first {MAX_ROWS} of {len(cards):,} projects.")
    if cards:
        lines.append(_moment((card["status"] for card in cards.values()), "the live cards"))
    head = "".join(f'<th scope="col">{name}</th>' for name in columns)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>" if rows else ""
    return "<div>" + table + "<br>".join(lines) + "</div>"


def _status(status: str) -> str:
    return status or "not checked yet"


def _moment(statuses: Iterable[str], what: str) -> str:
    """Return when the words were true, and how to go on."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    changes = "" if all(status in Status.TERMINAL for status in statuses) else " It may have changed since."
    return f"As of {now}.{changes} Run this cell again for {what}."


def _what(details: Mapping[str, Any], asked: AnyKind) -> str:
    kind = shown_kind(details, asked)
    return "" if kind == "any" else kind.capitalize()


def _kind(details: Mapping[str, Any]) -> str:
    words = str(details.get("type") or "").replace("_", " ").capitalize()
    return f"AI{words[2:]}" if words.startswith("Ai ") else words


def _size(details: Mapping[str, Any]) -> str:
    """Return the shape of a video, or the number of images."""
    width, height, count = (details.get(name) for name in ("width", "height", "image_count"))
    if count:
        return f"{count:,} image{'' if count == 1 else 's'}"
    return f"{width} × {height}" if width and height else ""


def _length(details: Mapping[str, Any]) -> str:
    start_s, end_s = details.get("start_seconds") or 0, details.get("end_seconds")
    return f"{end_s - start_s:g} s" if end_s else ""


def _credits(details: Mapping[str, Any]) -> str:
    charged = details.get("credits_charged")
    return "" if charged is None else f"{charged:,}"


def _sentence(error: Mapping[str, str]) -> str:
    return f"{error['message']} {error['hint']}".strip()


def _text(value: object) -> str:
    return html.escape(str(value))
