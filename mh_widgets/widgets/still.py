"""Stills: the finished card as plain HTML of its own, in notebooks that a program runs.

nbclient, papermill and nbconvert never update an output of an earlier cell. A page without scripts also shows
nothing of an output that has a widget in it. So the finished card follows as an output that has none. Where
a card is alive, the style sheet of its view hides it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mh_widgets.project_ids import AnyKind


def is_unattended() -> bool:
    """Return whether a program runs this cell and no page shows it: nobody could type into an ``input()``."""
    if "VOILA_PREHEAT" in os.environ or os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return False  # Voilà runs notebooks in the same way, and visitors see them
    ipython: Any = sys.modules.get("IPython")
    kernel: Any = getattr(ipython.get_ipython(), "kernel", None) if ipython else None
    if not hasattr(kernel, "get_parent"):
        return False
    request: dict[str, Any] = kernel.get_parent("shell") or {}
    return request.get("content", {}).get("allow_stdin") is False


def show_still(html: str, plain: str) -> bool:
    """Add a still to the outputs of the running cell, if that is unattended.

    Args:
        html: The card, as ``static_html`` returns it.
        plain: What readers of plain text see.

    Returns:
        Whether it was added.
    """
    if not is_unattended():
        return False
    from IPython.display import publish_display_data  # here IPython runs already

    data = {"text/html": f'<div class="mh-still">{html}</div>', "text/plain": plain}
    publish_display_data(data)  # type: ignore[no-untyped-call]  # untyped
    return True


class StaticCard:
    """The part of a card that shows it as plain HTML."""

    project_id: Any
    status: Any
    details: Any
    error: Any
    poster_url: Any
    #: Whether a cell has shown the card, and the project of its still.
    _displayed = False
    _still_of = ""

    @property
    def _asked_kind(self) -> AnyKind:
        raise NotImplementedError

    def _static_html(self) -> str:
        from mh_widgets.widgets.static_html import static_html

        facts = self.project_id, self.status, self.details, self.error, self._asked_kind
        return static_html(*facts, poster_url=self.poster_url)

    def _show_still(self) -> bool:
        """Show the finished card as a still, once, where nobody looks. Return whether it was done."""
        if self.poster_url is None or not self._displayed or self._still_of == self.project_id:
            return False
        if is_new := show_still(self._static_html(), repr(self)):
            self._still_of = self.project_id
        return is_new
