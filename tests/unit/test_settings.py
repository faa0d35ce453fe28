"""Which key and which address; and that neither a bad key nor a good one is ever told."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mh_widgets import ConfigurationError, MissingToken
from mh_widgets.api.addresses import project_url
from mh_widgets.api.credentials import PUBLIC_API, BearerAuth, resolve_settings


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("MAGIC_HOUR_API_KEY", "from-key")
    monkeypatch.setenv("API_TOKEN", "from-token")
    monkeypatch.setenv("MAGIC_HOUR_BASE_URL", "http://from.env")
    return monkeypatch


def test_the_argument_comes_before_the_environment(environment: pytest.MonkeyPatch) -> None:
    assert resolve_settings("given", "http://given") == ("given", "http://given")
    assert resolve_settings(None, None) == ("from-key", "http://from.env")
    environment.delenv("MAGIC_HOUR_API_KEY")
    assert resolve_settings(None, None)[0] == "from-token"


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_what_is_blank_is_not_set(environment: pytest.MonkeyPatch, blank: str) -> None:
    assert resolve_settings(blank, blank) == ("from-key", "http://from.env")
    environment.setenv("MAGIC_HOUR_API_KEY", blank)
    environment.setenv("MAGIC_HOUR_BASE_URL", blank)
    assert resolve_settings(None, None) == ("from-token", PUBLIC_API)


def test_without_anything_there_is_no_key_and_the_public_api() -> None:
    assert resolve_settings(None, None) == ("", PUBLIC_API)


def test_blanks_around_a_key_and_an_address_are_taken_off(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("MAGIC_HOUR_API_KEY", " key\n")
    assert resolve_settings(None, " http://h.test\n") == ("key", "http://h.test")


@pytest.mark.parametrize(
    "written",
    [
        '"mhk_1"',
        "'mhk_1'",
        ' "mhk_1" ',
        '" mhk_1"',
        "“mhk_1”",
        "Bearer mhk_1",
        "bearer  mhk_1",
        '"Bearer mhk_1"',
        'Bearer "mhk_1"',
        "Authorization: Bearer mhk_1",
    ],
)
def test_quotes_and_the_word_bearer_are_no_part_of_a_key(
    environment: pytest.MonkeyPatch, written: str
) -> None:
    environment.setenv("MAGIC_HOUR_API_KEY", written)
    assert resolve_settings(None, None)[0] == "mhk_1"
    assert resolve_settings(written, None)[0] == "mhk_1"


@pytest.mark.parametrize("key", ['"', '"mhk_1', "mhk_1'", "\"mhk_1'", 'mhk"1', "Bearer", "bearer-1"])
def test_quotes_that_do_not_match_stay_in_the_key(key: str) -> None:
    assert resolve_settings(key, None)[0] == key


def test_empty_quotes_are_no_key_and_no_address(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("MAGIC_HOUR_API_KEY", '""')
    environment.setenv("MAGIC_HOUR_BASE_URL", "''")
    assert resolve_settings(None, None) == ("from-token", PUBLIC_API)


def test_quotes_around_an_address_are_taken_off(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("MAGIC_HOUR_BASE_URL", '"http://h.test"')
    assert resolve_settings(None, None)[1] == "http://h.test"


@pytest.mark.parametrize("argument", ["token", "base_url"])
def test_a_key_and_an_address_that_are_no_text_are_refused(argument: str) -> None:
    given: Any = {"token": None, "base_url": None, argument: 5}
    with pytest.raises(TypeError, match=f"{argument} must be a string or None, got int"):
        resolve_settings(**given)


def test_no_key_says_so_and_how_to_set_it() -> None:
    with pytest.raises(MissingToken) as caught:
        BearerAuth("").check()
    assert caught.value.code == "missing_token"
    assert "MAGIC_HOUR_API_KEY" in caught.value.hint
    assert ".env" in caught.value.hint


@pytest.mark.parametrize(
    "key", ["a b", "a\nb", "a\x00b", "a\x7f", "kéy", "🔑", "\ufeffkey", "a\u200bb", "\ud800"]
)
def test_a_key_that_can_be_no_header_is_refused_and_not_told(key: str) -> None:
    with pytest.raises(MissingToken) as caught:
        BearerAuth(key).check()
    assert caught.value.code == "bad_token"
    assert key not in f"{caught.value!r} {caught.value} {caught.value.as_dict()}"


def test_any_printable_ascii_key_is_good() -> None:
    BearerAuth("".join(map(chr, range(0x21, 0x7F)))).check()


def test_the_key_is_in_no_repr() -> None:
    assert repr(BearerAuth("mhk_secret")) == "<API key>"


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://api.magichour.ai", "https://api.magichour.ai/v1/video-projects/clx1"),
        ("https://api.magichour.ai/", "https://api.magichour.ai/v1/video-projects/clx1"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765/v1/video-projects/clx1"),
        ("http://[::1]:8765/", "http://[::1]:8765/v1/video-projects/clx1"),
        ("https://api.magichour.ai/v1", "https://api.magichour.ai/v1/video-projects/clx1"),
        ("https://api.magichour.ai/v1/", "https://api.magichour.ai/v1/video-projects/clx1"),
        ("https://proxy.test/magic/v1", "https://proxy.test/magic/v1/video-projects/clx1"),
        ("https://proxy.test/magic-v1", "https://proxy.test/magic-v1/v1/video-projects/clx1"),
        ("https://proxy.test/magic/hour//", "https://proxy.test/magic/hour/v1/video-projects/clx1"),
    ],
)
def test_the_address_of_a_project(base_url: str, expected: str) -> None:
    assert project_url(base_url, "clx1") == httpx.URL(expected)


@pytest.mark.parametrize(
    "base_url",
    [
        "api.magichour.ai",
        "ftp://api.magichour.ai",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://user:SECRET@api.test",
        "https://SECRET@api.test",
        "https://api.test?key=SECRET",
        "https://api.test#SECRET",
        "https://api.test:port",
        "https://[::1",
        "https://api.test/\x00",
        "nonsense",
        "https://xn--a.test",
        "https://127.0.0.1:99999",
    ],
)
def test_an_address_that_is_none_is_a_sentence_without_it(base_url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        project_url(base_url, "clx1")
    assert caught.value.message == "MAGIC_HOUR_BASE_URL is not a valid http(s) URL."
    assert "https://api.magichour.ai" in caught.value.hint
    assert "SECRET" not in str(caught.value)
    assert caught.value.__context__ is None
