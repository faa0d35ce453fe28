"""Text from outside, made fit to be shown: harmless characters, bounded length, no secrets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

#: Longest text of the API that a card carries, in characters: it travels in every widget message.
MAX_TEXT = 500
# Looked at before anything else: the API may send megabytes.
_MAX_READ = 8192

# A query may hold a signature, and what stands before an "@" a password.
_WORD = re.compile(r"[^\s\"<>]+")
_URL = re.compile(r"(?i)https?:")
_URL_USER = re.compile(r"(?i)(https?://)[^/?#@]*@")

# Cc: control characters; Cs: lone surrogates, which have no UTF-8 and would break the widget's message.
_DROPPED = frozenset({"Cc", "Cs"})
# Marks, embeddings, overrides and isolates of the bidirectional algorithm: they can turn the text around
# them.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def redact(text: str, *secrets: str) -> str:
    """``text`` without the queries and credentials of its URLs, and without ``secrets``."""
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
    """``value`` as one line of at most ``limit`` characters; "" for whatever is not a string."""
    if not isinstance(value, str):
        return ""
    kept = (" " if c.isspace() else c for c in value[:_MAX_READ] if c.isspace() or not _is_dropped(c))
    # Scrubbed between cleaning and cutting: a control character could hide a secret, and half of one wouldn't
    # match.
    line = scrub(" ".join("".join(kept).split()))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _is_dropped(character: str) -> bool:
    return character in _BIDI or unicodedata.category(character) in _DROPPED
