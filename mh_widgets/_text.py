"""Safe text from outside: no harmful characters, bounded length, no secrets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

#: Longest text of the API that a card carries, in characters. It is part of every message to the view.
MAX_TEXT = 500
# How many characters are read at all: the API may send megabytes.
_MAX_READ = 8192

# A query may contain a signature, and the part before an "@" may contain a password.
_WORD = re.compile(r"[^\s\"<>]+")
_URL = re.compile(r"(?i)https?:")
_URL_USER = re.compile(r"(?i)(https?://)[^/?#@]*@")

# Cc: control characters; Cs: lone surrogates, which have no UTF-8 and would break the widget's message.
_DROPPED = frozenset({"Cc", "Cs"})
# Marks, embeddings, overrides and isolates of the bidirectional algorithm. They can reverse other text.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def redact(text: str, *secrets: str) -> str:
    """Remove secrets, and the queries and credentials of URLs, from ``text``.

    Args:
        text: Any text.
        *secrets: What must not appear in it. Empty ones are ignored.

    Returns:
        The text with placeholders in their places.
    """
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[API key]").replace(quote(secret, safe=""), "[API key]")
    return _WORD.sub(_without_query, text)


def _without_query(word: re.Match[str]) -> str:
    url = _URL.search(word[0])
    if url is None:
        return word[0]
    before, mark, _ = word[0][url.start() :].partition("?")
    return word[0][: url.start()] + _URL_USER.sub(r"\1", before) + (mark and "?…")


def plain_text(value: object, limit: int = MAX_TEXT, scrub: Callable[[str], str] = redact) -> str:
    """Make one safe line of ``value``.

    Args:
        value: What came from outside.
        limit: The most characters that the line may have.
        scrub: Removes secrets.

    Returns:
        The line; "" if ``value`` is not a string.
    """
    if not isinstance(value, str):
        return ""
    kept = (" " if c.isspace() else c for c in value[:_MAX_READ] if c.isspace() or not _is_dropped(c))
    # Scrubbed after cleaning, as a control character could hide a secret. Scrubbed before cutting, as a part
    # of a secret would not match.
    line = scrub(" ".join("".join(kept).split()))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _is_dropped(character: str) -> bool:
    return character in _BIDI or unicodedata.category(character) in _DROPPED
