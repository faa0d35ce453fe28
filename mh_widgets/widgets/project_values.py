"""The traits of a card that tell of its project. Only the card itself sets them."""

from __future__ import annotations

from typing import Any

import traitlets as t

from mh_widgets.controllers.state import IDLE


class ProjectValues(t.HasTraits):
    """What a card shows of its project, as ``CardState`` names it."""

    status = t.Unicode(
        "", read_only=True, help='"" before the first answer, then the API\'s own status, or ``deleted``.'
    ).tag(sync=True)
    details = t.Dict(
        read_only=True,
        help=(
            "The safe part of the project under the API's own names (``ProjectDetails.public``). "
            "Before the first answer, {} or only the kind of images and audio."
        ),
    ).tag(sync=True)
    error = t.Dict(
        default_value=None,
        allow_none=True,
        read_only=True,
        help="``{code, message, hint}`` of the error that stopped polling or the render, or None.",
    ).tag(sync=True)
    watch: t.Dict[str, Any] = t.Dict(
        default_value=dict(IDLE["watch"]),
        read_only=True,
        help=(
            "``{state, reason, next_attempt_at}`` of polling. state: idle watching retrying paused "
            "stopped. The time is in Unix seconds, or None."
        ),
    ).tag(sync=True)
    transfer = t.Dict(
        default_value=None,
        allow_none=True,
        read_only=True,
        help=("``{kind, received_bytes, total_bytes}`` during a transfer (kind: save, download), else None."),
    ).tag(sync=True)
    estimate = t.Dict(
        default_value=None,
        allow_none=True,
        read_only=True,
        help=(
            "``{usual_s, source}``: how long renders of this type usually take, in seconds, and the "
            "source of the figure; or None."
        ),
    ).tag(sync=True)
    notice = t.Dict(
        default_value=None,
        allow_none=True,
        read_only=True,
        help="``{tone, code, message, hint}``: how the last action ended (tone: info, error), or None.",
    ).tag(sync=True)
    poster_url = t.Unicode(
        default_value=None,
        allow_none=True,
        read_only=True,
        help=(
            "A small picture of the finished project as a ``data:`` URL, or None: the first frame that shows "
            "something, or a small image. A saved notebook keeps it."
        ),
    ).tag(sync=True)
