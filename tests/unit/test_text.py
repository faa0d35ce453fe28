"""Text from outside: harmless characters, bounded length, no secrets."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mh_widgets._text import MAX_TEXT, plain_text, redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://h.test/a.mp4?X-Sig=abc&e=1 now", "see https://h.test/a.mp4?… now"),
        ("https://u:pw@h.test/a", "https://h.test/a"),
        ("HTTPS://H.TEST/a?b", "HTTPS://H.TEST/a?…"),
        ('{"url":"https://h.test/a?sig=1","x":2}', '{"url":"https://h.test/a?…","x":2}'),
        ("http://a/?x http://b/?y", "http://a/?… http://b/?…"),
        ("really? https://h.test/plain", "really? https://h.test/plain"),
    ],
)
def test_urls_lose_their_queries_and_credentials_and_nothing_else(text: str, expected: str) -> None:
    assert redact(text) == expected


def test_a_secret_is_taken_out_wherever_it_stands_also_percent_encoded() -> None:
    assert redact("key a/b=c, key a%2Fb%3Dc", "a/b=c") == "key [API key], key [API key]"


def test_an_empty_secret_takes_nothing_out() -> None:
    assert redact("plain", "", "") == "plain"


def test_redacting_a_long_odd_text_takes_linear_time() -> None:
    began = time.process_time()
    redact("https:" * 20_000 + "http://" * 5_000)
    assert time.process_time() - began < 5  # quadratic would take minutes


@pytest.mark.parametrize("value", [None, 5, 1.5, True, b"bytes", ["a"], {"a": 1}])
def test_what_is_no_string_is_no_text(value: object) -> None:
    assert plain_text(value) == ""


def test_lines_and_blanks_become_one_line() -> None:
    assert plain_text("  a\tb\r\n\u2028c\u00a0 d ") == "a b c d"


@pytest.mark.parametrize(
    "hidden", ["\x00", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\u200f", "\u061c", "\ud800"]
)
def test_controls_overrides_and_lone_surrogates_are_dropped(hidden: str) -> None:
    assert plain_text(f"a{hidden}b") == "ab"


def test_emoji_and_other_scripts_stay() -> None:
    assert plain_text("映画 🎬 naïve שלום") == "映画 🎬 naïve שלום"


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    text = plain_text("x" * 100_000)
    assert len(text) == MAX_TEXT
    assert text.endswith("x…")


def test_of_megabytes_only_the_beginning_is_looked_at() -> None:
    assert plain_text("\x00" * 100_000 + "late") == ""


def test_a_secret_across_the_cut_does_not_leave_its_first_half() -> None:
    secret = "mhk_live_0123456789"
    text = plain_text("x" * (MAX_TEXT - 6) + secret, scrub=lambda line: redact(line, secret))
    assert "mhk" not in text


def test_control_characters_inside_a_secret_do_not_hide_it() -> None:
    text = plain_text("key mhk\x00_live\x1b_01", scrub=lambda line: redact(line, "mhk_live_01"))
    assert text == "key [API key]"


@given(st.text(st.characters(), max_size=700))
def test_whatever_comes_out_is_one_bounded_printable_line(text: str) -> None:
    line = plain_text(text)
    assert len(line) <= MAX_TEXT
    assert line == " ".join(line.split())
    line.encode()  # no lone surrogate


@pytest.mark.parametrize(
    "url", ["https://h.test/it's.mp4?X-Sig=SECRET", "https://h.test/a?name=''b&X-Sig=SECRET"]
)
def test_an_apostrophe_in_a_url_does_not_save_its_query(url: str) -> None:
    assert "SECRET" not in redact(url)


def test_a_long_path_does_not_save_the_query() -> None:
    assert "SECRET" not in redact("https://h.test/" + "a" * 3000 + "?X-Sig=SECRET")
