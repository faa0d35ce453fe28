"""The words of the view, with one table for each language. Each widget sends its table to the page.

All tables follow ``translations/en.json``, which also gives the view its types. A "#" stands for a value, and
values come in a fixed order. Invisible characters are escaped there. They are spaces that don't break, and
the isolates around a name. A right-to-left name would otherwise turn the sentence around. Digits are Latin
in every language, as in IDs and clocks, and ``lang`` may have to say so ("-u-nu-latn"). ``statuses`` has a
word for each status of the API. The English table has none, because it shows the API's own words.
"""

from __future__ import annotations

import functools
import json
import os
import re
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[1] / "translations"
#: The variable that names the language, as "de" or "de_DE.UTF-8". A language without a table becomes English.
VARIABLE = "MAGIC_HOUR_LANGUAGE"


def view_words(*, gallery: bool = False, kinds: bool = False) -> dict[str, Any]:
    """Return the table of the environment's language, which must not be changed.

    Args:
        gallery: Whether to include the words of a gallery.
        kinds: Whether to include the words for pictures and audio. Without them a view shows none.
    """
    asked = re.match("[a-z]+", os.environ.get(VARIABLE, "").strip().lower())
    language = asked[0] if asked and asked[0] in languages() else "en"
    return _table(language, gallery, kinds)


@functools.cache
def languages() -> frozenset[str]:
    """Return the languages that have tables, as ISO 639 codes."""
    return frozenset(path.stem for path in _FOLDER.glob("*.json"))


@functools.cache
def _table(language: str, gallery: bool, kinds: bool) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    # What isn't needed is left out, as it would be sent with every card.
    for part, needed in (("gallery", gallery), ("kinds", kinds)):
        if not needed:
            del table[part]
    return table
