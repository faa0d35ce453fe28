"""The words of the view, one table a language: sent to the page with each widget, so that the bundle carries none.

``translations/en.json`` is the table that the others follow; the view takes its types from it. A "#" stands
for a value, and values come in a fixed order. Invisible characters are escaped there: a space that doesn't
break (a line ends between two facts), and the isolates around a name (one written from right to left must not
turn the sentence around it). Digits are Latin ones in every language, as in IDs and clocks: ``lang`` may have
to say so ("-u-nu-latn"). ``statuses`` has a word for each status that the API has today; English needs none,
as there the API's own stand.
"""

from __future__ import annotations

import functools
import json
import os
import re
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[1] / "translations"
#: The environment's word for the language: "de", "de_DE.UTF-8" and the like; any that there is no table for
#: is English.
VARIABLE = "MAGIC_HOUR_LANGUAGE"


def view_words(*, gallery: bool = False) -> dict[str, Any]:
    """The table of the language that the environment names now: the card's words, and the gallery's where wanted.

    The tables are shared and not to be changed.
    """
    asked = re.match("[a-z]+", os.environ.get(VARIABLE, "").strip().lower())
    language = asked[0] if asked and asked[0] in languages() else "en"
    return _table(language, gallery)


@functools.cache
def languages() -> frozenset[str]:
    """The languages there are tables for, as ISO 639 codes."""
    return frozenset(path.stem for path in _FOLDER.glob("*.json"))


@functools.cache
def _table(language: str, gallery: bool) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    if not gallery:
        # They would travel with every card.
        del table["gallery"]
    return table
