"""A card for places without widgets, as a rendered notebook on the web: a few words of HTML, no link, no script."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any


def static_html(project_id: str, status: str, details: Mapping[str, Any], error: Mapping[str, str] | None) -> str:
    """Name, status, size and error of a project as one HTML element; all of it is text from outside, so escaped."""
    if not project_id and not error:
        return "<div>Magic Hour video project: no project yet.</div>"
    width, height = details.get("width"), details.get("height")
    facts = [
        status or "not looked at yet",
        str(details.get("type") or "").replace("_", " ").capitalize(),
        f"{width} × {height}" if width and height else "",
    ]
    lines = [f"<strong>{_text(details.get('name') or project_id)}</strong>", _text(" · ".join(filter(None, facts)))]
    if error:
        lines.append(_text(f"{error['message']} {error['hint']}".strip()))
    if project_id:
        lines.append(f"<code>{_text(project_id)}</code>")
    return "<div>" + "<br>".join(lines) + "</div>"


def _text(value: object) -> str:
    return html.escape(str(value))
